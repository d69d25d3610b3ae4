/** Blocks as ranges of page frames, in linear time where they come as walks give them: ascending within each order, a few orders. */
import type { BlockList } from '../../formats/blockList';
import { Spans, union } from './spans';

/** With more runs than that the list is in no order, and sorting it is cheaper than joining them. */
const MOST_RUNS = 64;

/** The page frames of all blocks, ascending and joined. */
export function blockSpans(blocks: BlockList): Spans {
  const runs: Spans[] = [];
  const { pfns, orders, count } = blocks;
  let run = new Spans(Math.max(1, count));
  let last = -1;
  for (let i = 0; i < count; i++) {
    const pfn = pfns[i] ?? 0;
    if (pfn < last) {
      runs.push(run);
      if (runs.length > MOST_RUNS) return blockSpans(blocks.sorted());
      run = new Spans(Math.max(1, count - i));
    }
    run.append(pfn, pfn + 2 ** (orders[i] ?? 0));
    last = pfn;
  }
  runs.push(run);
  return joinAll(runs);
}

/** Two by two, so that each range is copied as often as the number of runs has bits. */
function joinAll(runs: readonly Spans[]): Spans {
  let level = runs;
  while (level.length > 1) {
    const next: Spans[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [one, other] = [level[i], level[i + 1]];
      if (one !== undefined) next.push(other === undefined ? one : union(one, other));
    }
    level = next;
  }
  return level[0] ?? new Spans(1);
}
