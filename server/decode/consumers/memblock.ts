/** The subtree `memblock`: each region with the blocks that preserve it. */
import type { FdtNode, FdtTree } from '../../formats/fdt/read';
import { readMemRanges, readMemblock } from '../../formats/memblock';
import type { ReadMemblock } from '../../formats/memblock';
import type { Context } from '../context';
import type { Block } from '../preservedBlocks';
import type { Structure } from '../structure';
import { fdtStructure } from '../structure';

export interface DecodedMemblock {
  readonly phys: bigint;
  readonly blobBytes: bigint;
  readonly tree: FdtTree;
  readonly compatible: string | undefined;
  readonly regions: readonly {
    readonly name: string; readonly compatible: string | undefined; readonly start: bigint | undefined; readonly size: bigint | undefined; readonly preservedAs: readonly Block[];
  }[];
  readonly structure: Structure;
}

export function decodeMemblock(context: Context, phys: bigint, blobBytes: bigint, tree: FdtTree): DecodedMemblock {
  return decoded(context, phys, blobBytes, tree, readMemblock(tree, context.machine.order), () => 'reserve_mem');
}

/** v4: the node of the root that holds the regions. */
export function decodeMemRanges(context: Context, rootPhys: bigint, tree: FdtTree, node: FdtNode): DecodedMemblock {
  return decoded(context, rootPhys, 0n, { ...tree, root: node }, readMemRanges(node, context.machine.order), (name) => memOwner(`/${node.name}/${name}`));
}

/** What keeps the ranges of a `mem` property. */
export const memOwner = (path: string): string => `mem of ${path}`;

function decoded(context: Context, phys: bigint, blobBytes: bigint, tree: FdtTree, read: ReadMemblock, ownerOf: (name: string) => string): DecodedMemblock {
  context.findings.addAll('subtree', read.problems, '', phys);
  const regions = read.regions.map((region) => {
    const { start, size } = region;
    const preservedAs = start === undefined || size === undefined ? [] : context.claimRange(start, size, ownerOf(region.name));
    return { ...region, preservedAs };
  });
  const children: Structure[] = regions.filter((region) => region.start !== undefined).map((region) => ({
    kind: 'pages', label: `reserve_mem ${region.name}`, detail: `${String(region.size ?? 0n)} bytes`, phys: region.start, sizeBytes: Number(region.size ?? 0n), children: [],
  }));
  return { phys, blobBytes, tree, compatible: read.compatible, regions, structure: fdtStructure(tree, 'memblock', `${String(regions.length)} regions`, phys, children) };
}
