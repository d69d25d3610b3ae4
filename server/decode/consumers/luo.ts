/** LUO: its blob (an FDT up to 7.1, a structure in the newest), sessions, files, FLBs. */
import type { FdtTree } from '../../formats/fdt/read';
import { decode, fieldOf } from '../../formats/layoutTable';
import type { Specs, Table, Values } from '../../formats/layoutTable';
import {
  LUO_FILES_BYTES, LUO_FLB_BYTES, LUO_SESSION_BYTES, capacityOf, khoBlockHeader, luoFile, luoFileSet, luoFlb, luoFlbHeader, luoSer, luoSession, luoSessionHeader, luoSerForm, readBlocks, readEntries, readLuoFdt,
} from '../../formats/luo';
import type { Context } from '../context';
import { readUpTo } from '../context';
import type { Structure } from '../structure';
import { arrayFields, fdtStructure, record } from '../structure';
import type { DecodedMemfd } from './memfd';
import { decodeMemfd, memfdCompatibles } from './memfd';

export interface DecodedFile {
  readonly index: number;
  readonly phys: bigint;
  readonly compatible: string;
  readonly data: bigint;
  readonly token: bigint;
  readonly memfd: DecodedMemfd | undefined;
}

export interface DecodedSession {
  readonly index: number;
  readonly phys: bigint;
  readonly name: string;
  readonly filesPhys: bigint;
  readonly filesCount: bigint;
  readonly filesOrder: number | undefined;
  readonly files: readonly DecodedFile[];
}

export interface DecodedFlb { readonly name: string; readonly data: bigint; readonly count: bigint }

export interface DecodedLuo {
  readonly phys: bigint;
  readonly blobBytes: bigint;
  /** Undefined in the newest, whose blob is a structure. */
  readonly tree: FdtTree | undefined;
  readonly compatible: string | undefined;
  readonly liveupdateNumber: bigint | undefined;
  readonly session: {
    readonly compatible: string | undefined; readonly headerPhys: bigint; readonly headerOrder: number | undefined; readonly count: bigint; readonly sessions: readonly DecodedSession[];
  } | undefined;
  readonly flb: { readonly compatible: string | undefined; readonly headerPhys: bigint; readonly pgcnt: bigint; readonly count: bigint; readonly flbs: readonly DecodedFlb[] } | undefined;
  readonly structure: Structure;
}

interface RawSession { readonly phys: bigint; readonly name: string; readonly files: bigint; readonly count: bigint }

export function decodeLuoFdt(context: Context, phys: bigint, blobBytes: bigint, tree: FdtTree): DecodedLuo {
  const read = readLuoFdt(tree, context.machine.order);
  context.findings.addAll('luo', read.problems, '', phys);
  const children: Structure[] = [];
  const sessionPhys = read.session?.headerPhys;
  const session = sessionPhys === undefined ? undefined : { compatible: read.session?.compatible, ...sessionArray(context, sessionPhys, children) };
  const flbPhys = read.flb?.headerPhys;
  const flb = flbPhys === undefined ? undefined : { compatible: read.flb?.compatible, ...flbArray(context, flbPhys, children) };
  return {
    phys, blobBytes, tree, compatible: read.compatible, liveupdateNumber: read.liveupdateNumber, session, flb,
    structure: fdtStructure(tree, 'LUO', `${String(session?.sessions.length ?? 0)} sessions, ${String(flb?.flbs.length ?? 0)} FLBs`, phys, children),
  };
}

/** The newest form; undefined when the blob does not start with a string of it. */
export function decodeLuoSer(context: Context, phys: bigint, blobBytes: bigint): DecodedLuo | undefined {
  const form = luoSerForm(readUpTo(context.memory, phys, 16));
  if (form === undefined) return undefined;
  const { compatible } = form;
  const table = luoSer(compatible);
  const bytes = context.memory.read(phys, table.sizeBytes);
  const value = bytes === undefined ? undefined : decode(table, bytes, 0, context.machine.order);
  if (value?.ok !== true) return undefined;
  if (blobBytes < BigInt(table.sizeBytes)) context.wrong('luo', table.structure, phys, 0, 'blob-size', `at least ${String(table.sizeBytes)}`, String(blobBytes));
  const { liveupdate_num, sessions_pa, flbs_pa } = value.value;
  const children: Structure[] = [];
  const session = sessions_pa === 0n ? undefined
    : { compatible, ...(form.sessions === 'blocks' ? sessionBlocks(context, sessions_pa, children, form.files === 'blocks') : sessionArray(context, sessions_pa, children)) };
  const flb = flbs_pa === 0n ? undefined : { compatible, ...flbArray(context, flbs_pa, children) };
  return {
    phys, blobBytes, tree: undefined, compatible, liveupdateNumber: liveupdate_num, session, flb,
    structure: record(table, 'LUO', `${String(session?.sessions.length ?? 0)} sessions, ${String(flb?.flbs.length ?? 0)} FLBs`, phys, children),
  };
}

