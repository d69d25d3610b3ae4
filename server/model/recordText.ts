/** Whether a struct was read whole: one with a member that could not be parsed may have the member that seems to be missing. */
import type { CFile, CUnit } from '../c/api';
import type { Record } from '../c/types';

/** The text from the struct's `{` to its `}` has a problem in it, or mentions the name after all. */
export function mayHaveMember(unit: CUnit, record: Record, name: string): boolean {
  const file = unit.files[record.at.file];
  if (file === undefined) return true;
  let body = bodies.get(record);
  // A record stays over a keystroke below it; where its text ends may not, while braces are missing.
  if (body?.file !== file) bodies.set(record, (body = { file, found: bodyOf(file.text, record.at.start) }));
  // Made by a macro: what it was made of has no text of its own.
  if (body.found === undefined) return unit.problems.some((p) => p.range.path === file.path && p.range.start <= record.at.end && p.range.end >= record.at.start);
  const { start, end, words } = body.found;
  return words.has(name) || unit.problems.some((p) => p.range.path === file.path && p.range.start < end && p.range.end > start);
}

interface Body {
  readonly start: number;
  readonly end: number;
  readonly words: ReadonlySet<string>;
}

/** Many members may be asked of one struct. */
const bodies = new WeakMap<Record, { readonly file: CFile; readonly found: Body | undefined }>();

function bodyOf(text: string, from: number): Body | undefined {
  const lexemes = /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|[{};]/g;
  lexemes.lastIndex = from;
  let start = -1;
  let depth = 0;
  const code: string[] = [];
  let copied = from;
  for (let match = lexemes.exec(text); match !== null; match = lexemes.exec(text)) {
    const token = match[0];
    // Comments and strings are left out of what may name a member.
    code.push(text.slice(copied, match.index), ' ');
    copied = match.index + token.length;
    if (token === '{') {
      if (depth++ === 0) start = match.index;
    } else if (token === '}' && depth > 0) {
      if (--depth === 0) return { start, end: copied, words: new Set(code.join('').split(/[^\w$]+/)) };
    } else if (token === ';' && depth === 0) return undefined;
  }
  return undefined;
}
