/** Blocks as ranges of page frames, in linear time where they come as walks give them: ascending within each order, a few orders. */
import type { BlockList } from '../../formats/blockList';
import type { BlockRun } from '../../formats/blockRuns';
import { blockRuns } from '../../formats/blockRuns';
import { Spans, union } from './spans';

/** With more runs than that the list is in no order, and sorting it is cheaper than joining them. */
const MOST_RUNS = 64;

/**
 * The page frames of all blocks, ascending and joined.
 * @param runs those of the list
 */
export function blockSpans(blocks: BlockList, runs = blockRuns(blocks)): Spans {
  if (runs.length <= MOST_RUNS && runs.every(({ ascending }) => ascending)) return joinAll(runs.map(runSpans));
  const sorted = blocks.sorted();
  const spans = new Spans(Math.max(1, sorted.count));
  for (let i = 0; i < sorted.count; i++) spans.append(sorted.pfns[i] ?? 0, (sorted.pfns[i] ?? 0) + 2 ** (sorted.orders[i] ?? 0));
  return joinAll([spans]);
}

/** The loop of append, in place: there may be millions of them. Heads that are not aligned may overlap. */
function runSpans({ order, pfns }: BlockRun): Spans {
  const spans = new Spans(Math.max(1, pfns.length));
  const { starts, ends } = spans;
  const pages = 2 ** order;
  let count = 0;
  let last = -1;
  for (let i = 0; i < pfns.length; i++) {
    const pfn = pfns[i] ?? 0;
    if (pfn > last) {
      starts[count] = pfn;
      count++;
    }
    last = pfn + pages;
    ends[count - 1] = last;
  }
  spans.count = count;
  return spans;
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
