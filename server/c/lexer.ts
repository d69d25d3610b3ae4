/**
 * Text to raw tokens, in one pass, into typed arrays.
 *
 * The pass knows phases 1 to 3 of C11 5.1.1.2 as gcc has them: no trigraphs; a backslash joins lines also when blanks follow it (gcc manual,
 * Initial processing); comments are blanks, and a line does not end inside one. What is no token becomes Raw.Other and never stops the pass.
 */
import { atomOf, atomOfSlice, atomText, mix } from './atoms';
import { A } from './keywords';
import { PUNCT_TEXT, Raw, RawFlag } from './rawTokens';
import { structureOf } from './structure';
import type { BufferStructure } from './structure';

const enum Cls {
  Other = 0, Blank, Newline, Ident, Digit, Quote, Punct, Slash, Backslash, Wide,
}

const CLASS = new Uint8Array(128);
/** 1: may continue an identifier or a preprocessing number. */
const WORD = new Uint8Array(128);
for (let c = 0; c < 128; c++) {
  const ch = String.fromCharCode(c);
  if (/[A-Za-z_$]/.test(ch)) CLASS[c] = Cls.Ident;
  else if (/[0-9]/.test(ch)) CLASS[c] = Cls.Digit;
  else if (/[ \t\v\f\0\r]/.test(ch)) CLASS[c] = Cls.Blank;
  else if (c === 10) CLASS[c] = Cls.Newline;
  else if (ch === '"' || ch === "'") CLASS[c] = Cls.Quote;
  else if (ch === '/') CLASS[c] = Cls.Slash;
  else if (ch === '\\') CLASS[c] = Cls.Backslash;
  else if (PUNCT_TEXT.includes(ch)) CLASS[c] = Cls.Punct;
  if (/[A-Za-z_$0-9]/.test(ch)) WORD[c] = 1;
}
/** Characters that are a punctuator by themselves and begin no longer one. */
const SINGLE = new Uint8Array(128);
for (const ch of '(){}[];,~?') SINGLE[ch.charCodeAt(0)] = PUNCT_TEXT.indexOf(ch);

/** Something wrong with one token; said only when the token is in force (`#if 0` may hold any text). */
export interface LexFault {
  readonly token: number;
  readonly message: string;
}

/** The raw tokens of one text. Depends on nothing else, so units share it. */
export class TokenBuffer {
  private structureMade: BufferStructure | undefined;
  private lineStarts: Int32Array | undefined;
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

  /** Physical line of an offset, from 1, counting \n only, as the compiler does. */
  line(offset: number): number {
    let starts = this.lineStarts;
    if (starts === undefined) {
      const found: number[] = [0];
      for (let i = this.text.indexOf('\n'); i >= 0; i = this.text.indexOf('\n', i + 1)) found.push(i + 1);
      starts = this.lineStarts = Int32Array.from(found);
    }
    let lo = 0;
    let hi = starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if ((starts[mid] ?? 0) <= offset) lo = mid;
      else hi = mid - 1;
    }
    return lo + 1;
  }
}

/** Length of a line continuation at `at` (a backslash, blanks, a newline), or 0. */
export function spliceLength(text: string, at: number): number {
  if (text.charCodeAt(at) !== 92) return 0;
  let i = at + 1;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === 10) return i + 1 - at;
    if (c !== 32 && c !== 9 && c !== 11 && c !== 12 && c !== 13) return 0;
    i++;
  }
}

/** Removes line continuations. */
export function unsplice(text: string): string {
  return text.replace(/\\[ \t\v\f\r]*\n/g, '');
}

/** C11 annex D as gcc applies it, coarsely: what may stand in an identifier beyond ASCII. U+FFFD is what invalid bytes became. */
function isWideWord(c: number): boolean {
  if (c < 0xa8) return false;
  if (c < 0x100) return c === 0xa8 || c === 0xaa || c === 0xad || c === 0xaf || (c >= 0xb2 && c <= 0xb5) || (c >= 0xb7 && c <= 0xba) || (c >= 0xbc && c <= 0xbe) || (c >= 0xc0 && c !== 0xd7 && c !== 0xf7);
  if (c < 0x2000) return c !== 0x1680 && c !== 0x180e;
  if (c < 0x3000) {
    return (c >= 0x200b && c <= 0x200d) || (c >= 0x202a && c <= 0x202e) || c === 0x203f || c === 0x2040 || c === 0x2054 || (c >= 0x2060 && c <= 0x218f) ||
      (c >= 0x2460 && c <= 0x24ff) || (c >= 0x2776 && c <= 0x2793) || (c >= 0x2c00 && c <= 0x2dff) || c >= 0x2e80;
  }
  return c >= 0x3004 && c !== 0xfffd && c !== 0xfffe && c !== 0xffff && c !== 0xfeff;
}

