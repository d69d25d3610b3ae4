/** Annotations of GitHub Actions (workflow commands). */
import type { Severity } from '../../rules/rule';
import type { Formatter } from './index';

const COMMANDS: { readonly [S in Severity]: string } = { error: 'error', warning: 'warning', info: 'notice', hint: 'notice' };

export const github: Formatter = (report) => report.findings.map((finding) => {
  const properties = [
    ['file', finding.file], ['line', finding.line], ['endLine', finding.endLine], ['col', finding.column], ['endColumn', finding.endColumn], ['title', finding.code],
  ].map(([name, value]) => `${name}=${escapeProperty(String(value))}`);
  return `::${COMMANDS[finding.severity]} ${properties.join(',')}::${escapeData(finding.message)}\n`;
}).join('');

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
