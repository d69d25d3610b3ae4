/**
 * page->private of the pages that a successor found preserved, and what restoring makes of them (KHO facts 2.5). Kept as bits per order: tens of millions of
 * pages without an object each, and linear in their number.
 */
import { BitPages } from '../../../formats/bitPages';
import { appendBits, wordsOf } from '../../../formats/bitRead';
import { BlockList } from '../../../formats/blockList';
import { radixBlock, radixGeometry } from '../../../formats/radixKey';
import type { IncomingRules } from './rules';

/** Bits stand under the keys of a radix tree, so that one set of bitmaps holds every order; keys of 4K pages reach as far as any frame. */
const keys = radixGeometry(12);
const BITMAP_BYTES = 512;
const KEYS_IN_BITMAP = BITMAP_BYTES * 8;
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

interface OrderKeys {
  readonly order: number;
  /** Key of frame 0. */
  readonly base: number;
  /** 2^-order: exact, and faster to multiply by than to divide. */
  readonly perBlock: number;
  blocks: number;
}

export interface PageRules {
  /** Preserved pages are told by a magic in page->private, which restoring clears. */
  readonly magic: boolean;
  readonly largeBlocks: IncomingRules['largeBlocks'];
  readonly online: (pfn: number) => boolean;
}

export class PreservedPages {
  private readonly held = new BitPages(BITMAP_BYTES);
  /** Kernels without the magic restore a page as often as they are asked to: those that were. */
  private readonly taken = new BitPages(BITMAP_BYTES);
  /** In the order of the walk; a frame is the head of a block in one of them only. */
  private readonly orders: OrderKeys[] = [];
  /** The order that the last page had, and where its bit stands. */
  private recent: OrderKeys | undefined;
  private slot = -1;
  private bit = 0;

  constructor(private readonly rules: PageRules) {}

  /** What the walk does for each block, in its order: of two blocks with one head the later wins. Called once. */
  mark({ orders, pfns, count }: BlockList): void {
    const runs = new Map<OrderKeys, Float64Array>();
    // As every walk of a sound tracker gives them: once each, each order in one run.
    let sound = true;
    for (let from = 0; from < count;) {
      const order = orders[from] ?? 0;
      let end = from + 1;
      while (end < count && orders[end] === order) end++;
      const run = pfns.subarray(from, end);
      const known = this.orders.find((one) => one.order === order);
      const keysOf = known ?? { order, base: 2 ** (keys.order0Bit - order), perBlock: 2 ** -order, blocks: 0 };
      if (known === undefined) this.orders.push(keysOf);
      // An order that comes again (no kernel writes such a list) is later than all that stand behind it.
      else for (const pfn of run) for (const other of this.orders) if (other !== known && this.place(other, pfn)) this.held.clear(this.slot, this.bit);
      const ascending = ascends(run);
      sound &&= known === undefined && ascending;
      keysOf.blocks += run.length;
      this.held.setAll(run, keysOf.base, 2 ** order, ascending);
      runs.set(keysOf, known === undefined ? run : joined(runs.get(known), run));
      from = end;
    }
    if (!this.settle(runs) && sound) return;
    for (const one of this.orders) one.blocks = 0;
    this.count();
  }

  /** Takes heads out of earlier orders that a later one has, too: looked for in the larger of two orders. @returns whether there were any */
  private settle(runs: ReadonlyMap<OrderKeys, Float64Array>): boolean {
    const { orders, held } = this;
    let found = false;
    for (const [j, later] of orders.entries()) {
      for (const earlier of orders.slice(0, j)) {
        const [a = new Float64Array(0), b = new Float64Array(0)] = [runs.get(earlier), runs.get(later)];
        for (const pfn of a.length < b.length ? a : b) {
          if (!this.place(later, pfn) || !this.place(earlier, pfn)) continue;
          held.clear(this.slot, this.bit);
          found = true;
        }
      }
    }
    return found;
  }

  private count(): void {
    const { held, orders } = this;
    const byOrder = new Map(orders.map((one) => [one.order, one]));
    for (let slot = 0; slot < held.count; slot++) {
      const bits = bitsIn(wordsOf(held.bytes(slot, 'little'), 'little'));
      const order = this.orderOfSlot(slot);
      const one = order === undefined ? undefined : byOrder.get(order);
      if (one !== undefined) one.blocks += bits;
    }
  }

  /** Undefined for the one bitmap that holds more than one order (40 and above). */
  private orderOfSlot(slot: number): number | undefined {
    return radixBlock(keys, this.held.numberOf(slot) * this.held.bitsPerPage)?.order;
  }

  /** Blocks that were preserved and not restored yet. */
  get blocks(): number {
    return this.orders.reduce((sum, one) => sum + one.blocks, 0);
  }

  get pages(): number {
    return this.orders.reduce((sum, one) => sum + one.blocks * 2 ** one.order, 0);
  }

  /** The order that page->private says; undefined for pages that are not the head of a preserved block, or no longer. */
  orderAt(pfn: number): number | undefined {
    return this.find(pfn)?.order;
  }

