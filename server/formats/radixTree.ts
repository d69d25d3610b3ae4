/**
 * The radix tracker (kho-v2, 7.1 and later): one tree of pages over keys of order and address, read in place by the successor. KHO facts 2.2.
 * Marking needs the leaves only; the tables above them follow from the leaves' numbers when the pages are made.
 */
import { BitPages } from './bitPages';
import { pointer, table } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { AllocatePage, PagePlace, PlacedPage } from './physicalMemory';
import type { RadixGeometry } from './radixKey';
import { radixKey } from './radixKey';

/** One slot of a table node; a node is a page of them. A leaf is a page of bits, in unsigned longs. */
export const radixSlot = table('kho_radix_node', { table: pointer('node of the next level; 0: nothing preserved below') });

export class RadixTracker {
  private readonly leaves: BitPages;
  private readonly walked: number;

  constructor(readonly geometry: RadixGeometry) {
    this.leaves = new BitPages(1 << geometry.pageShift);
    this.walked = 2 ** geometry.walkedBits;
  }

  /** Marks a block. */
  mark(pfn: number, order: number): void {
    this.markAll([pfn], order);
  }

  /** Marks many blocks of one order. */
  markAll(pfns: ArrayLike<number>, order: number): void {
    const { order0Bit } = this.geometry;
    // The order bit that the tree cannot hold is lost on the way down (16K pages before the depth fix).
    const orderBit = 2 ** (order0Bit - order) % this.walked;
    this.leaves.setAll(pfns, orderBit, 2 ** order);
  }

  /** Takes a block back; false when there is no leaf for it (the kernel warns). Nodes stay, even when they are empty. */
  unmark(pfn: number, order: number): boolean {
    const { slot, bit } = this.place(pfn, order);
    if (slot >= 0) this.leaves.clear(slot, bit);
    return slot >= 0;
  }

  has(pfn: number, order: number): boolean {
    const { slot, bit } = this.place(pfn, order);
    return slot >= 0 && this.leaves.has(slot, bit);
  }

  private place(pfn: number, order: number): { readonly slot: number; readonly bit: number } {
    const key = radixKey(this.geometry, pfn, order) % this.walked;
    const number = Math.floor(key / this.leaves.bitsPerPage);
    return { slot: this.leaves.find(number), bit: key - number * this.leaves.bitsPerPage };
  }

  /** Pages of the tree: the root and every node below it. */
  cost(): { readonly pages: number } {
    const { tableBits, depth } = this.geometry;
    let numbers = new Set<number>();
    for (let slot = 0; slot < this.leaves.count; slot++) numbers.add(this.leaves.numberOf(slot));
    let pages = numbers.size + 1;
    for (let level = 1; level < depth - 1; level++) {
      numbers = new Set([...numbers].map((number) => Math.floor(number / 2 ** tableBits)));
      pages += numbers.size;
    }
    return { pages };
  }

  /**
   * Makes the pages. The root is allocated first, then nodes in the order in which the kernel would have made them: for each leaf, in the order of
   * creation, from the top down.
   */
  encode(allocate: AllocatePage, byteOrder: ByteOrder): { readonly rootPhys: bigint; readonly pages: readonly PlacedPage[] } {
    const { pageShift, tableBits, leafBits, depth } = this.geometry;
    const pageBytes = 1 << pageShift;
    const little = byteOrder === 'little';
    const pages: PlacedPage[] = [];
    const placeOf = (level: number, number: number): PagePlace => ({ of: 'radix node', level, firstKey: number * 2 ** (leafBits + level * tableBits) });
    const node = (level: number, number: number): { readonly phys: bigint; readonly view: DataView } => {
      const bytes = new Uint8Array(pageBytes);
      const phys = allocate(pageBytes, `level ${String(level)}`, placeOf(level, number));
      pages.push({ phys, bytes });
      return { phys, view: new DataView(bytes.buffer) };
    };
    const root = node(depth - 1, 0);
    // By level, then by number: the upper bits of its keys.
    const levels = Array.from({ length: depth }, () => new Map<number, DataView>());
    const slots = 2 ** tableBits;
    /** The node right above a leaf, with the nodes above it made. */
    const above = (number: number): DataView => {
      let parent = root.view;
      for (let level = depth - 1; level > 1; level--) {
        const below = Math.floor(number / slots ** (level - 1));
        let child = levels[level - 1]?.get(below);
        if (child === undefined) {
          const made = node(level - 1, below);
          parent.setBigUint64((below % slots) * radixSlot.sizeBytes, made.phys, little);
          child = made.view;
          levels[level - 1]?.set(below, child);
        }
        parent = child;
      }
      return parent;
    };
    // Neighbours have the same node above them, mostly.
    let first = 0;
    let parent: DataView | undefined;
    for (let slot = 0; slot < this.leaves.count; slot++) {
      const number = this.leaves.numberOf(slot);
      if (parent === undefined || number < first || number >= first + slots) {
        first = number - (number % slots);
        parent = above(number);
      }
      const phys = allocate(pageBytes, 'leaf', placeOf(0, number));
      pages.push({ phys, bytes: this.leaves.bytes(slot, byteOrder) });
      parent.setBigUint64((number - first) * radixSlot.sizeBytes, phys, little);
    }
    return { rootPhys: root.phys, pages };
  }
}
