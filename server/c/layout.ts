/** Sizes and alignments of types as gcc has them; records are laid out in layoutRecord.ts. */
import { alignedBytes } from './attributes';
import { enumInt, intNameOf } from './conversions';
import { lengthValue } from './constant';
import { layoutRecord } from './layoutRecord';
import { resolve } from './makeTypes';
import { recordName } from './members';
import { unknown } from './sema';
import type { Sema } from './sema';
import { floatFormat, intSizeBytes } from './targets';
import type { Tok } from './token';
import type { ArrayType, CType, Known, Record, RecordLayout, Unknown } from './types';
import { TOO_MUCH_WORK } from './work';

export interface TypeLayout {
  readonly sizeBytes: number;
  readonly alignBytes: number;
  /** gcc's TYPE_USER_ALIGN: the alignment comes from an attribute, so that a target's own limits don't apply. */
  readonly userAligned: boolean;
  /** An array without a known number of elements: has no size of its own, takes none as a member. */
  readonly flexible: boolean;
}

const MAX_DEPTH = 400;
const nowhere: Tok = { kind: 0, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };

function plain(sizeBytes: number, alignBytes: number): Known<TypeLayout> {
  return { known: true, value: { sizeBytes, alignBytes, userAligned: false, flexible: false } };
}

/** Size and alignment; a flexible array has size 0 here. */
export function typeLayout(sema: Sema, type: CType): Known<TypeLayout> {
  if (sema.deep > MAX_DEPTH) return unknown('types nested too deeply', nowhere);
  if (!sema.work.enter()) return unknown(TOO_MUCH_WORK, nowhere);
  sema.deep++;
  const natural = naturalLayout(sema, type);
  sema.deep--;
  sema.work.leave();
  if (!natural.known) return natural;
  let made = natural.value;
  if (type.quals.atomic) made = atomic(sema, type, made);
  const attributes = type.kind === 'typedef' ? type.declared.attributes : undefined;
  for (const list of [attributes, type.attributes]) {
    if (list === undefined || list.length === 0) continue;
    const aligned = alignedBytes(sema, list, true);
    if (!aligned.known) return aligned;
    if (aligned.value !== undefined) made = { ...made, alignBytes: aligned.value, userAligned: true };
  }
  return made === natural.value ? natural : { known: true, value: made };
}

/** gcc: an atomic type of 1, 2, 4, 8 or 16 bytes is aligned at least like the integer of that size. */
function atomic(sema: Sema, type: CType, made: TypeLayout): TypeLayout {
  const size = made.sizeBytes;
  if (resolve(type).kind === 'array' || size > 16 || size === 0 || (size & (size - 1)) !== 0) return made;
  return { ...made, alignBytes: Math.max(made.alignBytes, Math.min(size, Math.max(8, sema.target.biggestAlignBytes))) };
}

function naturalLayout(sema: Sema, type: CType): Known<TypeLayout> {
  const { target } = sema;
  switch (type.kind) {
    case 'void': return plain(1, 1); // GNU: sizeof(void) is 1
    case 'function': return plain(1, 1);
    case 'int': {
      const size = intSizeBytes(target, type.name);
      return plain(size, Math.min(size, target.biggestAlignBytes));
    }
    case 'float': {
      const format = floatFormat(target, type.name);
      return format === undefined ? unknown(`the size of ${type.name} is not known`, nowhere) : plain(format.sizeBytes, format.alignBytes);
    }
    case 'pointer': return plain(target.pointerBytes, target.pointerBytes);
    case 'enum': {
      const name = enumInt(sema, type.enum);
      if (name === undefined) return unknown(`enum ${type.enum.tag ?? '<anonymous>'} is not defined, or a value of it is not known`, type.enum.at);
      const size = intSizeBytes(target, name);
      return plain(size, Math.min(size, target.biggestAlignBytes));
    }
    case 'vector': {
      const cap = target.vectorAlignCapBytes;
      return plain(type.sizeBytes, cap === 0 ? type.sizeBytes : Math.min(type.sizeBytes, cap));
    }
    case 'typedef': return typeLayout(sema, type.target);
    case 'array': return arrayLayout(sema, type);
    case 'record': {
      const laid = recordLayout(sema, type.record);
      return laid.known
        ? { known: true, value: { sizeBytes: laid.value.sizeBytes, alignBytes: laid.value.alignBytes, userAligned: laid.value.userAligned, flexible: false } }
        : laid;
    }
    case 'unknown': return unknown(type.why, type.at);
  }
}

function arrayLayout(sema: Sema, type: ArrayType): Known<TypeLayout> {
  const element = typeLayout(sema, type.of);
  if (!element.known) return element;
  if (element.value.flexible) return unknown('an array of arrays of unknown length', type.lengthExpr?.first ?? nowhere);
  const { length } = type;
  if (length === undefined) {
    if (type.lengthExpr !== undefined) return lengthUnknown(sema, type);
    return { known: true, value: { ...element.value, sizeBytes: 0, flexible: true } };
  }
  return { known: true, value: { ...element.value, sizeBytes: element.value.sizeBytes * length } };
}

