/** reserve_mem= in the new kernel: while it reads its command line it looks for a region of the same name, size and alignment. KHO facts 7.1. */
import type { FdtNode } from '../../../formats/fdt/read';
import { fdtErrors } from '../../../formats/fdt/layout';
import { memRange } from '../../../formats/khoRootRead';
import { checkCompatible, childOf, propertyOf } from '../../../formats/fdtValues';
import { decode, viewOf } from '../../../formats/layoutTable';
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
  const find = finders[kernel.form.subtree === 'in place' ? (kernel.spec.generation.memblock.id === 'mem ranges' ? 'v4' : 'v5') : 'blob'](kernel);
  return wanted.map((region) => {
    if (kernel.spec.kstate !== undefined) return kernel.stream === undefined ? { why: 'no handover' } : reviveObject(kernel.print, kernel.stream, region);
    return kernel.isKhoBoot ? judged(kernel, region, find(region.name)) : { why: 'no handover' };
  });
}

/** What the old kernel says of a region. */
interface Found { readonly start: bigint; readonly size: bigint }

/** Looks for the region of a name, in a kernel that took a tree. */
type Finder = (kernel: Successor) => (name: string) => Found | NotRevived;

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
  const u64 = (property: string): bigint | undefined => {
    const data = propertyOf(node, property)?.data;
    return data?.length === 8 ? viewOf(data).getBigUint64(0, spec.order === 'little') : undefined;
  };
  const [start, size] = [u64('start'), u64('size')];
  return start === undefined || size === undefined ? 'no address' : { start, size };
}

/** 6.16 on: a tree of its own. */
const inBlob: Finder = (kernel) => {
  const { print } = kernel;
  let tree: FdtNode | undefined;
  return (name) => {
    // Looked for again with every region until it was found.
    tree ??= retrieveMemblock(kernel);
    if (tree === undefined) return 'no subtree';
    const node = childOf(tree, name);
    if (node === undefined) {
      print('warn', messages.memblockNoChild(name, fdtErrors.NOTFOUND));
      return 'no region';
    }
    const wanted = kernel.wants('reserve_mem', RESERVE_MEM_COMPATIBLE);
    const compatible = checkCompatible(node, wanted);
    if (compatible === 0) return placeOf(kernel, node);
    print('warn', messages.reserveMemIncompatible(name, wanted, compatible));
    return 'incompatible';
  };
};

function retrieveMemblock(kernel: Successor): FdtNode | undefined {
  const found = kernel.retrieveSubtree('memblock');
  if (!found.ok) {
    if (found.error !== 'ENOENT') kernel.print('warn', messages.memblockNotRetrieved(found.error));
    return undefined;
  }
  const tree = kernel.treeAt(found.value.phys);
  const wanted = kernel.wants('memblock', MEMBLOCK_COMPATIBLE);
  const compatible = tree === undefined ? fdtErrors.BADMAGIC : checkCompatible(tree, wanted);
  if (compatible === 0) return tree;
  kernel.print('warn', messages.memblockIncompatible(wanted, compatible));
  return undefined;
}

/** v5 (patch 16 of the posting): the same nodes in the root itself. */
const inRoot: Finder = (kernel) => {
  const { print } = kernel;
  return (name) => {
    const memblock = kernel.nodeOf('memblock');
    if (memblock === undefined) return 'no subtree';
    const wanted = kernel.wants('memblock', MEMBLOCK_COMPATIBLE);
    const compatible = checkCompatible(memblock, wanted);
    if (compatible !== 0) {
      print('warn', messages.memblockNodeIncompatible(wanted, compatible));
      return 'no subtree';
    }
    const node = childOf(memblock, name);
    if (node === undefined) {
      print('warn', messages.memblockNodeNoChild(name, 'ENOENT'));
      return 'no region';
    }
    const wantedOfRegion = kernel.wants('reserve_mem', RESERVE_MEM_COMPATIBLE);
    const ofRegion = checkCompatible(node, wantedOfRegion);
    if (ofRegion === 0) return placeOf(kernel, node);
    print('warn', messages.memblockChildIncompatible(name, wantedOfRegion, ofRegion));
    return 'incompatible';
  };
};

/** v4 (patch 13 of the posting): a range of the `mem` property of a node of that name. */
const inRanges: Finder = (kernel) => {
  const { print, spec } = kernel;
  const { node: parent, compatible, regionCompatible, property } = memRangesForm;
  return (name) => {
    const regions = kernel.nodeOf(parent);
    if (regions === undefined) return 'no subtree';
    if (checkCompatible(regions, kernel.wants('memblock', compatible)) !== 0) {
      print('warn', messages.memRangesUnknown(parent));
      return 'no subtree';
    }
    const node = childOf(regions, name);
    if (node === undefined) return 'no region';
    if (checkCompatible(node, kernel.wants('reserve_mem', regionCompatible)) !== 0) {
      print('warn', messages.memRangesUnknown(`${parent}/${name}`));
      return 'incompatible';
    }
    const data = propertyOf(node, property)?.data;
    const range = data?.length === memRange.sizeBytes ? decode(memRange, data, 0, spec.order) : undefined;
    return range?.ok === true ? { start: range.value.addr, size: range.value.size } : 'no address';
  };
};

const finders: Readonly<Record<'blob' | 'v5' | 'v4', Finder>> = { blob: inBlob, v5: inRoot, v4: inRanges };

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
