/**
 * Byte layouts of the KSTATE stream, one table per dialect; encoder, decoder and hex overlay all read it.
 *
 * KSTATE facts 3.1 (v3), 4.1 (v2), 5 (v1), 6 (dev). Header members are signed 32 bit, little endian, unaligned. Nothing in the
 * stream is padded. The dialects differ in the magic, in section_type, and in which header member says "no more entries".
 */

export type KstateStreamPart =
  | 'magic' | 'section_type' | 'state_id' | 'version_id' | 'instance_id' | 'size' | 'data' | 'end';

export type HeaderName = 'section_type' | 'state_id' | 'version_id' | 'instance_id' | 'size';

/** A member of the entry header. */
export interface HeaderField {
  readonly name: HeaderName;
  /** From the start of the entry. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly meaning: string;
}

export interface StreamFormat {
  /** First four bytes of the stream; undefined: the first entry starts at once. */
  readonly magic: { readonly value: number; readonly sizeBytes: number; readonly meaning: string } | undefined;
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

const idHeader = (start: number): readonly HeaderField[] => [
  { name: 'state_id', offsetBytes: start, sizeBytes: 4, meaning: 'id of the description' },
  { name: 'version_id', offsetBytes: start + 4, sizeBytes: 4, meaning: 'version of the description when it was saved' },
  { name: 'instance_id', offsetBytes: start + 8, sizeBytes: 4, meaning: 'instance of the object; 0 in nested entries' },
  { name: 'size', offsetBytes: start + 12, sizeBytes: 4, meaning: 'bytes of data after the header, nested headers included' },
];

const sectionHeader: readonly HeaderField[] = [
  { name: 'section_type', offsetBytes: 0, sizeBytes: 4, meaning: '2 for an object, 1 for a subsection; nested entries take that of the entry around them' },
  ...idHeader(4),
];

const endOf = (name: 'section_type' | 'state_id'): StreamFormat['end'] =>
  ({ name, value: -1, sizeBytes: 4, meaning: `a lone ${name} of -1: no more entries` });

const withoutSections: StreamFormat = { magic: undefined, header: idHeader(0), headerBytes: 16, firstEntryBytes: 0, end: endOf('state_id') };
const withSections: StreamFormat = { magic: undefined, header: sectionHeader, headerBytes: 20, firstEntryBytes: 0, end: endOf('section_type') };
const withMagic: StreamFormat = {
  ...withSections, firstEntryBytes: 4,
  magic: { value: KSTATE_MAGIC, sizeBytes: 4, meaning: 'marks a KSTATE v3 stream' },
};

/** By dialect. `dev` is the unposted tree between v2 and v3; `v3-posted` has the bytes of v3. */
export const streamFormats = {
  v1: withoutSections,
  v2: withoutSections,
  dev: withSections,
  v3: withMagic,
  'v3-posted': withMagic,
} as const satisfies Record<string, StreamFormat>;

/** Writes the low 32 bits of a value, little endian. */
export function encodeS32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff);
}

/** Reads a signed 32 bit value, little endian; undefined when the bytes end before it does. */
export function decodeS32(bytes: Uint8Array, offsetBytes: number): number | undefined {
  if (offsetBytes < 0 || offsetBytes + 4 > bytes.length) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getInt32(offsetBytes, true);
}

export function encodeMagic(format: StreamFormat): Uint8Array {
  return format.magic === undefined ? new Uint8Array(0) : encodeS32(format.magic.value);
}

export function encodeEnd(format: StreamFormat): Uint8Array {
  return encodeS32(format.end.value);
}

/** Header bytes of an entry. Members that the dialect lacks are ignored, members not given are 0. */
export function encodeHeader(format: StreamFormat, values: HeaderValues): Uint8Array {
  const out = new Uint8Array(format.headerBytes);
  for (const field of format.header) out.set(encodeS32(values[field.name] ?? 0), field.offsetBytes);
  return out;
}

/** Header members of the entry at an offset; undefined when the bytes end inside the header. */
export function decodeHeader(format: StreamFormat, bytes: Uint8Array, offsetBytes: number): Record<HeaderName, number> | undefined {
  const out: Record<HeaderName, number> = { section_type: 0, state_id: 0, version_id: 0, instance_id: 0, size: 0 };
  for (const field of format.header) {
    const value = decodeS32(bytes, offsetBytes + field.offsetBytes);
    if (value === undefined) return undefined;
    out[field.name] = value;
  }
  return out;
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
 */
export function decodeStream(format: StreamFormat, bytes: Uint8Array): DecodedStream {
  const entries: DecodedEntry[] = [];
  const parts: NamedBytes[] = [];
  const stop = (problem: string | undefined, endOffsetBytes?: number): DecodedStream => ({ entries, endOffsetBytes, parts, problem });
  if (format.magic !== undefined) {
    const found = decodeS32(bytes, 0);
    if (found === undefined) return stop(`The stream has ${String(bytes.length)} bytes, too few for its magic.`);
    if (found !== (format.magic.value | 0)) {
      return stop(`The stream starts with ${hex32(found)}; a stream of this dialect starts with ${hex32(format.magic.value)}.`);
    }
    parts.push({ part: 'magic', offsetBytes: 0, lengthBytes: format.magic.sizeBytes });
  }
  const endAt = headerField(format, format.end.name)?.offsetBytes ?? 0;
  let at = format.firstEntryBytes;
  for (;;) {
    const marker = decodeS32(bytes, at + endAt);
    if (marker === undefined) return stop(`The bytes end at +${String(bytes.length)} without an end marker.`);
    if (marker === format.end.value) {
      parts.push({ part: 'end', offsetBytes: at, lengthBytes: format.end.sizeBytes });
      return stop(undefined, at);
    }
    const header = decodeHeader(format, bytes, at);
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
