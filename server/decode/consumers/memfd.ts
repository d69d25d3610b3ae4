/** What a memfd's file handler saved: the record, the vmalloc area with its folios, and the folios themselves. */
import { decode } from '../../formats/layoutTable';
import type { MemfdFolios } from '../../formats/memfd';
import { decodeFolios, memfdFolio, memfdV1, memfdV2 } from '../../formats/memfd';
import type { Context } from '../context';
import type { Structure } from '../structure';
import { arrayFields, record } from '../structure';
import type { VmallocArea } from '../vmallocArea';
import { readArea } from '../vmallocArea';

export interface DecodedMemfd {
  readonly phys: bigint;
  readonly pos: bigint;
  readonly size: bigint;
  /** memfd-v2 on. */
  readonly seals: number | undefined;
  readonly flags: number | undefined;
  readonly nrFolios: bigint;
  readonly vmallocBytes: Uint8Array;
  readonly area: VmallocArea;
  readonly folios: MemfdFolios;
  readonly structure: Structure;
}

export const memfdCompatibles: readonly string[] = ['memfd-v1', 'memfd-v2', 'memfd-v2;vmalloc-v1'];

/** @param name session and token: `vm-a/0x1001` */
export function decodeMemfd(context: Context, compatible: string, phys: bigint, name: string): DecodedMemfd | undefined {
  const table = compatible === 'memfd-v1' ? memfdV1 : memfdV2;
  const where = `memfd ${name}`;
  if (!context.once(phys, where, 'data')) return undefined;
  context.claim(phys, 'memfd_luo_ser');
  const bytes = context.memory.read(phys, table.sizeBytes);
  if (bytes === undefined) {
    context.wrong('outside', table.structure, phys, 0, 'data', `${String(table.sizeBytes)} bytes in the image, ${where}`, 'none');
    return undefined;
  }
  const { order } = context.machine;
  const base = decode(compatible === 'memfd-v1' ? memfdV1 : memfdV2, bytes, 0, order);
  if (!base.ok) return undefined;
  const { pos, size, nr_folios: nrFolios, folios: head } = base.value;
  const v2 = compatible === 'memfd-v1' ? undefined : decode(memfdV2, bytes, 0, order);
  const headAt = table.sizeBytes - 16;
  const owner = `memfd ${name} vmalloc`;
  const area = readArea(context, head, phys + BigInt(headAt), nrFolios * BigInt(memfdFolio.sizeBytes), { chunk: owner, page: owner }, where);
  const folios = decodeFolios(area.bytes, order);
  claimFolios(context, folios, where);
  const children: Structure[] = area.structures.map((one) => (one.kind !== 'pages' ? one : {
    ...one, kind: 'array', fields: () => arrayFields(undefined, memfdFolio, Math.floor(one.sizeBytes / memfdFolio.sizeBytes)),
  }));
  return {
    phys, pos, size, seals: v2?.ok === true ? v2.value.seals : undefined, flags: v2?.ok === true ? v2.value.flags : undefined, nrFolios,
    vmallocBytes: bytes.subarray(headAt), area, folios, structure: record(table, where, `${String(size)} bytes, ${String(nrFolios)} folios`, phys, children),
  };
}

function claimFolios(context: Context, { pfns }: MemfdFolios, where: string): void {
  const { blocks } = context;
  // Entries without a page are passed over by the kernel, too.
  const { missing, first } = blocks.claimAll(pfns, blocks.owner('memfd folio'));
  if (missing > 0) context.wrong('not-preserved', `memfd_luo_folio_ser of ${where}`, context.physOf(first), 0, 'pfn', 'a preserved folio', `${String(missing)} of ${String(pfns.length)} that the tracker does not list`);
}
