/**
 * The properties of KHO's own trees: raw values of C variables in the order of the machine that wrote them (KHO facts 1.3 to 1.9, 6.6, 7.1, 7.4), while a
 * device tree of any other origin has big-endian cells.
 */
import type { FdtNode, FdtProperty } from './fdt/read';
import { stringsOf, propertyOf } from './fdtValues';
import { memRange } from './khoRootRead';
import type { NamedBytes, Specs } from './layoutTable';
import { inside, overlay, pointer, table, u32, u64 } from './layoutTable';
import { MEMBLOCK_COMPATIBLE } from './memblock';
import { KHO_TEST_COMPATIBLE } from './testKho';
import { khoVmalloc } from './vmalloc';

/** By name; each name means the same in every tree that has it. */
export const khoProperties: Specs = {
  'preserved-memory-map': pointer('first chunk, or the root of the radix tree; 0: not finalized'),
  metadata: pointer('first chunk'),
  fdt: pointer('tree of the subtree'),
  'preserved-data': pointer('blob of the subtree'),
  'blob-size': u64('bytes of the blob', 'bytes'),
  'liveupdate-number': u64('how many live updates there were'),
  'luo-session-header': pointer('array of sessions'),
  'luo-flb-header': pointer('array of FLBs'),
  start: pointer('start of the region'),
  size: u64('bytes of the region', 'bytes'),
  magic: u32('0x4b484f21', 'hex'),
  nr_folios: u32('folios that were preserved'),
  csum: u32('checksum over the folios', 'hex'),
  folios_info: inside(khoVmalloc, 'the array of folios'),
};

/** Properties that are arrays as long as they are. */
const arrays: Specs = { folios_info: pointer('address of a folio, its order in the low bits'), mem: inside(memRange, 'a range of memory') };

/** Whether the tree of that root is one that KHO or one of its consumers writes. */
export function isKhoTree(root: FdtNode): boolean {
  const [first = ''] = stringsOf(propertyOf(root, 'compatible'));
  return first.startsWith('kho-v') || first.startsWith('luo-v') || first === MEMBLOCK_COMPATIBLE || first === KHO_TEST_COMPATIBLE;
}

/** The data of a property of such a tree as named bytes; undefined when nothing here has a property of that name and size. */
export function nameKhoProperty({ name = '', data, dataOffsetBytes }: FdtProperty, structure: string): NamedBytes[] | undefined {
  const named = (spec: Specs[string], field: string, atBytes: number): NamedBytes[] => overlay(table(structure, { [field]: spec }), atBytes);
  // Names come from the bytes: only what stands in the tables itself counts.
  const one = Object.hasOwn(khoProperties, name) ? khoProperties[name] : undefined;
  if (one !== undefined && one.sizeBytes === data.length) return named(one, name, dataOffsetBytes);
  const entry = Object.hasOwn(arrays, name) ? arrays[name] : undefined;
  if (entry === undefined || data.length === 0 || data.length % entry.sizeBytes !== 0) return undefined;
  return Array.from({ length: data.length / entry.sizeBytes }, (_, i) => named(entry, `${name}[${String(i)}]`, dataOffsetBytes + i * entry.sizeBytes)).flat();
}
