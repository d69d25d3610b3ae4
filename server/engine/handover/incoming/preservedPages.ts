/**
 * page->private of the pages that a successor found preserved, and what restoring makes of them (KHO facts 2.5). Kept as bits per order: tens of millions of
 * pages without an object each, and linear in their number.
 */
import { BitPages, appendBits, wordsOf } from '../../../formats/bitPages';
import { BlockList } from '../../../formats/blockList';
import type { IncomingRules } from './rules';

/** Bitmaps of a page of 4096 bytes each. */
const BITMAP_BYTES = 4096;
/** MAX_PAGE_ORDER of every kernel here. */
export const MAX_PAGE_ORDER = 10;

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

interface OrderPages {
  readonly order: number;
  readonly held: BitPages;
  /** Kernels without the magic restore a page as often as they are asked to: those that were. */
  readonly taken: BitPages;
}

export interface PageRules {
  /** Preserved pages are told by a magic in page->private, which restoring clears. */
  readonly magic: boolean;
  readonly largeBlocks: IncomingRules['largeBlocks'];
  readonly online: (pfn: number) => boolean;
}

export class PreservedPages {
  /** In the order of the walk. */
  private orders: OrderPages[] = [];
  /** The order that the last page had. */
  private recent: OrderPages | undefined;
  /** No frame is the head of two blocks: then it does not matter in which order they are looked up. */
  private distinct = true;
  private heldBlocks = 0;
  private heldPages = 0;

  constructor(private readonly rules: PageRules) {}

  /** What the walk does for each block, in its order: of two blocks with one head the later wins. */
  mark(blocks: BlockList): void {
    const { orders, pfns, count } = blocks;
    for (let from = 0; from < count;) {
      const order = orders[from] ?? 0;
      let end = from + 1;
      while (end < count && orders[end] === order) end++;
      this.markRun(pfns.subarray(from, end), order);
      from = end;
    }
    if (this.orders.length > 1) this.settle();
    this.count();
  }

  private markRun(pfns: Float64Array, order: number): void {
    const known = this.orders.find((one) => one.order === order);
    const pages = known ?? { order, held: new BitPages(BITMAP_BYTES), taken: new BitPages(BITMAP_BYTES) };
    // Where the walk meets an order again, its pages are written again.
    this.orders = [...this.orders.filter((one) => one !== known), pages];
    pages.held.setAll(pfns, 0, 2 ** order);
  }

  /** Takes heads out of earlier orders that a later one has, too. */
  private settle(): void {
    const heads = new BitPages(BITMAP_BYTES);
    let blocks = 0;
    for (const { order, held } of this.orders) {
      const list = listOf(held, order);
      blocks += list.count;
      heads.setAll(list.pfns.subarray(0, list.count), 0, 1);
    }
    this.distinct = bitsOf(heads) === blocks;
    if (this.distinct) return;
    for (const [i, later] of this.orders.entries()) {
      const list = listOf(later.held, later.order);
      for (let at = 0; at < list.count; at++) for (const earlier of this.orders.slice(0, i)) move(earlier.held, undefined, list.pfns[at] ?? 0, earlier.order);
    }
    this.distinct = true;
  }

  private count(): void {
    this.heldBlocks = 0;
    this.heldPages = 0;
    for (const { order, held } of this.orders) {
      const blocks = bitsOf(held);
      this.heldBlocks += blocks;
      this.heldPages += blocks * 2 ** order;
    }
  }

  /** Blocks that were preserved and not restored yet. */
  get blocks(): number {
    return this.heldBlocks;
  }

  get pages(): number {
    return this.heldPages;
  }

  /** The order that page->private says; undefined for pages that are not the head of a preserved block, or no longer. */
  orderAt(pfn: number): number | undefined {
    return this.find(pfn)?.order;
  }

  private find(pfn: number): OrderPages | undefined {
    const { recent, orders } = this;
    if (recent !== undefined && has(recent.held, pfn, recent.order)) return recent;
    for (let i = orders.length - 1; i >= 0; i--) {
      const one = orders[i];
      if (one !== undefined && one !== recent && has(one.held, pfn, one.order)) return this.recent = one;
    }
    return undefined;
  }

