/** The edit that takes a finding back with a comment. Its reason is left to the person: without one the finding still counts. */
import type { Finding, Fix } from './rule';
import { suppression } from './suppression';

/** @returns undefined where a line of its own would break the text (inside a macro's definition), and for findings about such comments. */
export function ignoreFix(text: string, finding: Finding): Fix | undefined {
  if (finding.code === suppression.code) return undefined;
  const lineStart = text.lastIndexOf('\n', finding.range.start - 1) + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  const line = text.slice(lineStart, lineEnd < 0 ? text.length : lineEnd);
  const before = text.slice(text.lastIndexOf('\n', lineStart - 2) + 1, Math.max(0, lineStart - 1));
  if (/\\\s*$/.test(before) || /\\\s*$/.test(line) || insideComment(text, lineStart)) return undefined;
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  const newline = text.startsWith('\r', lineStart - 2) ? '\r\n' : '\n';
  return {
    title: `Ignore ${finding.code} here (the reason is yours to write)`,
    edits: [{ range: { path: finding.range.path, start: lineStart, end: lineStart }, newText: `${indent}/* kexec-handover: ignore ${finding.code} -- */${newline}` }],
  };
}

function insideComment(text: string, at: number): boolean {
  return text.lastIndexOf('/*', at) > text.lastIndexOf('*/', at);
}
