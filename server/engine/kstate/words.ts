/** Words for bytes and verdicts, for people. Say what, where, number, consequence; names as the source spells them. */
import type { StreamPart, Verdict } from '../types';
import { hexBytes } from '../../formats/text';
import { bytesToUnsigned } from '../memory/addressSpace';
import type { EntryRun, SaveRun } from './save';

const worstFirst: readonly Verdict[] = ['crashes', 'corrupts', 'refused', 'loses', 'warns', 'loads'];

/** The worst of some verdicts; `loads` when there are none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let at = worstFirst.length - 1;
  for (const verdict of verdicts) at = Math.min(at, worstFirst.indexOf(verdict));
  return worstFirst[at] ?? 'loads';
}

/** `0x0001` for up to eight bytes read little endian, `10 bytes 61 62 63 64 …` for more. */
export function valueText(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'no bytes';
  if (bytes.length <= 8) return `0x${bytesToUnsigned(bytes).toString(16).padStart(bytes.length * 2, '0')}`;
  const head = hexBytes(bytes.subarray(0, 4), ' ');
  return `${String(bytes.length)} bytes ${head} …`;
}

/** `1 byte`, `2 bytes`. */
export function count(n: number, what: string): string {
  return `${String(n)} ${what}${n === 1 ? '' : 's'}`;
}

/** `+24`; a place before the stream keeps its sign. */
export function at(offsetBytes: number): string {
  return offsetBytes < 0 ? String(offsetBytes) : `+${String(offsetBytes)}`;
}

export function rangeText(offsetBytes: number, lengthBytes: number): string {
  return lengthBytes === 1 ? `byte ${at(offsetBytes)}` : `bytes ${at(offsetBytes)}..${at(offsetBytes + lengthBytes)}`;
}

/** `demo`, `subsection demo_n`, `inner, nested in in`. */
export function entryText(entry: EntryRun): string {
  const name = entry.plan.name === '' ? entry.description : entry.plan.name;
  return entry.kind === 'subsection' ? `subsection ${name}` : entry.kind === 'nested' ? `nested ${name}` : name;
}

const partText: Readonly<Record<StreamPart, string>> = {
  magic: 'the magic', section_type: 'the section_type', state_id: 'the state_id', version_id: 'the version_id', instance_id: 'the instance_id',
  size: 'the size', data: 'data', end: 'the end marker',
};

/** What the saving kernel put into a run of bytes: `the section_type of subsection demo_n`. A few things are named. */
export function bytesText(save: SaveRun, offsetBytes: number, lengthBytes: number): string {
  const end = offsetBytes + lengthBytes;
  const names: string[] = [];
  if (offsetBytes < 0) names.push('memory before the stream');
  for (const span of save.spans) {
    if (span.offsetBytes >= end || span.offsetBytes + span.lengthBytes <= offsetBytes) continue;
    const entry = span.entry === undefined ? undefined : save.entries[span.entry];
    const field = span.field === undefined ? undefined : entry?.fields[span.field];
    if (field !== undefined) names.push(`${field.name}${entry?.kind === 'section' ? '' : ` of ${entry === undefined ? '' : entryText(entry)}`}`);
    else names.push(entry === undefined ? partText[span.part] : `${partText[span.part]} of ${entryText(entry)}`);
  }
  if (end > save.stream.length) names.push(`${count(end - Math.max(offsetBytes, save.stream.length), 'byte')} of memory after the stream`);
  // The last one stays: it says when the bytes lead out of the stream.
  if (names.length > 4) names.splice(2, names.length - 3, `${String(names.length - 3)} more`);
  return names.length === 0 ? 'no part of the stream' : joinAnd(names);
}

/** `a`, `a and b`, `a, b and c`. */
export function joinAnd(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? '';
  return `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1] ?? ''}`;
}
