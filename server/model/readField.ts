/** Reads one entry of a field list: its values as the compiler has them, and the macro and member behind it as the person wrote them. */
import type { CUnit, InitElement, InitMember } from '../c/api';
import type { Designator, Expr, Offsetof } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { Tok } from '../c/token';
import type { CType, Record, RecordMember } from '../c/types';
import type { FieldMember, KstateField, MacroUse, MissingMember, Read } from './kstate';
import { kstateMacro, macroArg } from './kstateMacros';
import { readMacroUse } from './macroUse';
import { readInt, readName, readString, unknownRead, withoutCasts } from './reads';
import { mayHaveMember } from './recordText';
import { bare, recordOf } from './typeTools';

/** @param index place in the list. */
export function readField(unit: CUnit, element: InitElement, index: number): KstateField {
  const macro = readMacroUse(unit, element.first);
  const range = macro?.range ?? unit.range(element.first, element.last);
  const init = element.value;
  if (init.kind === 'unknown') return unreadable(unit, init.why, init.at, index, macro, range);
  if (init.kind !== 'record' && init.kind !== 'zero') return unreadable(unit, 'not a field entry', element.first, index, macro, range);
  const given = new Map<string, InitMember>();
  if (init.kind === 'record') for (const member of init.members) if (member.member.name !== undefined) given.set(member.member.name, member);

  const at = memberOf(unit, given.get('offset'), macro);
  return {
    index,
    name: withRange(readString(unit, given.get('name'), range), undefined),
    offsetBytes: withRange(readInt(unit, given.get('offset'), 'size', range), macroArg(macro, 'member')?.range),
    sizeBytes: withRange(readInt(unit, given.get('size'), 'size', range), macroArg(macro, 'type')?.range),
    flags: readInt(unit, given.get('flags'), 'uint', range),
    versionId: withRange(readInt(unit, given.get('version_id'), 'int', range), macroArg(macro, 'version')?.range),
    addrType: withRange(readInt(unit, given.get('addr_type'), 'int', range), macroArg(macro, 'addressKind')?.range),
    ksd: readName(unit, given.get('ksd')),
    save: readName(unit, given.get('save')),
    restore: readName(unit, given.get('restore')),
    count: readName(unit, given.get('count')),
    macro,
    member: at?.member,
    ...(at?.missing === undefined ? {} : { missingMember: at.missing }),
    statedType: statedType(unit, given.get('size'), macro),
    range,
  };
}

function withRange<T>(read: Read<T>, range: SrcRange | undefined): Read<T> {
  return range === undefined ? read : { ...read, range };
}

function unreadable(unit: CUnit, why: string, at: Tok, index: number, macro: MacroUse | undefined, range: SrcRange): KstateField {
  const read = unknownRead<never>(unit, why, at);
  return {
    index, name: read, offsetBytes: read, sizeBytes: read, flags: read, versionId: read, addrType: read,
    ksd: undefined, save: undefined, restore: undefined, count: undefined, macro, member: undefined, statedType: undefined, range,
  };
}

/** The type in `.size = sizeof(T) …` of the macros that name one; their own argument when the expansion has another shape. */
function statedType(unit: CUnit, size: InitMember | undefined, macro: MacroUse | undefined): CType | undefined {
  if (macro === undefined || !kstateMacro(macro.name)?.args.includes('type')) return undefined;
  if (size?.value.kind === 'scalar') {
    const found = leftmostSizeof(size.value.expr);
    if (found?.kind === 'sizeofType') return found.type;
    if (found?.kind === 'sizeofExpr') return unit.typeOf(found.operand);
  }
  const tokens = macroTokens(macro, 'type');
  return tokens === undefined ? undefined : unit.parseType(tokens);
}

function leftmostSizeof(expr: Expr): Extract<Expr, { kind: 'sizeofType' | 'sizeofExpr' }> | undefined {
  let at = expr;
  for (let depth = 0; depth < 64; depth++) {
    at = withoutCasts(at);
    if (at.kind === 'sizeofType' || at.kind === 'sizeofExpr') return at;
    if (at.kind !== 'binary') return undefined;
    at = at.left;
  }
  return undefined;
}

function macroTokens(macro: MacroUse, role: 'member' | 'struct' | 'type'): readonly Tok[] | undefined {
  const index = kstateMacro(macro.name)?.args.indexOf(role) ?? -1;
  const tokens = index < 0 ? undefined : macro.expansion.args?.[index];
  return tokens === undefined || tokens.length === 0 ? undefined : tokens;
}

