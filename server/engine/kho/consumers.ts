/** What the consumers of a generation hand over: reserve_mem, test_kho, kexec-metadata, LUO with memfds. KHO facts 6.6 and 7. Owners are named as `decode` names them. */
import { encodeString, encodeU64 } from '../../formats/fdtValues';
import { FOLIO_WORD_BYTES, encodeFolioWords } from '../../formats/folioWords';
import type { FdtAnswer } from '../../formats/fdt/layout';
import { KEXEC_METADATA_VERSION, kexecMetadata } from '../../formats/kexecMetadata';
import { encode } from '../../formats/layoutTable';
import { MEMBLOCK_COMPATIBLE, RESERVE_MEM_COMPATIBLE, encodeMemblock, memRangesForm } from '../../formats/memblock';
import type { ReservedRegion } from '../../formats/memblock';
import { KHO_TEST_MAGIC, encodeTestKho } from '../../formats/testKho';
import { khoVmalloc } from '../../formats/vmalloc';
import type { HandoverTarget } from './handoverImage';
import { encodeMem } from './handoverImage';

/** A blob in a folio of its own, registered below the root. */
export function addBlob(image: HandoverTarget, name: string, blob: Uint8Array, owner: string, order?: number): bigint {
  const phys = image.preserve(blob, owner, order);
  image.addSubtree({ name, phys, sizeBytes: BigInt(blob.length) });
  return phys;
}

type Tree = FdtAnswer<{ readonly blob: Uint8Array; readonly buffer: Uint8Array }>;

function written(answer: Tree): { readonly blob: Uint8Array; readonly buffer: Uint8Array } {
  if (!answer.ok) throw new RangeError(`the tree does not fit: ${answer.error}`);
  return answer.value;
}

/** Throws RangeError when there was no room for the tree. */
export function blobOf(answer: Tree): Uint8Array {
  return written(answer).blob;
}

/**
 * A tree that its consumer wrote into a folio of its own: the whole buffer lies there, with what the writer left behind the tree (the names as they stood at the
 * buffer's end before fdt_finish() moved them, KHO facts 1.2). Throws RangeError when there was no room for the tree.
 */
export function addTree(image: HandoverTarget, name: string, answer: Tree, owner: string, order?: number): bigint {
  const { blob, buffer } = written(answer);
  const phys = image.preserve(buffer, owner, order);
  image.addSubtree({ name, phys, sizeBytes: BigInt(blob.length) });
  return phys;
}

/** Regions of `reserve_mem=`, where they lie already. */
export function addReserveMem(image: HandoverTarget, regions: readonly ReservedRegion[]): void {
  const { order, generation } = image.machine;
  if (generation.memblock.id === 'mem ranges') {
    const { node, compatible, regionCompatible, property } = memRangesForm;
    for (const { name, start, size } of regions) image.markRange(start, size, `mem of /${node}/${name}`);
    image.addNode({
      name: node, properties: [['compatible', encodeString(compatible)]],
      nodes: regions.map(({ name, start, size }) => ({ name, properties: [['compatible', encodeString(regionCompatible)], [property, encodeMem([{ addr: start, size }], order)]], nodes: [] })),
    });
    return;
  }
  for (const { start, size } of regions) image.markRange(start, size, 'reserve_mem');
  if (image.form.subtree === 'in place') {
    image.addNode({
      name: 'memblock', properties: [['compatible', encodeString(MEMBLOCK_COMPATIBLE)]],
      nodes: regions.map(({ name, start, size }) => ({ name, properties: [['compatible', encodeString(RESERVE_MEM_COMPATIBLE)], ['start', encodeU64(start, order)], ['size', encodeU64(size, order)]], nodes: [] })),
    });
    return;
  }
  addTree(image, 'memblock', encodeMemblock(regions, image.pageBytes, order), 'memblock FDT');
}

/** lib/test_kho: folios of any order, and where they are in an array of the tree or, from 6.18 on, in a vmalloc area. */
export function addTestKho(image: HandoverTarget, folios: readonly { readonly pfn: number; readonly order: number }[], csum: number): void {
  addTestKhoGroups(image, folios.map(({ pfn, order }) => ({ pfns: [pfn], order })), csum);
}

/** The same for many folios of one order each. */
export function addTestKhoGroups(image: HandoverTarget, groups: readonly { readonly pfns: ArrayLike<number>; readonly order: number }[], csum: number): void {
  const { machine: { order, generation, pageShift }, pageBytes } = image;
  for (const { pfns, order: folioOrder } of groups) image.markAll(pfns, folioOrder, 'kho_test folio');
  const words = encodeFolioWords(groups, pageShift, order);
  const info = generation.testKho?.id === 'array' ? words
    : encode(khoVmalloc, image.preserveVmalloc(words, { chunk: 'kho_test vmalloc chunk', page: 'kho_test vmalloc page' }), order);
  const folioOrder = image.orderOf(words.length + pageBytes);
  const tree = encodeTestKho({ magic: KHO_TEST_MAGIC, nr_folios: words.length / FOLIO_WORD_BYTES, folios_info: info, csum }, pageBytes * 2 ** folioOrder, order);
  addTree(image, 'kho_test', tree, 'kho_test FDT', folioOrder);
}

export function addKexecMetadata(image: HandoverTarget, previousRelease: string, kexecCount: number): void {
  const blob = encode(kexecMetadata, { version: KEXEC_METADATA_VERSION, previous_release: previousRelease, kexec_count: kexecCount }, image.machine.order);
  addBlob(image, 'kexec-metadata', blob, 'kexec-metadata');
}
