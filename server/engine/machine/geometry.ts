/** Sizes that an architecture's kernel is built with, as data; defaults of arch/x86 and arch/arm64 Kconfig. */

export type MachineArch = 'x86_64' | 'arm64';

export interface Geometry {
  readonly arch: MachineArch;
  readonly pageBytes: number;
  readonly pageShift: number;
  /** MAX_PAGE_ORDER: largest order that the page allocator gives. */
  readonly maxOrder: number;
  /** pageblock_order with huge pages: pages of one block have one migrate type. CMA_MIN_ALIGNMENT_BYTES is its size. */
  readonly pageblockOrder: number;
  readonly pageblockBytes: number;
  /** SMP_CACHE_BYTES. */
  readonly cacheLineBytes: number;
  /** Memory from address 0 on that is reserved at every boot: on x86_64 the first MiB (reserve_real_mode). A KHO boot allocates there, too, until its trampoline is placed. */
  readonly lowReservedBytes: number;
}

/** Orders by page size. x86_64: PMD of 2 MiB; arm64: PMDs of 2, 32 and 512 MiB, ARCH_FORCE_MAX_ORDER 10, 11 and 13. */
const orders: Readonly<Record<MachineArch, Readonly<Record<number, readonly [maxOrder: number, pageblockOrder: number]>>>> = {
  x86_64: { 4096: [10, 9] },
  arm64: { 4096: [10, 9], 16384: [11, 11], 65536: [13, 13] },
};

/** Undefined: no kernel of that architecture has such pages. */
export function geometryOf(arch: MachineArch, pageBytes: number): Geometry | undefined {
  const found = orders[arch][pageBytes];
  if (found === undefined) return undefined;
  const [maxOrder, pageblockOrder] = found;
  return { arch, pageBytes, pageShift: Math.log2(pageBytes), maxOrder, pageblockOrder, pageblockBytes: pageBytes * 2 ** pageblockOrder, cacheLineBytes: 64, lowReservedBytes: arch === 'x86_64' ? 0x100000 : 0 };
}

/** MAX_PAGE_ORDER by page size: architectures that have the same agree. 10 for sizes that none has. */
export function maxOrderOf(pageBytes: number): number {
  return Object.values(orders).map((sizes) => sizes[pageBytes]).find((found) => found !== undefined)?.[0] ?? 10;
}

/** Four GiB. */
const BITS_32 = 0x100000000;

/**
 * ARCH_LOW_ADDRESS_LIMIT: low memory ends there, in bytes. x86_64: 4 GiB - 1. arm64: the last byte of the DMA zone, which ends at 4 GiB or with memory, whichever
 * comes first; with memory only above 4 GiB all of it is in that zone (arch/arm64/mm/init.c, firmware that sets no limit of its own).
 * @param ramStart first byte of memory
 * @param ramEnd behind its last
 */
export function lowLimit(arch: MachineArch, ramStart: number, ramEnd: number): number {
  if (arch === 'x86_64') return BITS_32 - 1;
  // max_zone_phys(limit) is min(limit, end - 1) + 1, the low limit one less.
  return ramStart < BITS_32 - 1 ? Math.min(BITS_32 - 1, ramEnd - 1) : ramEnd - 1;
}
