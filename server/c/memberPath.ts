/** Offsets of designator paths: `__builtin_offsetof`, and the member paths of descriptions. */
import type { Designator } from './ast';
import { evaluate } from './constant';
import { recordLayout, sizeOf } from './layout';
import { resolve } from './makeTypes';
import { findMember, recordName } from './members';
import { unknown } from './sema';
import type { Sema } from './sema';
import type { Tok } from './token';
import type { CType, Known, MemberLayout, Record, RecordMember } from './types';

export interface PathPlace {
  readonly offsetBytes: bigint;
  readonly type: CType;
  /** Of the last step that names a member; its offset is from the record it stands in. */
  readonly layout: MemberLayout | undefined;
}

/** Offset of a member reached through anonymous records, from the start of `record`. */
export function memberOffset(sema: Sema, record: Record, path: readonly RecordMember[], at: Tok): Known<{ offsetBytes: number; layout: MemberLayout }> {
  let inside = record;
  let offsetBytes = 0;
  let layout: MemberLayout | undefined;
  for (const member of path) {
    const laid = recordLayout(sema, inside);
    if (!laid.known) return laid;
    layout = laid.value.members.find((m) => m.member === member);
    if (layout === undefined) return unknown(`${recordName(inside)} has no such member`, at);
    offsetBytes += layout.offsetBytes;
    const t = resolve(member.type);
    if (t.kind === 'record') inside = t.record;
  }
  return layout === undefined ? unknown('no member is named', at) : { known: true, value: { offsetBytes, layout } };
}

export function offsetOfPath(sema: Sema, type: CType, path: readonly Designator[]): Known<PathPlace> {
  let inside = type;
  let offsetBytes = 0n;
  let layout: MemberLayout | undefined;
  for (const step of path) {
    const t = resolve(inside);
    if (t.kind === 'unknown') return unknown(t.why, t.at);
    if (step.kind === 'member') {
      if (t.kind !== 'record') return unknown(`'${step.name}' is asked of something that is no struct or union`, step.tok);
      if (t.record.members === undefined) return unknown(`${recordName(t.record)} is not defined`, step.tok);
      const steps = findMember(t.record, step.name);
      if (steps === undefined) return unknown(`${recordName(t.record)} has no member '${step.name}'`, step.tok);
      const found = memberOffset(sema, t.record, steps, step.tok);
      if (!found.known) return found;
      offsetBytes += BigInt(found.value.offsetBytes);
      layout = found.value.layout;
      inside = layout.member.type;
    } else {
      if (t.kind !== 'array') return unknown('an index into something that is no array', step.index.first);
      const index = evaluate(sema, step.index);
      if (index.kind !== 'int') return index.kind === 'unknown' ? unknown(index.why, index.at) : unknown('the index is not an integer constant', step.index.first);
      const size = sizeOf(sema, t.of);
      if (!size.known) return size;
      offsetBytes += index.value * BigInt(size.value);
      inside = t.of;
    }
  }
  return { known: true, value: { offsetBytes, type: inside, layout } };
}
