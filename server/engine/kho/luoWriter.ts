/**
 * LUO's blob and arrays in the form of a generation: sessions, the files of each, objects bound to files. Where bytes go is the caller's: an image places them as they
 * are made, a kernel that runs has preserved the room before and fills it inside reboot(2). KHO facts 6.6.
 */
import { encode } from '../../formats/layoutTable';
import type { Specs, Table, Values } from '../../formats/layoutTable';
import {
  LUO_FILES_BYTES, LUO_FLB_BYTES, LUO_SESSION_BYTES, capacityOf, encodeLuoFdt, khoBlockHeader, luoFdtForms, luoFile, luoFlb, luoFlbHeader, luoSer, luoSerFormOf, luoSession, luoSessionHeader,
} from '../../formats/luo';
import type { LuoSerForm } from '../../formats/luo';
import { encodeArray, encodeBlocks } from '../../formats/luoWrite';
import { addBlob, addTree } from './consumers';
import type { HandoverTarget } from './handoverImage';

export interface LuoFileEntry { readonly compatible: string; readonly data: bigint; readonly token: bigint }
export interface LuoSessionEntry { readonly name: string; readonly file_set: { readonly files: bigint; readonly count: bigint } }
export interface LuoFlbEntry { readonly name: string; readonly data: bigint; readonly count: bigint }

/** Gives the address where these bytes go. Of a chain of blocks the last is placed first, since each names the next. */
type Place = (bytes: Uint8Array) => bigint;

/** Room for entries: one area, or a chain of blocks that grows. */
export interface LuoRoom {
  readonly chained: boolean;
  /** Of the area, or of one block. */
  readonly sizeBytes: number;
  /** Entries in that. */
  readonly capacity: number;
}

/** Blocks that a kernel chains at most (KHO facts 6.2). */
const MOST_BLOCKS = 10000;

/** Of sessions, or of the files of one. */
export const mostEntries = ({ chained, capacity }: LuoRoom): number => (chained ? capacity * MOST_BLOCKS : capacity);

export class LuoWriter {
  readonly sessionRoom: LuoRoom;
  readonly fileRoom: LuoRoom;
  /** 6.19 has no objects that are bound to files. */
  readonly hasFlbs: boolean;
  /** The newest kernels' string; undefined: the blob is a tree. */
  private readonly serForm: LuoSerForm | undefined;

  /**
   * For a machine whose generation has LUO.
   * @param serCompatible another form of `struct luo_ser` than the generation's
   */
  constructor(private readonly target: HandoverTarget, serCompatible: string | undefined) {
    const { pageBytes, machine: { generation } } = target;
    this.hasFlbs = generation.luo?.id !== 'FDT';
    this.serForm = generation.luo?.id === 'luo_ser with blocks' ? luoSerFormOf(serCompatible ?? generation.luoCompatible ?? '') : undefined;
    const room = (form: 'array' | 'blocks' | undefined, header: Table<Specs> | undefined, entry: Table<Specs>, areaBytes: number): LuoRoom => (form === 'blocks'
      ? { chained: true, sizeBytes: pageBytes, capacity: capacityOf(khoBlockHeader, entry, pageBytes) }
      : { chained: false, sizeBytes: areaBytes, capacity: capacityOf(header, entry, areaBytes) });
    this.sessionRoom = room(this.serForm?.sessions, luoSessionHeader, luoSession, LUO_SESSION_BYTES);
    this.fileRoom = room(this.serForm?.files, undefined, luoFile, LUO_FILES_BYTES);
  }

  /** What a session says of its files. Without files there is no room for them: it is made with the first. */
  files(files: readonly LuoFileEntry[], place: Place): LuoSessionEntry['file_set'] {
    return { files: files.length === 0 ? 0n : this.entries(this.fileRoom, undefined, luoFile, files, place), count: BigInt(files.length) };
  }

  /** The array, with a header even when it is empty; or the chain, which has no block then. */
  sessions(sessions: readonly LuoSessionEntry[], place: Place): bigint {
    return this.entries(this.sessionRoom, { table: luoSessionHeader, values: { count: BigInt(sessions.length) } }, luoSession, sessions, place);
  }

  flbs(flbs: readonly LuoFlbEntry[], place: Place): bigint {
    return place(encodeArray({ table: luoFlbHeader, values: { pgcnt: 1n, count: BigInt(flbs.length) } }, luoFlb, flbs, LUO_FLB_BYTES, this.target.machine.order));
  }

  private entries<H extends Specs, E extends Specs>({ chained, sizeBytes }: LuoRoom, header: { readonly table: Table<H>; readonly values: Values<H> } | undefined, entry: Table<E>, entries: readonly Values<E>[], place: Place): bigint {
    const { order } = this.target.machine;
    return chained ? encodeBlocks(entry, entries, sizeBytes, order, place) : place(encodeArray(header, entry, entries, sizeBytes, order));
  }

  /** The structure that says where the arrays are, or undefined for kernels that have a tree in its place. Their tree names the areas, which do not move. */
  ser(liveupdateNumber: bigint, sessionsPhys: bigint, flbsPhys: bigint): Uint8Array | undefined {
    const { serForm } = this;
    if (serForm === undefined) return undefined;
    const { compatible } = serForm;
    return encode(luoSer(compatible), { compatible, liveupdate_num: liveupdateNumber, sessions_pa: sessionsPhys, flbs_pa: flbsPhys }, this.target.machine.order);
  }

  /** Preserves the blob and adds it below the root; gives its address. */
  addBlob(liveupdateNumber: bigint, sessionsPhys: bigint, flbsPhys: bigint): bigint {
    const { target, hasFlbs } = this;
    const ser = this.ser(liveupdateNumber, sessionsPhys, flbsPhys);
    if (ser !== undefined) return addBlob(target, 'LUO', ser, 'luo_ser');
    const form = hasFlbs ? luoFdtForms['7.1'] : luoFdtForms['6.19'];
    const blob = { liveupdateNumber, sessionHeaderPhys: sessionsPhys, flbHeaderPhys: hasFlbs ? flbsPhys : undefined };
    return addTree(target, 'LUO', encodeLuoFdt(form, blob, target.pageBytes, target.machine.order), 'LUO FDT');
  }
}
