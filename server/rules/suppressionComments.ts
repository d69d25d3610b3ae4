/**
 * Comments that say which finding is meant to be: `kexec-handover: ignore kstate-raw-id -- reason (until 2027-01-31)`.
 *
 * On a line with code it is about that line, on a line of its own about the next line with code; `ignore-file` is about the whole file.
 */
import type { SrcRange } from '../c/source';

export interface Suppression {
  readonly wholeFile: boolean;
  readonly codes: readonly { readonly code: string; readonly range: SrcRange }[];
  /** Empty when none is given. */
  readonly reason: string;
  /** As written; undefined when none is given. */
  readonly until: { readonly text: string; readonly range: SrcRange } | undefined;
  /** From the word behind `kexec-handover:` to the end of what belongs to it. */
  readonly range: SrcRange;
  /** Offsets of the first and last character of the lines it is about. */
  readonly from: number;
  readonly to: number;
}

export const SUPPRESSION_MARK = 'kexec-handover:';

const comments = /\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;

export function suppressionsIn(path: string, text: string): readonly Suppression[] {
  if (!text.includes(SUPPRESSION_MARK)) return [];
  const found: Suppression[] = [];
  for (const match of text.matchAll(comments)) {
    const comment = match[0];
    if (!comment.startsWith('/') || !comment.includes(SUPPRESSION_MARK)) continue;
    const suppression = read(path, text, match.index, comment);
    if (suppression !== undefined) found.push(suppression);
  }
  return found;
}

function read(path: string, text: string, start: number, comment: string): Suppression | undefined {
  const marked = /kexec-handover:[ \t]*(ignore(?:-file)?)\b/.exec(comment);
  if (marked === null) return undefined;
  const bodyAt = marked.index + marked[0].length;
  const body = comment.slice(bodyAt).replace(/\*\/$/, '');
  const dashes = body.search(/(?:^|\s)--(?:\s|$)/);
  const names = dashes < 0 ? body : body.slice(0, dashes);
  const rest = dashes < 0 ? '' : body.slice(dashes).replace(/^\s*--/, '');
  const range = (from: number, to: number): SrcRange => ({ path, start: start + from, end: start + to });
  const until = /\(until\s+([^)]*)\)\s*$/.exec(rest);
  const restAt = bodyAt + (dashes < 0 ? 0 : body.length - rest.length);
  const wholeFile = marked[1] === 'ignore-file';
  const lines = wholeFile ? { from: 0, to: text.length } : linesMeant(text, start, start + comment.length);
  return {
    wholeFile,
    codes: [...names.matchAll(/[\w-]+/g)].map((name) => ({ code: name[0], range: range(bodyAt + name.index, bodyAt + name.index + name[0].length) })),
    reason: (until === null ? rest : rest.slice(0, until.index)).replace(/^[\s*]+|[\s*]+$/g, ''),
    until: until === null ? undefined : { text: (until[1] ?? '').trim(), range: range(restAt + until.index, restAt + until.index + until[0].trimEnd().length) },
    range: range(marked.index, bodyAt + body.trimEnd().length),
    ...lines,
  };
}

/** Its own line when there is code on it, else the next line that has any. */
function linesMeant(text: string, start: number, end: number): { readonly from: number; readonly to: number } {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = endOfLine(text, end);
  const around = text.slice(lineStart, start) + text.slice(end, lineEnd);
  if (around.replace(/\/\*.*?\*\/|\/\/.*/g, '').trim() !== '') return { from: lineStart, to: lineEnd };
  let from = lineEnd + 1;
  // Blank lines and further comments of one line each may stand in between.
  while (from < text.length && /^\s*(?:\/\*(?:(?!\*\/)[^\n])*\*\/\s*|\/\/[^\n]*)?$/.test(text.slice(from, endOfLine(text, from)))) from = endOfLine(text, from) + 1;
  return { from: Math.min(from, text.length), to: endOfLine(text, from) };
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}
