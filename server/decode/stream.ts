/** A KSTATE stream: its entries by their headers, and their fields where descriptions are given. */
import type { Dialect } from '../engine/kstate/dialect';
import { dialects } from '../engine/kstate/dialect';
import type { KstateDialect } from '../model/kstate';
import { KSTATE_MAGIC, decodeS32, decodeStream, headerField, streamEnd, streamMagic } from '../formats/kstateStream';
import type { DecodedEntry, DecodedStream } from '../formats/kstateStream';
import type { ByteOrder, NamedBytes } from '../formats/layoutTable';
import { overlay } from '../formats/layoutTable';
import type { DecodedBlob } from './blob';
import type { Json } from './exactJson';
import { Findings } from './findings';
import type { NamedDescription, StreamEntry } from './streamFields';
import { readStreamFields } from './streamFields';
import { fieldRow, hexOf, namedFields } from './streamValues';
import type { Structure } from './structure';

export interface StreamDescriptions {
  /** Of the tree that they stand in. */
  readonly dialect: KstateDialect;
  readonly all: readonly NamedDescription[];
}

export interface DecodedStreamFile extends DecodedBlob { readonly order: ByteOrder }

/** v3 by its magic, which also tells the byte order; the others, which have none, only when they can be walked to their end marker. */
export function decodeStreamFile(bytes: Uint8Array, order: ByteOrder | undefined, descriptions?: StreamDescriptions): DecodedStreamFile | undefined {
  for (const one of order === undefined ? (['little', 'big'] as const) : [order]) {
    if (decodeS32(bytes, 0, one) === (KSTATE_MAGIC | 0)) {
      const dialect = dialects.v3;
      return result(dialect, decodeStream(dialect.format, bytes, one), bytes, one, descriptions);
    }
    const wanted = descriptions === undefined ? [] : [dialects[descriptions.dialect]];
    for (const dialect of [...wanted, dialects.dev, dialects.v2]) {
      if (dialect.format.magic !== undefined) continue;
      const read = decodeStream(dialect.format, bytes, one);
      if (read.problem === undefined && read.entries.length > 0) return result(dialect, read, bytes, one, descriptions);
    }
  }
  return undefined;
}

/** Magic, headers, data and end marker of the whole stream. */
function fieldsOf({ format }: Dialect, { entries, endOffsetBytes }: DecodedStream, bytes: Uint8Array): readonly NamedBytes[] {
  return [
    ...(format.magic === undefined ? [] : overlay(streamMagic, 0)),
    ...entries.flatMap(({ offsetBytes, dataOffsetBytes, header }): NamedBytes[] => {
      const structure = `entry ${String(header.state_id)}, instance ${String(header.instance_id)}`;
      // An entry may claim more than follows.
      const lengthBytes = Math.min(header.size, bytes.length - dataOffsetBytes);
      const data: NamedBytes = { structure, field: 'data', offsetBytes: dataOffsetBytes, lengthBytes, meaning: 'what the fields of the description hold', kind: 'bytes', order: 'host' };
      return [...overlay(format.table, offsetBytes).map((named): NamedBytes => ({ ...named, structure })), ...(lengthBytes > 0 ? [data] : [])];
    }),
    ...(endOffsetBytes === undefined ? [] : overlay(streamEnd, endOffsetBytes)),
  ];
}

function result(dialect: Dialect, read: DecodedStream, bytes: Uint8Array, order: ByteOrder, descriptions: StreamDescriptions | undefined): DecodedStreamFile {
  const findings = new Findings();
  if (read.problem !== undefined) {
    const last = read.entries[read.entries.length - 1];
    findings.add('stream', { structure: 'KSTATE stream', offsetBytes: last?.offsetBytes ?? 0, field: last === undefined ? 'magic' : 'size', expected: 'entries up to an end marker', found: read.problem });
  }
  const fields = descriptions === undefined ? [] : readStreamFields(bytes, dialect, order, read.entries, descriptions.all, findings);
  return {
    findings, order,
    json: {
      kstate: {
        dialect: dialect.name, byte_order: order, end: read.endOffsetBytes ?? null,
        entries: read.entries.map((entry, i) => ({ ...entryRow(dialect, entry, bytes), ...(descriptions === undefined ? {} : described(fields[i], bytes, order)) })),
      },
    },
    structure: {
      kind: 'stream', label: `KSTATE stream (${dialect.name})`, detail: `${String(read.entries.length)} ${read.entries.length === 1 ? 'entry' : 'entries'}`, phys: undefined, fileOffset: 0, sizeBytes: bytes.length,
      fields: () => fieldsOf(dialect, read, bytes),
      children: read.entries.map((entry, i) => entryStructure(dialect, entry, fields[i], bytes)),
    },
  };
}

function entryRow(dialect: Dialect, { offsetBytes, dataOffsetBytes, header }: DecodedEntry, bytes: Uint8Array): { readonly [key: string]: Json } {
  const { section_type, state_id, version_id, instance_id, size } = header;
  return {
    offset: offsetBytes, ...(headerField(dialect.format, 'section_type') === undefined ? {} : { section_type }), state_id, version_id, instance_id, size,
    data: hexOf(bytes.subarray(dataOffsetBytes, dataOffsetBytes + Math.max(0, size))),
  };
}

/** `description`: null where no description has the entry's id. */
function described(entry: StreamEntry | undefined, bytes: Uint8Array, order: ByteOrder): { readonly [key: string]: Json } {
  if (entry === undefined) return { description: null };
  const { plan, file } = entry.description;
  return { description: plan.variable, file, description_version: plan.versionId, fields: entry.fields.map((field) => fieldRow(field, bytes, order)) };
}

function entryStructure(dialect: Dialect, entry: DecodedEntry, fields: StreamEntry | undefined, bytes: Uint8Array): Structure {
  const { header, offsetBytes } = entry;
  const sizeBytes = Math.min(bytes.length - offsetBytes, dialect.format.headerBytes + Math.max(0, header.size));
  const named = (): readonly NamedBytes[] => [...overlay(dialect.format.table, 0), ...(fields === undefined ? [] : namedFields(fields))];
  return {
    kind: 'entry', label: fields === undefined ? `entry ${String(header.state_id)}` : fields.description.plan.variable,
    detail: `id ${String(header.state_id)}, version ${String(header.version_id)}, instance ${String(header.instance_id)}, ${String(header.size)} bytes`, phys: undefined, fileOffset: offsetBytes, sizeBytes, fields: named,
    children: (fields?.fields ?? []).flatMap((field) => field.nested).map((inner) => entryStructure(dialect, { ...inner, dataOffsetBytes: inner.offsetBytes + dialect.format.headerBytes }, inner, bytes)),
  };
}
