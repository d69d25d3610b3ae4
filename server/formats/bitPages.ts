/**
 * Bitmaps of one size by number, for both trackers: the bitmap with number n holds the bits n * bits to n * bits + bits - 1. Bits lie in unsigned longs, the
 * lowest first, as the kernel's bitmap functions have it. Numbers may be as large as 2^52.
 */
import type { ByteOrder } from './layoutTable';
import type { BlockList } from './blockList';

/** Bytes of the slabs that bitmaps are cut from. */
const SLAB_BYTES = 1 << 20;

/** Bitmaps whose slots are looked up in one table. */
const PART_SHIFT = 14;
const PART = 1 << PART_SHIFT;

/** Units that are marked in one go, and the bits of a region (64 KiB, less than a slab). */
const BATCH = 1 << 21;
const REGION_SHIFT = 19;
const WORDS_PER_REGION = 1 << (REGION_SHIFT - 5);

const littleMachine = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

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
    return (this.parts.get(partNumber)?.[number - partNumber * PART] ?? 0) - 1;
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
  setAll(units: ArrayLike<number>, base: number, divide: number): void {
    if (divide === 1 && units instanceof Uint32Array && base % (this.bitsPerPage * PART) === 0) this.setAllNarrow(units, base);
    else this.setEach(units, base, divide);
  }

  private setEach(units: ArrayLike<number>, base: number, divide = 1): void {
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

  /** The same for units of 32 bits, a batch at a time: integers only, and bits are set region by region, so that memory is not jumped about in. */
  private setAllNarrow(units: Uint32Array, base: number): void {
    const bitShift = Math.log2(this.bitsPerPage) | 0;
    // Places of bits, counted through all bitmaps in the order of creation.
    const places = new Uint32Array(Math.min(units.length, BATCH));
    const sorted = new Uint32Array(places.length);
    for (let from = 0; from < units.length; from += BATCH) {
      const batch = units.subarray(from, from + BATCH);
      const mostBits = Math.min(0x100000000, (this.count + batch.length) * this.bitsPerPage);
      const ends = new Int32Array(Math.ceil(mostBits / (1 << REGION_SHIFT)) + 1);
      this.findPlaces(batch, base / this.bitsPerPage, bitShift, places, ends);
      if (this.count * this.bitsPerPage > 0x100000000) this.setEach(batch, base);
      else this.setSorted(places.subarray(0, batch.length), ends, sorted);
    }
  }

  /** Makes the bitmaps of a batch in the order of the units, says where their bits stand, and counts in ends[region + 1] those of each region. */
  private findPlaces(units: Uint32Array, firstNumber: number, bitShift: number, places: Uint32Array, ends: Int32Array): void {
    const inPage = this.bitsPerPage - 1;
    const partShift = bitShift + PART_SHIFT;
    const firstPart = firstNumber / PART;
    const count = units.length;
    let partNumber = -1;
    let part: Int32Array = new Int32Array(0);
    for (let i = 0; i < count; i++) {
      const unit = (units[i] ?? 0) | 0;
      const wanted = partShift > 31 ? 0 : unit >>> partShift;
      if (wanted !== partNumber) {
        part = this.part(firstPart + wanted);
        partNumber = wanted;
      }
      const inPart = (unit >>> bitShift) & (PART - 1);
      let slot = (part[inPart] ?? 0) - 1;
      if (slot < 0) {
        slot = this.add(firstNumber + (unit >>> bitShift));
        part[inPart] = slot + 1;
      }
      const place = (slot << bitShift) | (unit & inPage);
      places[i] = place;
      const region = (place >>> REGION_SHIFT) + 1;
      ends[region] = (ends[region] ?? 0) + 1;
    }
  }

  /** @param ends by region + 1 how many places it has */
  private setSorted(places: Uint32Array, ends: Int32Array, sorted: Uint32Array): void {
    const regions = Math.ceil(this.count * this.bitsPerPage / (1 << REGION_SHIFT));
    for (let region = 0; region < regions; region++) ends[region + 1] = (ends[region + 1] ?? 0) + (ends[region] ?? 0);
    sortByRegion(places, ends.slice(0, regions), sorted);
    const wordsPerSlab = this.pagesPerSlab * this.wordsPerPage;
    for (let region = 0; region < regions; region++) {
      const words = this.slabs[Math.floor(region * WORDS_PER_REGION / wordsPerSlab)];
      if (words !== undefined) setRegion(words, wordsPerSlab - 1, sorted, ends[region] ?? 0, ends[region + 1] ?? 0);
    }
  }

  /** The bytes of a bitmap as the machine's memory holds them: a view where its byte order is ours. */
  bytes(slot: number, order: ByteOrder): Uint8Array {
    const words = this.slabs[slot >>> this.slabShift] ?? new Int32Array(0);
    const from = (slot & (this.pagesPerSlab - 1)) * this.wordsPerPage;
    if (littleMachine && order === 'little') return new Uint8Array(words.buffer, words.byteOffset + from * 4, this.bytesPerPage);
    const part = words.subarray(from, from + this.wordsPerPage);
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

// On their own, because V8 gives up a loop's code when its function does something behind the loop for the first time.

/** @param next where each region's places go */
function sortByRegion(places: Uint32Array, next: Int32Array, sorted: Uint32Array): void {
  const count = places.length;
  for (let i = 0; i < count; i++) {
    const place = places[i] ?? 0;
    const region = place >>> REGION_SHIFT;
    const at = next[region] ?? 0;
    sorted[at] = place;
    next[region] = at + 1;
  }
}

/** Sets the bits of one region. */
function setRegion(words: Int32Array, inSlab: number, places: Uint32Array, from: number, end: number): void {
  for (let i = from; i < end; i++) {
    const place = places[i] ?? 0;
    const at = (place >>> 5) & inSlab;
    words[at] = (words[at] ?? 0) | (1 << (place & 31));
  }
}

/** The words of a bitmap in memory, low half of each unsigned long first: a view where it can be, else a copy into `scratch`. */
export function wordsOf(bytes: Uint8Array, order: ByteOrder, scratch: Int32Array): Int32Array {
  const count = bytes.length >>> 2;
  if (littleMachine && order === 'little') {
    if ((bytes.byteOffset & 3) === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, count);
    new Uint8Array(scratch.buffer, scratch.byteOffset, count * 4).set(bytes.subarray(0, count * 4));
    return scratch.subarray(0, count);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) scratch[i] = order === 'big' ? view.getUint32((i ^ 1) * 4) : view.getUint32(i * 4, true);
  return scratch.subarray(0, count);
}

/** Which words of the bitmap that is being read hold bits. Grown to the largest bitmap so far. */
let usedWords = new Int32Array(1024);

/** Appends the block of every set bit: pfn = firstPfn + bit * step, ascending. Gives how many there were. The words are a multiple of four. */
export function appendBits(words: Int32Array, firstPfn: number, step: number, order: number, into: BlockList): number {
  const count = words.length;
  if (usedWords.length < count) usedWords = new Int32Array(count);
  const places = usedWords;
  // Words without bits are passed over without a branch: in scattered bitmaps no processor can guess which they are.
  let used = 0;
  for (let i = 0; i < count; i += 4) {
    const a = words[i] ?? 0;
    const b = words[i + 1] ?? 0;
    const c = words[i + 2] ?? 0;
    const d = words[i + 3] ?? 0;
    places[used] = i;
    used += (a | (-a | 0)) >>> 31;
    places[used] = i + 1;
    used += (b | (-b | 0)) >>> 31;
    places[used] = i + 2;
    used += (c | (-c | 0)) >>> 31;
    places[used] = i + 3;
    used += (d | (-d | 0)) >>> 31;
  }
  into.reserve(used * 32);
  const { pfns, count: before } = into;
  let end = before;
  for (let i = 0; i < used; i++) {
    const place = places[i] ?? 0;
    const base = (place << 5) + 31;
    let word = words[place] ?? 0;
    do {
      pfns[end++] = firstPfn + (base - Math.clz32(word & (-word | 0))) * step;
      word &= (word - 1) | 0;
    } while (word !== 0);
  }
  into.orders.fill(order, before, end);
  into.count = end;
  return end - before;
}
