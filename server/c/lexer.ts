/**
 * Text to raw tokens, in one pass, into typed arrays.
 *
 * The pass knows phases 1 to 3 of C11 5.1.1.2 as gcc has them: no trigraphs; a backslash joins lines also when blanks follow it (gcc manual,
 * Initial processing); comments are blanks, and a line does not end inside one. What is no token becomes Raw.Other and never stops the pass.
 * Its loop is wasm/lexer.ts; tokens that are rare are read by lexSlow.ts.
 */
import { atomOf, atomText } from './atoms';
import { A } from './keywords';
import { areasOf, growAtoms, mem, native, rare, writeText } from './lexerModule';
import { lexSlow, unsplice } from './lexSlow';
import { Raw, RawFlag } from './rawCodes';
import { PUNCT_TEXT } from './rawTokens';
import { structureOf } from './structure';
import type { BufferStructure } from './structure';
import { INCLUDES } from './wasm/memory';

mem.i32.set([A.include, A.include_next, A.import], INCLUDES / 4);

/** Something wrong with one token; said only when the token is in force (`#if 0` may hold any text). */
export interface LexFault {
  readonly token: number;
  readonly message: string;
}

/** The raw tokens of one text. Depends on nothing else, so units share it. */
export class TokenBuffer {
  private structureMade: BufferStructure | undefined;
  private lineStarts: Int32Array | undefined;
  private counts: Map<number, number> | undefined;
  /** Parsed `#define`s by directive index, filled by macros.ts. */
  readonly macros: Map<number, unknown> = new Map();

  constructor(
    readonly text: string,
    /** Tokens are 0 .. count-1, directives included. */
    readonly count: number,
    /** `Raw` codes (rawTokens.ts); kinds[count] is Raw.End. */
    readonly kinds: Uint8Array,
    readonly starts: Int32Array,
    readonly ends: Int32Array,
    /** `RawFlag` bits; flags[count] says LineStart. */
    readonly flags: Uint8Array,
    /** Identifiers: the atom (atoms.ts); others 0. */
    readonly atoms: Int32Array,
    /** Token indexes of every `#` that begins a directive, ascending. */
    readonly directives: Int32Array,
    /** By directive: the token after its last one. */
    readonly directiveEnds: Int32Array,
    readonly faults: readonly LexFault[],
  ) {}

  kind(i: number): number {
    return this.kinds[i] ?? Raw.End;
  }

  atom(i: number): number {
    return this.atoms[i] ?? 0;
  }

  /** The spelling without line continuations. */
  spelling(i: number): string {
    const kind = this.kinds[i] ?? Raw.End;
    const flags = this.flags[i] ?? 0;
    if (kind === Raw.Ident) return atomText(this.atoms[i] ?? 0);
    if (kind >= Raw.PunctFirst && (flags & (RawFlag.Spliced | RawFlag.Digraph)) === 0) return PUNCT_TEXT[kind] ?? '';
    const slice = this.text.slice(this.starts[i], this.ends[i]);
    return (flags & RawFlag.Spliced) !== 0 ? unsplice(slice) : slice;
  }

  /** Directives, their matching, include guard: made when first asked for. */
  get structure(): BufferStructure {
    return (this.structureMade ??= structureOf(this));
  }

  /** How often an identifier stands in the text, or in a part of it. */
  mentions(name: string, within?: { readonly start: number; readonly end: number }): number {
    const atom = atomOf(name);
    if (within === undefined) {
      let counts = this.counts;
      if (counts === undefined) {
        counts = this.counts = new Map();
        for (const one of this.atoms) if (one !== 0) counts.set(one, (counts.get(one) ?? 0) + 1);
      }
      return counts.get(atom) ?? 0;
    }
    let count = 0;
    for (let i = firstFrom(this.starts, within.start); i < this.count && (this.starts[i] ?? 0) < within.end; i++) if (this.atoms[i] === atom) count++;
    return count;
  }

  /** Physical line of an offset, from 1, counting \n only, as the compiler does. */
  line(offset: number): number {
    let starts = this.lineStarts;
    if (starts === undefined) {
      const found: number[] = [0];
      for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) found.push(i + 1);
      starts = this.lineStarts = Int32Array.from(found);
    }
    return firstFrom(starts, offset + 1);
  }
}

/** Index of the first of ascending numbers that is not below `value`; their count when there is none. */
function firstFrom(ascending: Int32Array, value: number): number {
  let lo = 0;
  let hi = ascending.length;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if ((ascending[mid] ?? 0) < value) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** Lexes a whole text. Never fails: what is wrong stands in `faults`. */
export function lex(text: string): TokenBuffer {
  if (text.length > MAX_TEXT_LENGTH) {
    const message = `a text of ${text.length} characters, more than the limit of ${MAX_TEXT_LENGTH}`;
    const { count, kinds, starts, ends, flags, atoms, directives, directiveEnds } = lex('');
    return new TokenBuffer('', count, kinds, starts, ends, flags, atoms, directives, directiveEnds, [{ token: 0, message }]);
  }
  // One token in four characters is more than C has. When that is too little the text is read again, with room for the worst case.
  let maxTokens = (text.length >> 2) + 64;
  for (;;) {
    const buffer = attempt(text, maxTokens);
    if (typeof buffer !== 'string') return buffer;
    if (buffer === 'tokens') maxTokens = text.length;
    else growAtoms(text.length);
  }
}

/** What there was too little room for, if it was that. */
function attempt(text: string, maxTokens: number): TokenBuffer | 'tokens' | 'atoms' {
  const { length } = text;
  const faults: LexFault[] = [];
  let atomsMissing = false;
  const areas = areasOf(length, maxTokens);
  writeText(text);
  rare.unterminated = (n) => { faults.push({ token: n, message: 'unterminated comment' }); };
  rare.slow = (start, n, flag) => {
    const token = lexSlow(text, start, flag, (message) => { faults.push({ token: n, message }); });
    if (token.kind === Raw.Ident && token.atom === 0) atomsMissing = true;
    const { u8, i32 } = mem;
    u8[areas.kinds + n] = token.kind;
    u8[areas.flags + n] = token.flags;
    i32[areas.starts / 4 + n] = token.begin;
    i32[areas.ends / 4 + n] = token.end;
    i32[areas.atoms / 4 + n] = token.atom;
    return token.end;
  };
  const { starts, ends, atoms, directives, directiveEnds, kinds, flags, directiveCount } = areas;
  const n = native.lex(text.charCodeAt(0) === 0xfeff ? 1 : 0, length, maxTokens, starts, ends, atoms, directives, directiveEnds, kinds, flags, directiveCount);
  if (n === -1) return 'tokens';
  if (n < 0 || atomsMissing) return 'atoms';
  const bytes = (at: number): Uint8Array => mem.u8.slice(at, at + n + 1);
  const ints = (at: number, count: number): Int32Array => mem.i32.slice(at / 4, at / 4 + count);
  const count = mem.i32[directiveCount / 4] ?? 0;
  return new TokenBuffer(text, n, bytes(kinds), ints(starts, n + 1), ints(ends, n + 1), bytes(flags), ints(atoms, n + 1), ints(directives, count), ints(directiveEnds, count), faults);
}

/** Code units; with the worst case of tokens four gigabytes hold them. No file on disk that is read is half as long. */
const MAX_TEXT_LENGTH = 128 << 20;
