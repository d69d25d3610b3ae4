/**
 * Byte layouts of the KSTATE stream, one table per dialect; encoder, decoder and hex overlay all read it.
 *
 * KSTATE facts 3.1 (v3), 4.1 (v2), 5 (v1), 6 (dev). Header members are signed 32 bit in the order of the machine that wrote them, unaligned. Nothing in the
 * stream is padded. The dialects differ in the magic, in section_type, and in which header member says "no more entries".
 */

import { decode, encode, s32, table, viewOf } from './layoutTable';
import type { ByteOrder, Field, Specs, Table } from './layoutTable';

export type KstateStreamPart =
  | 'magic' | 'section_type' | 'state_id' | 'version_id' | 'instance_id' | 'size' | 'data' | 'end';

export type HeaderName = 'section_type' | 'state_id' | 'version_id' | 'instance_id' | 'size';

const ids = {
  state_id: s32('id of the description'),
  version_id: s32('version of the description when it was saved'),
  instance_id: s32('instance of the object; 0 in nested entries'),
  size: s32('bytes of data after the header, nested headers included', 'bytes'),
};

/** v1, v2. */
export const entryHeader = table('KSTATE entry', ids);
/** From the unposted tree between v2 and v3 on. */
export const sectionHeader = table('KSTATE entry with section', {
  section_type: s32('2 for an object, 1 for a subsection; nested entries take that of the entry around them'), ...ids,
});
/** First four bytes of a v3 stream. */
export const streamMagic = table('KSTATE magic', { magic: s32('0x3b37778c, marks a KSTATE v3 stream', 'hex') });
/** What ends every stream, in the place of the first member of a header. */
export const streamEnd = table('KSTATE end', { end: s32('-1: no more entries') });

/** A member of the entry header. */
export interface HeaderField extends Field {
  readonly name: HeaderName;
}

export interface StreamFormat {
  /** What the stream starts with; undefined: the first entry starts at once. */
  readonly magic: { readonly value: number; readonly sizeBytes: number; readonly meaning: string } | undefined;
  readonly table: Table<Specs>;
  readonly header: readonly HeaderField[];
  readonly headerBytes: number;
  /** Where the first entry starts. */
  readonly firstEntryBytes: number;
  /** A lone value of -1 in the place of this header member ends the stream. */
  readonly end: { readonly name: 'section_type' | 'state_id'; readonly value: number; readonly sizeBytes: number; readonly meaning: string };
}

/** Values of section_type (facts 3.1). */
export const KS_SUBSECTION = 1;
export const KS_SECTION = 2;
export const KS_EOF = -1;

export const KSTATE_MAGIC = 0x3b37778c;

export type HeaderValues = { readonly [name in HeaderName]?: number };

function formatOf(of: Table<Specs>, end: 'section_type' | 'state_id', magic: StreamFormat['magic']): StreamFormat {
  // Every field of both tables is a member of HeaderName.
  const header = of.fields.map((field) => ({ ...field, name: field.name as HeaderName }));
  return {
    magic, table: of, header, headerBytes: of.sizeBytes, firstEntryBytes: magic?.sizeBytes ?? 0,
    end: { name: end, value: KS_EOF, sizeBytes: streamEnd.sizeBytes, meaning: `a lone ${end} of -1: no more entries` },
  };
}

const withoutSections = formatOf(entryHeader, 'state_id', undefined);
const withSections = formatOf(sectionHeader, 'section_type', undefined);
const withMagic = formatOf(sectionHeader, 'section_type', { value: KSTATE_MAGIC, sizeBytes: streamMagic.sizeBytes, meaning: 'marks a KSTATE v3 stream' });

/** By dialect. `dev` is the unposted tree between v2 and v3; `v3-posted` has the bytes of v3. */
export const streamFormats = {
  v1: withoutSections,
  v2: withoutSections,
  dev: withSections,
  v3: withMagic,
  'v3-posted': withMagic,
} as const satisfies Record<string, StreamFormat>;

/** Writes the low 32 bits of a value. */
export function encodeS32(value: number, order: ByteOrder = 'little'): Uint8Array {
  return encode(streamEnd, { end: value }, order);
}

/** Reads a signed 32 bit value; undefined when the bytes end before it does. */
export function decodeS32(bytes: Uint8Array, offsetBytes: number, order: ByteOrder = 'little'): number | undefined {
  if (offsetBytes < 0 || offsetBytes + 4 > bytes.length) return undefined;
  return viewOf(bytes).getInt32(offsetBytes, order === 'little');
}

export function encodeMagic(format: StreamFormat, order: ByteOrder = 'little'): Uint8Array {
  return format.magic === undefined ? new Uint8Array(0) : encode(streamMagic, { magic: format.magic.value }, order);
}

