/** The subtree `memblock`: each region with the blocks that preserve it. */
import type { FdtTree } from '../../formats/fdt/read';
import { readMemblock } from '../../formats/memblock';
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
  const read = readMemblock(tree, context.machine.order);
  context.findings.addAll('subtree', read.problems, '', phys);
  const regions = read.regions.map((region) => {
    const { start, size } = region;
    const preservedAs = start === undefined || size === undefined ? [] : context.claimRange(start, size, 'reserve_mem');
    return { ...region, preservedAs };
  });
  const children: Structure[] = regions.filter((region) => region.start !== undefined).map((region) => ({
    kind: 'pages', label: `reserve_mem ${region.name}`, detail: `${String(region.size ?? 0n)} bytes`, phys: region.start, sizeBytes: Number(region.size ?? 0n), children: [],
  }));
  return { phys, blobBytes, tree, compatible: read.compatible, regions, structure: fdtStructure(tree, 'memblock', `${String(regions.length)} regions`, phys, children) };
}
