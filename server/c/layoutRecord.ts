/**
 * Record layout, rule for rule as gcc's stor-layout.c does it (layout_decl, update_alignment_for_field, place_field, place_union_field,
 * finalize_record_size), for targets with PCC_BITFIELD_TYPE_MATTERS, which all of ours are.
 *
 * Everything inside is in bits, as there.
 */
import { alignedBytes, has, layoutUnknown } from './attributes';
import { evaluate } from './constant';
import { intNameOf } from './conversions';
import { fieldAlign, typeLayout } from './layout';
import type { FullLayout, TypeLayout } from './layout';
import { recordName } from './members';
import { unknown } from './sema';
import type { Sema } from './sema';
import type { CType, Known, MemberLayout, Record, RecordMember } from './types';

/** One field as gcc's layout sees it. */
interface Field {
  readonly member: RecordMember;
  readonly type: CType;
  readonly typeSize: number;
  readonly typeAlign: number;
  readonly typeUserAligned: boolean;
  /** DECL_SIZE. */
  readonly size: number;
  readonly bitField: boolean;
  readonly packed: boolean;
  /** From `aligned` on the member; 0 without. */
  readonly wanted: number;
}

interface Placed {
  readonly align: number;
  readonly userAligned: boolean;
  /** Still DECL_BIT_FIELD: did not turn into an ordinary integer at an aligned place. */
  readonly bits: boolean;
}

interface State {
  readonly sema: Sema;
  /** `#pragma pack` (maximum_field_alignment), in bits; 0 for none. */
  readonly maxAlign: number;
  /** gcc's offset_align: a position is kept as a multiple of this and the bits past it. */
  readonly offsetAlign: number;
  position: number;
  recordAlign: number;
  userAligned: boolean;
}

export function layoutRecord(sema: Sema, record: Record): Known<FullLayout> {
  const strange = layoutUnknown(record.attributes);
  if (strange !== undefined) return unknown(strange.why, strange.attribute.first);
  const aligned = alignedBytes(sema, record.attributes, true);
  if (!aligned.known) return aligned;
  const own = (aligned.value ?? 1) * 8;
  const state: State = {
    sema, maxAlign: record.pragmaPackBytes * 8, offsetAlign: Math.max(8, own, sema.target.biggestAlignBytes * 8), position: 0, recordAlign: Math.max(8, own),
    userAligned: aligned.value !== undefined,
  };
  const recordPacked = has(record.attributes, 'packed');
  const members: MemberLayout[] = [];
  let unionSize = 0;
  for (const member of record.members ?? []) {
    const made = fieldOf(sema, member, recordPacked);
    if (!made.known) return made;
    const field = made.value;
    let at = 0;
    if (record.union) {
      alignFor(state, field, 0);
      unionSize = Math.max(unionSize, Math.ceil(field.size / 8) * 8);
    } else {
      at = place(state, field);
    }
    if (!Number.isSafeInteger(state.position)) return unknown(`${recordName(record)} is too large`, member.first);
    members.push(memberLayout(field, at));
  }
  const size = record.union ? unionSize : state.position;
  const alignBytes = state.recordAlign / 8;
  const sizeBytes = Math.ceil(Math.ceil(size / 8) / alignBytes) * alignBytes;
  return { known: true, value: { record, sizeBytes, alignBytes, members, userAligned: state.userAligned } };
}

function memberLayout(field: Field, at: number): MemberLayout {
  const { member } = field;
  if (!field.bitField) return { member, offsetBytes: at / 8, sizeBytes: field.size / 8, bitOffset: undefined, bitSize: undefined };
  const unitBytes = field.typeSize / 8;
  return { member, offsetBytes: Math.floor(at / field.typeSize) * unitBytes, sizeBytes: unitBytes, bitOffset: at, bitSize: field.size };
}

function fieldOf(sema: Sema, member: RecordMember, recordPacked: boolean): Known<Field> {
  const strange = layoutUnknown(member.attributes);
  if (strange !== undefined) return unknown(strange.why, strange.attribute.first);
  const laid = typeLayout(sema, member.type);
  if (!laid.known) return unknown(member.name === undefined ? laid.why : `member '${member.name}': ${laid.why}`, laid.at.text === '' ? member.first : laid.at);
  const type: TypeLayout = laid.value;
  const aligned = alignedBytes(sema, member.attributes);
  if (!aligned.known) return aligned;
  const typeAlign = type.alignBytes * 8;
  const bitField = member.bitWidthExpr !== undefined;
  let size = type.sizeBytes * 8;
  if (bitField) {
    const width = widthOf(sema, member, size);
    if (!width.known) return width;
    size = width.value;
  }
  const packed = (recordPacked || has(member.attributes, 'packed')) && (bitField || typeAlign > 8);
  return {
    known: true,
    value: {
      member, type: member.type, typeSize: type.sizeBytes * 8, typeAlign, typeUserAligned: type.userAligned, size, bitField, packed,
      wanted: (aligned.value ?? 0) * 8,
    },
  };
}

