/**
 * Physical memory of a machine, which survives a kexec: bytes where somebody wrote, a fill byte everywhere else. Pages that an encoder made are kept as they
 * are, and read without a copy.
 */
import type { MemoryRange, PhysicalMemory, PlacedPage } from '../../formats/physicalMemory';

/** Bytes that were placed together, from the start of a page on. The last page may have fewer. */
interface Extent {
  readonly pfn: number;
  /** Of whole pages, once somebody wrote. */
  bytes: Uint8Array;
  /** Somebody else holds the array, too: it is copied before it is written to. */
  shared: boolean;
}

export interface RamBounds { readonly start: bigint; readonly sizeBytes: bigint }

/** Unwritten memory is handed out up to here. */
const MOST_FILL_BYTES = 1 << 24;

export class Ram implements PhysicalMemory {
  private readonly extents = new Map<number, Extent>();
  private cached: readonly MemoryRange[] | undefined = undefined;
  private readonly pageShift: bigint;
  /** Reads of one page that nobody wrote. */
  private readonly blank: Uint8Array;
  private readonly bounds: readonly { readonly first: number; readonly end: number }[];

  /** `fill`: what memory holds that nobody wrote. */
  constructor(readonly memory: readonly RamBounds[], readonly pageBytes: number, private readonly fill = 0) {
    this.pageShift = BigInt(Math.log2(pageBytes));
    this.blank = new Uint8Array(pageBytes).fill(fill);
    this.bounds = memory.map(({ start, sizeBytes }) => ({ first: Number(start >> this.pageShift), end: Number((start + sizeBytes) >> this.pageShift) }));
  }

  /** Bytes at an address, not to be written to: a view within what was placed together, otherwise a copy. Undefined outside of RAM. */
  read(phys: bigint, sizeBytes: number): Uint8Array | undefined {
    if (phys < 0n || sizeBytes < 0) return undefined;
    const pfn = Number(phys >> this.pageShift);
    const at = Number(phys & BigInt(this.pageBytes - 1));
    const extent = this.extents.get(pfn);
    if (extent !== undefined) {
      const offset = (pfn - extent.pfn) * this.pageBytes + at;
      if (offset + sizeBytes <= extent.bytes.length && this.belongs(extent, pfn, at + sizeBytes)) return extent.bytes.subarray(offset, offset + sizeBytes);
    } else if (at + sizeBytes <= this.pageBytes) return this.inRam(pfn, 1) ? this.blank.subarray(at, at + sizeBytes) : undefined;
    return this.gather(pfn, at, sizeBytes);
  }

  /** Page frames of RAM. */
  get sizePages(): number {
    return this.bounds.reduce((sum, { first, end }) => sum + end - first, 0);
  }

  /** What was written, ascending; the rest of RAM is read as fill bytes, but an image of it carries nothing. */
  get ranges(): readonly MemoryRange[] {
    this.cached ??= this.pages().map(({ phys, bytes }) => ({ phys, bytes, sizeBytes: BigInt(bytes.length) }));
    return this.cached;
  }

  /** Writes bytes. @returns false, and nothing is written, when some lie outside of RAM */
  write(phys: bigint, bytes: Uint8Array): boolean {
    const first = Number(phys >> this.pageShift);
    let at = Number(phys & BigInt(this.pageBytes - 1));
    if (phys < 0n || !this.inRam(first, Math.ceil((at + bytes.length) / this.pageBytes))) return false;
    this.cached = undefined;
    let pfn = first;
    for (let done = 0; done < bytes.length; pfn++) {
      const count = Math.min(bytes.length - done, this.pageBytes - at);
      this.writable(pfn).set(bytes.subarray(done, done + count), at);
      done += count;
      at = 0;
    }
    return true;
  }

