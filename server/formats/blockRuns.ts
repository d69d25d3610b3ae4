/** Preserved blocks as walks give them: a few runs of one order each, ascending within it. What is done with millions of blocks is done run by run. */
import type { BlockList } from './blockList';

/** Neighbours of one order in a list of blocks. */
export interface BlockRun {
  readonly order: number;
  /** Page frames of the heads; a view. */
  readonly pfns: Float64Array;
  /** Each head lies above the one before it. */
  readonly ascending: boolean;
}

/** The runs of a list, in its order. */
export function blockRuns({ pfns, orders, count }: BlockList): readonly BlockRun[] {
  const out: BlockRun[] = [];
  for (let from = 0; from < count;) {
    const order = orders[from] ?? 0;
    let end = from + 1;
    let ascending = true;
    let last = pfns[from] ?? 0;
    for (; end < count && orders[end] === order; end++) {
      const pfn = pfns[end] ?? 0;
      if (pfn <= last) ascending = false;
      last = pfn;
    }
    out.push({ order, pfns: pfns.subarray(from, end), ascending });
    from = end;
  }
  return out;
}

/** Blocks by order: how many there are of each that occurs. */
export function blocksByOrder(runs: readonly BlockRun[]): Record<string, number> {
  const out: number[] = [];
  for (const { order, pfns } of runs) out[order] = (out[order] ?? 0) + pfns.length;
  return Object.fromEntries(out.flatMap((blocks: number | undefined, order) => (blocks === undefined ? [] : [[String(order), blocks]])));
}
