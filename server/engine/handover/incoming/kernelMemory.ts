/**
 * Physical memory as the successor sees it through its direct map: every byte of RAM is there. An image carries only what somebody wrote; a page of RAM that it
 * lacks, or the part of one, reads as zeros and is counted, because what really stood there nobody knows.
 */
import type { PhysicalMemory } from '../../../formats/physicalMemory';
import type { DirectMap } from '../../../formats/trackerWalk';
import type { RamRange } from '../../../model/scenario/scenario';

/** Bytes of the smallest thing that memory is made of: a bitmap of 6.16 to 6.17.0, several to a page. */
const PART_BYTES = 512;

export class KernelMemory implements DirectMap {
  /** Pages that were read and that the image lacks. */
  assumedPages = 0;
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;
  private last = 0;

  /** @param ram ascending, disjoint, whole pages */
  constructor(private readonly memory: PhysicalMemory, ram: readonly RamRange[], readonly pageShift: number) {
    const pfn = (phys: bigint): number => Number(phys >> BigInt(pageShift));
    this.starts = Float64Array.from(ram, ({ start }) => pfn(start));
    this.ends = Float64Array.from(ram, ({ start, sizeBytes }) => pfn(start + sizeBytes));
  }

  get pageBytes(): number {
    return 1 << this.pageShift;
  }

  pfnOf(phys: bigint): number {
    return Number(phys >> BigInt(this.pageShift));
  }

  physOf(pfn: number): bigint {
    return BigInt(pfn) << BigInt(this.pageShift);
  }

  /** pfn_to_online_page(): whether there is memory at that frame. */
  online(pfn: number): boolean {
    const { starts, ends, last } = this;
    if (pfn >= (starts[last] ?? Infinity) && pfn < (ends[last] ?? 0)) return true;
    for (let i = 0; i < starts.length; i++) {
      if (pfn >= (starts[i] ?? Infinity) && pfn < (ends[i] ?? 0)) {
        this.last = i;
        return true;
      }
    }
    return false;
  }

  /** Bytes of RAM; undefined when some of them are none. */
  read(phys: bigint, sizeBytes: number): Uint8Array | undefined {
    const held = this.memory.read(phys, sizeBytes);
    if (held !== undefined) return held;
    const firstPfn = this.pfnOf(phys);
    const lastPfn = this.pfnOf(phys + BigInt(Math.max(sizeBytes - 1, 0)));
    for (let pfn = firstPfn; pfn <= lastPfn; pfn++) if (!this.online(pfn)) return undefined;
    const out = new Uint8Array(sizeBytes);
    let assumedPfn = -1;
    for (let from = 0; from < sizeBytes;) {
      const at = phys + BigInt(from);
      const length = Math.min(PART_BYTES - Number(at % BigInt(PART_BYTES)), sizeBytes - from);
      const part = this.memory.read(at, length);
      if (part !== undefined) out.set(part, from);
      else if (this.pfnOf(at) !== assumedPfn) {
        assumedPfn = this.pfnOf(at);
        this.assumedPages++;
      }
      from += length;
    }
    return out;
  }
}
