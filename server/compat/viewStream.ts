/** The stream of one direction as named cells, with the bytes marked that the restoring kernel takes for something else. */
import type { Handover, RestoredField, SavedEntry, SavedField, StreamSpan } from '../engine/types';
import type { StreamCell, StreamEntryView, StreamView } from '../shared/simulationView';
import type { Members } from './members';
import { entryPrefix, sectionOf } from './members';

/** `reader`: what the restoring kernel is called in notes: `version 1`. `name`: `.name` of a description of the saving kernel. */
export function streamView(handover: Handover, members: Members, reader: string, name: (variable: string) => string): StreamView {
  const { save } = handover;
  const misreads = handover.restore.objects.flatMap((object) => object.entries.flatMap((entry) => entry.fields.filter(isMisread)));
  const cell = (span: StreamSpan): StreamCell => streamCell(handover, span, members, misreads, reader);
  const entries = save.entries.map((entry, i): StreamEntryView => ({
    title: name(entry.description), detail: entryDetail(entry), depth: depthOf(save.entries, entry),
    cells: save.spans.filter((span) => span.entry === i).map(cell),
    empty: entry.fields.filter((field) => field.lengthBytes === 0).map((field) => ({ key: keyOf(save.entries, entry, field, members), text: emptyText(field, entry) })),
  }));
  const lone = (part: 'magic' | 'end'): StreamCell | undefined => {
    const span = save.spans.find((one) => one.part === part);
    return span === undefined ? undefined : cell(span);
  };
  return { sizeBytes: save.stream.length, magic: lone('magic'), entries, end: lone('end'), hex: hexOf(save.stream) };
}

/** A field that took bytes which are not its own, be it to store or to skip them. */
function isMisread(field: RestoredField): boolean {
  return field.readFrom !== undefined && (field.verdict === 'corrupts' || (field.value === undefined && !field.why.startsWith('Its ')));
}

function streamCell(handover: Handover, span: StreamSpan, members: Members, misreads: readonly RestoredField[], reader: string): StreamCell {
  const { save } = handover;
  const entry = span.entry === undefined ? undefined : save.entries[span.entry];
  const field = span.field === undefined ? undefined : entry?.fields[span.field];
  const bytes = save.stream.subarray(span.offsetBytes, span.offsetBytes + span.lengthBytes);
  const kind = span.part === 'magic' ? 'magic' : span.part === 'end' ? 'end' : span.part === 'data' ? 'data' : 'header';
  return {
    kind, key: entry === undefined || field === undefined ? undefined : keyOf(save.entries, entry, field, members),
    offsetBytes: span.offsetBytes, hex: hexOf(bytes), label: label(span, entry, field, bytes), misread: misreadOf(span, field, misreads, reader),
  };
}

function misreadOf(span: StreamSpan, own: SavedField | undefined, misreads: readonly RestoredField[], reader: string): StreamCell['misread'] {
  const end = span.offsetBytes + span.lengthBytes;
  for (const field of misreads) {
    const from = Math.max(field.readFrom?.offsetBytes ?? 0, span.offsetBytes);
    const to = Math.min((field.readFrom?.offsetBytes ?? 0) + (field.readFrom?.lengthBytes ?? 0), end);
    if (from >= to) continue;
    const whole = field.readFrom?.offsetBytes === span.offsetBytes && field.readFrom.lengthBytes === span.lengthBytes;
    // A member's own first bytes at their own place are no misread; what it takes beyond them is.
    if (own?.name === field.name && !whole && field.readFrom?.offsetBytes === span.offsetBytes) continue;
    const does = field.value === undefined ? `skips this as ${field.name}` : whole && own?.name === field.name ? `takes ${field.name} for something else` : `reads ${field.name} here`;
    return { from: from - span.offsetBytes, lengthBytes: to - from, note: `${reader} ${does}` };
  }
  return undefined;
}

function keyOf(entries: readonly SavedEntry[], entry: SavedEntry, field: SavedField, members: Members): number | undefined {
  return members.key(sectionOf(entries, entry).description, `${entryPrefix(entries, entry)}${field.name}`);
}

function depthOf(entries: readonly SavedEntry[], entry: SavedEntry): number {
  const parent = entry.parent === undefined ? undefined : entries[entry.parent];
  return parent === undefined ? 0 : depthOf(entries, parent) + 1;
}

function entryDetail(entry: SavedEntry): string {
  const at = `at +${String(entry.offsetBytes)}`;
  if (entry.kind === 'section') return `section, id ${String(entry.stateId)}, instance ${String(entry.instanceId)}, ${at}`;
  return `${entry.kind}, id ${String(entry.stateId)}, ${at}`;
}

function emptyText(field: SavedField, entry: SavedEntry): string {
  const why = { deprecated: 'deprecated', version: `its version is above ${String(entry.versionId)}`, 'no-kind': 'its flags name no kind', empty: 'no elements' };
  return `${field.name}: no bytes${field.skipped === undefined ? '' : ` (${why[field.skipped]})`}`;
}

function label(span: StreamSpan, entry: SavedEntry | undefined, field: SavedField | undefined, bytes: Uint8Array): string {
  switch (span.part) {
    case 'section_type': return entry?.kind === 'nested' ? 'section' : entry?.kind ?? 'section';
    case 'state_id': return 'id';
    case 'version_id': return `version ${String(entry?.versionId ?? 0)}`;
    case 'instance_id': return 'instance';
    case 'size': return `${String(entry?.sizeBytes ?? 0)} byte${entry?.sizeBytes === 1 ? '' : 's'}`;
    case 'data': return field === undefined ? 'data' : dataLabel(field, bytes);
    default: return span.part;
  }
}

function dataLabel(field: SavedField, bytes: Uint8Array): string {
  if (field.movedAs === 'pointee') return `*${field.name}`;
  if (bytes.length !== 8) return field.name;
  const value = `0x${numberOf(bytes).toString(16)}`;
  if (field.movedAs === 'folio') return `folio ${value}`;
  return `${field.name} ${value}`;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** Lower case, no spaces. */
export function hexOf(bytes: Uint8Array): string {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
}
