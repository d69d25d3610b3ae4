/** Which blocks of all that are free are taken when some are to be scattered over them. */

/** So many blocks are taken out of a section one by one; for more its blocks are made anew. */
export const FEW_PICKS = 64;

/** So many of so many candidates, spread evenly: of each pick the number of the candidate (its rank), floor(i * capacity / count). Pools take theirs one after the other. */
export class Picks {
  /** Candidates that were passed over or picked. */
  rank = 0;
  private taken = 0;

  /** @param out where the first page frames of what is picked go; as long as `count` */
  constructor(private readonly count: number, private readonly capacity: number, private readonly out: Float64Array) {}

  /** Rank of a pick; Infinity behind the last. */
  rankOf(i: number): number {
    return i < this.count ? Math.floor((i * this.capacity) / this.count) : Infinity;
  }

  /** The next that is to be picked. */
  get index(): number {
    return this.taken;
  }

  get next(): number {
    return this.rankOf(this.taken);
  }

  /** How many are to be picked of so many candidates that come next. */
  within(candidates: number): number {
    let i = this.taken;
    for (; i < this.count; i++) {
      if (i - this.taken === FEW_PICKS) i = Math.max(i, Math.floor(((this.rank + candidates) * this.count) / this.capacity) - 1);
      if (this.rankOf(i) >= this.rank + candidates) break;
    }
    return i - this.taken;
  }

  take(pfn: number): void {
    this.out[this.taken++] = pfn;
  }

  /**
   * Passes over so many candidates that lie behind each other, and picks from them.
   * @param base the first one's page frame; `step` to the next one's
   * @returns how many were picked
   */
  takeFrom(candidates: number, base: number, step: number): number {
    const { count, capacity, out, rank } = this;
    const end = rank + candidates;
    let i = this.taken;
    for (; i < count; i++) {
      const one = Math.floor((i * capacity) / count);
      if (one >= end) break;
      out[i] = base + (one - rank) * step;
    }
    const picked = i - this.taken;
    this.taken = i;
    this.rank = end;
    return picked;
  }
}
