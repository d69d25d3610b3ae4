/** The subtree `memblock`: regions of `reserve_mem=`. KHO facts 7.1. */
import type { FdtAnswer } from './fdt/layout';
import type { FdtTree } from './fdt/read';
import { compatibleProperty, encodeString, encodeU64, u64Property } from './fdtValues';
import { writeTree } from './khoRoot';
import type { ByteOrder } from './layoutTable';
import type { FormatProblem } from './problem';
import { Problems } from './problem';

export const MEMBLOCK_COMPATIBLE = 'memblock-v1';
export const RESERVE_MEM_COMPATIBLE = 'reserve-mem-v1';

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