function isWord(c: number): boolean {
  return c < 128 ? WORD[c] === 1 : isWideWord(c);
}

/** Kind and length of the punctuator at the start of `s` (at most three characters matter); 0 when there is none. Longest first (C11 6.4p4). */
function punctuator(c: number, c1: number, c2: number): number {
  const eq = c1 === 61;
  switch (c) {
    case 40: return one(Raw.LParen);
    case 41: return one(Raw.RParen);
    case 123: return one(Raw.LBrace);
    case 125: return one(Raw.RBrace);
    case 91: return one(Raw.LBracket);
    case 93: return one(Raw.RBracket);
    case 59: return one(Raw.Semi);
    case 44: return one(Raw.Comma);
    case 126: return one(Raw.Tilde);
    case 63: return one(Raw.Question);
    case 35: return c1 === 35 ? two(Raw.HashHash) : one(Raw.Hash);
    case 61: return eq ? two(Raw.EqEq) : one(Raw.Eq);
    case 42: return eq ? two(Raw.StarEq) : one(Raw.Star);
    case 33: return eq ? two(Raw.Ne) : one(Raw.Not);
    case 94: return eq ? two(Raw.CaretEq) : one(Raw.Caret);
    case 47: return eq ? two(Raw.SlashEq) : one(Raw.Slash);
    case 46: return c1 === 46 && c2 === 46 ? three(Raw.Ellipsis) : one(Raw.Dot);
    case 43: return c1 === 43 ? two(Raw.PlusPlus) : eq ? two(Raw.PlusEq) : one(Raw.Plus);
    case 45: return c1 === 62 ? two(Raw.Arrow) : c1 === 45 ? two(Raw.MinusMinus) : eq ? two(Raw.MinusEq) : one(Raw.Minus);
    case 38: return c1 === 38 ? two(Raw.AndAnd) : eq ? two(Raw.AmpEq) : one(Raw.Amp);
    case 124: return c1 === 124 ? two(Raw.OrOr) : eq ? two(Raw.PipeEq) : one(Raw.Pipe);
    case 58: return c1 === 62 ? digraph(Raw.RBracket) : one(Raw.Colon);
    case 37: return c1 === 62 ? digraph(Raw.RBrace) : c1 === 58 ? digraph(Raw.Hash) : eq ? two(Raw.PercentEq) : one(Raw.Percent);
    case 60:
      if (c1 === 60) return c2 === 61 ? three(Raw.ShlEq) : two(Raw.Shl);
      return c1 === 58 ? digraph(Raw.LBracket) : c1 === 37 ? digraph(Raw.LBrace) : eq ? two(Raw.Le) : one(Raw.Lt);
    case 62:
      if (c1 === 62) return c2 === 61 ? three(Raw.ShrEq) : two(Raw.Shr);
      return eq ? two(Raw.Ge) : one(Raw.Gt);
    default: return 0;
  }
}
// A punctuator's answer: code, length, digraph in one integer.
const one = (code: number): number => code | 0x100;
const two = (code: number): number => code | 0x200;
const three = (code: number): number => code | 0x300;
const digraph = (code: number): number => code | 0x1200;

// Scratch arrays, kept from file to file: the pass is not re-entrant.
let capacity = 1 << 17;
let sKinds = new Uint8Array(capacity);
let sStarts = new Int32Array(capacity);
let sEnds = new Int32Array(capacity);
let sFlags = new Uint8Array(capacity);
let sAtoms = new Int32Array(capacity);

function grow(): void {
  const bytes = (old: Uint8Array): Uint8Array<ArrayBuffer> => {
    const made = new Uint8Array(capacity);
    made.set(old);
    return made;
  };
  const ints = (old: Int32Array): Int32Array<ArrayBuffer> => {
    const made = new Int32Array(capacity);
    made.set(old);
    return made;
  };
  capacity *= 2;
  sKinds = bytes(sKinds);
  sFlags = bytes(sFlags);
  sStarts = ints(sStarts);
  sEnds = ints(sEnds);
  sAtoms = ints(sAtoms);
}

