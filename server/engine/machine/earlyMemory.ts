/**
 * The memory of a kernel before its page allocator runs: memblock (mm/memblock.c) as far as a handover needs it. RAM with its nodes, what is reserved in it,
 * allocation from the top down, from scratch only while a KHO boot asks for it. Pure and deterministic.
 *
 * Addresses are exact numbers of bytes inside (physical addresses have 52 bits at most) and bigints at the door.
 */
import { eachGap, Spans, union } from './spans';

export interface EarlyRange { readonly start: bigint; readonly sizeBytes: bigint; readonly node: number }

/** NUMA_NO_NODE. */
export const NO_NODE = -1;

interface Region { readonly start: number; readonly end: number; readonly node: number; readonly scratch: boolean }

/** MEMBLOCK_RSRV_KERN and the node of a reserved range; those without the flag are only spans. */
interface KernRange { start: number; end: number; readonly node: number }

export interface EarlyAllocation {
  readonly sizeBytes: bigint;
  /** A power of two; another value is used as a mask, as the kernel does. */
  readonly alignBytes: bigint;
  /** The allocation ends at or below it. */
  readonly limit?: bigint;
  readonly node?: number;
  /** Whether no other node will do. */
  readonly exactNode?: boolean;
}

/** Free page frames, ascending: the ranges without the holes, which may lie outside of them, too. */
export interface FreeRanges { readonly spans: Spans; readonly holes: Spans }

export class EarlyMemory {
  private regions: readonly Region[];
  private reserved = new Spans();
  /** Page frames that are reserved, too: millions perhaps, joined to the others only for whoever needs all of them in one list. */
  private frames = new Spans();
  private kern: KernRange[] = [];
  private scratchOnly = false;

  /** `ram`: ascending and disjoint. */
  constructor(ram: readonly EarlyRange[], readonly pageBytes: number) {
    this.regions = joined(ram.map(({ start, sizeBytes, node }) => ({ start: Number(start), end: Number(start + sizeBytes), node, scratch: false })));
  }

  get startOfRam(): bigint {
    return BigInt(this.regions[0]?.start ?? 0);
  }

  get endOfRam(): bigint {
    return BigInt(this.regions[this.regions.length - 1]?.end ?? 0);
  }

  /** Nodes with memory, ascending. */
  get nodes(): readonly number[] {
    return [...new Set(this.regions.map(({ node }) => node))].sort((a, b) => a - b);
  }

  /** The node in whose memory an address lies; NO_NODE outside of RAM. */
  nodeOf(phys: bigint): number {
    const at = Number(phys);
    return this.regions.find(({ start, end }) => start <= at && at < end)?.node ?? NO_NODE;
  }

  /**
   * memblock_reserve, with `kern` memblock_reserve_kern. What is reserved already stays as it is. `node`: that of the memory by default, as numa_init gives it
   * to everything that is reserved before; allocations without a node keep NO_NODE.
   */
  reserve(phys: bigint, sizeBytes: bigint, { kern = false, node }: { readonly kern?: boolean; readonly node?: number } = {}): void {
    this.insert(Number(phys), Number(phys + sizeBytes), kern, node ?? this.nodeOf(phys));
  }

  /** memblock_phys_free: gives back what lies in the range. */
  free(phys: bigint, sizeBytes: bigint): void {
    const start = Number(phys);
    const end = Number(phys + sizeBytes);
    if (end <= start) return;
    this.settle();
    const left = new Spans(this.reserved.count + 1);
    for (let i = 0; i < this.reserved.count; i++) {
      const from = this.reserved.start(i);
      const to = this.reserved.end(i);
      left.append(from, Math.min(to, start));
      left.append(Math.max(from, end), to);
    }
    this.reserved = left;
    this.kern = this.kern.flatMap((range) => [{ ...range, end: Math.min(range.end, start) }, { ...range, start: Math.max(range.start, end) }].filter((part) => part.end > part.start));
  }

  /**
   * Reserves ranges of page frames.
   * @returns pages that were not reserved before
   */
  reserveFrames(frames: Spans): number {
    this.settle();
    this.frames = frames;
    const { pageBytes, reserved } = this;
    let known = 0;
    for (let i = 0; i < reserved.count; i++) known += frames.within(reserved.start(i) / pageBytes, reserved.end(i) / pageBytes);
    return frames.total - known;
  }

  /** Reserves single pages by their addresses. */
  reservePages(phys: readonly bigint[]): void {
    const starts = Float64Array.from(phys, Number).sort();
    const spans = new Spans(Math.max(1, starts.length));
    for (const start of starts) spans.append(start, start + this.pageBytes);
    this.reserved = union(this.reserved, spans);
  }

  /** One list of all that is reserved. */
  private settle(): void {
    const { pageBytes, frames } = this;
    if (frames.count === 0) return;
    const spans = new Spans(frames.count);
    spans.count = frames.count;
    for (let i = 0; i < frames.count; i++) {
      spans.starts[i] = frames.start(i) * pageBytes;
      spans.ends[i] = frames.end(i) * pageBytes;
    }
    this.reserved = union(this.reserved, spans);
    this.frames = new Spans();
  }

