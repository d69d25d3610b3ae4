/** Whether a struct was read whole: one with a member that could not be parsed may have the member that seems to be missing. */
import type { CUnit } from '../c/api';
import type { Record } from '../c/types';

/** The text from the struct's `{` to its `}` has a problem in it, or mentions the name after all. */
export function mayHaveMember(unit: CUnit, record: Record, name: string): boolean {
  const file = unit.files[record.at.file];
  if (file === undefined) return true;
  const body = bodyOf(file.text, record.at.start);
  // Made by a macro: what it was made of has no text of its own.
  if (body === undefined) return unit.problems.some((p) => p.range.path === file.path && p.range.start <= record.at.end && p.range.end >= record.at.start);
  if (unit.problems.some((p) => p.range.path === file.path && p.range.start < body.end && p.range.end > body.start)) return true;
  return body.text.split(/[^\w$]+/).includes(name);
}

function bodyOf(text: string, from: number): { readonly start: number; readonly end: number; readonly text: string } | undefined {
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
      if (--depth === 0) return { start, end: copied, text: code.join('') };
    } else if (token === ';' && depth === 0) return undefined;
  }
  return undefined;
}
