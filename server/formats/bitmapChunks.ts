/**
 * The bitmap tracker (v5, 6.16 to 6.19): per order a set of bitmaps, handed over as a list of page-sized chunks that point to them. KHO facts 2.1.
 */
import { BitPages } from './bitPages';
import { encodeInto, fieldOf, pointer, table, u32, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { AllocatePage, PlacedPage } from './physicalMemory';

export const chunkHeader = table('khoser_mem_chunk', {
  next: pointer('next chunk; 0 ends the list'),
  order: u32('page order of every bit of this chunk', 'order'),
  num_elms: u32('bitmaps that this chunk points to'),
});

export const chunkElement = table('khoser_mem_bitmap_ptr', {
  phys_start: pointer('address of the block of bit 0'),
  bitmap: pointer('where the bitmap lies'),
});

// Read and written by the ten thousand: by hand, at the places that the table gives.
export const physStartField = fieldOf(chunkElement, 'phys_start');
export const bitmapField = fieldOf(chunkElement, 'bitmap');

export interface BitmapGeometry {
  readonly pageShift: number;
  /** 512 in v5 and 6.16 to 6.17.0, a page since. */
  readonly bitmapBytes: number;
}

export function chunkCapacity(pageShift: number): number {
  return Math.floor(((1 << pageShift) - chunkHeader.sizeBytes) / chunkElement.sizeBytes);
}

/** What a kernel has marked. */
export class BitmapTracker {
  private readonly orders = new Map<number, BitPages>();

  constructor(readonly geometry: BitmapGeometry) {}

  private pages(order: number): BitPages {
    let pages = this.orders.get(order);
    if (pages === undefined) this.orders.set(order, pages = new BitPages(this.geometry.bitmapBytes));
    return pages;
  }

  /** Marks a block. The low bits of a pfn that is not aligned to its order are lost, as in the kernel. */
  mark(pfn: number, order: number): void {
    this.markAll([pfn], order);
  }

  /** Marks many blocks of one order. */
  markAll(pfns: ArrayLike<number>, order: number): void {
    this.pages(order).setAll(pfns, 0, 2 ** order);
  }

  /** Takes a block back; false when it has no bitmap (the kernel warns). The bitmap stays, even when it is empty. */
  unmark(pfn: number, order: number): boolean {
    const place = this.place(pfn, order);
    place?.pages.clear(place.slot, place.bit);
    return place !== undefined;
  }

  has(pfn: number, order: number): boolean {
    const place = this.place(pfn, order);
    return place?.pages.has(place.slot, place.bit) ?? false;
  }

  private place(pfn: number, order: number): { readonly pages: BitPages; readonly slot: number; readonly bit: number } | undefined {
    const pages = this.orders.get(order);
    if (pages === undefined) return undefined;
    const unit = Math.floor(pfn / 2 ** order);
    const number = Math.floor(unit / pages.bitsPerPage);
    const slot = pages.find(number);
    return slot < 0 ? undefined : { pages, slot, bit: unit - number * pages.bitsPerPage };
  }

  /** Bytes of bitmaps, and chunk pages that serialising would take. */
  cost(): { readonly bitmapBytes: number; readonly chunkPages: number } {
    const capacity = chunkCapacity(this.geometry.pageShift);
    let bitmaps = 0;
    let chunkPages = 0;
    for (const pages of this.orders.values()) {
      bitmaps += pages.count;
      chunkPages += Math.ceil(pages.count / capacity);
    }
    return { bitmapBytes: bitmaps * this.geometry.bitmapBytes, chunkPages };
  }

  /** How many bitmaps each order has so far: what a list made now would hold. */
  bitmapsByOrder(): ReadonlyMap<number, number> {
    return new Map([...this.orders].map(([order, pages]) => [order, pages.count]));
  }

  /** Address of the block of bit 0. */
  private startOf(order: number, number: number): bigint {
    return BigInt(number) * (BigInt(this.geometry.bitmapBytes * 8) << BigInt(order + this.geometry.pageShift));
  }

  /** Whether a block lies in a bitmap that a list made earlier names. */
  isListed(pfn: number, order: number, listed: ReadonlyMap<number, number>): boolean {
    const place = this.place(pfn, order);
    return place !== undefined && place.slot < (listed.get(order) ?? 0);
  }

  /** Orders that something was ever marked with, ascending. */
  usedOrders(): readonly number[] {
    return [...this.orders.keys()].sort((a, b) => a - b);
  }

  /**
   * Makes the chunk list as kho_mem_serialize() does: orders ascending, each from a new chunk on, bitmaps ascending, empty ones too.
   * Bitmaps get their addresses in the order of their creation, then the chunks.
   * @param listed the bitmaps there were when the list was made (6.19, whose kho_finalize() makes it ahead of time): later ones are not in it, later bits of these are
   */
  encode(allocate: AllocatePage, byteOrder: ByteOrder, listed: ReadonlyMap<number, number> = this.bitmapsByOrder()): { readonly firstPhys: bigint; readonly pages: readonly PlacedPage[] } {
    const { pageShift, bitmapBytes } = this.geometry;
    const pageBytes = 1 << pageShift;
    const capacity = chunkCapacity(pageShift);
    const pages: PlacedPage[] = [];
    const placed = new Map<number, readonly bigint[]>();
    for (const [order, set] of this.orders) {
      const count = listed.get(order);
      if (count !== undefined) placed.set(order, Array.from({ length: count }, (_, slot) => {
        const phys = allocate(bitmapBytes, 'bitmap', { of: 'bitmap', order, start: this.startOf(order, set.numberOf(slot)) });
        pages.push({ phys, bytes: set.bytes(slot, byteOrder) });
        return phys;
      }));
    }
    const chunks = this.usedOrders().filter((order) => listed.has(order)).flatMap((order) => {
      const set = this.orders.get(order);
      const count = listed.get(order) ?? 0;
      const all = set?.sortedNumbers() ?? new Float64Array(0);
      const numbers = set === undefined || count === set.count ? all : all.filter((number) => set.find(number) < count);
      // An order without bitmaps still has a chunk, and a full chunk is followed by one only when something is left.
      return Array.from({ length: Math.max(1, Math.ceil(numbers.length / capacity)) }, (_, i) => ({ order, numbers: numbers.subarray(i * capacity, (i + 1) * capacity), phys: 0n }));
    });
    for (const one of chunks) one.phys = allocate(pageBytes, 'chunk');
    const little = byteOrder === 'little';
    chunks.forEach(({ order, numbers, phys }, i) => {
      const bytes = new Uint8Array(pageBytes);
      const view = viewOf(bytes);
      encodeInto(chunkHeader, { next: chunks[i + 1]?.phys ?? 0n, order, num_elms: numbers.length }, bytes, 0, byteOrder);
      const set = this.pages(order);
      const physOf = placed.get(order) ?? [];
      let at = chunkHeader.sizeBytes;
      for (const number of numbers) {
        view.setBigUint64(at + physStartField.offsetBytes, this.startOf(order, number), little);
        view.setBigUint64(at + bitmapField.offsetBytes, physOf[set.find(number)] ?? 0n, little);
        at += chunkElement.sizeBytes;
      }
      pages.push({ phys, bytes });
    });
    return { firstPhys: chunks[0]?.phys ?? 0n, pages };
  }
}
