/** reserve_mem= in the new kernel: while it reads its command line it looks for a region of the same name, size and alignment. KHO facts 7.1. */
import type { FdtNode } from '../../../formats/fdt/read';
import { fdtErrors } from '../../../formats/fdt/layout';
import { memRange } from '../../../formats/khoRootRead';
import { checkCompatible, childOf, propertyOf, u64In } from '../../../formats/fdtValues';
import { decode } from '../../../formats/layoutTable';
import { MEMBLOCK_COMPATIBLE, RESERVE_MEM_COMPATIBLE, memRangesForm } from '../../../formats/memblock';
import type { Print } from '../messages';
import { messages } from '../messages';
import type { KstateIn } from './kstateIn';
import type { Successor } from './successor';

/** What this kernel's command line asks for; the alignment as it is used (a small one is raised before). */
export interface WantedRegion { readonly name: string; readonly size: bigint; readonly align: bigint }

export interface RevivedRegion { readonly name: string; readonly start: bigint; readonly size: bigint }

/** Why a region is allocated afresh. */
export type NotRevived = 'no handover' | 'no subtree' | 'no object' | 'no region' | 'incompatible' | 'no address' | 'alignment' | 'size';

export type ReviveAnswer = { readonly revived: RevivedRegion } | { readonly why: NotRevived };

/** Each region in the order of the command line. Nothing is restored: the memory is reserved because the old kernel preserved it, or it is not. */
export function reviveReserveMem(kernel: Successor, wanted: readonly WantedRegion[]): readonly ReviveAnswer[] {
  const form = formOf(kernel);
  let regions: FdtNode | undefined;
  return wanted.map((region) => {
    if (kernel.spec.kstate !== undefined) return kernel.stream === undefined ? { why: 'no handover' } : reviveObject(kernel.print, kernel.stream, region);
    if (!kernel.isKhoBoot) return { why: 'no handover' };
    // Looked for again with every region until they are found.
    regions ??= form.regions(kernel);
    return judged(kernel, region, regions === undefined ? 'no subtree' : find(kernel, form, regions, region.name));
  });
}

/** What the old kernel says of a region. */
interface Found { readonly start: bigint; readonly size: bigint }

function judged(kernel: Successor, { name, size, align }: WantedRegion, found: Found | NotRevived): ReviveAnswer {
  if (typeof found === 'string') return { why: found };
  const { print, rules } = kernel;
  const { start } = found;
  if ((start & (align - 1n)) !== 0n) {
    print('warn', messages.reserveMemAlignment(rules.reserved, name, align, start));
    return { why: 'alignment' };
  }
  if (found.size !== size) {
    print('warn', messages.reserveMemSize(rules.reserved, name, found.size, size));
    return { why: 'size' };
  }
  print('info', messages.revived(name));
  return { revived: { name, start, size } };
}

/** `start` and `size` of a region's node. */
function placeOf({ spec }: Successor, node: FdtNode): Found | NotRevived {
  const [start, size] = [u64In(node, 'start', spec.order), u64In(node, 'size', spec.order)];
  return start === undefined || size === undefined ? 'no address' : { start, size };
}

/** How a kernel looks for the region of a name in the tree that it took. */
interface Form {
  /** The node with the regions, said what is wrong with it. */
  readonly regions: (kernel: Successor) => FdtNode | undefined;
  /** Undefined: it says nothing. */
  readonly noRegion: ((name: string) => string) | undefined;
  readonly compatible: string;
  readonly incompatible: (name: string, wanted: string, libfdt: number) => string;
  readonly place: (kernel: Successor, region: FdtNode) => Found | NotRevived;
}

function find(kernel: Successor, form: Form, regions: FdtNode, name: string): Found | NotRevived {
  const node = childOf(regions, name);
  if (node === undefined) {
    if (form.noRegion !== undefined) kernel.print('warn', form.noRegion(name));
    return 'no region';
  }
  const wanted = kernel.wants('reserve_mem', form.compatible);
  const compatible = checkCompatible(node, wanted);
  if (compatible === 0) return form.place(kernel, node);
  kernel.print('warn', form.incompatible(name, wanted, compatible));
  return 'incompatible';
}

/** A node of the tree, when it says that it is what is wanted. `tree` undefined: it is none. */
function checked(kernel: Successor, tree: FdtNode | undefined, own: string, incompatible: (wanted: string, libfdt: number) => string): FdtNode | undefined {
  const wanted = kernel.wants('memblock', own);
  const compatible = tree === undefined ? fdtErrors.BADMAGIC : checkCompatible(tree, wanted);
  if (compatible === 0) return tree;
  kernel.print('warn', incompatible(wanted, compatible));
  return undefined;
}

/** 6.16 on: a tree of its own. */
const inBlob: Form = {
  regions: (kernel) => {
    const found = kernel.retrieveSubtree('memblock');
    if (found.ok) return checked(kernel, kernel.treeAt(found.value.phys), MEMBLOCK_COMPATIBLE, messages.memblockIncompatible);
    if (found.error !== 'ENOENT') kernel.print('warn', messages.memblockNotRetrieved(found.error));
    return undefined;
  },
  noRegion: (name) => messages.memblockNoChild(name, fdtErrors.NOTFOUND), compatible: RESERVE_MEM_COMPATIBLE, incompatible: messages.reserveMemIncompatible, place: placeOf,
};

/** v5 (patch 16 of the posting): the same nodes in the root itself. */
const inRoot: Form = {
  regions: (kernel) => {
    const node = kernel.nodeOf('memblock');
    return node === undefined ? undefined : checked(kernel, node, MEMBLOCK_COMPATIBLE, messages.memblockNodeIncompatible);
  },
  noRegion: (name) => messages.memblockNodeNoChild(name, 'ENOENT'), compatible: RESERVE_MEM_COMPATIBLE, incompatible: messages.memblockChildIncompatible, place: placeOf,
};

/** v4 (patch 13 of the posting): a range of the `mem` property of a node of that name. */
const inRanges: Form = {
  regions: (kernel) => {
    const node = kernel.nodeOf(memRangesForm.node);
    return node === undefined ? undefined : checked(kernel, node, memRangesForm.compatible, () => messages.memRangesUnknown(memRangesForm.node));
  },
  noRegion: undefined, compatible: memRangesForm.regionCompatible, incompatible: (name) => messages.memRangesUnknown(`${memRangesForm.node}/${name}`),
  place: ({ spec }, region) => {
    const data = propertyOf(region, memRangesForm.property)?.data;
    const range = data?.length === memRange.sizeBytes ? decode(memRange, data, 0, spec.order) : undefined;
    return range?.ok === true ? { start: range.value.addr, size: range.value.size } : 'no address';
  },
};

const formOf = ({ form, spec: { generation } }: Successor): Form => (form.subtree !== 'in place' ? inBlob : generation.memblock.id === 'mem ranges' ? inRanges : inRoot);

/** reserve_mem_kho_revive() of KSTATE v3: an object whose instance is made of the name. Whether KHO is there is not asked. */
function reviveObject(print: Print, stream: KstateIn, { name, size, align }: WantedRegion): ReviveAnswer {
  const found = stream.region(name);
  if (found === undefined) return { why: 'no object' };
  if ((found.start & (align - 1n)) !== 0n) {
    print('warn', messages.objectAlignment(name, align, found.start));
    return { why: 'alignment' };
  }
  if (found.size !== size) {
    print('warn', messages.objectSize(name, found.size, size));
    return { why: 'size' };
  }
  print('info', messages.objectRevived(name, found.start, found.size));
  return { revived: { name, start: found.start, size } };
}