interface MemberReading {
  readonly member?: FieldMember;
  readonly missing?: MissingMember;
}

/** The member that `.offset = offsetof(struct x, a.b)` names; for a macro with another expansion, the one its arguments name. */
function memberOf(unit: CUnit, offset: InitMember | undefined, macro: MacroUse | undefined): MemberReading | undefined {
  const argument = macroArg(macro, 'member');
  if (offset?.value.kind === 'scalar') {
    const node = withoutCasts(offset.value.expr);
    if (node.kind === 'offsetof') {
      const reading = walk(unit, node);
      if (reading === undefined) return undefined;
      if (reading.missing !== undefined) return reading;
      if (reading.member === undefined || argument === undefined) return reading;
      return { member: { ...reading.member, path: argument.text } };
    }
  }
  const structTokens = macro === undefined ? undefined : macroTokens(macro, 'struct');
  const pathTokens = macro === undefined ? undefined : macroTokens(macro, 'member');
  if (structTokens === undefined || pathTokens === undefined || argument === undefined) return undefined;
  const struct = unit.parseType(structTokens);
  const found = unit.memberAt(struct, pathTokens);
  if (!found.known) return undefined;
  const { layout, offsetBytes, type } = found.value;
  const sizeBytes = unit.sizeOf(type);
  if (!sizeBytes.known) return undefined;
  const bitWidth = layout.member.bitWidth;
  return { member: { path: argument.text, struct, type, offsetBytes, sizeBytes: sizeBytes.value, ...(bitWidth === undefined ? {} : { bitWidth }) } };
}

/** C11 7.19: offsetof's second operand is a designator path; GNU C allows any mix of members and elements after the first member. */
function walk(unit: CUnit, node: Offsetof): MemberReading | undefined {
  let type = node.type;
  let offsetBytes = 0;
  let bitWidth: number | undefined;
  for (const step of node.path) {
    if (step.kind === 'index') {
      const array = bare(type);
      const index = unit.evaluate(step.index);
      if (array.kind !== 'array' || index.kind !== 'int') return undefined;
      const size = unit.sizeOf(array.of);
      if (!size.known) return undefined;
      offsetBytes += Number(index.value) * size.value;
      type = array.of;
      continue;
    }
    const record = recordOf(type);
    if (record?.members === undefined) return undefined;
    const found = findMember(record, step.name, 0);
    if (found === undefined && mayHaveMember(unit, record, step.name)) return undefined;
    if (found === undefined) return { missing: { name: step.name, struct: type, range: unit.range(step.tok) } };
    const place = memberOffset(unit, record, found);
    if (place === undefined) return undefined;
    offsetBytes += place;
    const last = found.at(-1);
    if (last === undefined) return undefined;
    type = last.type;
    bitWidth = last.bitWidth;
  }
  const size = unit.sizeOf(type);
  if (!size.known || node.path.length === 0) return undefined;
  return {
    member: {
      path: spellPath(unit, node.path), struct: node.type, type, offsetBytes, sizeBytes: size.value,
      ...(bitWidth === undefined ? {} : { bitWidth }),
    },
  };
}

/** The member and the anonymous members around it, outermost first. */
function findMember(record: Record, name: string, depth: number): readonly RecordMember[] | undefined {
  if (record.members === undefined || depth > 32) return undefined;
  for (const member of record.members) {
    if (member.name === name) return [member];
    if (member.name !== undefined) continue;
    const inner = recordOf(member.type);
    const found = inner === undefined ? undefined : findMember(inner, name, depth + 1);
    if (found !== undefined) return [member, ...found];
  }
  return undefined;
}

function memberOffset(unit: CUnit, record: Record, path: readonly RecordMember[]): number | undefined {
  let at: Record | undefined = record;
  let offset = 0;
  for (const member of path) {
    if (at === undefined) return undefined;
    const layout = unit.layout(at);
    if (!layout.known) return undefined;
    const place = layout.value.members.find((m) => m.member === member);
    if (place === undefined) return undefined;
    offset += place.offsetBytes;
    at = recordOf(member.type);
  }
  return offset;
}

function spellPath(unit: CUnit, path: readonly Designator[]): string {
  let text = '';
  for (const step of path) {
    if (step.kind === 'member') text += text === '' ? step.name : `.${step.name}`;
    else {
      const index = unit.evaluate(step.index);
      text += `[${index.kind === 'int' ? String(index.value) : '?'}]`;
    }
  }
  return text;
}
