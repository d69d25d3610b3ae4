/** `__builtin_va_list`, which the compiler declares by itself: the ABI of each target says how (gcc's build_builtin_va_list). */
import { arrayOf, intType, noQuals, pointerTo, voidType } from './makeTypes';
import { RecordDef } from './records';
import type { Target } from './targets';
import { TokKind } from './token';
import type { Tok } from './token';
import type { CType, Record } from './types';

const nowhere: Tok = { kind: TokKind.End, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };

type Members = readonly (readonly [name: string, type: CType])[];
const pointer = pointerTo(voidType);

const X86_64: Members = [['gp_offset', intType('unsigned int')], ['fp_offset', intType('unsigned int')], ['overflow_arg_area', pointer], ['reg_save_area', pointer]];
const S390X: Members = [['__gpr', intType('long')], ['__fpr', intType('long')], ['__overflow_arg_area', pointer], ['__reg_save_area', pointer]];
const ARM64: Members = [['__stack', pointer], ['__gr_top', pointer], ['__vr_top', pointer], ['__gr_offs', intType('int')], ['__vr_offs', intType('int')]];
const ARM: Members = [['__ap', pointer]];

const made = new Map<string, CType>();

/** The same type each time for one target. */
export function vaListType(target: Target): CType {
  let type = made.get(target.name);
  if (type === undefined) made.set(target.name, (type = make(target.name)));
  return type;
}

/** A record that the compiler declares by itself, in no file, by its tag: `__va_list_tag`, `__va_list`. */
export function compilerRecord(tag: string, target: Target): Record | undefined {
  let type = vaListType(target);
  if (type.kind === 'array') type = type.of;
  return type.kind === 'record' && type.record.tag === tag ? type.record : undefined;
}

function make(target: string): CType {
  switch (target) {
    case 'x86_64': return arrayOf(record('__va_list_tag', X86_64), 1);
    case 's390x': return arrayOf(record('__va_list_tag', S390X), 1);
    case 'arm64': return record('__va_list', ARM64);
    case 'arm': return record('__va_list', ARM);
    case 'i386': return pointerTo(intType('char'));
    default: return pointer; // riscv64
  }
}

function record(tag: string, members: Members): CType {
  const def = new RecordDef(tag, false, nowhere);
  def.define(members.map(([name, type]) => ({ name, type, bitWidth: undefined, attributes: [], first: nowhere, nameTok: undefined, last: nowhere })), [], 0, nowhere, def);
  return { kind: 'record', record: def, quals: noQuals };
}