/** Where a session's file set says where its files are, and how many. */
const FILES_AT = fieldOf(luoSession, 'file_set').offsetBytes + fieldOf(luoFileSet, 'files').offsetBytes;
const COUNT_AT = fieldOf(luoSession, 'file_set').offsetBytes + fieldOf(luoFileSet, 'count').offsetBytes;

/** The header of an array; undefined, with a finding, when it is not in the image. */
function headerAt<S extends Specs>(context: Context, of: Table<S>, phys: bigint): Values<S> | undefined {
  const bytes = context.memory.read(phys, of.sizeBytes);
  const header = bytes === undefined ? undefined : decode(of, bytes, 0, context.machine.order);
  if (header?.ok === true) return header.value;
  context.wrong('outside', of.structure, phys, 0, of.fields[0]?.name ?? '', 'a header in the image', 'none');
  return undefined;
}

function sessionArray(context: Context, phys: bigint, children: Structure[]): Omit<NonNullable<DecodedLuo['session']>, 'compatible'> {
  const headerOrder = context.orderAt(phys);
  const nothing = { headerPhys: phys, headerOrder, count: 0n, sessions: [] };
  if (!context.once(phys, luoSessionHeader.structure, 'luo-session-header')) return nothing;
  context.claim(phys, 'LUO session header');
  const header = headerAt(context, luoSessionHeader, phys);
  if (header === undefined) return nothing;
  const { count } = header;
  const capacity = capacityOf(luoSessionHeader, luoSession, LUO_SESSION_BYTES);
  const read = readEntries(context.memory, luoSession, phys + BigInt(luoSessionHeader.sizeBytes), count, capacity, context.machine.order);
  context.findings.addAll('luo', read.problems.map((one) => (one.field === 'count' ? { ...one, structure: luoSessionHeader.structure, phys } : one)));
  const below: Structure[] = [];
  const sessions = read.entries.map((one, index) => session(context, index, { phys: one.phys, name: one.value.name, files: one.value.file_set.files, count: one.value.file_set.count }, below, false));
  children.push({
    kind: 'array', label: 'sessions', detail: `${String(count)} sessions`, phys, sizeBytes: luoSessionHeader.sizeBytes + sessions.length * luoSession.sizeBytes,
    fields: () => arrayFields(luoSessionHeader, luoSession, sessions.length), children: below,
  });
  return { headerPhys: phys, headerOrder, count, sessions };
}

function sessionBlocks(context: Context, phys: bigint, children: Structure[], filesInBlocks: boolean): Omit<NonNullable<DecodedLuo['session']>, 'compatible'> {
  const read = readBlocks(context.memory, luoSession, phys, context.pageBytes, context.machine.order);
  context.findings.addAll('luo', read.problems, 'LUO sessions');
  for (const block of read.blocks) context.claim(block, 'LUO session block');
  const below: Structure[] = read.blocks.map((block, i) => blockStructure(context, `block ${String(i)} of sessions`, block));
  const sessions = read.entries.map((one, index) => session(context, index, { phys: one.phys, name: one.value.name, files: one.value.file_set.files, count: one.value.file_set.count }, below, filesInBlocks));
  children.push({ kind: 'group', label: 'sessions', detail: `${String(sessions.length)} sessions`, phys: undefined, sizeBytes: 0, children: below });
  return { headerPhys: phys, headerOrder: context.orderAt(phys), count: BigInt(sessions.length), sessions };
}

function blockStructure(context: Context, label: string, phys: bigint): Structure {
  return { kind: 'array', label, detail: '', phys, sizeBytes: context.pageBytes, fields: () => arrayFields(khoBlockHeader, luoSession, 0), children: [] };
}

