/** Where a person wrote what a token came from. */
import type { SrcRange } from './source';
import type { FileId, Tok } from './token';

interface Written {
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
}

/**
 * The spelling when it lies in no macro body of the token's chain of expansions; else the invocation (name to closing parenthesis) one level
 * out, and so on. For a use written in the main file the answer is in the main file.
 */
export function writtenPlace(tok: Tok): Written {
  let place: Written = tok;
  for (let exp = tok.exp; exp !== null; exp = exp.name.exp) {
    const { macro, name, close } = exp;
    if (macro.file !== place.file || place.start < macro.start || place.end > macro.end) continue;
    place = name;
    if (close !== name) {
      // Name and parenthesis may have come different ways; they are one range when they were written in one file.
      const end = close.exp === name.exp ? close : writtenPlace(close);
      if (end.file === name.file && end.end >= name.start) place = { file: name.file, start: name.start, end: end.end };
    }
  }
  return place;
}

/** Range from the first to the last token as written; the first one's alone when they were written in different files. */
export function writtenRange(first: Tok, last: Tok, path: (file: FileId) => string): SrcRange {
  const a = writtenPlace(first);
  const b = last === first ? a : writtenPlace(last);
  if (a.file !== b.file) return { path: path(a.file), start: a.start, end: a.end };
  return { path: path(a.file), start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}
