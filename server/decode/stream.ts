/** A KSTATE stream on its own: its entries as far as their headers tell. */
import { KSTATE_MAGIC, decodeS32, decodeStream, headerField, streamFormats } from '../formats/kstateStream';
import type { DecodedStream, StreamFormat } from '../formats/kstateStream';
import type { NamedBytes } from '../formats/layoutTable';
import type { DecodedBlob } from './blob';
import { Findings } from './findings';
import type { Structure } from './structure';

/** v3 by its magic; the others, which have none, only when they can be walked to their end marker. */
export function decodeStreamFile(bytes: Uint8Array, forced = false): DecodedBlob | undefined {
  const magic = decodeS32(bytes, 0) === (KSTATE_MAGIC | 0);
  for (const dialect of magic ? (['v3'] as const) : (['dev', 'v2'] as const)) {
    const read = decodeStream(streamFormats[dialect], bytes);
    if (magic || forced || (read.problem === undefined && read.entries.length > 0)) return result(dialect, streamFormats[dialect], read, bytes);
  }
  return undefined;
}

/** Magic, headers, data and end marker of the whole stream. */
function fieldsOf(format: StreamFormat, { entries, parts }: DecodedStream): readonly NamedBytes[] {
  let entry = -1;
  return parts.map(({ part, offsetBytes, lengthBytes }): NamedBytes => {
    if (offsetBytes === entries[entry + 1]?.offsetBytes) entry++;
    const inEntry = part !== 'magic' && part !== 'end';
    const meaning = part === 'magic' ? format.magic?.meaning : part === 'end' ? format.end.meaning : part === 'data' ? 'what the fields of the description hold' : headerField(format, part)?.meaning;
    return {
      structure: inEntry ? `entry ${String(entries[entry]?.header.state_id ?? '')}, instance ${String(entries[entry]?.header.instance_id ?? '')}` : 'KSTATE stream', field: part, offsetBytes, lengthBytes, meaning: meaning ?? '',
      kind: part === 'data' ? 'bytes' : part === 'magic' ? 'u32' : 's32', order: 'host', ...(part === 'magic' ? { show: 'hex' } : part === 'size' ? { show: 'bytes' } : {}),
    };
  });
}

function result(dialect: string, format: StreamFormat, read: DecodedStream, bytes: Uint8Array): DecodedBlob {
  const findings = new Findings();
  if (read.problem !== undefined) {
    const last = read.entries[read.entries.length - 1];
    findings.add('stream', { structure: 'KSTATE stream', offsetBytes: last?.offsetBytes ?? 0, field: last === undefined ? 'magic' : 'size', expected: 'entries up to an end marker', found: read.problem });
  }
  const children = read.entries.map((entry): Structure => ({
    kind: 'entry', label: `entry ${String(entry.header.state_id)}`, detail: `version ${String(entry.header.version_id)}, instance ${String(entry.header.instance_id)}, ${String(entry.header.size)} bytes`,
    phys: undefined, fileOffset: entry.offsetBytes, sizeBytes: Math.min(bytes.length - entry.offsetBytes, format.headerBytes + Math.max(0, entry.header.size)), children: [],
    fields: () => format.header.map((field): NamedBytes => ({ structure: 'KSTATE entry', field: field.name, offsetBytes: field.offsetBytes, lengthBytes: field.sizeBytes, meaning: field.meaning, kind: 's32', order: 'host', ...(field.name === 'size' ? { show: 'bytes' as const } : {}) })),
  }));
  return {
    findings,
    json: {
      kstate: {
        dialect, end: read.endOffsetBytes ?? null,
        entries: read.entries.map((entry) => ({
          offset: entry.offsetBytes, ...(headerField(format, 'section_type') === undefined ? {} : { section_type: entry.header.section_type }), state_id: entry.header.state_id, version_id: entry.header.version_id,
          instance_id: entry.header.instance_id, size: entry.header.size,
          data: Array.from(bytes.subarray(entry.dataOffsetBytes, entry.dataOffsetBytes + Math.max(0, Math.min(entry.header.size, 65536))), (byte) => byte.toString(16).padStart(2, '0')).join(''),
        })),
      },
    },
    structure: { kind: 'stream', label: `KSTATE stream (${dialect})`, detail: `${String(read.entries.length)} ${read.entries.length === 1 ? 'entry' : 'entries'}`, phys: undefined, fileOffset: 0, sizeBytes: bytes.length, children, fields: () => fieldsOf(format, read) },
  };
}