  /** Whether the frame heads a block of that order; then its bit is at `slot` and `bit`. */
  private place({ base, perBlock }: OrderKeys, pfn: number, pages = this.held): boolean {
    const unit = pfn * perBlock;
    const block = Math.floor(unit);
    // A head is aligned to its order: other frames are none.
    if (block !== unit) return false;
    const key = base + block;
    const number = Math.floor(key / (BITMAP_BYTES * 8));
    const slot = pages.find(number);
    if (slot < 0) return false;
    const bit = key - number * BITMAP_BYTES * 8;
    this.slot = slot;
    this.bit = bit;
    return pages.has(slot, bit);
  }

  private find(pfn: number): OrderKeys | undefined {
    const { recent, orders } = this;
    if (recent !== undefined && this.place(recent, pfn)) return recent;
    for (let i = orders.length - 1; i >= 0; i--) {
      const one = orders[i];
      if (one !== undefined && one !== recent && this.place(one, pfn)) return this.recent = one;
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
      return this.orders.find((one) => this.place(one, pfn, this.taken))?.order ?? 0;
    }
    if (largeBlocks !== 'restored' && found.order > MAX_PAGE_ORDER) return 'too large';
    this.held.clear(this.slot, this.bit);
    found.blocks--;
    if (!magic) this.taken.setAll([pfn], found.base, 2 ** found.order);
    return found.order;
  }

  /**
   * Restores many, one after the other.
   * @param skipZero frame 0 is an entry that is passed over (the memfd handler's array)
   * @param stop end with the first that fails
   * @param orders where to put the order of each; as long as `pfns`
   */
  restoreMany(pfns: ArrayLike<number>, { from = 0, skipZero = false, stop = false, mostFailures = 100, orders }: { from?: number; skipZero?: boolean; stop?: boolean; mostFailures?: number; orders?: Uint8Array } = {}): RestoredMany {
    const byOrder = new Float64Array(64);
    let largest = -1;
    const failedAt: number[] = [];
    let restored = 0;
    let failed = 0;
    let firstWhy: NotRestored | undefined;
    const { length } = pfns;
    const { magic, largeBlocks, online } = this.rules;
    let known = -1;
    let words: Int32Array | undefined;
    for (let i = from; i < length; i++) {
      const pfn = pfns[i] ?? 0;
      if (skipZero && pfn === 0) continue;
      // Mostly the same order as the one before, in the same bitmap.
      const { recent } = this;
      if (magic && recent !== undefined && (recent.order <= MAX_PAGE_ORDER || largeBlocks === 'restored') && online(pfn)) {
        const key = recent.base + pfn * recent.perBlock;
        const number = Math.floor(key / KEYS_IN_BITMAP);
        if (number !== known) {
          known = number;
          const slot = this.held.find(number);
          words = slot < 0 ? undefined : this.held.words(slot);
        }
        const bit = key - number * KEYS_IN_BITMAP;
        const mask = 1 << (bit & 31);
        // A head is aligned to its order: the key of other frames is no whole number.
        if (words !== undefined && Number.isInteger(bit) && ((words[bit >>> 5] ?? 0) & mask) !== 0) {
          words[bit >>> 5] = (words[bit >>> 5] ?? 0) & ~mask;
          recent.blocks--;
          byOrder[recent.order] = (byOrder[recent.order] ?? 0) + 1;
          if (recent.order > largest) largest = recent.order;
          if (orders !== undefined) orders[i] = recent.order;
          restored++;
          continue;
        }
      }
      const order = this.restore(pfn);
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

  /** What nobody has restored, by order and within it by address. */
  remaining(): BlockList {
    const { held } = this;
    const out = new BlockList(Math.max(1, this.blocks));
    // The smallest order has the largest keys.
    const slots = slotsOf(held).map((slot) => ({ slot, start: radixBlock(keys, held.numberOf(slot) * held.bitsPerPage) }));
    slots.sort((a, b) => (a.start?.order ?? 64) - (b.start?.order ?? 64) || (a.start?.pfn ?? 0) - (b.start?.pfn ?? 0));
    for (const { slot, start } of slots) {
      const bytes = held.bytes(slot, 'little');
      if (start !== undefined) appendBits(bytes, 'little', start.pfn, 2 ** start.order, start.order, out);
      else appendKeys(bytes, out);
    }
    return out;
  }
}

const ascends = (list: Float64Array): boolean => {
  for (let i = 1; i < list.length; i++) if ((list[i] ?? 0) <= (list[i - 1] ?? 0)) return false;
  return true;
};

function joined(a: Float64Array | undefined, b: Float64Array): Float64Array {
  const out = new Float64Array((a?.length ?? 0) + b.length);
  if (a !== undefined) out.set(a);
  out.set(b, a?.length ?? 0);
  return out;
}

const slotsOf = (pages: BitPages): number[] => Array.from({ length: pages.count }, (_, slot) => slot);

/** The bitmap of the smallest keys: of orders that no memory is large enough for. */
function appendKeys(bytes: Uint8Array, into: BlockList): void {
  const found = new BlockList(64);
  appendBits(bytes, 'little', 0, 1, 0, found);
  for (let i = found.count - 1; i >= 0; i--) {
    const block = radixBlock(keys, found.pfns[i] ?? 0);
    if (block !== undefined) into.push(block.pfn, block.order);
  }
}

function bitsIn(words: Int32Array): number {
  let bits = 0;
  for (let i = 0; i < words.length; i++) {
    let word = words[i] ?? 0;
    if (word === 0) continue;
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    bits += Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return bits;
}
