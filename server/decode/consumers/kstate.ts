/**
 * KSTATE in an image: a page whose first eight bytes lead to a stream with the magic of v3. The page stands in the boot record of a kernel that has KSTATE, or is a subtree. What the stream
 * says of pages only descriptions tell; but two of its objects are the kernel's own. KSTATE facts 3.1, 3.5.
 */
import { KHO_LOCATOR, RESERVED_MEM, decodeKstateOut, kstateKhoLocator, kstateOut, kstateReservedMem } from '../../formats/kstateLocator';
import type { DecodedEntry, DecodedStream } from '../../formats/kstateStream';
import { KSTATE_MAGIC, decodeS32, decodeStream, sectionHeader, streamEnd, streamFormats, streamMagic } from '../../formats/kstateStream';
import { decode, overlay } from '../../formats/layoutTable';
import type { ByteOrder, NamedBytes, Specs, Table, Values } from '../../formats/layoutTable';
import type { PhysicalMemory } from '../../formats/physicalMemory';
import type { Context } from '../context';
import { readUpTo } from '../context';
import type { Structure } from '../structure';

export interface FoundStream {
  readonly outPhys: bigint;
  readonly streamPhys: bigint;
  readonly order: ByteOrder;
}

export interface DecodedKstate extends FoundStream {
  /** The subtree that the page is; undefined: the boot record leads to it. */
  readonly subtree: string | undefined;
  readonly stream: DecodedStream;
  readonly structure: Structure;
}

const SMALLEST_PAGE = 4096n;
const { v3 } = streamFormats;
/** The largest folio of a page allocator with pages of 4 KiB. */
const MOST_STREAM_BYTES = 4 << 20;
/** Objects that are looked at; an image with more is made up. */
const MOST_ENTRIES = 1 << 14;

/** What a page leads to, if it is one that names a stream. */
export function streamNamedBy(memory: PhysicalMemory, outPhys: bigint): FoundStream | undefined {
  const head = outPhys % SMALLEST_PAGE === 0n ? memory.read(outPhys, kstateOut.sizeBytes) : undefined;
  for (const order of head === undefined ? [] : (['little', 'big'] as const)) {
    const named = decodeKstateOut(head ?? new Uint8Array(0), order);
    const magic = named.ok && named.value % SMALLEST_PAGE === 0n ? memory.read(named.value, streamMagic.sizeBytes) : undefined;
    if (named.ok && magic !== undefined && decodeS32(magic, 0, order) === (KSTATE_MAGIC | 0)) return { outPhys, streamPhys: named.value, order };
  }
  return undefined;
}

/** Where the stream says that the root of KHO is; undefined: it does not say. */
export function rootOf(memory: PhysicalMemory, found: FoundStream): bigint | undefined {
  const bytes = readUpTo(memory, found.streamPhys, MOST_STREAM_BYTES);
  const { entries } = decodeStream(v3, bytes, found.order, MOST_ENTRIES);
  const entry = entries.find(({ header }) => header.state_id === KHO_LOCATOR.id && header.instance_id === KHO_LOCATOR.instance);
  return entry === undefined ? undefined : dataOf(kstateKhoLocator, entry, bytes, found.order)?.address;
}

function dataOf<S extends Specs>(table: Table<S>, { header, dataOffsetBytes }: DecodedEntry, bytes: Uint8Array, order: ByteOrder): Values<S> | undefined {
  const read = header.size < table.sizeBytes ? undefined : decode(table, bytes, dataOffsetBytes, order);
  return read?.ok === true ? read.value : undefined;
}

/** Page and stream get owners, and of a kernel's own stream the regions of `reserve_mem=`. */
export function decodeKstate(context: Context, found: FoundStream, subtree: string | undefined): DecodedKstate {
  const { outPhys, streamPhys, order } = found;
  const prefix = subtree === undefined ? '' : `${subtree} `;
  context.claim(outPhys, `${prefix}kstate_out`);
  context.claim(streamPhys, `${prefix}kstate stream`);
  const folio = context.orderAt(streamPhys);
  const bytes = readUpTo(context.memory, streamPhys, folio === undefined ? MOST_STREAM_BYTES : Math.min(context.pageBytes * 2 ** folio, MOST_STREAM_BYTES));
  const stream = decodeStream(v3, bytes, order, MOST_ENTRIES);
  if (stream.problem !== undefined) {
    const last = stream.entries[stream.entries.length - 1];
    context.wrong('stream', `${prefix}kstate stream`, streamPhys, last?.offsetBytes ?? 0, last === undefined ? 'magic' : 'size', 'entries up to an end marker', stream.problem);
  }
  if (subtree === undefined) {
    for (const entry of stream.entries) {
      const region = entry.header.state_id === RESERVED_MEM.id ? dataOf(kstateReservedMem, entry, bytes, order) : undefined;
      if (region !== undefined) context.claimRange(region.start, region.size, 'reserve_mem');
    }
  }
  return { ...found, subtree, stream, structure: structureOf(found, subtree, stream) };
}

function structureOf({ outPhys, streamPhys }: FoundStream, subtree: string | undefined, { entries, endOffsetBytes }: DecodedStream): Structure {
  const sizeBytes = (endOffsetBytes ?? lastByte(entries)) + streamEnd.sizeBytes;
  const fields = (): readonly NamedBytes[] => [
    ...overlay(streamMagic, 0), ...entries.flatMap(({ offsetBytes }) => overlay(sectionHeader, offsetBytes)), ...(endOffsetBytes === undefined ? [] : overlay(streamEnd, endOffsetBytes)),
  ];
  return {
    kind: 'record', label: subtree === undefined ? 'kstate_out' : `${subtree} kstate_out`, detail: 'names the stream', phys: outPhys, sizeBytes: kstateOut.sizeBytes, fields: () => overlay(kstateOut, 0),
    children: [{
      kind: 'stream', label: 'KSTATE stream', detail: `${String(entries.length)} ${entries.length === 1 ? 'entry' : 'entries'}`, phys: streamPhys, sizeBytes, fields, children: entries.map((entry) => entryOf(streamPhys, entry)),
    }],
  };
}

const lastByte = (entries: readonly DecodedEntry[]): number => {
  const last = entries[entries.length - 1];
  return last === undefined ? v3.firstEntryBytes : last.dataOffsetBytes + Math.max(0, last.header.size);
};

/** Objects whose description is the kernel's own have names for their bytes, too. */
const known = new Map<number, Table<Specs>>([[KHO_LOCATOR.id, kstateKhoLocator], [RESERVED_MEM.id, kstateReservedMem]]);

function entryOf(streamPhys: bigint, { header, offsetBytes, dataOffsetBytes }: DecodedEntry): Structure {
  const data = known.get(header.state_id);
  return {
    kind: 'entry', label: `entry ${String(header.state_id)}`, detail: `id ${String(header.state_id)}, version ${String(header.version_id)}, instance ${String(header.instance_id)}, ${String(header.size)} bytes`,
    phys: streamPhys + BigInt(offsetBytes), sizeBytes: v3.headerBytes + Math.max(0, Math.min(header.size, MOST_STREAM_BYTES)), children: [],
    fields: () => [...overlay(sectionHeader, 0), ...(data === undefined || header.size < data.sizeBytes ? [] : overlay(data, dataOffsetBytes - offsetBytes))],
  };
}
