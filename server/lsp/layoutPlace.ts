/** Which struct or union, and which of its members, a place in the text is about. */
import type { CUnit } from '../c/api';
import type { Record, RecordMember } from '../c/types';
import { recordOf } from '../model/typeTools';
import { recordNamed } from '../workspace/findRecord';
import type { Word } from './words';

/** What the text says, before any C is read; a name as `parseTypeName` takes it. */
export interface RecordPlace {
  readonly name: { readonly tag: string; readonly union: boolean | undefined };
  /** The word is the name itself, else a word within the definition's braces. */
  readonly within: boolean;
}

/**
 * `struct TAG` under the cursor, or the outermost struct whose braces hold it; undefined: neither. From the text alone, so that hovering over
 * a file that nobody asked about costs nothing.
 */
export function recordPlace(text: string, word: Word | undefined, offset: number): RecordPlace | undefined {
  if (word !== undefined && (word.wordBefore === 'struct' || word.wordBefore === 'union')) {
    return { name: { tag: word.text, union: word.wordBefore === 'union' }, within: false };
  }
  const head = enclosingHead(text, offset);
  return head === undefined ? undefined : { name: head, within: true };
}

/** A typedef's name by its shape; whether it is one of a record, the unit says. */
export function looksLikeTypedef(word: Word): boolean {
  return word.text.endsWith('_t') && word.before !== '.' && word.before !== '>';
}

const LEXEMES = /\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?|[{}]/g;
/** `struct __packed tag __aligned(8) {`: attributes on both sides of the tag. */
const ATTRIBUTE = String.raw`(?:\b__\w+\b(?:\s*\((?:[^()]|\([^()]*\))*\))?\s*)`;
const HEAD = new RegExp(String.raw`\b(struct|union)\b\s*${ATTRIBUTE}*?(?!__attribute)(\w+)?\s*${ATTRIBUTE}*$`);
/** A definition's head is no longer. */
const MAX_HEAD = 400;

function enclosingHead(text: string, offset: number): RecordPlace['name'] | undefined {
  const open: number[] = [];
  LEXEMES.lastIndex = 0;
  for (let match = LEXEMES.exec(text); match !== null && match.index < offset; match = LEXEMES.exec(text)) {
    if (match[0] === '{') open.push(match.index);
    else if (match[0] === '}') open.pop();
    // Nothing in a comment or a string is a member.
    else if (match.index + match[0].length > offset) return undefined;
  }
  for (const brace of open) {
    const head = headBefore(text, brace);
    if (head !== undefined) return head;
  }
  return undefined;
}

function headBefore(text: string, brace: number): RecordPlace['name'] | undefined {
  const head = HEAD.exec(text.slice(Math.max(0, brace - MAX_HEAD), brace));
  if (head === null) return undefined;
  const tag = head[2] ?? nameBehind(text, brace);
  return tag === undefined ? undefined : { tag, union: head[2] === undefined ? undefined : head[1] === 'union' };
}

/** Structs and unions that a text defines at its outermost level, in order, as a person names them. */
export function recordHeads(text: string): readonly { readonly name: string; readonly offset: number }[] {
  const found: { name: string; offset: number }[] = [];
  let depth = 0;
  LEXEMES.lastIndex = 0;
  for (let match = LEXEMES.exec(text); match !== null; match = LEXEMES.exec(text)) {
    const at = match.index;
    if (match[0] === '}') depth = Math.max(0, depth - 1);
    else if (match[0] === '{' && depth++ === 0) {
      const head = headBefore(text, at);
      // Looking behind the brace has moved the search.
      LEXEMES.lastIndex = at + 1;
      if (head !== undefined) found.push({ name: head.union === undefined ? head.tag : `${head.union ? 'union' : 'struct'} ${head.tag}`, offset: at });
    }
  }
  return found;
}

/** `typedef struct { … } name;` */
function nameBehind(text: string, brace: number): string | undefined {
  let depth = 0;
  LEXEMES.lastIndex = brace;
  for (let match = LEXEMES.exec(text); match !== null; match = LEXEMES.exec(text)) {
    if (match[0] === '{') depth++;
    else if (match[0] === '}' && --depth === 0) return /^\s*(\w+)/.exec(text.slice(match.index + 1, match.index + 200))?.[1];
  }
  return undefined;
}

/** The record in a unit that read the file; undefined when it is not defined there. */
export function recordAt(unit: CUnit, place: RecordPlace): Record | undefined {
  const record = recordNamed(unit, { ...place.name, variable: undefined, path: undefined });
  return record?.members === undefined ? undefined : record;
}

export interface MemberPlace {
  readonly member: RecordMember;
  /** `in.k`: from the record asked for. */
  readonly path: string;
}

/** The member whose name stands at the word, in `path`; also inside what is spelled out in place. */
export function memberAt(unit: CUnit, record: Record, path: string, word: Word, prefix = '', depth = 0): MemberPlace | undefined {
  if (depth > 64) return undefined;
  for (const member of record.members ?? []) {
    if (member.nameTok !== undefined && member.name === word.text) {
      const range = unit.range(member.nameTok);
      if (range.path === path && range.start <= word.start && word.end <= range.end) return { member, path: `${prefix}${member.name}` };
    }
    let type = member.type;
    while (type.kind === 'array') type = type.of;
    const inner = recordOf(type);
    if (inner === undefined || inner.tag !== undefined) continue;
    const repeated = type === member.type ? '' : '[0]';
    const found = memberAt(unit, inner, path, word, member.name === undefined ? prefix : `${prefix}${member.name}${repeated}.`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
