/** The form that kernel people's scripts already read: that of scripts/checkpatch.pl without --terse. */
import type { Severity } from '../../rules/rule';
import type { Formatter } from './index';

const LEVELS: { readonly [S in Severity]: string } = { error: 'ERROR', warning: 'WARNING', info: 'CHECK', hint: 'CHECK' };

export const checkpatch: Formatter = (report, sourceLine) => {
  const blocks = report.findings.map((finding) => {
    const type = finding.code.replaceAll('-', '_').toUpperCase();
    const source = sourceLine(finding.file, finding.line);
    return `${LEVELS[finding.severity]}:${type}: ${finding.message}\n#${finding.line}: FILE: ${finding.file}:${finding.line}:\n${source === undefined ? '' : `+${source}\n`}\n`;
  });
  const { stats } = report;
  return `${blocks.join('')}total: ${stats.errors} errors, ${stats.warnings} warnings, ${stats.infos + stats.hints} checks, ${stats.files} files checked\n`;
};
