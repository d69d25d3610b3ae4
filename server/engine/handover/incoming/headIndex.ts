/** Where a page frame stands in a list of millions that ascends: at once for whoever asks in the list's order; for whoever does not, by a table of buckets as soon as it pays. */

import { firstNotBelow } from '../../../formats/search';

/** Heads of a bucket, on average. */
const IN_BUCKET = 8;
/** One question out of order for so many heads, and the table is made. */
const HEADS_TO_A_QUESTION = 256;

export class HeadIndex {
  /** Behind the last that was found. */
  private next = 0;
  /** Index of the first head of each bucket and of the end; made when it pays. */
  private buckets: Uint32Array | undefined;
  private outOfOrder = 0;
  private readonly first: number;
  private readonly last: number;
  private readonly perFrame: number;

  /** @param pfns strictly ascending, below 2^53 */
  constructor(readonly pfns: Float64Array) {
    const { length } = pfns;
    this.first = pfns[0] ?? 0;
    this.last = pfns[length - 1] ?? -1;
    this.perFrame = Math.max(1, Math.ceil(length / IN_BUCKET)) / (this.last - this.first + 1);
  }

  /** @returns the index of the frame, -1 when it is not in the list */
  indexOf(pfn: number): number {
    const { pfns, next } = this;
    if (pfns[next] === pfn) {
      this.next = next + 1;
      return next;
    }
    if (!(pfn >= this.first && pfn <= this.last)) return -1;
    if (this.buckets === undefined && ++this.outOfOrder * HEADS_TO_A_QUESTION > pfns.length) this.buckets = this.makeBuckets();
    const { buckets } = this;
    const bucket = buckets === undefined ? 0 : this.bucketOf(pfn);
    const found = firstNotBelow(pfns, pfn, buckets?.[bucket] ?? 0, buckets?.[bucket + 1] ?? pfns.length);
    if (pfns[found] !== pfn) return -1;
    this.next = found + 1;
    return found;
  }

  /** The next that is asked for is the one at that index, most likely. */
  goOnAt(index: number): void {
    this.next = index;
  }

  private bucketOf(pfn: number): number {
    return Math.floor((pfn - this.first) * this.perFrame);
  }

  private makeBuckets(): Uint32Array {
    const { pfns } = this;
    const buckets = new Uint32Array(this.bucketOf(this.last) + 2).fill(pfns.length);
    for (let i = pfns.length - 1, above = buckets.length - 1; i >= 0; i--) {
      const bucket = this.bucketOf(pfns[i] ?? 0);
      // Buckets without a head begin where the next one does.
      for (; above > bucket + 1; above--) buckets[above - 1] = buckets[above] ?? 0;
      buckets[bucket] = i;
      above = bucket;
    }
    return buckets;
  }
}
