/** The subtree `memblock`: regions of `reserve_mem=`. KHO facts 7.1. */
import type { FdtAnswer } from './fdt/layout';
import type { FdtNode, FdtTree } from './fdt/read';
import { compatibleProperty, encodeString, encodeU64, propertyOf, u64Property } from './fdtValues';
import { writeTree } from './khoRoot';
import { memRange } from './khoRootRead';
import type { ByteOrder } from './layoutTable';
import { decode } from './layoutTable';
import type { FormatProblem } from './problem';
import { Problems } from './problem';

export const MEMBLOCK_COMPATIBLE = 'memblock-v1';
export const RESERVE_MEM_COMPATIBLE = 'reserve-mem-v1';

/**
 * v4 (posted in February 2025, patch 13 of 14) writes the regions in place, each as a range that the walk over all `mem` properties reserves: a node of its own with a child for each region.
 */
export const memRangesForm = { node: 'reserve_mem', compatible: 'reserve_mem-v1', regionCompatible: 'reserve_mem_map-v1', property: 'mem' } as const;

export interface ReservedRegion { readonly name: string; readonly start: bigint; readonly size: bigint }

/** prepare_kho_fdt(): the blob and the page it lies in. */
export function encodeMemblock(regions: readonly ReservedRegion[], pageBytes: number, order: ByteOrder): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  return writeTree({
    name: '', properties: [['compatible', encodeString(MEMBLOCK_COMPATIBLE)]],
    nodes: regions.map(({ name, start, size }) => ({
      name, properties: [['compatible', encodeString(RESERVE_MEM_COMPATIBLE)], ['start', encodeU64(start, order)], ['size', encodeU64(size, order)]], nodes: [],
    })),
  }, pageBytes);
}

export interface ReadMemblock {
  readonly compatible: string | undefined;
  /** Members that could not be read are undefined. */
  readonly regions: readonly { readonly name: string; readonly compatible: string | undefined; readonly start: bigint | undefined; readonly size: bigint | undefined }[];
  readonly problems: readonly FormatProblem[];
}

export function readMemblock(tree: FdtTree, order: ByteOrder): ReadMemblock {
  const problems = new Problems();
  const { root } = tree;
  if (root === undefined) return { compatible: undefined, regions: [], problems: [] };
  const compatible = compatibleProperty(root, [MEMBLOCK_COMPATIBLE], 'memblock FDT', problems);
  const regions = root.children.map((node) => {
    const structure = `memblock FDT node ${node.name}`;
    return { name: node.name, compatible: compatibleProperty(node, [RESERVE_MEM_COMPATIBLE], structure, problems), start: u64Property(node, 'start', order, structure, problems), size: u64Property(node, 'size', order, structure, problems) };
  });
  return { compatible, regions, problems: problems.list };
}

/** v4: the regions of a node `reserve_mem`, each by the one range of its `mem` property. */
export function readMemRanges(node: FdtNode, order: ByteOrder): ReadMemblock {
  const problems = new Problems();
  const { compatible: own, regionCompatible, property } = memRangesForm;
  const compatible = compatibleProperty(node, [own], `node ${node.name}`, problems);
  const regions = node.children.map((child) => {
    const structure = `node ${node.name}/${child.name}`;
    const found = propertyOf(child, property);
    const range = found?.data.length === memRange.sizeBytes ? decode(memRange, found.data, 0, order) : undefined;
    if (range?.ok !== true) problems.add({ structure, offsetBytes: found?.offsetBytes ?? child.offsetBytes, field: property, expected: `${String(memRange.sizeBytes)} bytes`, found: found === undefined ? 'nothing' : String(found.lengthBytes) });
    return { name: child.name, compatible: compatibleProperty(child, [regionCompatible], structure, problems), start: range?.ok === true ? range.value.addr : undefined, size: range?.ok === true ? range.value.size : undefined };
  });
  return { compatible, regions, problems: problems.list };
}
