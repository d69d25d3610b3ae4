/** A member by its name, looked for in anonymous structs and unions, too: where it lies from the start of the record. */
import type { CUnit } from '../c/api';
import { resolve } from '../c/makeTypes';
import { findMember } from '../c/members';
import type { CType, MemberLayout, Record } from '../c/types';
import type { Bits } from './memory/addressSpace';

export interface FoundMember {
  readonly offsetBytes: number;
  readonly type: CType;
  /** Of a bit-field: from `offsetBytes` on. */
  readonly bits?: Bits;
}

/** In words when there is none, or when it cannot be told where it is. */
export function memberOf(unit: CUnit, record: Record, name: string): FoundMember | string {
  const whole = unit.layout(record);
  if (!whole.known) return whole.why;
  let inside = record;
  let offsetBytes = 0;
  let found: MemberLayout | undefined;
  for (const step of findMember(record, name) ?? []) {
    const layout = unit.layout(inside);
    if (!layout.known) return layout.why;
    // The offset of a bit-field counts from the record that it stands in.
    offsetBytes += found?.offsetBytes ?? 0;
    found = layout.value.members.find((one) => one.member === step);
    if (found === undefined) break;
    const type = resolve(step.type);
    if (type.kind === 'record') inside = type.record;
  }
  if (found === undefined) return `there is no member '${name}'`;
  const { bitOffset: offset, bitSize: width, member: { type } } = found;
  return offset === undefined || width === undefined ? { offsetBytes: offsetBytes + found.offsetBytes, type } : { offsetBytes, type, bits: { offset, width } };
}
