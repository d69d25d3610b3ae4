/**
 * AssemblyScript: the inner loop of the lexer and the table of atoms, compiled to WebAssembly by the build. It runs at full speed from the first
 * byte on, where JavaScript is interpreted until it is hot, and the first thousand headers are read before that.
 *
 * What is rare is left to JavaScript (`slow`, lexSlow.ts): characters beyond ASCII, continuations inside tokens, literals with prefixes. The rules
 * themselves are described in lexer.ts.
 */
import { Raw, RawFlag } from '../rawCodes';
import { CLASSES, COUNT, INCLUDES, MASK, POOL_USED, PUNCTS, SLOTS } from './memory';
import { Cls, DIGRAPH, LONGER } from './classes';

/** Lexes one token at `start`, writes it as token `n`, gives the offset behind it. */
// @ts-ignore: decorator
@external("lexer", "slow")
declare function slow(start: i32, n: i32, flag: i32): i32;
/** A comment before token `n` does not end. */
// @ts-ignore: decorator
@external("lexer", "unterminated")
declare function unterminated(n: i32): void;

let HASHES: usize = 0;
let OFFSETS: usize = 0;
let POOL: usize = 0;
let TEXT: usize = 0;
let maxAtoms: i32 = 0;
let poolBytes: i32 = 0;

let starts: usize = 0;
let ends: usize = 0;
let atoms: usize = 0;
let kinds: usize = 0;
let flags: usize = 0;

/**
 * Moves the areas to where they are from now on, each upwards or nowhere. What the text area holds is lost. There is room for `newMaxAtoms`
 * atoms, twice as many slots, and `newPoolBytes` of spellings.
 */
export function place(hashes: usize, offsets: usize, pool: usize, text: usize, newMaxAtoms: i32, newPoolBytes: i32): void {
  const count = <usize>load<i32>(COUNT);
  memory.copy(pool, POOL, <usize>load<i32>(POOL_USED));
  memory.copy(offsets, OFFSETS, (count + 1) << 2);
  memory.copy(hashes, HASHES, count << 2);
  HASHES = hashes;
  OFFSETS = offsets;
  POOL = pool;
  TEXT = text;
  maxAtoms = newMaxAtoms;
  poolBytes = newPoolBytes;
}

// @ts-ignore: decorator
@inline
function at(i: i32): i32 {
  return <i32>load<u8>(TEXT + <usize>i);
}

// @ts-ignore: decorator
@inline
function classOf(c: i32): i32 {
  return <i32>load<u8>(<usize>CLASSES + <usize>c);
}

// @ts-ignore: decorator
@inline
function isWord(c: i32): bool {
  return (classOf(c) & Cls.Word) !== 0;
}

// @ts-ignore: decorator
@inline
function put(n: i32, kind: i32, start: i32, end: i32, flag: i32, atom: i32): void {
  const at4 = <usize>n << 2;
  store<i32>(starts + at4, start);
  store<i32>(ends + at4, end);
  store<i32>(atoms + at4, atom);
  store<u8>(kinds + <usize>n, kind);
  store<u8>(flags + <usize>n, flag);
}

/** The hash: for each byte hash * 31 + byte; then this. */
// @ts-ignore: decorator
@inline
function mix(hash: i32): i32 {
  const h = (hash ^ (hash >>> 15)) * 0x2c1b3c6d;
  return h ^ (h >>> 13);
}

/** Doubles the slots. */
function growSlots(): void {
  const mask = (load<i32>(MASK) << 1) | 1;
  store<i32>(MASK, mask);
  memory.fill(SLOTS, 0, (<usize>mask + 1) << 2);
  const count = load<i32>(COUNT);
  for (let atom = 1; atom < count; atom++) {
    let slot = load<i32>(HASHES + (<usize>atom << 2)) & mask;
    while (load<i32>(<usize>SLOTS + (<usize>slot << 2)) !== 0) slot = (slot + 1) & mask;
    store<i32>(<usize>SLOTS + (<usize>slot << 2), atom);
  }
}

/** The same bytes at both places? Eight at a time; what lies behind `size` may be read, and does not count. */
function equal(a: usize, b: usize, size: i32): bool {
  while (size > 8) {
    if (load<u64>(a) !== load<u64>(b)) return false;
    a += 8;
    b += 8;
    size -= 8;
  }
  return ((load<u64>(a) ^ load<u64>(b)) << (((8 - size) as u64) << 3)) === 0;
}

