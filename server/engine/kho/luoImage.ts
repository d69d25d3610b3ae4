/** What LUO and the memfd handler write inside reboot(2), in the form of the generation. KHO facts 6.6 and 7.2. */
import { encode } from '../../formats/layoutTable';
import type { MemfdFolios } from '../../formats/memfd';
import { encodeFolios, memfdV1, memfdV2 } from '../../formats/memfd';
import { hex } from '../../formats/problem';
import type { HandoverTarget } from './handoverImage';
import type { LuoFileEntry, LuoSessionEntry } from './luoWriter';
import { LuoWriter } from './luoWriter';

export interface MemfdFolio { readonly pfn: number; readonly order: number; readonly flags: number; readonly index: number }

export interface MemfdToHandOver {
  readonly pos: bigint;
  readonly size: bigint;
  readonly seals: number;
  /** A pfn of 0 is an entry that is passed over. */
  readonly folios: readonly MemfdFolio[];
}

/** A memfd, or a file of any handler whose data lies in memory already. */
export type LuoFileToHandOver = { readonly token: bigint } & ({ readonly memfd: MemfdToHandOver } | { readonly compatible: string; readonly data: bigint });

export interface LuoToHandOver {
  readonly liveupdateNumber: bigint;
  readonly sessions: readonly { readonly name: string; readonly files: readonly LuoFileToHandOver[] }[];
  readonly flbs: readonly { readonly name: string; readonly data: bigint; readonly count: bigint }[];
  /** Forms of luo_ser between 7.1 and the newest: another string than the generation's. */
  readonly serCompatible?: string;
}

export function addLuo(image: HandoverTarget, luo: LuoToHandOver): void {
  if (image.machine.generation.luo === undefined) return;
  const writer = new LuoWriter(image, luo.serCompatible);
  const entries = luo.sessions.map(({ name, files }): LuoSessionEntry => {
    const written = files.map((file) => fileEntry(image, name, file));
    return { name, file_set: writer.files(written, (bytes) => image.preserve(bytes, `LUO files[] of ${name}`)) };
  });
  const sessionsPhys = writer.sessions(entries, (bytes) => image.preserve(bytes, writer.sessionRoom.chained ? 'LUO session block' : 'LUO session header'));
  const flbsPhys = writer.hasFlbs ? writer.flbs(luo.flbs, (bytes) => image.preserve(bytes, 'LUO FLB header')) : 0n;
  writer.addBlob(luo.liveupdateNumber, sessionsPhys, flbsPhys);
}

function fileEntry(image: HandoverTarget, session: string, file: LuoFileToHandOver): LuoFileEntry {
  const { token } = file;
  if ('data' in file) return { compatible: file.compatible, data: file.data, token };
  return { compatible: image.machine.generation.memfd?.id ?? '', data: addMemfd(image, file.memfd, memfdOwner(session, token)), token };
}

/** Who owns the pages of a memfd's array. */
export function memfdOwner(session: string, token: bigint): string {
  return `memfd ${session}/${hex(token)} vmalloc`;
}

function addMemfd(image: HandoverTarget, { pos, size, seals, folios }: MemfdToHandOver, owner: string): bigint {
  for (const folio of folios) if (folio.pfn !== 0) image.mark(folio.pfn, folio.order, 'memfd folio');
  const array = { pfns: Float64Array.from(folios, (one) => one.pfn), flags: Uint16Array.from(folios, (one) => one.flags), indexes: Float64Array.from(folios, (one) => one.index) };
  return addMemfdRecord(image, { pos, size, seals }, array, owner);
}

/** The record of a file whose folios are preserved, and its array; gives the record's address. */
export function addMemfdRecord(image: HandoverTarget, { pos, size, seals }: Omit<MemfdToHandOver, 'folios'>, folios: MemfdFolios, owner: string): bigint {
  const { order, generation } = image.machine;
  const count = folios.pfns.length;
  // A file without folios has no area: all of the head is 0.
  const head = count === 0 ? { first: 0n, total_pages: 0, flags: 0, order: 0 } : image.preserveVmalloc(encodeFolios(folios, order), { chunk: owner, page: owner });
  const nr_folios = BigInt(count);
  const record = generation.memfd?.id === 'memfd-v1' ? encode(memfdV1, { pos, size, nr_folios, folios: head }, order) : encode(memfdV2, { pos, size, seals, flags: 0, nr_folios, folios: head }, order);
  return image.preserve(record, 'memfd_luo_ser');
}
