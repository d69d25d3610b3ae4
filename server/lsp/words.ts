/** The word under a position, from the text alone: enough to ask the unit by name. */

export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The nearest character before it that is no white space; '' at the start of the text. */
  readonly before: string;
  /** The word before it, with only white space between; '' when none. */
  readonly wordBefore: string;
}

const WORD = /[A-Za-z0-9_$]/;

/** undefined: no identifier there. The end of a word counts as on it, as editors ask. */
export function wordAt(text: string, offset: number): Word | undefined {
  if (offset < 0 || offset > text.length) return undefined;
  let start = offset;
  let end = offset;
  while (start > 0 && WORD.test(text.charAt(start - 1))) start--;
  while (end < text.length && WORD.test(text.charAt(end))) end++;
  if (start === end || /[0-9]/.test(text.charAt(start))) return undefined;
  let at = start - 1;
  while (at >= 0 && /\s/.test(text.charAt(at))) at--;
  let wordStart = at + 1;
  while (wordStart > 0 && WORD.test(text.charAt(wordStart - 1))) wordStart--;
  return { text: text.slice(start, end), start, end, before: at < 0 ? '' : text.charAt(at), wordBefore: text.slice(wordStart, at + 1) };
}