/** Lexes a whole text. Never fails: what is wrong stands in `faults`. */
export function lex(text: string): TokenBuffer {
  const length = text.length;
  const faults: LexFault[] = [];
  const directives: number[] = [];
  let n = 0;
  let i = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let flag: number = RawFlag.LineStart | RawFlag.Column0;
  /** Next `*\` in the text: only a comment holding one can have its end mark split over lines. */
  let starSplice = -1;
  /** 0: not after `#`; 1: after a directive's `#`; 2: after `# include`. */
  let afterHash = 0;

  while (i < length) {
    const c = text.charCodeAt(i);
    const cls = c < 128 ? (CLASS[c] as number) : Cls.Wide; // the table has 128 entries
    if (cls === Cls.Blank) {
      flag = (flag | RawFlag.SpaceBefore) & ~RawFlag.Column0;
      i++;
      continue;
    }
    if (cls === Cls.Newline) {
      flag = RawFlag.LineStart | RawFlag.Column0;
      afterHash = 0;
      i++;
      continue;
    }
    if (n + 2 >= capacity) grow();

    if (cls === Cls.Ident) {
      const start = i;
      let hash = c;
      let d = 0;
      for (i++; i < length; i++) {
        d = text.charCodeAt(i);
        if (d >= 128 || WORD[d] === 0) break;
        hash = (Math.imul(hash, 31) + d) | 0;
      }
      if (i < length && (d === 92 || d >= 128 || ((d === 34 || d === 39) && i - start <= 2))) {
        i = lexSlow(text, start, n, flag, faults);
        n++;
      } else {
        const atom = atomOfSlice(text, start, i, mix(hash));
        sKinds[n] = Raw.Ident;
        sStarts[n] = start;
        sEnds[n] = i;
        sFlags[n] = flag;
        sAtoms[n] = atom;
        n++;
        if (afterHash === 1) {
          afterHash = atom === A.include || atom === A.include_next || atom === A.import ? 2 : 0;
        }
      }
      flag = 0;
      continue;
    }

    if (cls === Cls.Punct) {
      const single = SINGLE[c] as number; // c < 128 here
      if (single !== 0) {
        sKinds[n] = single;
        sStarts[n] = i;
        sEnds[n] = ++i;
        sFlags[n] = flag;
        sAtoms[n] = 0;
        n++;
        flag = 0;
        continue;
      }
      const c1 = text.charCodeAt(i + 1);
      if (c === 60 && afterHash === 2) {
        // gcc reads a header name only here; without the closing mark these are ordinary tokens.
        let j = i + 1;
        while (j < length && text.charCodeAt(j) !== 62 && text.charCodeAt(j) !== 10) j++;
        if (text.charCodeAt(j) === 62) {
          sKinds[n] = Raw.HeaderName;
          sStarts[n] = i;
          sEnds[n] = j + 1;
          sFlags[n] = flag;
          sAtoms[n] = 0;
          n++;
          i = j + 1;
          flag = 0;
          afterHash = 0;
          continue;
        }
      }
      if (c1 === 92 || (c === 46 && c1 >= 48 && c1 <= 57)) {
        i = lexSlow(text, i, n, flag, faults);
        if (sKinds[n] === Raw.Hash && (flag & RawFlag.LineStart) !== 0) {
          directives.push(n);
          afterHash = 1;
        }
        n++;
        flag = 0;
        continue;
      }
      const c2 = text.charCodeAt(i + 2);
      if (c2 === 92 && spliceLength(text, i + 2) > 0) {
        i = lexSlow(text, i, n, flag, faults);
        n++;
        flag = 0;
        continue;
      }
      const found = punctuator(c, c1, c2);
      let code = found & 0xff;
      let size = (found >> 8) & 0xf;
      if (c === 37 && c1 === 58 && c2 === 37 && text.charCodeAt(i + 3) === 58) {
        code = Raw.HashHash;
        size = 4;
      }
      if (code === Raw.Hash && (flag & RawFlag.LineStart) !== 0) {
        directives.push(n);
        afterHash = 1;
      }
      sKinds[n] = code;
      sStarts[n] = i;
      i += size;
      sEnds[n] = i;
      sFlags[n] = found >= 0x1000 ? flag | RawFlag.Digraph : flag;
      sAtoms[n] = 0;
      n++;
      flag = 0;
      continue;
    }

    if (cls === Cls.Slash) {
      const c1 = text.charCodeAt(i + 1);
      if (c1 === 42) {
        let end = text.indexOf('*/', i + 2);
        if (starSplice < i + 2 && starSplice !== length) {
          starSplice = text.indexOf('*\\', i + 2);
          if (starSplice < 0) starSplice = length;
        }
        if (starSplice < (end < 0 ? length : end)) end = splicedCommentEnd(text, i + 2);
        if (end < 0) {
          faults.push({ token: n, message: 'unterminated comment' });
          break;
        }
        i = text.charCodeAt(end + 1) === 47 ? end + 2 : afterSplices(text, end + 1) + 1;
        flag = (flag | RawFlag.SpaceBefore) & ~RawFlag.Column0;
        continue;
      }
      if (c1 === 47) {
        i = lineCommentEnd(text, i + 2);
        flag |= RawFlag.SpaceBefore;
        continue;
      }
      if (c1 === 92) {
        const j = afterSplices(text, i + 1);
        const d = text.charCodeAt(j);
        if (j > i + 1 && d === 47) {
          i = lineCommentEnd(text, j + 1);
          continue;
        }
        if (j > i + 1 && d === 42) {
          const end = splicedCommentEnd(text, j + 1);
          if (end < 0) {
            faults.push({ token: n, message: 'unterminated comment' });
            break;
          }
          i = afterSplices(text, end + 1) + 1;
          flag = (flag | RawFlag.SpaceBefore) & ~RawFlag.Column0;
          continue;
        }
        i = lexSlow(text, i, n, flag, faults);
        n++;
        flag = 0;
        continue;
      }
      sKinds[n] = c1 === 61 ? Raw.SlashEq : Raw.Slash;
      sStarts[n] = i;
      i += c1 === 61 ? 2 : 1;
      sEnds[n] = i;
      sFlags[n] = flag;
      sAtoms[n] = 0;
      n++;
      flag = 0;
      continue;
    }

    if (cls === Cls.Digit) {
      const start = i;
      let previous = c;
      let d = 0;
      for (i++; i < length; i++) {
        d = text.charCodeAt(i);
        if (d >= 128 || d === 92) break;
        if (WORD[d] === 0 && d !== 46) {
          if (!((d === 43 || d === 45) && (previous === 101 || previous === 69 || previous === 112 || previous === 80))) break;
        }
        previous = d;
      }
      if (i < length && (d === 92 || d >= 128)) i = lexSlow(text, start, n, flag, faults);
      else {
        sKinds[n] = Raw.Number;
        sStarts[n] = start;
        sEnds[n] = i;
        sFlags[n] = flag;
        sAtoms[n] = 0;
      }
      n++;
      flag = 0;
      continue;
    }

    if (cls === Cls.Backslash) {
      const splice = spliceLength(text, i);
      if (splice > 0) {
        // A continued line goes on; what follows is on the same logical line, blank or not.
        i += splice;
        flag &= ~RawFlag.Column0;
        continue;
      }
    }

    i = lexSlow(text, i, n, flag, faults);
    n++;
    flag = 0;
  }

  sKinds[n] = Raw.End;
  sStarts[n] = length;
  sEnds[n] = length;
  sFlags[n] = RawFlag.LineStart;
  sAtoms[n] = 0;
  return new TokenBuffer(
    text, n, sKinds.slice(0, n + 1), sStarts.slice(0, n + 1), sEnds.slice(0, n + 1), sFlags.slice(0, n + 1), sAtoms.slice(0, n + 1),
    Int32Array.from(directives), faults,
  );
}

