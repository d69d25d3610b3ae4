/**
 * Where an architecture's kernel keeps things, as data.
 *
 * x86_64: KSTATE facts 3.2 for PAGE_OFFSET and VMEMMAP_START without KASLR, four-level paging. arm64: 48 bit addresses, 4 KiB pages.
 */

export interface AddressBases {
  /** Start of the linear map: physical address 0. */
  readonly pageOffset: bigint;
  /** Start of the array of struct page: page frame 0. */
  readonly vmemmapStart: bigint;
  /** Start of the kernel image: text and static data. */
  readonly imageStart: bigint;
}

export interface Arch {
  readonly name: string;
  readonly pageBytes: number;
  readonly pointerBytes: number;
  readonly structPageBytes: number;
  /** Largest order that the page allocator gives. */
  readonly maxOrder: number;
  /** Without KASLR. */
  readonly bases: AddressBases;
  /** Another set, as KASLR may choose it. */
  readonly randomisedBases: AddressBases;
}

export const arches: Readonly<Record<string, Arch>> = {
  x86_64: {
    name: 'x86_64', pageBytes: 4096, pointerBytes: 8, structPageBytes: 64, maxOrder: 10,
    bases: { pageOffset: 0xffff888000000000n, vmemmapStart: 0xffffea0000000000n, imageStart: 0xffffffff81000000n },
    randomisedBases: { pageOffset: 0xffff9c2140000000n, vmemmapStart: 0xfffff3ab00000000n, imageStart: 0xffffffff9e000000n },
  },
  arm64: {
    name: 'arm64', pageBytes: 4096, pointerBytes: 8, structPageBytes: 64, maxOrder: 10,
    bases: { pageOffset: 0xffff000000000000n, vmemmapStart: 0xfffffdffc0000000n, imageStart: 0xffff800080000000n },
    randomisedBases: { pageOffset: 0xffff000000000000n, vmemmapStart: 0xfffffdffc0000000n, imageStart: 0xffffa61d40000000n },
  },
};

/** The architecture of a C target name (`x86_64`, `arm64`, …); x86_64 when it is not known. */
export function archOf(target: string): Arch {
  const x86 = arches['x86_64'];
  const found = arches[target] ?? (target.includes('aarch64') || target.includes('arm64') ? arches['arm64'] : x86);
  if (found === undefined) throw new Error('the table of architectures has no x86_64');
  return found;
}