function widthOf(sema: Sema, member: RecordMember, typeBits: number): Known<number> {
  const expr = member.bitWidthExpr;
  if (expr === undefined) return unknown('no bit-field', member.first);
  const value = evaluate(sema, expr);
  if (value.kind === 'unknown') return unknown(`bit-field width: ${value.why}`, value.at);
  if (value.kind !== 'int') return unknown('does not compile: bit-field width not an integer constant', expr.first);
  if (value.value < 0n) return unknown('does not compile: negative bit-field width', expr.first);
  if (value.value === 0n && member.name !== undefined) return unknown(`does not compile: zero width for bit-field '${member.name}'`, expr.first);
  const name = intNameOf(sema, member.type);
  if (name === undefined) return unknown('does not compile: a bit-field of a type that is no integer', member.first);
  if (value.value > BigInt(name === '_Bool' ? 1 : typeBits)) return unknown('does not compile: bit-field wider than its type', expr.first);
  return { known: true, value: Number(value.value) };
}

/** layout_decl for a field. `known`: alignment its place is known to have; 0: any. */
function layoutField(state: State, field: Field, known: number): Placed {
  const { sema } = state;
  let align = Math.max(1, field.wanted);
  let userAligned = field.wanted > 0;
  let bits = field.bitField;
  let packed = field.packed;
  let zero = false;
  const typeAlign = (): void => {
    if (field.typeAlign <= align) return;
    align = field.typeAlign;
    userAligned = field.typeUserAligned;
  };
  if (field.bitField) {
    if (field.size === 0) {
      zero = true;
      packed = false;
      typeAlign();
    }
    if (field.size === 8 || field.size === 16 || field.size === 32 || field.size === 64) {
      const modeAlign = Math.min(field.size, sema.target.biggestAlignBytes * 8);
      if (!(modeAlign > 8 && field.packed) && (known === 0 || known >= modeAlign)) {
        align = Math.max(modeAlign, align);
        bits = false;
      }
    }
  } else if (!(packed && userAligned)) typeAlign();
  if (packed && field.wanted === 0) align = Math.min(align, 8);
  if (!packed && !userAligned) align = fieldAlign(sema, field.type, align / 8) * 8;
  if (!zero && state.maxAlign !== 0) align = Math.min(align, state.maxAlign);
  return { align, userAligned, bits };
}

/** update_alignment_for_field. */
function alignFor(state: State, field: Field, known: number): Placed {
  const placed = layoutField(state, field, known);
  let { userAligned } = placed;
  if (field.bitField) {
    if (field.member.name !== undefined || state.sema.target.alignAnonBitField) {
      let typeAlign = field.typeUserAligned ? field.typeAlign : fieldAlign(state.sema, field.type, field.typeAlign / 8) * 8;
      if (field.size !== 0) {
        if (state.maxAlign !== 0) typeAlign = Math.min(typeAlign, state.maxAlign);
        else if (field.packed) typeAlign = Math.min(typeAlign, 8);
      }
      state.recordAlign = Math.max(state.recordAlign, placed.align, typeAlign);
      userAligned ||= field.typeUserAligned;
    }
  } else state.recordAlign = Math.max(state.recordAlign, placed.align);
  state.userAligned ||= userAligned;
  return placed;
}

function leastBit(n: number): number {
  // Below 2^53; only powers of two up to the greatest alignment matter.
  for (let bit = 1; bit < 0x100000000; bit *= 2) if (n % (bit * 2) !== 0) return bit;
  return 0x100000000;
}

function roundUp(n: number, to: number): number {
  return Math.ceil(n / to) * to;
}

/** place_field: gives the field's bit position. */
function place(state: State, field: Field): number {
  const known = state.position === 0 ? 0 : leastBit(state.position);
  const placed = alignFor(state, field, known);
  const biggest = Math.max(state.sema.target.biggestAlignBytes * 8, state.recordAlign);
  // gcc keeps an offset, a multiple of offset_align, and the bits past it; with a type aligned beyond offset_align, rounding only those shows.
  let bits = state.position % state.offsetAlign;
  let offset = state.position - bits;
  if ((known === 0 ? biggest : known) < placed.align) {
    if (placed.align < state.offsetAlign) bits = roundUp(bits, placed.align);
    else {
      offset = roundUp(state.position, placed.align);
      bits = 0;
    }
    state.position = offset + bits;
  }
  if (placed.bits && field.size !== 0 && !field.packed && state.maxAlign === 0) {
    // A bit-field may not span more units of its type's alignment than its type itself does (excess_unit_span).
    const typeAlign = field.typeUserAligned ? field.typeAlign : fieldAlign(state.sema, field.type, field.typeAlign / 8) * 8;
    const within = state.position % typeAlign;
    if (Math.floor((within + field.size + typeAlign - 1) / typeAlign) > Math.floor(field.typeSize / typeAlign)) {
      state.position = offset + roundUp(bits, typeAlign);
    }
    state.userAligned ||= field.typeUserAligned;
  }
  const at = state.position;
  state.position += field.size;
  return at;
}
