/** Free blocks of one section of memory: a bit per block and order, with a bit above for every word that has one. */

/** Page frames of a section: a power of two above every order that an architecture has. */
export const SECTION_PAGES = 1 << 17;

export class FreeSection {
  private readonly words: (Uint32Array | undefined)[];
  private readonly above: (Uint32Array | undefined)[];
  readonly counts: Int32Array;

  constructor(maxOrder: number) {
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
    const words = this.words[order] ?? (this.words[order] = new Uint32Array(Math.max(1, SECTION_PAGES >>> (order + 5))));
    const above = this.above[order] ?? (this.above[order] = new Uint32Array(Math.max(1, SECTION_PAGES >>> (order + 10))));
    const word = at >>> 5;
    words[word] = (words[word] ?? 0) | (1 << (at & 31));
    above[word >>> 5] = (above[word >>> 5] ?? 0) | (1 << (word & 31));
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

  /** The lowest block of an order that has one. */
  first(order: number): number {
    const above = this.above[order] ?? [];
    const words = this.words[order] ?? [];
    for (let i = 0; i < above.length; i++) {
      const bits = above[i] ?? 0;
      if (bits === 0) continue;
      const word = i * 32 + lowest(bits);
      return word * 32 + lowest(words[word] ?? 0);
    }
    return -1;
  }

  /** Whether a block with one of the pages from `start` to before `end` is free; pages of the section. */
  anyIn(start: number, end: number): boolean {
    return this.counts.some((count, order) => {
      const words = count === 0 ? undefined : this.words[order];
      if (words === undefined) return false;
      for (let at = start >>> order, last = (end - 1) >>> order; at <= last;) {
        if ((at & 31) === 0 && (words[at >>> 5] ?? 0) === 0) at += 32;
        else if (this.has(order, at)) return true;
        else at++;
      }
      return false;
    });
  }

  /** Numbers of all blocks of an order, ascending. */
  all(order: number): Int32Array {
    const out = new Int32Array(this.counts[order] ?? 0);
    const words = this.words[order];
    if (words === undefined) return out;
    let at = 0;
    for (let i = 0; i < words.length && at < out.length; i++) {
      for (let bits = words[i] ?? 0; bits !== 0; bits &= bits - 1) out[at++] = i * 32 + lowest(bits);
    }
    return out;
  }
}

export function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
