/**
 * Bitmaps of one size by number, for both trackers: the bitmap with number n holds the bits n * bits to n * bits + bits - 1. Bits lie in unsigned longs, the
 * lowest first, as the kernel's bitmap functions have it. Numbers may be as large as 2^52.
 */
import type { ByteOrder } from './layoutTable';
import type { BlockList } from './blockList';

/** Bytes of the slabs that bitmaps are cut from. */
const SLAB_BYTES = 1 << 20;

const littleMachine = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

export class BitPages {
  private readonly wordsPerPage: number;
  private readonly pagesPerSlab: number;
  private readonly slabShift: number;
  /** Words of 32 bits: the low half of each unsigned long first. */
  private readonly slabs: Uint32Array[] = [];
  /** Open addressing: number to slot. Numbers in the order of creation are `numbers`. */
  private keys = new Float64Array(64).fill(-1);
  private slots = new Int32Array(64);
  private mask = 63;
  private numbers = new Float64Array(64);
  /** Bitmaps made so far; they are never freed. */
  count = 0;

  constructor(readonly bytesPerPage: number) {
    this.wordsPerPage = bytesPerPage / 4;
    this.pagesPerSlab = Math.max(1, SLAB_BYTES / bytesPerPage);
    this.slabShift = Math.log2(this.pagesPerSlab);
  }

  get bitsPerPage(): number {
    return this.bytesPerPage * 8;
  }

  /** The number of a bitmap by the order of creation. */
  numberOf(slot: number): number {
    return this.numbers[slot] ?? -1;
  }

  /** Where a bitmap is, or -1. */
  find(number: number): number {
    const { keys, mask } = this;
    for (let at = hash(number) & mask; ; at = (at + 1) & mask) {
      const key = keys[at];
      if (key === number) return this.slots[at] ?? -1;
      if (key === -1) return -1;
    }
  }

  /** The slot of a bitmap, made when it is not there. */
  ensure(number: number): number {
    const found = this.find(number);
    return found >= 0 ? found : this.add(number);
  }

  private add(number: number): number {
    if (this.count * 2 >= this.keys.length) this.grow();
    const slot = this.count++;
    if (slot >= this.numbers.length) {
      const numbers = new Float64Array(this.numbers.length * 2);
      numbers.set(this.numbers);
      this.numbers = numbers;
    }
    this.numbers[slot] = number;
    this.place(number, slot);
    if ((slot & (this.pagesPerSlab - 1)) === 0) this.slabs.push(new Uint32Array(this.pagesPerSlab * this.wordsPerPage));
    return slot;
  }

  private place(number: number, slot: number): void {
    let at = hash(number) & this.mask;
    while (this.keys[at] !== -1) at = (at + 1) & this.mask;
    this.keys[at] = number;
    this.slots[at] = slot;
  }

  private grow(): void {
    const capacity = this.keys.length * 2;
    this.keys = new Float64Array(capacity).fill(-1);
    this.slots = new Int32Array(capacity);
    this.mask = capacity - 1;
    for (let slot = 0; slot < this.count; slot++) this.place(this.numberOf(slot), slot);
  }

  set(slot: number, bit: number): void {
    const words = this.slabs[slot >>> this.slabShift];
    const at = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage + (bit >>> 5);
    if (words !== undefined) words[at] = (words[at] ?? 0) | (1 << (bit & 31));
  }

  clear(slot: number, bit: number): void {
    const words = this.slabs[slot >>> this.slabShift];
    const at = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage + (bit >>> 5);
    if (words !== undefined) words[at] = (words[at] ?? 0) & ~(1 << (bit & 31));
  }

  has(slot: number, bit: number): boolean {
    const words = this.slabs[slot >>> this.slabShift];
    const at = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage + (bit >>> 5);
    return words !== undefined && ((words[at] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  /**
   * Sets the bits of many units (unit = number * bits + bit), each below `limit` of 2^53. The loop that marking millions of pages is.
   * @param base added to every unit (the order bit of a radix key)
   * @param divide units are divided by this power of two and rounded down first (2^order)
   */
  setAll(units: ArrayLike<number>, base: number, divide: number): void {
    const { bitsPerPage, wordsPerPage, slabShift, slabs } = this;
    const inSlab = this.pagesPerSlab - 1;
    const perBit = 1 / bitsPerPage;
    const perUnit = 1 / divide;
    const count = units.length;
    for (let i = 0; i < count; i++) {
      const unit = Math.floor((units[i] ?? 0) * perUnit) + base;
      const number = Math.floor(unit * perBit);
      const bit = unit - number * bitsPerPage;
      let slot = this.find(number);
      if (slot < 0) slot = this.add(number);
      const words = slabs[slot >>> slabShift];
      const at = (slot & inSlab) * wordsPerPage + (bit >>> 5);
      if (words !== undefined) words[at] = (words[at] ?? 0) | (1 << (bit & 31));
    }
  }

  /** The bytes of a bitmap as the machine's memory holds them: a view where its byte order is ours. */
  bytes(slot: number, order: ByteOrder): Uint8Array {
    const words = this.slabs[slot >>> this.slabShift] ?? new Uint32Array(0);
    const from = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage;
    const part = words.subarray(from, from + this.wordsPerPage);
    if (littleMachine && order === 'little') return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    const out = new Uint8Array(this.bytesPerPage);
    const view = new DataView(out.buffer);
    for (let i = 0; i < part.length; i++) {
      // A big-endian unsigned long has its high half first.
      if (order === 'big') view.setUint32((i ^ 1) * 4, part[i] ?? 0);
      else view.setUint32(i * 4, part[i] ?? 0, true);
    }
    return out;
  }
}

function hash(number: number): number {
  const high = number * 2.3283064365386963e-10;
  return Math.imul((number | 0) ^ Math.imul(high | 0, 0x85ebca6b), 0x9e3779b1) >>> 7;
}

/** The words of a bitmap in memory, low half of each unsigned long first: a view where it can be, else a copy into `scratch`. */
export function wordsOf(bytes: Uint8Array, order: ByteOrder, scratch: Uint32Array): Uint32Array {
  const count = bytes.length >>> 2;
  if (littleMachine && order === 'little') {
    if ((bytes.byteOffset & 3) === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
    new Uint8Array(scratch.buffer, scratch.byteOffset, count * 4).set(bytes.subarray(0, count * 4));
    return scratch.subarray(0, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) scratch[i] = order === 'big' ? view.getUint32((i ^ 1) * 4) : view.getUint32(i * 4, true);
  return scratch.subarray(0, count);
}

/** Appends the block of every set bit: pfn = firstPfn + bit * step, ascending. Gives how many there were. */
export function appendBits(words: Uint32Array, firstPfn: number, step: number, order: number, into: BlockList): number {
  const before = into.count;
  into.reserve(words.length * 32);
  const { pfns } = into;
  let at = before;
  for (let i = 0; i < words.length; i++) {
    let word = words[i] ?? 0;
    const base = firstPfn + i * 32 * step;
    while (word !== 0) {
      const bit = 31 - Math.clz32(word & -word);
      pfns[at++] = base + bit * step;
      word &= word - 1;
    }
  }
  into.orders.fill(order, before, at);
  into.count = at;
  return at - before;
}
