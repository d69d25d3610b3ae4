/**
 * Makes the bytes of a small WebAssembly module that looks through 16 bytes at a time for any of up to 8 groups of
 * three-byte anchors. JavaScript alone reads about 1 GB/s; this is several times that, which is what it takes to
 * stand beside ripgrep.
 *
 * The method is the one known as Teddy (from Intel's Hyperscan, also used by ripgrep's aho-corasick): for each of the
 * three bytes of an anchor two tables of 16 entries, one for the low and one for the high half of a byte, tell which
 * groups allow it; a shuffle looks up 16 bytes at once, and six lookups joined by AND leave the groups whose anchor may
 * start there. What it reports is a candidate: the caller compares the bytes.
 *
 * Module: imports `env.memory`; exports `next(from, end)`: the first place p with from <= p < end where an anchor may
 * start, else `end` or more. It reads up to 66 bytes past `end`, so the memory needs that much room behind the text.
 */

/** For anchor byte k (0..2): bit g of `low[k][x]` is set when group g has an anchor whose byte k has the low half x. */
export interface AnchorTables {
  readonly low: readonly Uint8Array[];
  readonly high: readonly Uint8Array[];
}

/** Bytes that `next` may read behind its end. */
export const readAheadBytes = 80;

const I32 = 0x7f;
const V128 = 0x7b;

/** Unsigned LEB128. */
function uleb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    out.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return out;
}

/** Signed LEB128 of a small number that is not negative. */
function sleb(value: number): number[] {
  return value < 64 ? [value] : [(value & 0x7f) | 0x80, ...sleb(value >> 7)];
}

const section = (id: number, body: readonly number[]): number[] => [id, ...uleb(body.length), ...body];
const name = (text: string): number[] => [text.length, ...Array.from(text, (c) => c.charCodeAt(0))];
const simd = (code: number): number[] => [0xfd, ...uleb(code)];

const get = (local: number): number[] => [0x20, ...uleb(local)];
const set = (local: number): number[] => [0x21, ...uleb(local)];
const tee = (local: number): number[] => [0x22, ...uleb(local)];
const i32 = (value: number): number[] => [0x41, ...sleb(value)];
const vConst = (bytes: Uint8Array): number[] => [...simd(0x0c), ...bytes];
/** Unaligned load; alignment hint 0. */
const vLoad = (offsetBytes: number): number[] => [...simd(0x00), 0, ...uleb(offsetBytes)];
const swizzle = simd(0x0e);
const vAnd = simd(0x4e);
const vOr = simd(0x50);
const vAnyTrue = simd(0x53);
const shiftRight16 = simd(0x8d);
const notEqual8 = simd(0x24);
const bitmask8 = simd(0x64);

// Locals: 0 from, 1 end, then 2..7 tables (low0 high0 low1 high1 low2 high2), 8 half mask, 9 loaded bytes, 10.. results.
const FROM = 0;
const END = 1;
const TABLE = 2;
const HALF = 8;
const BYTES = 9;
const RESULT = 10;
const UNROLL = 4;
const VECTOR_LOCALS = RESULT + UNROLL - TABLE;

/** Leaves on the stack the groups that allow byte k at offset + k. */
function lookup(k: number, offsetBytes: number): number[] {
  return [
    ...get(TABLE + 2 * k), ...get(FROM), ...vLoad(offsetBytes + k), ...tee(BYTES), ...get(HALF), ...vAnd, ...swizzle,
    ...get(TABLE + 2 * k + 1), ...get(BYTES), ...i32(4), ...shiftRight16, ...get(HALF), ...vAnd, ...swizzle,
    ...vAnd,
  ];
}

function body(tables: AnchorTables): number[] {
  const code: number[] = [];
  for (let k = 0; k < 3; k++) {
    code.push(...vConst(tables.low[k] ?? new Uint8Array(16)), ...set(TABLE + 2 * k));
    code.push(...vConst(tables.high[k] ?? new Uint8Array(16)), ...set(TABLE + 2 * k + 1));
  }
  code.push(...vConst(new Uint8Array(16).fill(0x0f)), ...set(HALF));
  code.push(0x02, 0x40, 0x03, 0x40); // block, loop
  code.push(...get(FROM), ...get(END), 0x4f, 0x0d, 1); // from >= end (unsigned): leave the block
  for (let u = 0; u < UNROLL; u++) {
    code.push(...lookup(0, 16 * u), ...lookup(1, 16 * u), ...vAnd, ...lookup(2, 16 * u), ...vAnd, ...set(RESULT + u));
  }
  code.push(...get(RESULT));
  for (let u = 1; u < UNROLL; u++) code.push(...get(RESULT + u), ...vOr);
  code.push(...vAnyTrue, 0x04, 0x40); // if any
  for (let u = 0; u < UNROLL; u++) {
    code.push(...get(RESULT + u), ...vAnyTrue, 0x04, 0x40);
    code.push(...get(FROM), ...i32(16 * u), 0x6a);
    code.push(...get(RESULT + u), ...vConst(new Uint8Array(16)), ...notEqual8, ...bitmask8, 0x68, 0x6a, 0x0f); // + ctz, return
    code.push(0x0b);
  }
  code.push(0x0b);
  code.push(...get(FROM), ...i32(16 * UNROLL), 0x6a, ...set(FROM), 0x0c, 0, 0x0b, 0x0b); // from += 64, again
  code.push(...get(FROM), 0x0b);
  return code;
}

/** The module for these tables, ready for `new WebAssembly.Module`. */
export function anchorModule(tables: AnchorTables): Uint8Array<ArrayBuffer> {
  const code = [1, ...uleb(VECTOR_LOCALS), V128, ...body(tables)];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, [1, 0x60, 2, I32, I32, 1, I32]),
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('next'), 0x00, 0]),
    ...section(10, [1, ...uleb(code.length), ...code]),
  ]);
}
