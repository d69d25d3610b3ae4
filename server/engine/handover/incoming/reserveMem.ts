/** reserve_mem= in the new kernel: while it reads its command line it looks for a region of the same name, size and alignment. KHO facts 7.1. */
import type { FdtNode } from '../../../formats/fdt/read';
import { fdtErrors } from '../../../formats/fdt/layout';
import { checkCompatible, childOf, propertyOf } from '../../../formats/fdtValues';
import { viewOf } from '../../../formats/layoutTable';
import { MEMBLOCK_COMPATIBLE, RESERVE_MEM_COMPATIBLE } from '../../../formats/memblock';
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
  let tree: FdtNode | undefined;
  return wanted.map((region) => {
    if (kernel.spec.kstate !== undefined) return kernel.stream === undefined ? { why: 'no handover' } : reviveObject(kernel.print, kernel.stream, region);
    if (!kernel.isKhoBoot) return { why: 'no handover' };
    // Looked for again with every region until it was found.
    tree ??= retrieveMemblock(kernel);
    return tree === undefined ? { why: 'no subtree' } : revive(kernel, tree, region);
  });
}

function retrieveMemblock(kernel: Successor): FdtNode | undefined {
  const found = kernel.retrieveSubtree('memblock');
  const node = kernel.nodeOf('memblock');
  if (!found.ok && node === undefined) {
    if (found.error !== 'ENOENT') kernel.print('warn', messages.memblockNotRetrieved(found.error));
    return undefined;
  }
  const tree = found.ok ? kernel.treeAt(found.value.phys) : node;
  const wanted = kernel.wants('memblock', MEMBLOCK_COMPATIBLE);
  const compatible = tree === undefined ? fdtErrors.BADMAGIC : checkCompatible(tree, wanted);
  if (compatible === 0) return tree;
  kernel.print('warn', messages.memblockIncompatible(wanted, compatible));
  return undefined;
}

function revive(kernel: Successor, tree: FdtNode, { name, size, align }: WantedRegion): ReviveAnswer {
  const { print, spec } = kernel;
  const node = childOf(tree, name);
  if (node === undefined) {
    print('warn', messages.memblockNoChild(name, fdtErrors.NOTFOUND));
    return { why: 'no region' };
  }
  const wanted = kernel.wants('reserve_mem', RESERVE_MEM_COMPATIBLE);
  const compatible = checkCompatible(node, wanted);
  if (compatible !== 0) {
    print('warn', messages.reserveMemIncompatible(name, wanted, compatible));
    return { why: 'incompatible' };
  }
  const u64 = (property: string): bigint | undefined => {
    const data = propertyOf(node, property)?.data;
    return data?.length === 8 ? viewOf(data).getBigUint64(0, spec.order === 'little') : undefined;
  };
  const start = u64('start');
  const found = u64('size');
  if (start === undefined || found === undefined) return { why: 'no address' };
  if ((start & (align - 1n)) !== 0n) {
    print('warn', messages.reserveMemAlignment(name, align, start));
    return { why: 'alignment' };
  }
  if (found !== size) {
    print('warn', messages.reserveMemSize(name, found, size));
    return { why: 'size' };
  }
  print('info', messages.revived(name));
  return { revived: { name, start, size } };
}

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
