/**
 * Bitmaps of one size by number, for both trackers: the bitmap with number n holds the bits n * bits to n * bits + bits - 1. Bits lie in unsigned longs, the
 * lowest first, as the kernel's bitmap functions have it. Numbers may be as large as 2^52.
 */
import { littleMachine, newBitLoops } from './bitLoops';
import type { BitLoops } from './bitLoops';
import type { ByteOrder } from './layoutTable';
import { COUNTS, MOST_UNITS, NEXT, REGION_SHIFT, UNITS, WINDOW, WINDOW_BYTES } from './wasm/memory';

/** Bytes of the slabs that bitmaps are cut from. */
const SLAB_BYTES = 1 << 16;

/** Bitmaps whose slots are looked up in one table. */
const PART_SHIFT = 12;
const PART = 1 << PART_SHIFT;

/** Units of 32 bits that are sorted together. */
const BATCH = 1 << 22;
/** Sorting is worth it for so many units, and for so many in a bitmap (which costs as much as these when it is copied). */
const FEW = 1 << 13;
const FEW_IN_BITMAP = 64;

export class BitPages {
  private readonly wordsPerPage: number;
  private readonly pagesPerSlab: number;
  private readonly slabShift: number;
  /** Words of 32 bits: the low half of each unsigned long first. */
  private readonly slabs: Int32Array[] = [];
  /** Slot + 1 of each bitmap by number, in parts of PART numbers; those of the last 16 used parts are at hand by their lowest bits. */
  private readonly parts = new Map<number, Int32Array>();
  private readonly recentNumbers = new Float64Array(16).fill(-1);
  private readonly recentParts: (Int32Array | undefined)[] = new Array<Int32Array | undefined>(16).fill(undefined);
  /** Numbers in the order of creation. */
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

  /** Numbers of all bitmaps, ascending. */
  sortedNumbers(): Float64Array {
    return this.numbers.slice(0, this.count).sort();
  }

  /** The part that a number lies in, made when it is not there. */
  private part(partNumber: number): Int32Array {
    const at = partNumber & 15;
    if (this.recentNumbers[at] === partNumber) {
      const recent = this.recentParts[at];
      if (recent !== undefined) return recent;
    }
    let found = this.parts.get(partNumber);
    if (found === undefined) this.parts.set(partNumber, found = new Int32Array(PART));
    this.recentNumbers[at] = partNumber;
    this.recentParts[at] = found;
    return found;
  }

  /** Where a bitmap is, or -1. */
  find(number: number): number {
    const partNumber = Math.floor(number / PART);
    const at = partNumber & 15;
    const part = this.recentNumbers[at] === partNumber ? this.recentParts[at] : this.parts.get(partNumber);
    return (part?.[number - partNumber * PART] ?? 0) - 1;
  }

  private findOrAdd(number: number): number {
    const partNumber = Math.floor(number / PART);
    const part = this.part(partNumber);
    const inPart = number - partNumber * PART;
    const found = (part[inPart] ?? 0) - 1;
    if (found >= 0) return found;
    const slot = this.add(number);
    part[inPart] = slot + 1;
    return slot;
  }

