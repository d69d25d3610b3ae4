/** Physical memory to read structures from: segments of an ELF core, a raw image, or pages that an encoder made. */

export interface PhysicalMemory {
  /**
   * Bytes at a physical address: a view of the image where they lie together in it, a copy where they do not. Undefined when some of them
   * are not in the image.
   */
  read(phys: bigint, sizeBytes: number): Uint8Array | undefined;
  /** The stretches that can be read, in ascending order. */
  readonly ranges: readonly MemoryRange[];
}

export interface MemoryRange {
  readonly phys: bigint;
  /** What the image holds; the rest of `sizeBytes` reads as zeros. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: bigint;
}

/** Bytes an image can hold without carrying them (p_memsz over p_filesz) are handed out up to here. */
const MOST_ZEROS = 1 << 24;

/** Memory made of ranges. Where some overlap, that with the lower address is read (of two with the same, the first given). */
export function memoryOf(ranges: readonly MemoryRange[]): PhysicalMemory {
  const held = ranges.filter((range) => range.sizeBytes > 0n);
  const ascending = held.every((range, i) => i === 0 || (held[i - 1]?.phys ?? 0n) <= range.phys);
  const sorted = ascending ? held : [...held].sort((a, b) => (a.phys < b.phys ? -1 : a.phys > b.phys ? 1 : 0));
  const disjoint = cutOverlaps(sorted);
  // Searched as numbers: rounding keeps their order, and the range found is checked with the exact address.
  const starts = Float64Array.from(disjoint, (range) => Number(range.phys));
  let last = 0;
  const holds = (range: MemoryRange | undefined, phys: bigint): boolean => range !== undefined && phys >= range.phys && phys < range.phys + range.sizeBytes;
  const find = (phys: bigint): number => {
    if (holds(disjoint[last], phys)) return last;
    const wanted = Number(phys);
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    // The last that starts at or below; with rounded addresses one of those just before it.
    for (let at = low - 1; at >= 0; at--) {
      const range = disjoint[at];
      if (holds(range, phys)) {
        last = at;
        return at;
      }
      if (range === undefined || range.phys <= phys) return -1;
    }
    return -1;
  };
  const read = (phys: bigint, sizeBytes: number): Uint8Array | undefined => {
    if (phys < 0n || sizeBytes < 0) return undefined;
    const at = find(phys);
    const range = disjoint[at];
    if (range === undefined) return undefined;
    const offset = Number(phys - range.phys);
    if (offset + sizeBytes <= range.bytes.length) return range.bytes.subarray(offset, offset + sizeBytes);
    return gather(disjoint, at, phys, sizeBytes);
  };
  return { read, ranges: disjoint };
}

/** Sorted ranges without the parts that an earlier one covers. */
function cutOverlaps(sorted: readonly MemoryRange[]): MemoryRange[] {
  const out: MemoryRange[] = [];
  let end = 0n;
  for (const range of sorted) {
    const { phys, bytes, sizeBytes } = range;
    const cut = end > phys ? end - phys : 0n;
    if (cut >= sizeBytes) continue;
    out.push(cut === 0n ? range : { phys: end, bytes: cut >= bytes.length ? bytes.subarray(bytes.length) : bytes.subarray(Number(cut)), sizeBytes: sizeBytes - cut });
    end = phys + sizeBytes;
  }
  return out;
}

/** A copy of bytes that lie across ranges or reach into zeros that the image leaves out. */
function gather(ranges: readonly MemoryRange[], from: number, phys: bigint, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes > MOST_ZEROS && sizeBytes > ranges.reduce((sum, range) => sum + range.bytes.length, 0)) return undefined;
  const end = phys + BigInt(sizeBytes);
  let covered = phys;
  for (let i = from; covered < end; i++) {
    const range = ranges[i];
    if (range === undefined || range.phys > covered) return undefined;
    covered = range.phys + range.sizeBytes;
  }
  const out = new Uint8Array(sizeBytes);
  for (let at = phys, i = from; at < end; i++) {
    const range = ranges[i];
    if (range === undefined) return undefined;
    const skip = at - range.phys;
    if (skip < range.bytes.length) out.set(range.bytes.subarray(Number(skip), Number(skip) + Math.min(range.bytes.length, Number(end - at))), Number(at - phys));
    at = range.phys + range.sizeBytes;
  }
  return out;
}

/** A raw image: its first byte is the byte at `physBase`. */
export function rawMemory(bytes: Uint8Array, physBase: bigint): PhysicalMemory {
  return memoryOf([{ phys: physBase, bytes, sizeBytes: BigInt(bytes.length) }]);
}

/** A page that an encoder made, with the address it was given. */
export interface PlacedPage {
  readonly phys: bigint;
  readonly bytes: Uint8Array;
}

/**
 * Which of the pages of its kind an area is, where its name alone does not say it: a node of a radix tree by its level (0: a leaf) and the lowest key below
 * it, a bitmap by its order and the address of its first bit, a chunk of a vmalloc area (its pages have the same owner).
 */
export type PagePlace =
  | { readonly of: 'radix node'; readonly level: number; readonly firstKey: number }
  | { readonly of: 'bitmap'; readonly order: number; readonly start: bigint }
  | { readonly of: 'vmalloc chunk' };

/** Gives the physical address of a new page-aligned area; the caller owns the addresses. */
export type AllocatePage = (sizeBytes: number, what: string, place?: PagePlace) => bigint;

export function memoryOfPages(pages: readonly PlacedPage[]): PhysicalMemory {
  return memoryOf(pages.map(({ phys, bytes }) => ({ phys, bytes, sizeBytes: BigInt(bytes.length) })));
}