/** The atom of the spelling at `from`; 0: the table is full. `hash` is mixed. */
function intern(from: usize, size: i32, hash: i32): i32 {
  const mask = load<i32>(MASK);
  let slot = hash & mask;
  for (;;) {
    const atom = load<i32>(<usize>SLOTS + (<usize>slot << 2));
    if (atom === 0) break;
    if (load<i32>(HASHES + (<usize>atom << 2)) === hash) {
      const offset = load<i32>(OFFSETS + (<usize>atom << 2));
      if (load<i32>(OFFSETS + 4 + (<usize>atom << 2)) - offset === size) {
        if (size === 0 || equal(POOL + <usize>offset, from, size)) return atom;
      }
    }
    slot = (slot + 1) & mask;
  }
  const atom = load<i32>(COUNT);
  const used = load<i32>(POOL_USED);
  if (atom + 2 >= maxAtoms || size > poolBytes - used) return 0;
  memory.copy(POOL + <usize>used, from, <usize>size);
  store<i32>(COUNT, atom + 1);
  store<i32>(POOL_USED, used + size);
  store<i32>(OFFSETS + (<usize>atom << 2), used);
  store<i32>(OFFSETS + 4 + (<usize>atom << 2), used + size);
  store<i32>(HASHES + (<usize>atom << 2), hash);
  store<i32>(<usize>SLOTS + (<usize>slot << 2), atom);
  if (atom * 2 > mask) growSlots();
  return atom;
}

/** The atom of `size` bytes that the caller has written behind what is used of `POOL`; 0: the table is full. */
export function atomOfPool(size: i32): i32 {
  const from = POOL + <usize>load<i32>(POOL_USED);
  let hash = 0;
  for (let i = 0; i < size; i++) hash = hash * 31 + <i32>load<u8>(from + <usize>i);
  return intern(from, size, mix(hash));
}

/** Length of a line continuation at `i`, or 0. */
function spliceLength(i: i32): i32 {
  if (at(i) !== 92) return 0;
  let k = i + 1;
  let c = at(k);
  while (c === 32 || c === 9 || c === 11 || c === 12 || c === 13) c = at(++k);
  return c === 10 ? k + 1 - i : 0;
}

function afterSplices(i: i32): i32 {
  for (let size = spliceLength(i); size > 0; size = spliceLength(i)) i += size;
  return i;
}

/** Offset behind the comment whose text begins at `i`; -1: it does not end. */
function commentEnd(i: i32, length: i32): i32 {
  while (i < length) {
    // Eight bytes at a time while none of them is a '*': the bytes of `x` that are 0 are the stars.
    const x = load<u64>(TEXT + <usize>i) ^ 0x2a2a2a2a2a2a2a2a;
    const zeros = (x - 0x0101010101010101) & ~x & 0x8080808080808080;
    if (zeros === 0) {
      i += 8;
      continue;
    }
    i += <i32>(ctz(zeros) >> 3);
    if (i >= length) return -1;
    const c = at(i + 1);
    if (c === 47) return i + 2;
    i++;
    if (c === 92) {
      const k = afterSplices(i);
      if (at(k) === 47 && k < length) return k + 1;
    }
  }
  return -1;
}

/** Offset of the newline that ends the line comment whose text begins at `from`, continuations obeyed. */
function lineCommentEnd(from: i32, length: i32): i32 {
  for (let i = from; i < length; i++) {
    if (at(i) !== 10) continue;
    let back = i - 1;
    while (back >= from) {
      const c = at(back);
      if (c !== 32 && c !== 9 && c !== 13 && c !== 11 && c !== 12) break;
      back--;
    }
    if (back < from || at(back) !== 92) return i;
  }
  return length;
}

/** Offset behind the literal whose quote stands at `i` when nothing in it is rare; 0: something is. */
function plainLiteral(i: i32, quote: i32): i32 {
  let c = at(++i);
  // Newlines, the end of the text, and what stands for characters beyond ASCII (1) are rare; a tab is plain.
  while (c !== quote && (c >= 32 || c === 9)) {
    // A backslash before a blank may be a continuation.
    if (c === 92 && at(++i) <= 32) return 0;
    c = at(++i);
  }
  return c === quote ? i + 1 : 0;
}

/**
 * Lexes the text from `begin` to `length`, into arrays with room for `maxTokens` and the end. The one at `directivesAt` gets the index of every
 * `#` that begins a directive, the one at `directiveEndsAt` the token behind its last one. Gives the number of tokens (that of directives stands at
 * `countAt`), -1 when there are too many tokens, -2 when there are too many atoms.
 */