  /** memblock_mark_kho_scratch: memory of an area, as far as it is RAM. */
  markScratch(phys: bigint, sizeBytes: bigint): void {
    const start = Number(phys);
    const end = Number(phys + sizeBytes);
    const parts = this.regions.flatMap((region) => [
      { ...region, end: Math.min(region.end, start) },
      { ...region, start: Math.max(region.start, start), end: Math.min(region.end, end), scratch: true },
      { ...region, start: Math.max(region.start, end) },
    ].filter((part) => part.end > part.start));
    this.regions = joined(parts);
  }

  /** memblock_set_kho_scratch_only, and memblock_clear_kho_scratch_only: whether allocations come from marked areas only. */
  setScratchOnly(on: boolean): void {
    this.scratchOnly = on;
  }

  /**
   * memblock_alloc_range_nid: the highest place that is free, reserved as the kernel's own (MEMBLOCK_RSRV_KERN). Blocks never span two nodes; the first page is
   * never given. A size of 0 gives an address and reserves nothing.
   * @returns address, undefined when nothing fits
   */
  alloc(wanted: EarlyAllocation): bigint | undefined {
    const node = wanted.node ?? NO_NODE;
    const found = this.find(wanted, node);
    if (found !== undefined) {
      this.insert(found, found + Number(wanted.sizeBytes), true, node);
      return BigInt(found);
    }
    return node === NO_NODE || wanted.exactNode === true ? undefined : this.alloc({ ...wanted, node: NO_NODE });
  }

  /** memblock_reserved_kern_size: bytes that are reserved as the kernel's own below a limit, of one node when given. */
  kernBytes(limit?: bigint, node = NO_NODE): bigint {
    const end = limit === undefined ? Infinity : Number(limit);
    let sum = 0;
    for (const range of this.kern) if (range.start <= end && (node === NO_NODE || node === range.node)) sum += Math.min(range.end, end) - range.start;
    return BigInt(sum);
  }

  isReserved(phys: bigint): boolean {
    return this.reserved.has(Number(phys)) || this.frames.has(Math.floor(Number(phys) / this.pageBytes));
  }

  /** Bytes that are reserved, RAM or not. */
  get reservedBytes(): bigint {
    this.settle();
    return BigInt(this.reserved.total);
  }

  /** memblock_free_all: page frames that lie in RAM and in no reserved range, not even in part. */
  freeRanges(): FreeRanges {
    const { pageBytes } = this;
    const spans = new Spans();
    for (const { start, end } of this.regions) eachGap(this.reserved, start, end, (from, to) => { spans.append(Math.ceil(from / pageBytes), Math.floor(to / pageBytes)); });
    return { spans, holes: this.frames };
  }

  private insert(start: number, end: number, kern: boolean, node: number): void {
    if (end <= start) return;
    if (kern) {
      this.settle();
      eachGap(this.reserved, start, end, (from, to) => { this.kern.push({ start: from, end: to, node }); });
    }
    const one = new Spans(1);
    one.append(start, end);
    this.reserved = union(this.reserved, one);
  }

  private find({ sizeBytes, alignBytes, limit }: EarlyAllocation, node: number): number | undefined {
    const size = Number(sizeBytes);
    const mask = alignBytes - 1n;
    this.settle();
    const most = limit === undefined ? Infinity : Number(limit);
    for (let i = this.regions.length - 1; i >= 0; i--) {
      const region = this.regions[i];
      if (region === undefined || (node !== NO_NODE && region.node !== node) || (this.scratchOnly && !region.scratch)) continue;
      const found = this.findIn(Math.max(region.start, this.pageBytes), Math.min(region.end, most), size, mask);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The highest free place in a stretch of RAM. */
  private findIn(start: number, end: number, size: number, mask: bigint): number | undefined {
    const { reserved } = this;
    const fits = (from: number, to: number): number | undefined => {
      if (to < size || to < from) return undefined;
      const candidate = Number(BigInt(to - size) & ~mask);
      return candidate >= from ? candidate : undefined;
    };
    let top = end;
    let i = reserved.firstEndingAfter(end);
    // The range that reaches over the end, or begins there, cuts it.
    if (i < reserved.count && reserved.start(i) < top) top = reserved.start(i);
    for (i--; top > start; i--) {
      const gapStart = i >= 0 ? Math.max(start, reserved.end(i)) : start;
      if (gapStart < top) {
        const found = fits(gapStart, top);
        if (found !== undefined) return found;
      }
      if (i < 0) return undefined;
      top = Math.min(top, reserved.start(i));
    }
    return undefined;
  }
}

/** Neighbours of the same kind are one region, as memblock joins them. */
function joined(regions: readonly Region[]): readonly Region[] {
  const out: Region[] = [];
  for (const region of regions) {
    const last = out[out.length - 1];
    if (last !== undefined && last.end === region.start && last.node === region.node && last.scratch === region.scratch) out[out.length - 1] = { ...last, end: region.end };
    else out.push(region);
  }
  return out;
}
