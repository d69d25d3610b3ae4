/** The subtree of lib/test_kho. KHO facts 7.4. `folios_info` changed from an array to a kho_vmalloc in 6.18 under the same string. */
import type { FdtAnswer } from './fdt/layout';
import type { FdtTree } from './fdt/read';
import { childOf, compatibleProperty, encodeString, encodeU32, propertyOf, u32Property } from './fdtValues';
import { writeTree } from './khoRoot';
import { decode, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { FormatProblem } from './problem';
import { Problems } from './problem';
import type { KhoVmalloc } from './vmalloc';
import { khoVmalloc } from './vmalloc';

export const KHO_TEST_COMPATIBLE = 'kho-test-v1';
export const KHO_TEST_MAGIC = 0x4b484f21;

export interface TestKho {
  readonly magic: number;
  readonly nr_folios: number;
  /** The raw property: u64[nr_folios] up to 6.17, a kho_vmalloc from 6.18. */
  readonly folios_info: Uint8Array;
  readonly csum: number;
}

export function encodeTestKho(data: TestKho, bufferBytes: number, order: ByteOrder): FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }> {
  return writeTree({
    name: '', properties: [['compatible', encodeString(KHO_TEST_COMPATIBLE)], ['magic', encodeU32(data.magic, order)]],
    nodes: [{
      name: 'data', nodes: [],
      properties: [['nr_folios', encodeU32(data.nr_folios, order)], ['folios_info', data.folios_info], ['csum', encodeU32(data.csum, order)]],
    }],
  }, bufferBytes);
}

export interface ReadTestKho {
  readonly compatible: string | undefined;
  readonly magic: number | undefined;
  readonly nr_folios: number | undefined;
  readonly csum: number | undefined;
  /** From 6.18. */
  readonly vmalloc: KhoVmalloc | undefined;
  /** Up to 6.17: address | order of each folio. */
  readonly array: readonly bigint[] | undefined;
  readonly problems: readonly FormatProblem[];
}

export function readTestKho(tree: FdtTree, order: ByteOrder): ReadTestKho {
  const problems = new Problems();
  const { root } = tree;
  const nothing = { compatible: undefined, magic: undefined, nr_folios: undefined, csum: undefined, vmalloc: undefined, array: undefined };
  if (root === undefined) return { ...nothing, problems: [] };
  const structure = 'kho_test FDT';
  const compatible = compatibleProperty(root, [KHO_TEST_COMPATIBLE], structure, problems);
  const magic = u32Property(root, 'magic', order, structure, problems);
  if (magic !== undefined && magic !== KHO_TEST_MAGIC) problems.add({ structure, offsetBytes: propertyOf(root, 'magic')?.offsetBytes ?? 0, field: 'magic', expected: `0x${KHO_TEST_MAGIC.toString(16)}`, found: `0x${magic.toString(16)}` });
  const data = childOf(root, 'data');
  if (data === undefined) {
    problems.add({ structure, offsetBytes: root.offsetBytes, field: 'data', expected: 'a node', found: 'none' });
    return { ...nothing, compatible, magic, problems: problems.list };
  }
  const nr_folios = u32Property(data, 'nr_folios', order, structure, problems);
  const csum = u32Property(data, 'csum', order, structure, problems);
  const info = propertyOf(data, 'folios_info');
  // Two folios of the old form have the length of the new one: an area for their 16 bytes is one page, and no address of a folio reads like that.
  const head = info?.data.length === khoVmalloc.sizeBytes ? decode(khoVmalloc, info.data, 0, order) : undefined;
  const isArray = info !== undefined && nr_folios !== undefined && info.data.length === nr_folios * 8 && (nr_folios !== 2 || (head?.ok === true && (head.value.total_pages !== 1 || head.value.order !== 0)));
  if (isArray) {
    const view = viewOf(info.data);
    return { compatible, magic, nr_folios, csum, vmalloc: undefined, array: Array.from({ length: nr_folios }, (_, i) => view.getBigUint64(i * 8, order === 'little')), problems: problems.list };
  }
  if (head?.ok !== true) problems.add({ structure, offsetBytes: info?.offsetBytes ?? data.offsetBytes, field: 'folios_info', expected: `${String(khoVmalloc.sizeBytes)} bytes (from 6.18) or 8 for each folio`, found: info === undefined ? 'none' : `${String(info.lengthBytes)} bytes` });
  return { compatible, magic, nr_folios, csum, vmalloc: head?.ok === true ? head.value : undefined, array: undefined, problems: problems.list };
}