  private add(number: number): number {
    const slot = this.count++;
    if (slot >= this.numbers.length) {
      const numbers = new Float64Array(this.numbers.length * 2);
      numbers.set(this.numbers);
      this.numbers = numbers;
    }
    this.numbers[slot] = number;
    if ((slot & (this.pagesPerSlab - 1)) === 0) this.slabs.push(new Int32Array(this.pagesPerSlab * this.wordsPerPage));
    return slot;
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
  setAll(given: ArrayLike<number>, base: number, divide: number): void {
    const many = given instanceof Float64Array && given.length >= FEW && base % this.bitsPerPage === 0;
    const done = many && divide === 1 ? this.setAscending(given, base / this.bitsPerPage) : 0;
    if (done === given.length) return;
    const left = many ? given.subarray(done) : given;
    const units = left instanceof Float64Array && many && fitsIn32Bits(left) ? Uint32Array.from(left) : left;
    if (!(units instanceof Uint32Array) || units.length < FEW || divide > 2 ** 31 || base % this.bitsPerPage !== 0 || !this.setSorted(units, base, divide)) this.setEach(units, base, divide);
  }

  /**
   * Units of 32 bits as long as they ascend, those of a bitmap together: each bitmap is looked up once.
   * @returns how many there were
   */
  private setAscending(units: Float64Array, firstNumber: number): number {
    const bitShift = Math.log2(this.bitsPerPage) | 0;
    const inPage = this.bitsPerPage - 1;
    const { length } = units;
    let number = -1;
    let last = -1;
    let words: Int32Array = new Int32Array(0);
    for (let i = 0; i < length; i++) {
      const given = units[i] ?? 0;
      if (given < last || given > 0xffffffff) return i;
      last = given;
      const unit = given | 0;
      if (unit >>> bitShift !== number) {
        number = unit >>> bitShift;
        words = this.words(this.findOrAdd(firstNumber + number));
      }
      const at = (unit & inPage) >>> 5;
      words[at] = (words[at] ?? 0) | (1 << (unit & 31));
    }
    return length;
  }

  private setEach(units: ArrayLike<number>, base: number, divide: number): void {
    const { bitsPerPage, wordsPerPage, slabShift, slabs } = this;
    const inSlab = this.pagesPerSlab - 1;
    const perBit = 1 / bitsPerPage;
    const perUnit = 1 / divide;
    const count = units.length;
    let partNumber = -1;
    let part: Int32Array = new Int32Array(0);
    for (let i = 0; i < count; i++) {
      const unit = Math.floor((units[i] ?? 0) * perUnit) + base;
      const number = Math.floor(unit * perBit);
      const bit = (unit - number * bitsPerPage) | 0;
      const wanted = Math.floor(number * (1 / PART));
      if (wanted !== partNumber) {
        part = this.part(wanted);
        partNumber = wanted;
      }
      const inPart = (number - wanted * PART) | 0;
      let slot = (part[inPart] ?? 0) - 1;
      if (slot < 0) {
        slot = this.add(number);
        part[inPart] = slot + 1;
      }
      const words = slabs[slot >>> slabShift];
      const at = (slot & inSlab) * wordsPerPage + (bit >>> 5);
      if (words !== undefined) words[at] = (words[at] ?? 0) | (1 << (bit & 31));
    }
  }

  /**
   * The same for many units of 32 bits, in WebAssembly: sorted by region first, so that memory is not jumped about in. Bitmaps are made in the same order.
   * @returns whether there is WebAssembly, and room for it
   */
  private setSorted(units: Uint32Array, base: number, divide: number): boolean {
    const order = Math.log2(divide);
    const numbers = Math.max(1, 2 ** (32 - order) / this.bitsPerPage);
    const most = Math.min(units.length, BATCH);
    const distinct = COUNTS + 4 * numbers;
    const sorted = distinct + 4 * Math.min(numbers, most);
    const loops = newBitLoops(sorted + 4 * most);
    if (loops === undefined) return false;
    for (let from = 0; from < units.length; from += BATCH) {
      const batch = units.subarray(from, from + BATCH);
      if (!this.setBatch(loops, batch, order, base / this.bitsPerPage, distinct, sorted)) this.setEach(batch, base, divide);
    }
    return true;
  }

  /** @returns whether there are enough of them in each bitmap */
  private setBatch(loops: BitLoops, units: Uint32Array, order: number, firstNumber: number, distinct: number, sorted: number): boolean {
    const { native, buffer } = loops;
    const bitShift = Math.log2(this.bitsPerPage);
    const regionShift = REGION_SHIFT - bitShift;
    const u32 = new Uint32Array(buffer);
    const i32 = new Int32Array(buffer);
    const before = this.count;
    let known = 0;
    for (let from = 0; from < units.length; from += MOST_UNITS) {
      const some = units.subarray(from, from + MOST_UNITS);
      u32.set(some, UNITS / 4);
      known = native.count(some.length, order, bitShift, distinct, known);
    }
    const numbers = u32.slice(distinct / 4, distinct / 4 + known);
    if (known * FEW_IN_BITMAP > units.length) {
      for (const number of numbers) u32[COUNTS / 4 + number] = 0;
      return false;
    }
    for (const number of numbers) this.findOrAdd(firstNumber + number);
    numbers.sort();
    const slots = Int32Array.from(numbers, (number) => this.find(firstNumber + number));
    let total = 0;
    for (let i = 0, region = -1; i < known; i++) {
      const number = numbers[i] ?? 0;
      if (number >>> regionShift !== region) {
        region = number >>> regionShift;
        u32[NEXT / 4 + region] = total;
      }
      total += u32[COUNTS / 4 + number] ?? 0;
      u32[COUNTS / 4 + number] = 0;
    }
    for (let from = 0; from < units.length; from += MOST_UNITS) {
      const some = units.subarray(from, from + MOST_UNITS);
      u32.set(some, UNITS / 4);
      native.scatter(some.length, order, sorted);
    }
    for (let from = 0, first = 0; first < known;) {
      const region = (numbers[first] ?? 0) >>> regionShift;
      let end = first;
      for (; end < known && (numbers[end] ?? 0) >>> regionShift === region; end++) this.toWindow(i32, numbers[end] ?? 0, slots[end] ?? 0, before);
      const next = u32[NEXT / 4 + region] ?? 0;
      native.mark(sorted, from, next);
      for (; first < end; first++) this.fromWindow(i32, numbers[first] ?? 0, slots[first] ?? 0);
      from = next;
    }
    return true;
  }

  /** Where the bitmap with a number lies in the window of its region, in words. */
  private inWindow(number: number): number {
    return WINDOW / 4 + (number * this.wordsPerPage) % (WINDOW_BYTES / 4);
  }

  private toWindow(i32: Int32Array, number: number, slot: number, made: number): void {
    const at = this.inWindow(number);
    if (slot < made) i32.set(this.words(slot), at);
    else i32.fill(0, at, at + this.wordsPerPage);
  }

  private fromWindow(i32: Int32Array, number: number, slot: number): void {
    const at = this.inWindow(number);
    this.slabs[slot >>> this.slabShift]?.set(i32.subarray(at, at + this.wordsPerPage), (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage);
  }

  /** The words of a bitmap, low half of each unsigned long first; a view, to be changed at will. */
  words(slot: number): Int32Array {
    const from = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage;
    return (this.slabs[slot >>> this.slabShift] ?? new Int32Array(0)).subarray(from, from + this.wordsPerPage);
  }

  /** The bytes of a bitmap as the machine's memory holds them: a view where its byte order is ours. */
  bytes(slot: number, order: ByteOrder): Uint8Array {
    const words = this.words(slot);
    if (littleMachine && order === 'little') return new Uint8Array(words.buffer, words.byteOffset, this.bytesPerPage);
    const out = new Uint8Array(this.bytesPerPage);
    const view = new DataView(out.buffer);
    for (let i = 0; i < words.length; i++) {
      // A big-endian unsigned long has its high half first.
      if (order === 'big') view.setUint32((i ^ 1) * 4, words[i] ?? 0);
      else view.setUint32(i * 4, words[i] ?? 0, true);
    }
    return out;
  }
}

function fitsIn32Bits(units: Float64Array): boolean {
  for (let i = 0; i < units.length; i++) if ((units[i] ?? 0) > 0xffffffff) return false;
  return true;
}
