/**
 * page->private of the pages that a successor found preserved, and what restoring makes of them (KHO facts 2.5). Kept as the walk's own lists of heads and a byte for each of them: tens
 * of millions of pages without an object each, and linear in their number.
 */
import { BlockList } from '../../../formats/blockList';
import type { BlockRun } from '../../../formats/blockRuns';
import { HeadIndex } from './headIndex';
import type { IncomingRules } from './rules';

/** Why kho_restore_page() gave NULL. */
export type NotRestored = 'no memory' | 'not preserved' | 'too large';

export interface RestoredMany {
  readonly restored: number;
  /** Blocks by order. */
  readonly byOrder: readonly number[];
  /** Indexes of those that were not, at most as many as were asked for. */
  readonly failedAt: readonly number[];
  readonly failed: number;
  readonly firstWhy: NotRestored | undefined;
}

export interface PageRules {
  /** Preserved pages are told by a magic in page->private, which restoring clears. */
  readonly magic: boolean;
  readonly largeBlocks: IncomingRules['largeBlocks'];
  /** MAX_PAGE_ORDER. */
  readonly maxOrder: number;
  readonly online: (pfn: number) => boolean;
}

/** What became of a head: it waits, somebody restored it, or a later block of the walk has the same head and page->private says that one's order. */
const HELD = 0;
const RESTORED = 1;
const DISPLACED = 2;

/** The blocks of one order. */
interface Heads {
  readonly order: number;
  readonly index: HeadIndex;
  readonly fates: Uint8Array;
  /** Of those that are held. */
  blocks: number;
}

export class PreservedPages {
  /** In the order of the walk; a frame is held in one of them only. */
  private heads: readonly Heads[] = [];
  /** The one that the last page was in. */
  private recent: Heads | undefined;

  constructor(private readonly rules: PageRules) {}

  /** What the walk does for each block, in its order: of two blocks with one head the later wins. Called once. */
  mark(runs: readonly BlockRun[]): void {
    // As every walk of a sound tracker gives them: once each, each order in one run.
    const sound = runs.every(({ ascending }) => ascending) && new Set(runs.map(({ order }) => order)).size === runs.length;
    this.heads = sound ? runs.map(({ order, pfns }) => headsOf(order, pfns)) : headsOfAll(runs);
    if (this.heads.length > 1) this.displace(sound ? undefined : lastPlaces(this.heads, runs));
  }

  /**
   * Of two orders with the same head the one that was written later stays: the larger list is asked for each head of the smaller one.
   * @param places where the last block of each head stood in the walk, by order; undefined: each order came once, in the order of the lists
   */
  private displace(places: readonly Float64Array[] | undefined): void {
    const { heads } = this;
    for (const [j, later] of heads.entries()) {
      for (const [i, earlier] of heads.slice(0, j).entries()) {
        const small = earlier.fates.length < later.fates.length ? earlier : later;
        const large = small === earlier ? later : earlier;
        const { pfns } = small.index;
        for (let at = 0; at < pfns.length; at++) {
          const other = large.index.indexOf(pfns[at] ?? 0);
          if (other < 0) continue;
          const [inEarlier, inLater] = small === earlier ? [at, other] : [other, at];
          const earlierStays = places !== undefined && (places[i]?.[inEarlier] ?? 0) > (places[j]?.[inLater] ?? 0);
          const loser = earlierStays ? later : earlier;
          const where = earlierStays ? inLater : inEarlier;
          if (loser.fates[where] === HELD) loser.blocks--;
          loser.fates[where] = DISPLACED;
        }
      }
    }
  }

  /** Blocks that were preserved and not restored yet. */
  get blocks(): number {
    return this.heads.reduce((sum, one) => sum + one.blocks, 0);
  }

  get pages(): number {
    return this.pagesOf((order) => 2 ** order);
  }

  /** @param ofBlock pages of a block, by its order */
  pagesOf(ofBlock: (order: number) => number): number {
    return this.heads.reduce((sum, one) => sum + one.blocks * ofBlock(one.order), 0);
  }

  /** The order that page->private says; undefined for pages that are not the head of a preserved block, or no longer. */
  orderAt(pfn: number): number | undefined {
    const found = this.find(pfn, HELD);
    return found?.heads.order;
  }

  private find(pfn: number, fate: number): { readonly heads: Heads; readonly at: number } | undefined {
    for (const heads of this.heads) {
      const at = heads.index.indexOf(pfn);
      if (at >= 0 && heads.fates[at] === fate) return { heads, at };
    }
    return undefined;
  }

  /** kho_restore_page(): gives the order of the block, or why not. */
  restore(pfn: number): number | NotRestored {
    const { magic, largeBlocks, maxOrder, online } = this.rules;
    if (!online(pfn)) return 'no memory';
    const found = this.find(pfn, HELD);
    // Without a magic whatever stands in page->private is an order: of a page nobody preserved 0, and of one that was restored what it was.
    if (found === undefined) return magic ? 'not preserved' : this.find(pfn, RESTORED)?.heads.order ?? 0;
    const { heads, at } = found;
    if (largeBlocks !== 'restored' && heads.order > maxOrder) return 'too large';
    heads.fates[at] = RESTORED;
    heads.blocks--;
    this.recent = heads;
    return heads.order;
  }