export function encodeEnd(format: StreamFormat, order: ByteOrder = 'little'): Uint8Array {
  return encode(streamEnd, { end: format.end.value }, order);
}

/** Header bytes of an entry. Members that the dialect lacks are ignored, members not given are 0. */
export function encodeHeader(format: StreamFormat, values: HeaderValues, order: ByteOrder = 'little'): Uint8Array {
  const all: Record<HeaderName, number> = { section_type: 0, state_id: 0, version_id: 0, instance_id: 0, size: 0, ...values };
  return encode(format.table, all, order);
}

/** Header members of the entry at an offset, 0 for those that the dialect lacks; undefined when the bytes end inside the header. */
export function decodeHeader(format: StreamFormat, bytes: Uint8Array, offsetBytes: number, order: ByteOrder = 'little'): Record<HeaderName, number> | undefined {
  const read = decode(format.table, bytes, offsetBytes, order);
  return read.ok ? { section_type: 0, state_id: 0, version_id: 0, instance_id: 0, size: 0, ...read.value } : undefined;
}

/** The layout entry of a header member; undefined when the dialect has none of that name. */
export function headerField(format: StreamFormat, name: HeaderName): HeaderField | undefined {
  return format.header.find((field) => field.name === name);
}

/** A run of bytes with a name. */
export interface NamedBytes {
  readonly part: KstateStreamPart;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** The header of an entry as named runs, from the start of the stream. */
export function headerBytes(format: StreamFormat, entryOffsetBytes: number): readonly NamedBytes[] {
  return format.header.map((field) => ({ part: field.name, offsetBytes: entryOffsetBytes + field.offsetBytes, lengthBytes: field.sizeBytes }));
}

export interface DecodedEntry {
  readonly offsetBytes: number;
  readonly header: Readonly<Record<HeaderName, number>>;
  readonly dataOffsetBytes: number;
}

export interface DecodedStream {
  readonly entries: readonly DecodedEntry[];
  /** Where the end marker starts; undefined when there is none. */
  readonly endOffsetBytes: number | undefined;
  readonly parts: readonly NamedBytes[];
  /** What is wrong, when it could not be walked to its end marker. */
  readonly problem: string | undefined;
}

/**
 * Walks the top-level entries of a stream by their sizes, as far as they make sense. Nested entries are inside `data`: only the
 * description tells where.
 * @param mostEntries more are not read, and said to be there
 */
export function decodeStream(format: StreamFormat, bytes: Uint8Array, order: ByteOrder = 'little', mostEntries = Infinity): DecodedStream {
  const entries: DecodedEntry[] = [];
  const parts: NamedBytes[] = [];
  const stop = (problem: string | undefined, endOffsetBytes?: number): DecodedStream => ({ entries, endOffsetBytes, parts, problem });
  if (format.magic !== undefined) {
    const found = decodeS32(bytes, 0, order);
    if (found === undefined) return stop(`The stream has ${String(bytes.length)} bytes, too few for its magic.`);
    if (found !== (format.magic.value | 0)) {
      return stop(`The stream starts with ${hex32(found)}; a stream of this dialect starts with ${hex32(format.magic.value)}.`);
    }
    parts.push({ part: 'magic', offsetBytes: 0, lengthBytes: format.magic.sizeBytes });
  }
  const endAt = headerField(format, format.end.name)?.offsetBytes ?? 0;
  let at = format.firstEntryBytes;
  for (;;) {
    const marker = decodeS32(bytes, at + endAt, order);
    if (marker === undefined) return stop(`The bytes end at +${String(bytes.length)} without an end marker.`);
    if (marker === format.end.value) {
      parts.push({ part: 'end', offsetBytes: at, lengthBytes: format.end.sizeBytes });
      return stop(undefined, at);
    }
    if (entries.length >= mostEntries) return stop(`More than ${String(mostEntries)} entries; the next is at +${String(at)}.`);
    const header = decodeHeader(format, bytes, at, order);
    if (header === undefined) return stop(`The bytes end inside the header of the entry at +${String(at)}.`);
    const data = at + format.headerBytes;
    parts.push(...headerBytes(format, at));
    entries.push({ offsetBytes: at, header, dataOffsetBytes: data });
    if (header.size < 0 || data + header.size > bytes.length) {
      return stop(`The entry at +${String(at)} claims ${String(header.size)} bytes of data; ${String(bytes.length - data)} follow.`);
    }
    if (header.size > 0) parts.push({ part: 'data', offsetBytes: data, lengthBytes: header.size });
    at = data + header.size;
  }
}

function hex32(value: number): string {
  return `0x${(value >>> 0).toString(16).padStart(8, '0')}`;
}
