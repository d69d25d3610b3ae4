/** The WebAssembly of the lexer (wasm/lexer.ts): its instance, its memory, and the views of it. One per thread; a table of atoms belongs to it. */
import { PUNCT_TEXT } from './rawTokens';
import { Raw } from './rawCodes';
import { CLASSES, COUNT, MASK, PUNCTS, SLOTS } from './wasm/memory';
import { Cls, DIGRAPH, LONGER } from './wasm/classes';
import bytes from './wasm/lexer.wasm';

const PAGE_BYTES = 65536;
const FIRST_SLOTS = 1 << 16;
/** Behind the text: so that looking ahead needs no bound. */
const SENTINEL_BYTES = 16;

/** Byte addresses of what `lex` fills. */
export interface TokenAreas {
  readonly starts: number;
  readonly ends: number;
  readonly atoms: number;
  readonly directives: number;
  readonly directiveEnds: number;
  readonly kinds: number;
  readonly flags: number;
  /** i32: number of directives. */
  readonly directiveCount: number;
}

interface LexerExports {
  readonly place: (hashes: number, offsets: number, pool: number, text: number, maxAtoms: number, poolBytes: number) => void;
  readonly lex: (begin: number, length: number, maxTokens: number, starts: number, ends: number, atoms: number, directives: number, directiveEnds: number, kinds: number, flags: number, directiveCount: number) => number;
  readonly atomOfPool: (sizeBytes: number) => number;
}

/** What the module calls; set by the lexer, which knows the text. */
export const rare = {
  slow: (_start: number, _n: number, _flag: number): number => 0,
  unterminated: (_n: number): void => undefined,
};

// As small as will do: V8 collects garbage the sooner the more memory lies outside of its heap.
const memory = new WebAssembly.Memory({ initial: pagesOf(SLOTS) });
/** The memory, and where its areas begin (wasm/memory.ts). Views are made anew when it grows, so ask for them each time (`mem.u8`). */
export const mem = {
  u8: new Uint8Array(memory.buffer), i32: new Int32Array(memory.buffer), offsets: 0, pool: 0, poolBytes: 1 << 18, text: 0, maxAtoms: 1 << 14,
};
export const native = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
  env: { memory },
  lexer: {
    slow: (start: number, n: number, flag: number): number => rare.slow(start, n, flag),
    unterminated: (n: number): void => { rare.unterminated(n); },
  },
}).exports as unknown as LexerExports; // as wasm/lexer.ts declares them

fillTables();
growAtoms(0);

/** Doubles the room for atoms, and makes room for a spelling of that many bytes more. Not while a text is read: it is lost. */
export function growAtoms(spellingBytes: number): void {
  mem.maxAtoms *= 2;
  mem.poolBytes = mem.poolBytes * 2 + spellingBytes;
  const hashes = SLOTS + 8 * mem.maxAtoms;
  mem.offsets = hashes + 4 * mem.maxAtoms;
  mem.pool = mem.offsets + 4 * mem.maxAtoms;
  mem.text = (mem.pool + mem.poolBytes + 7) & ~7;
  reach(mem.text + PAGE_BYTES);
  native.place(hashes, mem.offsets, mem.pool, mem.text, mem.maxAtoms, mem.poolBytes);
}

/** Makes room for a text of that many code units, and for that many tokens of it. */
export function areasOf(length: number, maxTokens: number): TokenAreas {
  const ints = 4 * (maxTokens + 1);
  const starts = (mem.text + length + SENTINEL_BYTES + 7) & ~7;
  const ends = starts + ints;
  const atoms = ends + ints;
  const directives = atoms + ints;
  const directiveEnds = directives + ints;
  const directiveCount = directiveEnds + ints;
  const kinds = directiveCount + 4;
  const flags = kinds + maxTokens + 1;
  reach(flags + maxTokens + 1);
  return { starts, ends, atoms, directives, directiveEnds, directiveCount, kinds, flags };
}

/** The memory has `end` bytes from now on, or more. */
function reach(end: number): void {
  const missing = pagesOf(end) - memory.buffer.byteLength / PAGE_BYTES;
  if (missing <= 0) return;
  memory.grow(missing);
  mem.u8 = new Uint8Array(memory.buffer);
  mem.i32 = new Int32Array(memory.buffer);
}

const encoder = new TextEncoder();

/** Writes a text where `lex` reads it. Room for it has been made. */
export function writeText(text: string): void {
  const { length } = text;
  const to = mem.u8.subarray(mem.text, mem.text + length);
  // A byte for each code unit: what is beyond ASCII is rare, and looked at in the text itself.
  if (encoder.encodeInto(text, to).read !== length) encoder.encodeInto(text.replace(/[^\0-\x7f]/g, '\x01'), to);
  mem.u8.fill(0, mem.text + length, mem.text + length + SENTINEL_BYTES);
}

function pagesOf(end: number): number {
  return Math.ceil(end / PAGE_BYTES);
}

/** Classes of bytes, and the punctuators (C11 6.4.6) by their first two bytes. */
function fillTables(): void {
  const { u8 } = mem;
  const u16 = new Uint16Array(memory.buffer);
  for (let c = 0; c < 128; c++) {
    const ch = String.fromCharCode(c);
    let cls: number = Cls.Other;
    if (/[A-Za-z_$]/.test(ch)) cls = Cls.Ident | Cls.Word;
    else if (/[0-9]/.test(ch)) cls = Cls.Digit | Cls.Word;
    else if (/[ \t\v\f\0\r]/.test(ch)) cls = Cls.Blank;
    else if (c === 10) cls = Cls.Newline;
    else if (ch === '"' || ch === "'") cls = Cls.Quote;
    else if (ch === '/') cls = Cls.Slash;
    else if (ch === '\\') cls = Cls.Backslash;
    else if ('(){}[];,~?'.includes(ch)) cls = Cls.Punct | Cls.Single;
    else if (PUNCT_TEXT.includes(ch)) cls = Cls.Punct;
    u8[CLASSES + c] = cls;
  }
  const entry = (text: string): number => PUNCTS / 2 + (text.charCodeAt(0) << 7) + (text.charCodeAt(1) || 0);
  PUNCT_TEXT.forEach((text, code) => {
    if (text.length === 1) u16.fill(code | 0x100, entry(text), entry(text) + 128);
  });
  PUNCT_TEXT.forEach((text, code) => {
    if (text.length === 2) u16[entry(text)] = code | 0x200;
  });
  for (const [text, code] of [['<:', Raw.LBracket], [':>', Raw.RBracket], ['<%', Raw.LBrace], ['%>', Raw.RBrace], ['%:', Raw.Hash]] as const) u16[entry(text)] = code | 0x200 | DIGRAPH;
  for (const text of ['<<', '>>', '..', '%:']) u16[entry(text)] = (u16[entry(text)] ?? 0) | LONGER;
  mem.i32[MASK / 4] = FIRST_SLOTS - 1;
  mem.i32[COUNT / 4] = 1; // atom 0 is none
}