  /**
   * Makes an array the bytes of the pages from an address on, in place of what was there; it is not copied, and written to by later writes. A last page that it
   * does not fill is filled up. @returns false, and nothing is placed, when it does not begin at a page of RAM or reaches over its end
   */
  place({ phys, bytes }: PlacedPage): boolean {
    const pfn = Number(phys >> this.pageShift);
    const pages = Math.ceil(bytes.length / this.pageBytes);
    if (phys < 0n || (phys & BigInt(this.pageBytes - 1)) !== 0n || !this.inRam(pfn, pages)) return false;
    this.cached = undefined;
    const extent: Extent = { pfn, bytes, shared: false };
    for (let i = 0; i < pages; i++) this.extents.set(pfn + i, extent);
    return true;
  }

  /** Forgets what was written to pages: they hold fill bytes again. */
  drop(pfn: number, pages: number): void {
    this.cached = undefined;
    if (pages <= this.extents.size) for (let i = 0; i < pages; i++) this.extents.delete(pfn + i);
    else for (const written of [...this.extents.keys()]) if (written >= pfn && written < pfn + pages) this.extents.delete(written);
  }

  /** Page frames that somebody has written to, ascending. */
  writtenPfns(): Float64Array {
    return Float64Array.from(this.extents.keys()).sort();
  }

  /** What memory holds now, and goes on to hold whatever is written later: the arrays are shared until then. */
  snapshot(): readonly PlacedPage[] {
    for (const extent of this.extents.values()) extent.shared = true;
    return this.pages();
  }

  private inRam(pfn: number, pages: number): boolean {
    let at = pfn;
    for (const { first, end } of this.bounds) if (first <= at && at < end) at = end;
    return pages === 0 || at >= pfn + pages;
  }

  /** Whether all pages of a read still are the extent's: some may have been written or placed apart. */
  private belongs(extent: Extent, pfn: number, endBytes: number): boolean {
    for (let i = 1; i * this.pageBytes < endBytes; i++) if (this.extents.get(pfn + i) !== extent) return false;
    return true;
  }

  private gather(first: number, firstAt: number, sizeBytes: number): Uint8Array | undefined {
    if (sizeBytes > MOST_FILL_BYTES && sizeBytes > this.extents.size * this.pageBytes) return undefined;
    if (!this.inRam(first, Math.ceil((firstAt + sizeBytes) / this.pageBytes))) return undefined;
    const out = new Uint8Array(sizeBytes).fill(this.fill);
    let at = firstAt;
    for (let done = 0, pfn = first; done < sizeBytes; pfn++) {
      const count = Math.min(sizeBytes - done, this.pageBytes - at);
      const extent = this.extents.get(pfn);
      if (extent !== undefined) {
        const offset = (pfn - extent.pfn) * this.pageBytes + at;
        out.set(extent.bytes.subarray(offset, offset + count), done);
      }
      done += count;
      at = 0;
    }
    return out;
  }

  /** The bytes of a page, to be written to. */
  private writable(pfn: number): Uint8Array {
    const extent = this.extents.get(pfn);
    if (extent !== undefined && !extent.shared) {
      const offset = (pfn - extent.pfn) * this.pageBytes;
      if (offset + this.pageBytes <= extent.bytes.length) return extent.bytes.subarray(offset, offset + this.pageBytes);
    }
    const page = new Uint8Array(this.pageBytes).fill(this.fill);
    if (extent !== undefined) page.set(extent.bytes.subarray((pfn - extent.pfn) * this.pageBytes, (pfn - extent.pfn + 1) * this.pageBytes));
    this.extents.set(pfn, { pfn, bytes: page, shared: false });
    return page;
  }

  /** Written pages as views, neighbours of one array together, ascending. */
  private pages(): readonly PlacedPage[] {
    const out: PlacedPage[] = [];
    const pfns = this.writtenPfns();
    for (let i = 0; i < pfns.length;) {
      const pfn = pfns[i] ?? 0;
      const extent = this.extents.get(pfn);
      let count = 1;
      while (pfns[i + count] === pfn + count && this.extents.get(pfn + count) === extent) count++;
      i += count;
      if (extent === undefined) continue;
      const offset = (pfn - extent.pfn) * this.pageBytes;
      out.push({ phys: BigInt(pfn) << this.pageShift, bytes: extent.bytes.subarray(offset, offset + count * this.pageBytes) });
    }
    return out;
  }
}
