/**
 * What the directives of one text say before any macro is known: what each is, which `#else` belongs to which `#if`, and the
 * include guard. Depends on the text alone, so it is kept with the token buffer.
 */
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { Raw } from './rawCodes';

export interface BufferStructure {
  /** By directive: the atom of its name; 0 when it has none (`#` alone, `# 33 "file"`). */
  readonly names: Int32Array;
  /** By directive, for #if… and #elif/#else: index of the directive that ends its group (#elif…, #else, #endif); the count when none does. */
  readonly next: Int32Array;
  /** Atom of the macro whose definition makes the whole text empty; 0: no guard (C11 has none; gcc manual, Once-Only Headers). */
  readonly guard: number;
}

export function isIf(atom: number): boolean {
  return atom === A.if || atom === A.ifdef || atom === A.ifndef;
}

function isElse(atom: number): boolean {
  return atom === A.elif || atom === A.else || atom === A.elifdef || atom === A.elifndef;
}

export function structureOf(buffer: TokenBuffer): BufferStructure {
  const { directives, directiveEnds } = buffer;
  const total = directives.length;
  const names = new Int32Array(total);
  const next = new Int32Array(total).fill(total);
  const open: number[] = [];
  for (let d = 0; d < total; d++) {
    const hash = directives[d] ?? 0;
    const name = (directiveEnds[d] ?? 0) > hash + 1 && buffer.kind(hash + 1) === Raw.Ident ? buffer.atom(hash + 1) : 0;
    names[d] = name;
    if (isIf(name)) open.push(d);
    else if (isElse(name) || name === A.endif) {
      const before = open.pop();
      if (before !== undefined) {
        next[before] = d;
        if (name !== A.endif) open.push(d);
      }
    }
  }
  return { names, next, guard: guardOf(buffer, names, next) };
}

/** `#ifndef X` (or `#if !defined X`) before every other token, its `#endif` after every other one, and no `#else` between. */
function guardOf(buffer: TokenBuffer, names: Int32Array, next: Int32Array): number {
  const { directives, directiveEnds: ends, count } = buffer;
  const last = directives.length - 1;
  if (last < 1 || directives[0] !== 0 || next[0] !== last || names[last] !== A.endif || (ends[last] ?? 0) < count) return 0;
  const end = ends[0] ?? 0;
  let i = 2;
  if (names[0] === A.if) {
    if (buffer.kind(i) !== Raw.Not || buffer.kind(i + 1) !== Raw.Ident || buffer.atom(i + 1) !== A.defined) return 0;
    i += 2;
    if (buffer.kind(i) === Raw.LParen) {
      return i + 3 === end && buffer.kind(i + 1) === Raw.Ident && buffer.kind(i + 2) === Raw.RParen ? buffer.atom(i + 1) : 0;
    }
  } else if (names[0] !== A.ifndef) return 0;
  return i + 1 === end && buffer.kind(i) === Raw.Ident ? buffer.atom(i) : 0;
}
