/** SARIF 2.1.0 (OASIS, 27 March 2020): what code scanning services take in. */
import type { Severity } from '../../rules/rule';
import { rules } from '../../rules/index';
import type { Report, ReportedPlace } from '../report';

const LEVELS: { readonly [S in Severity]: string } = { error: 'error', warning: 'warning', info: 'note', hint: 'note' };

export function sarif(report: Report, version: string): unknown {
  const codes = [...new Set(report.findings.map((finding) => finding.code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: {
        driver: {
          name: 'kexec-handover',
          version,
          rules: codes.map((code) => {
            const rule = rules.find((r) => r.code === code);
            return {
              id: code,
              shortDescription: { text: rule?.title ?? code },
              help: { text: `docs/diagnostics.md#${code}` },
              defaultConfiguration: { level: LEVELS[rule?.severity ?? 'warning'] },
            };
          }),
        },
      },
      columnKind: 'utf16CodeUnits',
      results: report.findings.map((finding) => ({
        ruleId: finding.code,
        ruleIndex: codes.indexOf(finding.code),
        level: LEVELS[finding.severity],
        message: { text: finding.message },
        locations: [{ physicalLocation: physicalLocation(finding) }],
        relatedLocations: finding.related.map((related, id) => ({ id, physicalLocation: physicalLocation(related), message: { text: related.message } })),
      })),
    }],
  };
}

function physicalLocation(place: ReportedPlace): unknown {
  return {
    artifactLocation: { uri: encodeURI(place.file).replaceAll('#', '%23').replaceAll('?', '%3F') },
    region: { startLine: place.line, startColumn: place.column, endLine: place.endLine, endColumn: place.endColumn },
  };
}