/** Past any line continuations at `at`. */
function afterSplices(text: string, at: number): number {
  let i = at;
  for (let size = spliceLength(text, i); size > 0; size = spliceLength(text, i)) i += size;
  return i;
}

/** Offset of the `*` that ends a block comment when a continuation may split the end mark; -1: none. */
function splicedCommentEnd(text: string, from: number): number {
  for (let star = text.indexOf('*', from); star >= 0; star = text.indexOf('*', star + 1)) {
    if (text.charCodeAt(afterSplices(text, star + 1)) === 47) return star;
  }
  return -1;
}

/** Offset of the newline that ends a line comment, continuations obeyed. */
function lineCommentEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    let back = end - 1;
    while (back >= from && (text.charCodeAt(back) === 32 || text.charCodeAt(back) === 9 || text.charCodeAt(back) === 13 || text.charCodeAt(back) === 11 || text.charCodeAt(back) === 12)) back--;
    if (back < from || text.charCodeAt(back) !== 92) return end;
    at = end + 1;
  }
}

/**
 * Lexes one token at `start` with all the rare things: continuations inside, prefixes of literals, characters beyond ASCII, UCNs.
 * Writes it to index `n` of the scratch arrays; returns the offset after it.
 */
function lexSlow(text: string, start: number, n: number, flag: number, faults: LexFault[]): number {
  const length = text.length;
  let at = afterSplices(text, start);
  const begin = at;
  let spliced = false;
  const peek = (offset: number): number => (offset < length ? text.charCodeAt(offset) : -1);
  /** Offset of the character after the one at `offset`. */
  const after = (offset: number): number => afterSplices(text, offset + 1);
  const step = (): void => {
    const next = after(at);
    if (next !== at + 1) spliced = true;
    at = next;
  };
  let end = at;
  const take = (): void => {
    end = at + 1;
    step();
  };
  const c = peek(at);
  let kind: number;
  let atom = 0;
  const dot = c === 46 && peek(after(at)) >= 48 && peek(after(at)) <= 57;

  if (dot || (c >= 48 && c <= 57)) {
    kind = Raw.Number;
    let previous = 0;
    for (let d = c; ; d = peek(at)) {
      const sign = (d === 43 || d === 45) && (previous === 101 || previous === 69 || previous === 112 || previous === 80);
      if (d < 0 || !(isWord(d) || d === 46 || sign)) break;
      previous = d;
      take();
    }
  } else if (c === 34 || c === 39 || literalPrefix(c, peek, after, at) > 0) {
    for (let k = literalPrefix(c, peek, after, at); k > 0; k--) take();
    const quote = peek(at);
    kind = quote === 34 ? Raw.String : Raw.Char;
    take();
    for (;;) {
      const d = peek(at);
      if (d < 0 || d === 10 || (d === 13 && peek(at + 1) === 10)) {
        kind = Raw.Other;
        faults.push({ token: n, message: `missing terminating ${quote === 34 ? '"' : "'"} character` });
        break;
      }
      take();
      if (d === quote) break;
      if (d === 92 && peek(at) !== 10 && peek(at) >= 0 && !(peek(at) === 13 && peek(at + 1) === 10)) take();
    }
  } else if (c >= 0 && (isWord(c) || ucn(text, at) > 0)) {
    kind = Raw.Ident;
    for (;;) {
      const d = peek(at);
      const escape = d === 92 ? ucn(text, at) : 0;
      if (escape > 0) {
        at += escape - 1;
        take();
      } else if (d >= 0 && isWord(d)) take();
      else break;
    }
  } else {
    const n1 = after(at);
    const n2 = after(n1);
    const c1 = peek(n1);
    const found = punctuator(c, c1, peek(n2));
    let size = (found >> 8) & 0xf;
    kind = found === 0 ? Raw.Other : found & 0xff;
    if (c === 37 && c1 === 58 && peek(n2) === 37 && peek(after(n2)) === 58) {
      kind = Raw.HashHash;
      size = 4;
    }
    if (found >= 0x1000) flag |= RawFlag.Digraph;
    for (let k = Math.max(size, 1); k > 0; k--) take();
  }
  // A continuation after the last character is not inside the token.
  spliced = spliced && spliceInside(text, begin, end);
  if (kind === Raw.Ident) {
    const spelling = spliced ? unsplice(text.slice(begin, end)) : text.slice(begin, end);
    atom = atomOf(spelling);
  }
  sKinds[n] = kind;
  sStarts[n] = begin;
  sEnds[n] = end;
  sFlags[n] = spliced ? flag | RawFlag.Spliced : flag;
  sAtoms[n] = atom;
  return end;
}

function spliceInside(text: string, begin: number, end: number): boolean {
  for (let i = text.indexOf('\\', begin); i >= 0 && i < end; i = text.indexOf('\\', i + 1)) if (spliceLength(text, i) > 0) return true;
  return false;
}

/** Number of characters of a literal's prefix (L, u, U, u8) that a quote follows; 0: none. */
function literalPrefix(c: number, peek: (offset: number) => number, after: (offset: number) => number, at: number): number {
  if (c !== 76 && c !== 117 && c !== 85) return 0;
  const n1 = after(at);
  const c1 = peek(n1);
  if (c1 === 34 || c1 === 39) return 1;
  // C11 has u8"…" and no u8'…'.
  return c === 117 && c1 === 56 && peek(after(n1)) === 34 ? 2 : 0;
}

/** Length of a universal character name at `at`, or 0 (C11 6.4.3). */
function ucn(text: string, at: number): number {
  if (text.charCodeAt(at) !== 92) return 0;
  const digits = text[at + 1] === 'u' ? 4 : text[at + 1] === 'U' ? 8 : 0;
  return digits > 0 && /^[0-9a-fA-F]+$/.test(text.slice(at + 2, at + 2 + digits)) && at + 2 + digits <= text.length ? 2 + digits : 0;
}
