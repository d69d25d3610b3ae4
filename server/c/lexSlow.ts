/**
 * The tokens that wasm/lexer.ts leaves: those with a character beyond ASCII, a continuation inside, or a prefix, and what is no token.
 */
import { atomOfRare } from './atoms';
import { Raw, RawFlag } from './rawCodes';

export interface SlowToken {
  readonly kind: number;
  readonly begin: number;
  /** Where to go on. */
  readonly end: number;
  readonly flags: number;
  /** 0 for an identifier: there is no room for its atom. */
  readonly atom: number;
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
  if (c >= 128) return isWideWord(c);
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 36;
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

/** Past any line continuations at `at`. */
function afterSplices(text: string, at: number): number {
  let i = at;
  for (let size = spliceLength(text, i); size > 0; size = spliceLength(text, i)) i += size;
  return i;
}

/**
 * One token with all the rare things: continuations inside, prefixes of literals, characters beyond ASCII, UCNs. `fault` takes what is
 * wrong with it.
 */
export function lexSlow(text: string, start: number, flag: number, fault: (message: string) => void): SlowToken {
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
        fault(`missing terminating ${quote === 34 ? '"' : "'"} character`);
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
    atom = atomOfRare(spelling);
  }
  return { kind, begin, end, flags: spliced ? flag | RawFlag.Spliced : flag, atom };
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
