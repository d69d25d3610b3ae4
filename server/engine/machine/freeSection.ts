/**
 * Free blocks of one section of memory: a bit per block and order, with a bit above for every word that has one. Where many pages change at once it is turned into
 * a bit per page frame and back, whole words at a time.
 */
import { ALL_ONES, bitsOf, bothOfPairs, doubled, lowestBit } from './bitWords';

/** Page frames of a section: a power of two above every order that an architecture has. */
export const SECTION_PAGES = 1 << 17;
export const SECTION_WORDS = SECTION_PAGES / 32;

/** A word's worth of blocks is half a word of the next order. */
const HALF = 0xffff;

const wordsAt = (order: number): number => Math.max(1, SECTION_WORDS >>> order);

export class FreeSection {
  private readonly words: (Int32Array | undefined)[];
  private readonly above: (Int32Array | undefined)[];
  /** Blocks by order. */
  readonly counts: Int32Array;

  constructor(private readonly maxOrder: number) {
    this.words = new Array<undefined>(maxOrder + 1).fill(undefined);
    this.above = new Array<undefined>(maxOrder + 1).fill(undefined);
    this.counts = new Int32Array(maxOrder + 1);
  }

  /** `at`: number of the block in the section, by its order. */
  has(order: number, at: number): boolean {
    return (((this.words[order]?.[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
  }

  /** A block that is not in it. */
  add(order: number, at: number): void {
    const word = at >>> 5;
    const words = this.wordsOf(order);
    words[word] = (words[word] ?? 0) | (1 << (at & 31));
    this.mark(order, word);
    this.counts[order] = (this.counts[order] ?? 0) + 1;
  }

  /** A block that is in it. */
  remove(order: number, at: number): void {
    const words = this.words[order];
    const above = this.above[order];
    if (words === undefined || above === undefined) return;
    const word = at >>> 5;
    const left = (words[word] ?? 0) & ~(1 << (at & 31));
    words[word] = left;
    if (left === 0) above[word >>> 5] = (above[word >>> 5] ?? 0) & ~(1 << (word & 31));
    this.counts[order] = (this.counts[order] ?? 0) - 1;
  }

  /** The lowest block of an order that has one; -1 when it has none. */
  first(order: number): number {
    const above = this.above[order];
    const words = this.words[order];
    if (above === undefined || words === undefined) return -1;
    for (let i = 0; i < above.length; i++) {
      const bits = above[i] ?? 0;
      if (bits === 0) continue;
      const word = i * 32 + lowestBit(bits);
      return word * 32 + lowestBit(words[word] ?? 0);
    }
    return -1;
  }

  /** Whether a block with one of the pages from `start` to before `end` is free; pages of the section. */
  anyIn(start: number, end: number): boolean {
    for (let order = 0; order <= this.maxOrder; order++) {
      const words = (this.counts[order] ?? 0) === 0 ? undefined : this.words[order];
      if (words === undefined) continue;
      for (let at = start >>> order, last = (end - 1) >>> order; at <= last;) {
        if ((at & 31) === 0 && (words[at >>> 5] ?? 0) === 0) at += 32;
        else if (this.has(order, at)) return true;
        else at++;
      }
    }
    return false;
  }

  /** Its free page frames: a bit each. */
  toPages(): Int32Array {
    return this.blocksOf(0);
  }

  /** Blocks of an order that are free, as they are or as parts of larger ones: a bit each. */
  blocksOf(lowest: number): Int32Array {
    let upper = Int32Array.from(this.words[this.maxOrder] ?? new Int32Array(wordsAt(this.maxOrder)));
    for (let order = this.maxOrder - 1; order >= lowest; order--) {
      const own = this.words[order];
      const level = new Int32Array(wordsAt(order));
      for (let i = 0; i < level.length; i++) {
        const half = ((upper[i >>> 1] ?? 0) >>> ((i & 1) * 16)) & HALF;
        const above = half === HALF ? ALL_ONES : half === 0 ? 0 : doubled(half);
        level[i] = own === undefined ? above : (own[i] ?? 0) | above;
      }
      upper = level;
    }
    return upper;
  }

  /** How many blocks of an order are free, as they are or as parts of larger ones. */
  countOf(order: number): number {
    let sum = 0;
    for (let from = order; from <= this.maxOrder; from++) sum += (this.counts[from] ?? 0) * 2 ** (from - order);
    return sum;
  }

  /** All of it is free: the largest blocks only. */
  makeWhole(): void {
    for (let order = 0; order < this.maxOrder; order++) {
      this.words[order]?.fill(0);
      this.above[order]?.fill(0);
      this.counts[order] = 0;
    }
    const words = this.wordsOf(this.maxOrder);
    const blocks = SECTION_PAGES >>> this.maxOrder;
    words.fill(blocks < 32 ? 2 ** blocks - 1 : ALL_ONES);
    for (let word = 0; word < words.length; word++) this.mark(this.maxOrder, word);
    this.counts[this.maxOrder] = SECTION_PAGES >>> this.maxOrder;
  }

  get isWhole(): boolean {
    return this.counts[this.maxOrder] === SECTION_PAGES >>> this.maxOrder;
  }

  /** Makes it the blocks of these free page frames, each as large as it can be. */
  fromPages(pages: Int32Array): void {
    let level = pages;
    for (let order = 0; order <= this.maxOrder; order++) {
      const upper = order < this.maxOrder ? blocksAbove(level) : undefined;
      let count = 0;
      this.words[order]?.fill(0);
      this.above[order]?.fill(0);
      const used = Math.min(level.length, wordsAt(order));
      for (let i = 0; i < used; i++) {
        const word = level[i] ?? 0;
        const half = upper === undefined || word === 0 ? 0 : ((upper[i >>> 1] ?? 0) >>> ((i & 1) * 16)) & HALF;
        // Most words hold nothing, or only halves of larger blocks.
        const bits = half === 0 ? word : half === HALF ? 0 : word & ~doubled(half);
        if (bits === 0) continue;
        this.wordsOf(order)[i] = bits;
        this.mark(order, i);
        count += bitsOf(bits);
      }
      this.counts[order] = count;
      if (upper === undefined) return;
      level = upper;
    }
  }

  private wordsOf(order: number): Int32Array {
    return this.words[order] ?? (this.words[order] = new Int32Array(wordsAt(order)));
  }

  private mark(order: number, word: number): void {
    const above = this.above[order] ?? (this.above[order] = new Int32Array(Math.max(1, wordsAt(order) >>> 5)));
    above[word >>> 5] = (above[word >>> 5] ?? 0) | (1 << (word & 31));
  }
}

/** Blocks of the next order whose two halves are set. */
function blocksAbove(level: Int32Array): Int32Array {
  const out = new Int32Array(Math.max(1, level.length >>> 1));
  for (let i = 0; i < out.length; i++) {
    const low = level[2 * i] ?? 0;
    const high = level[2 * i + 1] ?? 0;
    out[i] = (low & high) === ALL_ONES ? ALL_ONES : bothOfPairs(low) | (bothOfPairs(high) << 16);
  }
  return out;
}
