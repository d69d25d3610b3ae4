/** The edits that put one more item at the end of a braced list, in the list's own layout. */
import type { SrcRange } from '../c/source';
import type { TextEdit } from './rule';

/**
 * @param text of the file that the ranges are in.
 * @param braces the list, from `{` to `}`.
 * @param last the list's last item, if it has any.
 * @returns undefined when the ranges do not look like that (a list made by a macro).
 */
export function appendToList(text: string, braces: SrcRange, last: SrcRange | undefined, item: string): readonly TextEdit[] | undefined {
  const close = braces.end - 1;
  if (text[braces.start] !== '{' || text[close] !== '}') return undefined;
  const at = (start: number, newText: string): TextEdit => ({ range: { path: braces.path, start, end: start }, newText });
  if (last === undefined) {
    const inside = text.slice(braces.start + 1, close);
    return inside.trim() === '' && !inside.includes('\n') ? [{ range: { path: braces.path, start: braces.start + 1, end: close }, newText: ` ${item} ` }]
      : [at(braces.start + 1, `\n${indentOf(text, close)}\t${item}`)];
  }
  if (last.path !== braces.path || last.start <= braces.start || last.end > close) return undefined;

  const comma = nextCode(text, last.end, close);
  const hasComma = text[comma] === ',';
  const after = hasComma ? comma + 1 : last.end;
  const edits: TextEdit[] = hasComma ? [] : [at(last.end, ',')];
  if (!text.slice(braces.start, last.start).includes('\n')) return merge([...edits, at(after, ` ${item}`)]);

  // Behind a comment that belongs to the last item, but before the brace.
  const lineEnd = endOfLine(text, after);
  const place = lineEnd < close && nextCode(text, after, close) > lineEnd ? lineEnd : after;
  const newline = text.startsWith('\r\n', lineEnd) ? '\r\n' : '\n';
  return merge([...edits, at(place, `${newline}${indentOf(text, last.start)}${item}`)]);
}

/** Two insertions at one place are one. */
function merge(edits: readonly TextEdit[]): readonly TextEdit[] {
  const [first, second] = edits;
  if (first === undefined || second === undefined || first.range.start !== second.range.start) return edits;
  return [{ range: first.range, newText: first.newText + second.newText }];
}

/** The white space that begins the line `offset` is on. */
function indentOf(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? '';
}

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  if (at < 0) return text.length;
  return text[at - 1] === '\r' ? at - 1 : at;
}

/** The next character that is neither white space nor comment, or `limit`. */
function nextCode(text: string, from: number, limit: number): number {
  let i = from;
  while (i < limit) {
    if (text.startsWith('/*', i)) {
      const end = text.indexOf('*/', i + 2);
      i = end < 0 ? limit : end + 2;
    } else if (text.startsWith('//', i)) i = endOfLine(text, i);
    else if (/\s/.test(text[i] ?? '')) i++;
    else return i;
  }
  return limit;
}
