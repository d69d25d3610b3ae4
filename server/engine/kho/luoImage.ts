/** What LUO and the memfd handler write inside reboot(2), in the form of the generation. KHO facts 6.6 and 7.2. */
import { encode } from '../../formats/layoutTable';
import {
  LUO_FILES_BYTES, LUO_FLB_BYTES, LUO_SESSION_BYTES, encodeLuoFdt, luoFdtForms, luoFile, luoFlb, luoFlbHeader, luoSer, luoSerForms, luoSession, luoSessionHeader,
} from '../../formats/luo';
import { encodeArray, encodeBlocks } from '../../formats/luoWrite';
import type { MemfdFolios } from '../../formats/memfd';
import { encodeFolios, memfdV1, memfdV2 } from '../../formats/memfd';
import { hex } from '../../formats/problem';
import { addBlob, addTree } from './consumers';
import type { HandoverTarget } from './handoverImage';

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

interface Entry { readonly name: string; readonly file_set: { readonly files: bigint; readonly count: bigint } }

export function addLuo(image: HandoverTarget, luo: LuoToHandOver): void {
  const { generation, order } = image.machine;
  if (generation.luo === undefined) return;
  const flbPhys = (): bigint => image.preserve(encodeArray({ table: luoFlbHeader, values: { pgcnt: 1n, count: BigInt(luo.flbs.length) } }, luoFlb, luo.flbs, LUO_FLB_BYTES, order), 'LUO FLB header');
  const array = (entries: readonly Entry[]): bigint => image.preserve(encodeArray({ table: luoSessionHeader, values: { count: BigInt(entries.length) } }, luoSession, entries, LUO_SESSION_BYTES, order), 'LUO session header');
  if (generation.luo.id !== 'luo_ser with blocks') {
    const form = generation.luo.id === 'FDT' ? luoFdtForms['6.19'] : luoFdtForms['7.1'];
    const sessionHeaderPhys = array(luo.sessions.map((session) => sessionEntry(image, session, false)));
    const tree = encodeLuoFdt(form, { liveupdateNumber: luo.liveupdateNumber, sessionHeaderPhys, flbHeaderPhys: form.flb ? flbPhys() : undefined }, image.pageBytes, order);
    addTree(image, 'LUO', tree, 'LUO FDT');
    return;
  }
  const compatible = luo.serCompatible ?? generation.luoCompatible ?? '';
  const form = luoSerForms.find((one) => one.compatible === compatible);
  if (form === undefined) throw new RangeError(`no LUO is called ${compatible}`);
  const entries = luo.sessions.map((session) => sessionEntry(image, session, form.files === 'blocks'));
  const sessions_pa = form.sessions === 'blocks' ? encodeBlocks(luoSession, entries, image.pageBytes, order, (bytes) => image.preserve(bytes, 'LUO session block')) : array(entries);
  addBlob(image, 'LUO', encode(luoSer(compatible), { compatible, liveupdate_num: luo.liveupdateNumber, sessions_pa, flbs_pa: flbPhys() }, order), 'luo_ser');
}

function sessionEntry(image: HandoverTarget, { name, files }: LuoToHandOver['sessions'][number], inBlocks: boolean): Entry {
  const { order, generation } = image.machine;
  const entries = files.map((file) => {
    const { token } = file;
    if ('data' in file) return { compatible: file.compatible, data: file.data, token };
    return { compatible: generation.memfd?.id ?? '', data: addMemfd(image, file.memfd, memfdOwner(name, token)), token };
  });
  const count = BigInt(entries.length);
  // The area of the files is made with the first of them.
  if (entries.length === 0) return { name, file_set: { files: 0n, count } };
  const owner = `LUO files[] of ${name}`;
  const phys = inBlocks ? encodeBlocks(luoFile, entries, image.pageBytes, order, (bytes) => image.preserve(bytes, owner)) : image.preserve(encodeArray(undefined, luoFile, entries, LUO_FILES_BYTES, order), owner);
  return { name, file_set: { files: phys, count } };
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