function session(context: Context, index: number, raw: RawSession, siblings: Structure[], inBlocks: boolean): DecodedSession {
  const { phys, name, files: filesPhys, count } = raw;
  const base = { index, phys, name, filesPhys, filesCount: count, filesOrder: filesPhys === 0n ? undefined : context.orderAt(filesPhys) };
  const children: Structure[] = [];
  const push = (): void => { siblings.push(record(luoSession, `session ${name}`, `${String(count)} files`, phys, children)); };
  if (filesPhys === 0n) {
    if (count > 0n) context.wrong('luo', luoSession.structure, phys, FILES_AT, 'files', 'the address of an array', `0 with a count of ${String(count)}`);
    push();
    return { ...base, files: [] };
  }
  const what = `files[] of session ${name}`;
  if (!context.once(filesPhys, what, 'files')) {
    push();
    return { ...base, files: [] };
  }
  const { order } = context.machine;
  const read = inBlocks ? readBlocks(context.memory, luoFile, filesPhys, context.pageBytes, order)
    : { blocks: [filesPhys], ...readEntries(context.memory, luoFile, filesPhys, count, capacityOf(undefined, luoFile, LUO_FILES_BYTES), order) };
  for (const block of read.blocks) context.claim(block, `LUO files[] of ${name}`, luoFile.structure);
  context.findings.addAll('luo', read.problems.map((one) => (one.field === 'count' && !inBlocks ? { ...one, structure: luoSession.structure, phys, offsetBytes: COUNT_AT } : one)), what);
  if (inBlocks && BigInt(read.entries.length) !== count) context.wrong('luo', luoSession.structure, phys, COUNT_AT, 'count', `${String(read.entries.length)}, what the blocks hold`, String(count));
  const files = read.entries.map(({ phys: at, value }, i) => file(context, i, at, value, name, children));
  push();
  return { ...base, files };
}

function file(context: Context, index: number, phys: bigint, value: { readonly compatible: string; readonly data: bigint; readonly token: bigint }, sessionName: string, siblings: Structure[]): DecodedFile {
  const { compatible, data, token } = value;
  const name = `${sessionName}/0x${token.toString(16)}`;
  const memfd = memfdCompatibles.includes(compatible) ? decodeMemfd(context, compatible, data, name) : undefined;
  siblings.push(record(luoFile, `file 0x${token.toString(16)}`, compatible, phys, memfd === undefined ? [] : [memfd.structure]));
  return { index, phys, compatible, data, token, memfd };
}

function flbArray(context: Context, phys: bigint, children: Structure[]): Omit<NonNullable<DecodedLuo['flb']>, 'compatible'> {
  const nothing = { headerPhys: phys, pgcnt: 0n, count: 0n, flbs: [] };
  if (!context.once(phys, luoFlbHeader.structure, 'luo-flb-header')) return nothing;
  context.claim(phys, 'LUO FLB header');
  const header = headerAt(context, luoFlbHeader, phys);
  if (header === undefined) return nothing;
  const { pgcnt, count } = header;
  if (pgcnt !== 1n) context.wrong('luo', luoFlbHeader.structure, phys, 0, 'pgcnt', '1', String(pgcnt));
  const read = readEntries(context.memory, luoFlb, phys + BigInt(luoFlbHeader.sizeBytes), count, capacityOf(luoFlbHeader, luoFlb, LUO_FLB_BYTES), context.machine.order);
  context.findings.addAll('luo', read.problems.map((one) => (one.field === 'count' ? { ...one, structure: luoFlbHeader.structure, phys, offsetBytes: fieldOf(luoFlbHeader, 'count').offsetBytes } : one)));
  const flbs = read.entries.map(({ value }) => value);
  children.push({
    kind: 'array', label: 'FLBs', detail: `${String(flbs.length)} objects`, phys, sizeBytes: luoFlbHeader.sizeBytes + flbs.length * luoFlb.sizeBytes,
    fields: () => arrayFields(luoFlbHeader, luoFlb, flbs.length), children: read.entries.map((one) => record(luoFlb, one.value.name, `used by ${String(one.value.count)}`, one.phys)),
  });
  return { headerPhys: phys, pgcnt, count, flbs };
}