function lengthUnknown(sema: Sema, type: ArrayType): Unknown {
  const expr = type.lengthExpr;
  if (expr === undefined) return unknown('the array has no length', nowhere);
  const value = lengthValue(sema, expr);
  if (value.kind === 'unknown') return unknown(value.why.startsWith('array length: ') ? value.why : `array length: ${value.why}`, value.at);
  if (value.kind === 'int' && value.value < 0n) return unknown('does not compile: negative array length', expr.first);
  return unknown('the array length is not an integer constant', expr.first);
}

/** With what gcc keeps beside it: whether an attribute made the alignment. */
export interface FullLayout extends RecordLayout {
  readonly userAligned: boolean;
}
const full = new WeakMap<RecordLayout, FullLayout>();

export function recordLayout(sema: Sema, record: Record): Known<FullLayout> {
  const kept = sema.layouts.get(record);
  if (kept !== undefined) {
    if (!kept.known) return kept;
    const whole = full.get(kept.value);
    if (whole !== undefined) return { known: true, value: whole };
  }
  if (sema.layingOut.has(record)) return unknown(`does not compile: ${recordName(record)} contains itself`, record.at);
  if (record.members === undefined) return unknown(`${recordName(record)} is not defined`, record.at);
  sema.layingOut.add(record);
  const made = layoutRecord(sema, record);
  sema.layingOut.delete(record);
  // A failure in the middle of parsing or of another layout may not be the last word.
  if (made.known || (sema.layingOut.size === 0 && sema.parsing === 0)) sema.layouts.set(record, made);
  if (made.known) full.set(made.value, made.value);
  return made;
}

/** As sizeof has it: an array without length or an undefined record has none. */
export function sizeOf(sema: Sema, type: CType): Known<number> {
  const made = typeLayout(sema, type);
  if (!made.known) return made;
  if (made.value.flexible) return unknown('an array of unknown length has no size', nowhere);
  return { known: true, value: made.value.sizeBytes };
}

/** gcc's `__alignof__`. */
export function alignOf(sema: Sema, type: CType): Known<number> {
  const made = typeLayout(sema, type);
  return made.known ? { known: true, value: made.value.alignBytes } : made;
}

/** C11's `_Alignof`: what a member of the type gets (gcc: min_align_of_type). */
export function minAlignOf(sema: Sema, type: CType): Known<number> {
  const made = typeLayout(sema, type);
  if (!made.known) return made;
  const { alignBytes, userAligned } = made.value;
  if (userAligned) return { known: true, value: alignBytes };
  return { known: true, value: fieldAlign(sema, type, Math.min(alignBytes, sema.target.biggestAlignBytes)) };
}

/** gcc's ADJUST_FIELD_ALIGN (i386: x86_field_alignment): integers, doubles and small integer vectors go down to the cap in records. */
export function fieldAlign(sema: Sema, type: CType, alignBytes: number): number {
  const cap = sema.target.fieldAlignCapBytes;
  if (cap === 0 || alignBytes <= cap) return alignBytes;
  let t = resolve(type);
  while (t.kind === 'array') t = resolve(t.of);
  if (t.quals.atomic) return alignBytes;
  const capped = t.kind === 'int' || t.kind === 'enum' || t.kind === 'pointer'
    || (t.kind === 'float' && (t.name === 'double' || t.name === '_Complex double' || t.name === '_Float64' || t.name === '_Float32x'))
    // Without MMX such a vector lives in an integer mode.
    || (t.kind === 'vector' && t.sizeBytes <= 8 && intNameOf(sema, t.of) !== undefined)
    || (t.kind === 'record' && inRegister(sema, t.record));
  return capped ? cap : alignBytes;
}

/** A record of 8 bytes lives in an integer mode too, unless a vector of floats in it forbids that (compute_record_mode). */
function inRegister(sema: Sema, record: Record): boolean {
  const laid = recordLayout(sema, record);
  return laid.known && laid.value.sizeBytes === 8 && laid.value.members.every((m) => {
    if (m.sizeBytes === 0) return true;
    let t = resolve(m.member.type);
    while (t.kind === 'array') t = resolve(t.of);
    if (t.kind === 'vector') return intNameOf(sema, t.of) !== undefined;
    return t.kind !== 'record' || inRegisterOrSmaller(sema, t.record);
  });
}

function inRegisterOrSmaller(sema: Sema, record: Record): boolean {
  const laid = recordLayout(sema, record);
  return laid.known && (laid.value.sizeBytes < 8 || inRegister(sema, record));
}
