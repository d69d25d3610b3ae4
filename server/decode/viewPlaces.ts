/** Which structure lies at an address, by its number in the tree. */
import type { Structure } from './structure';

export interface Place {
  readonly id: string;
  readonly structure: Structure;
  readonly phys: bigint;
  readonly end: bigint;
}

export class Places {
  /** By address; of those with the same the outer first. */
  private readonly sorted: Place[] = [];
  /** Where the farthest of the places up to each one ends. */
  private readonly reach: bigint[] = [];

  constructor(top: Structure, topId: string) {
    const stack: (readonly [Structure, string])[] = [[top, topId]];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const [structure, id] = next;
      const { phys, sizeBytes, children } = structure;
      if (phys !== undefined) this.sorted.push({ id, structure, phys, end: phys + BigInt(Math.max(1, sizeBytes)) });
      for (let i = children.length - 1; i >= 0; i--) {
        const child = children[i];
        if (child !== undefined) stack.push([child, `${id}.${String(i)}`]);
      }
    }
    this.sorted.sort((a, b) => (a.phys < b.phys ? -1 : a.phys > b.phys ? 1 : 0));
    let farthest = 0n;
    for (const { end } of this.sorted) this.reach.push(farthest = end > farthest ? end : farthest);
  }

  /** The innermost structure over an address, but before it one that starts there. */
  at(phys: bigint): Place | undefined {
    let best: Place | undefined;
    for (let i = this.upTo(phys); i >= 0 && (this.reach[i] ?? 0n) > phys; i--) {
      const place = this.sorted[i];
      if (place === undefined || place.end <= phys) continue;
      if (best === undefined || better(place, best, phys)) best = place;
    }
    return best;
  }

  /** The structures that start in a range, the first `most`. */
  startingIn(phys: bigint, sizeBytes: number, most: number): readonly Place[] {
    const out: Place[] = [];
    const end = phys + BigInt(sizeBytes);
    for (let i = this.upTo(phys - 1n) + 1; out.length < most; i++) {
      const place = this.sorted[i];
      if (place === undefined || place.phys >= end) break;
      out.push(place);
    }
    return out;
  }

  /** The last place that starts at or below an address. */
  private upTo(phys: bigint): number {
    let low = 0;
    let high = this.sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle]?.phys ?? 0n) <= phys) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function better(one: Place, than: Place, phys: bigint): boolean {
  const [starts, started] = [one.phys === phys, than.phys === phys];
  return starts === started ? one.end - one.phys < than.end - than.phys : starts;
}