  /** kho_restore_page(): gives the order of the block, or why not. */
  restore(pfn: number): number | NotRestored {
    const { magic, largeBlocks, online } = this.rules;
    if (!online(pfn)) return 'no memory';
    const found = this.find(pfn);
    if (found === undefined) {
      if (magic) return 'not preserved';
      // Whatever stands in page->private is an order: that of a page nobody preserved is 0.
      return this.orders.find((one) => has(one.taken, pfn, one.order))?.order ?? 0;
    }
    if (largeBlocks !== 'restored' && found.order > MAX_PAGE_ORDER) return 'too large';
    move(found.held, magic ? undefined : found.taken, pfn, found.order);
    this.heldBlocks--;
    this.heldPages -= 2 ** found.order;
    return found.order;
  }

  /**
   * Restores many, one after the other.
   * @param skipZero frame 0 is an entry that is passed over (the memfd handler's array)
   * @param stop end with the first that fails
   * @param orders where to put the order of each; as long as `pfns`
   */
  restoreMany(pfns: ArrayLike<number>, { from = 0, skipZero = false, stop = false, mostFailures = 100, orders }: { from?: number; skipZero?: boolean; stop?: boolean; mostFailures?: number; orders?: Uint8Array } = {}): RestoredMany {
    const byOrder: number[] = [];
    const failedAt: number[] = [];
    let restored = 0;
    let failed = 0;
    let firstWhy: NotRestored | undefined;
    for (let i = from; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      if (skipZero && pfn === 0) continue;
      const order = this.restore(pfn);
      if (typeof order === 'number') {
        byOrder[order] = (byOrder[order] ?? 0) + 1;
        if (orders !== undefined) orders[i] = order;
        restored++;
        continue;
      }
      failed++;
      firstWhy ??= order;
      if (failedAt.length < mostFailures) failedAt.push(i);
      if (stop) break;
    }
    return { restored, byOrder: Array.from(byOrder, (blocks = 0) => blocks), failedAt, failed, firstWhy };
  }

  /** What nobody has restored, by order and within it by address. */
  remaining(): BlockList {
    const out = new BlockList(this.heldBlocks);
    for (const { order, held } of [...this.orders].sort((a, b) => a.order - b.order)) append(held, order, out);
    return out;
  }
}

function has(pages: BitPages, pfn: number, order: number): boolean {
  const unit = pfn / 2 ** order;
  const number = Math.floor(unit / pages.bitsPerPage);
  const slot = pages.find(number);
  // A head is aligned to its order: other frames are none.
  return slot >= 0 && Number.isInteger(unit) && pages.has(slot, unit - number * pages.bitsPerPage);
}

function move(pages: BitPages, to: BitPages | undefined, pfn: number, order: number): void {
  const unit = pfn / 2 ** order;
  const number = Math.floor(unit / pages.bitsPerPage);
  const slot = pages.find(number);
  if (slot < 0 || !Number.isInteger(unit)) return;
  pages.clear(slot, unit - number * pages.bitsPerPage);
  to?.setAll([pfn], 0, 2 ** order);
}

function wordsAt(pages: BitPages, slot: number, scratch: Int32Array): Int32Array {
  return wordsOf(pages.bytes(slot, 'little'), 'little', scratch);
}

function append(pages: BitPages, order: number, into: BlockList): void {
  const scratch = new Int32Array(BITMAP_BYTES / 4);
  const slots = Array.from({ length: pages.count }, (_, slot) => slot).sort((a, b) => pages.numberOf(a) - pages.numberOf(b));
  for (const slot of slots) appendBits(wordsAt(pages, slot, scratch), pages.numberOf(slot) * pages.bitsPerPage * 2 ** order, 2 ** order, order, into);
}

function listOf(pages: BitPages, order: number): BlockList {
  const out = new BlockList();
  append(pages, order, out);
  return out;
}

function bitsOf(pages: BitPages): number {
  const scratch = new Int32Array(BITMAP_BYTES / 4);
  let bits = 0;
  for (let slot = 0; slot < pages.count; slot++) {
    for (let word of wordsAt(pages, slot, scratch)) {
      word -= (word >>> 1) & 0x55555555;
      word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
      bits += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
    }
  }
  return bits;
}
