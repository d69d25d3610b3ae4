/** Reads the bits of bitmaps: the numbers of those that are set, as blocks. */
import type { BitLoops } from './bitLoops';
import { littleMachine, readingLoops } from './bitLoops';
import type { BlockList } from './blockList';
import type { ByteOrder } from './layoutTable';
import { PFNS, PIECE, PIECE_BYTES } from './wasm/memory';

/** The words of a bitmap in memory, low half of each unsigned long first: a view where it can be, else a copy. */
export function wordsOf(bytes: Uint8Array, order: ByteOrder): Int32Array {
  const count = bytes.length >>> 2;
  if (littleMachine && order === 'little') {
    if ((bytes.byteOffset & 3) === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, count);
    return new Int32Array(bytes.slice(0, count * 4).buffer);
  }
  const words = new Int32Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) words[i] = order === 'big' ? view.getUint32((i ^ 1) * 4) : view.getUint32(i * 4, true);
  return words;
}

/**
 * Appends the block of every set bit: pfn = firstPfn + bit * step, ascending. Gives how many there were.
 * @param bytes of a bitmap, a multiple of 32
 * @param order byte order of its unsigned longs
 */
export function appendBits(bytes: Uint8Array, order: ByteOrder, firstPfn: number, step: number, blockOrder: number, into: BlockList): number {
  const loops = readingLoops();
  return loops === undefined ? appendBitsPlainly(bytes, order, firstPfn, step, blockOrder, into) : appendBitsNatively(loops, bytes, order, firstPfn, step, blockOrder, into);
}

let piece = new Uint8Array(0);
let pfns = new Float64Array(0);

function appendBitsNatively({ native, buffer }: BitLoops, bytes: Uint8Array, order: ByteOrder, firstPfn: number, step: number, blockOrder: number, into: BlockList): number {
  if (piece.length === 0) {
    piece = new Uint8Array(buffer, PIECE, PIECE_BYTES);
    pfns = new Float64Array(buffer, PFNS, PIECE_BYTES * 8);
  }
  const before = into.count;
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const part = bytes.length <= PIECE_BYTES ? bytes : bytes.subarray(at, at + PIECE_BYTES);
    piece.set(part);
    const bits = native.extract(part.length >>> 3, order === 'big', at * 8, firstPfn, step);
    into.append(pfns, bits, blockOrder);
  }
  return into.count - before;
}

/** The same without WebAssembly. */
export function appendBitsPlainly(bytes: Uint8Array, order: ByteOrder, firstPfn: number, step: number, blockOrder: number, into: BlockList): number {
  const words = wordsOf(bytes, order);
  const before = into.count;
  for (let i = 0; i < words.length; i++) {
    for (let word = words[i] ?? 0; word !== 0; word &= (word - 1) | 0) into.push(firstPfn + (i * 32 + 31 - Math.clz32(word & (-word | 0))) * step, blockOrder);
  }
  return into.count - before;
}
