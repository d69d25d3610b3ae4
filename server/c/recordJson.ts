/** A record as plain data: the shape that `layout` prints and that struct data are compared in. */
import type { CUnit } from './api';
import { resolve } from './makeTypes';
import type { CType, Known, Record } from './types';

export interface MemberJson {
  /** Empty for an anonymous struct or union. */
  readonly name: string;
  readonly type: string;
  /** Bytes from the start of the record that was asked for; of a bit-field its storage unit. */
  readonly offset: number;
  readonly size: number;
  /** Elements of each dimension of an array, behind typedefs too; a flexible array has one of 1, as debuggers give it. */
  readonly array?: readonly number[];
  /** Absolute, little-endian numbering. */
  readonly bit_offset?: number;
  readonly bit_size?: number;
  readonly kind?: 'struct' | 'union';
  /** Of a struct or union without a tag, whether the member has a name or not. */
  readonly members?: readonly MemberJson[];
}

export interface RecordJson {
  readonly kind: 'struct' | 'union';
  readonly size: number;
  readonly members: readonly MemberJson[];
}

/** Known when every size in it is; unnamed bit-fields are padding and left out. */
export function recordJson(unit: CUnit, record: Record): Known<RecordJson> {
  const layout = unit.layout(record);
  if (!layout.known) return layout;
  const members = membersOf(unit, record, 0, 0);
  if (!members.known) return members;
  return { known: true, value: { kind: kindOf(record), size: layout.value.sizeBytes, members: members.value } };
}

/** Nesting of tagless records is what a person writes inside one declaration; deeper is hostile. */
const MAX_DEPTH = 64;

function membersOf(unit: CUnit, record: Record, baseBytes: number, depth: number): Known<readonly MemberJson[]> {
  const layout = unit.layout(record);
  if (!layout.known) return layout;
  const members: MemberJson[] = [];
  for (const { member, offsetBytes, sizeBytes, bitOffset, bitSize } of layout.value.members) {
    if (member.name === undefined && bitSize !== undefined) continue;
    const tagless = taglessOf(member.type);
    const inner = tagless === undefined || depth >= MAX_DEPTH ? undefined : membersOf(unit, tagless, baseBytes + offsetBytes, depth + 1);
    if (inner?.known === false) return inner;
    const array = dimensionsOf(member.type);
    members.push({
      name: member.name ?? '', type: spellType(unit, member.type), offset: baseBytes + offsetBytes, size: sizeBytes, ...(array.length === 0 ? {} : { array }),
      ...(bitSize === undefined || bitOffset === undefined ? {} : { bit_offset: baseBytes * 8 + bitOffset, bit_size: bitSize }),
      ...(tagless === undefined || inner === undefined ? {} : { kind: kindOf(tagless), members: inner.value }),
    });
  }
  return { known: true, value: members };
}

function kindOf(record: Record): 'struct' | 'union' {
  return record.union ? 'union' : 'struct';
}

/** The record that a member's type spells out in place, also as the element of an array. */
function taglessOf(type: CType): Record | undefined {
  let seen = type;
  while (seen.kind === 'array') seen = seen.of;
  return seen.kind === 'record' && seen.record.tag === undefined ? seen.record : undefined;
}

function dimensionsOf(type: CType): readonly number[] {
  const dimensions: number[] = [];
  let seen = resolve(type);
  for (; seen.kind === 'array' && dimensions.length < MAX_DEPTH; seen = resolve(seen.of)) dimensions.push(seen.length ?? 1);
  return dimensions;
}

/** `char [16]`, as debuggers write it. */
function spellType(unit: CUnit, type: CType): string {
  return unit.spell(type).replace(/([\w}])\[/, '$1 [');
}
