/** The subtree `kho_test`: its folios, in an array of the tree (up to 6.17) or in a vmalloc area. */
import { propertyOf, childOf } from '../../formats/fdtValues';
import type { FdtTree } from '../../formats/fdt/read';
import { viewOf } from '../../formats/layoutTable';
import { readTestKho } from '../../formats/testKho';
import type { Context } from '../context';
import type { Structure } from '../structure';
import { fdtStructure } from '../structure';
import type { VmallocArea } from '../vmallocArea';
import { readArea } from '../vmallocArea';

export interface DecodedTestKho {
  readonly phys: bigint;
  readonly order: number | undefined;
  readonly blobBytes: bigint;
  readonly tree: FdtTree;
  readonly compatible: string | undefined;
  readonly magic: number | undefined;
  readonly nrFolios: number | undefined;
  readonly csum: number | undefined;
  readonly area: VmallocArea | undefined;
  /** Address and order of each folio, as the test wrote them. */
  readonly folios: readonly { readonly phys: bigint; readonly order: number }[];
  readonly structure: Structure;
}

export function decodeTestKho(context: Context, phys: bigint, blobBytes: bigint, tree: FdtTree): DecodedTestKho {
  const { machine, findings, pageBytes } = context;
  const read = readTestKho(tree, machine.order);
  findings.addAll('subtree', read.problems, '', phys);
  const count = read.nr_folios ?? 0;
  const info = tree.root === undefined ? undefined : propertyOf(childOf(tree.root, 'data') ?? tree.root, 'folios_info');
  const area = read.vmalloc === undefined ? undefined
    : readArea(context, read.vmalloc, phys + BigInt(info?.dataOffsetBytes ?? 0), BigInt(count) * 8n, { chunk: 'kho_test vmalloc chunk', page: 'kho_test vmalloc page' }, 'kho_test');
  const words = read.array ?? (area === undefined ? [] : wordsOf(area.bytes, machine.order === 'little'));
  const mask = BigInt(pageBytes - 1);
  const folios = words.map((word) => ({ phys: word & ~mask, order: Number(word & mask) }));
  folios.forEach((folio, i) => {
    const preserved = context.orderAt(folio.phys);
    context.claim(folio.phys, 'kho_test folio');
    if (preserved !== undefined && preserved !== folio.order) context.wrong('subtree', 'kho_test folio', folio.phys, 0, `order of folio ${String(i)}`, `${String(preserved)}, as the tracker has it`, String(folio.order));
  });
  return {
    phys, order: context.orderAt(phys), blobBytes, tree, compatible: read.compatible, magic: read.magic, nrFolios: read.nr_folios, csum: read.csum, area, folios,
    structure: fdtStructure(tree, 'kho_test', `${String(folios.length)} folios`, phys, area?.structures ?? []),
  };
}

function wordsOf(bytes: Uint8Array, little: boolean): bigint[] {
  const view = viewOf(bytes);
  return Array.from({ length: Math.floor(bytes.length / 8) }, (_, i) => view.getBigUint64(i * 8, little));
}