export function lex(
  begin: i32, length: i32, maxTokens: i32, startsAt: usize, endsAt: usize, atomsAt: usize, directivesAt: usize, directiveEndsAt: usize, kindsAt: usize, flagsAt: usize, countAt: usize,
): i32 {
  starts = startsAt;
  ends = endsAt;
  atoms = atomsAt;
  kinds = kindsAt;
  flags = flagsAt;
  let n = 0;
  let i = begin;
  let flag: i32 = RawFlag.LineStart | RawFlag.Column0;
  let directiveCount = 0;
  let inDirective = false;
  /** 0: not after `#`; 1: after a directive's `#`; 2: after `# include`. */
  let afterHash = 0;
  const include0 = load<i32>(INCLUDES);
  const include1 = load<i32>(INCLUDES + 4);
  const include2 = load<i32>(INCLUDES + 8);

  while (i < length) {
    const c = at(i);
    const cls = classOf(c) & Cls.Mask;
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
    if (cls === Cls.Slash) {
      const second = afterSplices(i + 1);
      const mark = second < length ? at(second) : 0;
      if (mark === 42) {
        const end = commentEnd(second + 1, length);
        if (end < 0) {
          unterminated(n);
          break;
        }
        i = end;
        flag = (flag | RawFlag.SpaceBefore) & ~RawFlag.Column0;
        continue;
      }
      if (mark === 47) {
        i = lineCommentEnd(second + 1, length);
        flag |= RawFlag.SpaceBefore;
        continue;
      }
    }
    if (cls === Cls.Backslash) {
      const splice = spliceLength(i);
      if (splice > 0) {
        // A continued line goes on; what follows is on the same logical line, blank or not.
        i += splice;
        flag &= ~RawFlag.Column0;
        continue;
      }
    }

    // A token begins.
    if (n >= maxTokens) return -1;
    if (inDirective && (flag & RawFlag.LineStart) !== 0) {
      store<i32>(directiveEndsAt + (<usize>(directiveCount - 1) << 2), n);
      inDirective = false;
    }
    const start = i;

    if (cls === Cls.Ident) {
      let hash = c;
      let d = at(++i);
      while (isWord(d)) {
        hash = hash * 31 + d;
        d = at(++i);
      }
      if (d === 92 || d === 1 || ((d === 34 || d === 39) && i - start <= 2)) i = slow(start, n, flag);
      else {
        const atom = intern(TEXT + <usize>start, i - start, mix(hash));
        if (atom === 0) return -2;
        put(n, Raw.Ident, start, i, flag, atom);
        if (afterHash === 1) afterHash = atom === include0 || atom === include1 || atom === include2 ? 2 : 0;
      }
      n++;
      flag = 0;
      continue;
    }

    if (cls === Cls.Punct || cls === Cls.Slash) {
      const c1 = at(i + 1);
      if (c === 60 && afterHash === 2) {
        // gcc reads a header name only here; without the closing mark these are ordinary tokens.
        let k = i + 1;
        while (k < length && at(k) !== 62 && at(k) !== 10) k++;
        if (k < length && at(k) === 62) {
          i = k + 1;
          put(n++, Raw.HeaderName, start, i, flag, 0);
          flag = 0;
          afterHash = 0;
          continue;
        }
      }
      let entry = <i32>load<u16>(<usize>PUNCTS + (<usize>((c << 7) | c1) << 1));
      const single = (entry & LONGER) === 0 && classOf(c) === (Cls.Punct | Cls.Single);
      if (!single && (c1 === 92 || (c === 46 && c1 >= 48 && c1 <= 57) || (at(i + 2) === 92 && spliceLength(i + 2) > 0))) {
        i = slow(start, n, flag);
        if (load<u8>(kinds + <usize>n) === Raw.Hash && (flag & RawFlag.LineStart) !== 0) {
          store<i32>(directivesAt + (<usize>(directiveCount++) << 2), n);
          inDirective = true;
          afterHash = 1;
        }
        n++;
        flag = 0;
        continue;
      }
      if ((entry & LONGER) !== 0) {
        const c2 = at(i + 2);
        if (c2 === 61) {
          if (c === 60 && c1 === 60) entry = Raw.ShlEq | 0x300;
          else if (c === 62 && c1 === 62) entry = Raw.ShrEq | 0x300;
        } else if (c2 === 46) {
          if (c === 46) entry = Raw.Ellipsis | 0x300;
        } else if (c === 37 && c2 === 37 && at(i + 3) === 58) entry = Raw.HashHash | 0x400 | DIGRAPH;
      }
      const kind = entry & 0xff;
      if (kind === Raw.Hash && (flag & RawFlag.LineStart) !== 0) {
        store<i32>(directivesAt + (<usize>(directiveCount++) << 2), n);
        inDirective = true;
        afterHash = 1;
      }
      i += (entry >> 8) & 0xf;
      put(n++, kind, start, i, (entry & DIGRAPH) !== 0 ? flag | RawFlag.Digraph : flag, 0);
      flag = 0;
      continue;
    }

    if (cls === Cls.Digit) {
      let previous = c;
      let d = at(++i);
      while (isWord(d) || d === 46 || ((d === 43 || d === 45) && (previous === 101 || previous === 69 || previous === 112 || previous === 80))) {
        previous = d;
        d = at(++i);
      }
      if (d === 92 || d === 1) i = slow(start, n, flag);
      else put(n, Raw.Number, start, i, flag, 0);
      n++;
      flag = 0;
      continue;
    }

    if (cls === Cls.Quote) {
      const end = plainLiteral(i, c);
      if (end > 0) {
        put(n++, c === 34 ? <i32>Raw.String : <i32>Raw.Char, start, end, flag, 0);
        i = end;
        flag = 0;
        continue;
      }
    }

    i = slow(start, n, flag);
    n++;
    flag = 0;
  }

  if (inDirective) store<i32>(directiveEndsAt + (<usize>(directiveCount - 1) << 2), n);
  put(n, Raw.End, length, length, RawFlag.LineStart, 0);
  store<i32>(countAt, directiveCount);
  return n;
}
