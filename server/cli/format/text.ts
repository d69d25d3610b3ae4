/** For a terminal: the finding as compilers print it, the source line, a caret under the characters meant. */
import type { Formatter } from './index';

export const text: Formatter = (report, sourceLine) => {
  const blocks = report.findings.map((finding) => {
    const lines = [`${finding.file}:${finding.line}:${finding.column}: ${finding.severity}: ${finding.message} [${finding.code}]`];
    const source = sourceLine(finding.file, finding.line);
    if (source !== undefined) {
      lines.push(`  ${source}`, `  ${underline(source, finding.column, finding.endLine > finding.line ? source.length + 1 : finding.endColumn)}`);
    }
    lines.push(...finding.related.map((related) => `  ${related.file}:${related.line}:${related.column}: note: ${related.message}`));
    return `${lines.join('\n')}\n`;
  });
  const { stats } = report;
  const counted = [plural(stats.errors, 'error'), plural(stats.warnings, 'warning'), plural(stats.infos + stats.hints, 'hint')].join(', ');
  return `${blocks.join('')}${counted}; ${plural(stats.descriptions, 'description')} in ${plural(stats.parsed, 'file')} of ${stats.files}\n`;
};

export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Tabs are kept, so that the caret stands under its character however wide they are shown. */
export function underline(source: string, column: number, endColumn: number): string {
  const before = source.slice(0, column - 1).replace(/[^\t]/g, ' ');
  return `${before}^${'~'.repeat(Math.max(0, Math.min(endColumn, source.length + 1) - column - 1))}`;
}