  /**
   * Restores many, one after the other.
   * @param skipZero frame 0 is an entry that is passed over (the memfd handler's array)
   * @param stop end with the first that fails
   * @param orders where to put the order of each; as long as `pfns`
   */
  restoreMany(pfns: ArrayLike<number>, { skipZero = false, stop = false, mostFailures = 100, orders }: { skipZero?: boolean; stop?: boolean; mostFailures?: number; orders?: Uint8Array } = {}): RestoredMany {
    const byOrder = new Float64Array(64);
    let largest = -1;
    const failedAt: number[] = [];
    let restored = 0;
    let failed = 0;
    let firstWhy: NotRestored | undefined;
    const { length } = pfns;
    for (let i = 0; i < length; i++) {
      if (skipZero && pfns[i] === 0) continue;
      // Mostly blocks of one order, in the order of its list.
      const { recent } = this;
      const run = recent === undefined ? 0 : this.restoreRun(recent, pfns, i, orders);
      if (recent !== undefined && run > 0) {
        byOrder[recent.order] = (byOrder[recent.order] ?? 0) + run;
        if (recent.order > largest) largest = recent.order;
        restored += run;
        i += run - 1;
        continue;
      }
      const order = this.restore(pfns[i] ?? 0);
      if (typeof order === 'number') {
        byOrder[order] = (byOrder[order] ?? 0) + 1;
        if (order > largest) largest = order;
        if (orders !== undefined) orders[i] = order;
        restored++;
        continue;
      }
      failed++;
      firstWhy ??= order;
      if (failedAt.length < mostFailures) failedAt.push(i);
      if (stop) break;
    }
    return { restored, byOrder: Array.from(byOrder.subarray(0, largest + 1)), failedAt, failed, firstWhy };
  }

  /** Restores the frames from `from` on that are held and stand in the list behind each other. @returns how many there were */
  private restoreRun(heads: Heads, pfns: ArrayLike<number>, from: number, orders: Uint8Array | undefined): number {
    const { order, index, fates } = heads;
    const { largeBlocks, maxOrder, online } = this.rules;
    if (largeBlocks !== 'restored' && order > maxOrder) return 0;
    const known = index.pfns;
    const first = index.indexOf(pfns[from] ?? 0);
    if (first < 0) return 0;
    const most = Math.min(pfns.length - from, known.length - first);
    let count = 0;
    while (count < most && pfns[from + count] === known[first + count] && fates[first + count] === HELD && online(known[first + count] ?? 0)) count++;
    fates.fill(RESTORED, first, first + count);
    orders?.fill(order, from, from + count);
    heads.blocks -= count;
    index.goOnAt(first + count);
    return count;
  }

  /** What nobody has restored, by order and within it by address. */
  remaining(): BlockList {
    const out = new BlockList(Math.max(1, this.blocks));
    for (const { order, index: { pfns }, fates } of [...this.heads].sort((a, b) => a.order - b.order)) {
      for (let i = 0; i < pfns.length; i++) if (fates[i] === HELD) out.push(pfns[i] ?? 0, order);
    }
    return out;
  }
}

const headsOf = (order: number, pfns: Float64Array): Heads => ({ order, index: new HeadIndex(pfns), fates: new Uint8Array(pfns.length), blocks: pfns.length });

/** Of a list that no kernel writes: each order's heads sorted, once each. */
function headsOfAll(runs: readonly BlockRun[]): readonly Heads[] {
  const byOrder = new Map<number, BlockRun[]>();
  for (const run of runs) {
    const known = byOrder.get(run.order);
    if (known === undefined) byOrder.set(run.order, [run]);
    else known.push(run);
  }
  return [...byOrder].map(([order, parts]) => {
    const all = new Float64Array(parts.reduce((sum, { pfns }) => sum + pfns.length, 0));
    let at = 0;
    for (const { pfns } of parts) {
      all.set(pfns, at);
      at += pfns.length;
    }
    all.sort();
    let count = 0;
    for (const pfn of all) if (count === 0 || all[count - 1] !== pfn) all[count++] = pfn;
    return headsOf(order, all.subarray(0, count));
  });
}

/** Where the last block of each head stood in the walk. */
function lastPlaces(heads: readonly Heads[], runs: readonly BlockRun[]): readonly Float64Array[] {
  const places = new Map(heads.map(({ order, index, fates }) => [order, { index, places: new Float64Array(fates.length) }]));
  let place = 0;
  for (const { order, pfns } of runs) {
    const one = places.get(order);
    for (const pfn of pfns) {
      if (one !== undefined) one.places[one.index.indexOf(pfn)] = place;
      place++;
    }
  }
  return heads.map(({ order }) => places.get(order)?.places ?? new Float64Array(0));
}
