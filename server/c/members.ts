/** Finds members by name through anonymous structs and unions (C11 6.7.2.1p13). */
import { resolve } from './makeTypes';
import type { Record, RecordMember } from './types';

const MAX_DEPTH = 64;

/** The steps from the record to the member: anonymous records on the way first, the member itself last. */
export function findMember(record: Record, name: string, depth = 0): readonly RecordMember[] | undefined {
  if (depth > MAX_DEPTH) return undefined;
  for (const member of record.members ?? []) {
    if (member.name === name) return [member];
    if (member.name !== undefined || member.bitWidthExpr !== undefined) continue;
    const t = resolve(member.type);
    if (t.kind !== 'record') continue;
    const inner = findMember(t.record, name, depth + 1);
    if (inner !== undefined) return [member, ...inner];
  }
  return undefined;
}

/** Members an initialiser without designators sets, in order: unnamed bit-fields are none (C11 6.7.9p9). */
export function initialisable(record: Record): readonly RecordMember[] {
  return (record.members ?? []).filter((m) => m.name !== undefined || m.bitWidthExpr === undefined);
}

/** `struct x`, `union y`, `struct <anonymous>`. */
export function recordName(record: Record): string {
  return `${record.union ? 'union' : 'struct'} ${record.tag ?? '<anonymous>'}`;
}
