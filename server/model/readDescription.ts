/** Reads one `struct kstate_description` from its initialiser. */
import type { CUnit, Init, InitElement, InitMember } from '../c/api';
import type { Declarator, Expr, Initializer } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { CType } from '../c/types';
import type { BadMacroUse, KstateDescription, KstateField, SubsectionRef } from './kstate';
import { KS_END } from './kstateFlags';
import { readField } from './readField';
import { exprRange, explain, isNull, readInt, readString, spellTarget, withoutCasts } from './reads';

/** What a description is read from: a variable, or a part of one (`table[1]`, `driver.state`). */
export interface DescriptionSource {
  readonly variable: string;
  readonly declarator: Declarator;
  readonly init: Extract<Init, { kind: 'record' }>;
  readonly nameRange: SrcRange;
  readonly range: SrcRange;
}

/** @param badUses macros that made no entry: the list can be read only up to the first of them. */
export function readDescription(unit: CUnit, source: DescriptionSource, badUses: readonly BadMacroUse[]): KstateDescription {
  const { variable, declarator, nameRange, range } = source;
  const given = new Map<string, InitMember>();
  for (const member of source.init.members) if (member.member.name !== undefined) given.set(member.member.name, member);

  const list = readList(unit, given.get('fields'), variable, nameRange, badUses);
  const subsections = readSubsections(unit, given.get('subsections'));
  const id = given.get('id');
  return {
    variable,
    declarator,
    unit,
    name: readString(unit, given.get('name'), nameRange),
    id: readInt(unit, id, 'int', nameRange),
    ...(id?.value.kind === 'scalar' ? { idExpr: id.value.expr } : {}),
    versionId: readInt(unit, given.get('version_id'), 'int', nameRange),
    minVersionId: readInt(unit, given.get('min_version_id'), 'int', nameRange),
    ...list,
    ...subsections,
    struct: agreedStruct(unit, list.fields),
    nameRange,
    range,
  };
}

type FieldList = Pick<KstateDescription, 'fields' | 'end' | 'afterEnd' | 'fieldsRange' | 'fieldsProblem'> & { readonly fieldsAt?: SrcRange };

function readList(unit: CUnit, given: InitMember | undefined, variable: string, nameRange: SrcRange, badUses: readonly BadMacroUse[]): FieldList {
  const empty = { fields: [], end: undefined, afterEnd: [], fieldsRange: undefined };
  if (given === undefined || given.value.kind === 'zero') {
    return { ...empty, fieldsProblem: { why: `${variable} has no .fields`, range: nameRange } };
  }
  const fieldsAt = designatorRange(unit, given);
  const array = readArray(unit, given);
  if (!array.ok) return { ...empty, fieldsProblem: { why: array.why, range: array.range }, fieldsAt };

  const bad = badUses.find((use) => use.range.path === array.braces.path && use.range.start >= array.braces.start && use.range.end <= array.braces.end);
  const fields: KstateField[] = [];
  const afterEnd: KstateField[] = [];
  let end: { readonly range: SrcRange } | undefined;
  let stray: KstateDescription['fieldsProblem'];
  for (const element of array.init.elements) {
    const field = readField(unit, element, fields.length + afterEnd.length + (end === undefined ? 0 : 1));
    // Left unexpanded, the macro's name is an initialiser without braces and swallows the entries behind it.
    if (bad !== undefined && field.range.end > bad.range.start) break;
    stray = strayCall(unit, element.first);
    if (stray !== undefined) break;
    if (end !== undefined) afterEnd.push(field);
    else if (field.flags.known && field.flags.value === KS_END) end = { range: field.range };
    else fields.push(field);
  }
  const fieldsProblem = bad === undefined || end !== undefined ? stray
    : { why: bad.undefinedHere === true ? `${bad.name} is not defined` : `${bad.name} has ${bad.args.length} arguments and wants ${bad.wanted}`, range: bad.range };
  return { fields, end, afterEnd, fieldsRange: array.braces, fieldsProblem, fieldsAt };
}

/** An entry that begins with a call of something nobody declares: a macro of a header that is not at hand. */
function strayCall(unit: CUnit, first: InitElement['first']): KstateDescription['fieldsProblem'] {
  const { text: name } = first;
  const range = unit.range(first);
  if (!/^[A-Za-z_]\w*$/.test(name) || range.path !== unit.main.path || unit.main.text.slice(range.start, range.end) !== name) return undefined;
  if (!/^\s*\(/.test(unit.main.text.slice(range.end, range.end + 100)) || unit.macro(name) !== undefined || unit.lookup(name) !== undefined) return undefined;
  return { why: `${name} is defined in none of the headers that were found`, range };
}

/** `.fields` of `.fields = …`; the first token of an item without designator. */
function designatorRange(unit: CUnit, given: InitMember): SrcRange {
  const range = unit.range(given.first);
  if (given.first.text !== '.' || range.path !== unit.main.path) return range;
  const written = /^\.\s*\w+/.exec(unit.main.text.slice(range.start, range.start + 200))?.[0];
  return written === undefined ? range : { ...range, end: range.start + written.length };
}

interface ArrayReading {
  readonly ok: true;
  readonly init: Extract<Init, { kind: 'array' }>;
  /** The initialiser, braces included. */
  readonly braces: SrcRange;
}

/** An array that a pointer member points at: a compound literal, or a variable of the unit with an initialiser. */
function readArray(unit: CUnit, given: InitMember): ArrayReading | { readonly ok: false; readonly why: string; readonly range: SrcRange } {
  const place = unit.range(given.first, given.last);
  if (given.value.kind === 'unknown') return { ok: false, why: explain(given.value.why, given.value.at), range: unit.range(given.value.at) };
  if (given.value.kind !== 'scalar') return { ok: false, why: 'not a pointer to an array', range: place };
  const target = arrayBehind(unit, given.value.expr);
  if (!target.ok) return target;
  const init = unit.resolveInit(target.type, target.init);
  if (init.kind === 'unknown') return { ok: false, why: explain(init.why, init.at), range: unit.range(init.at) };
  if (init.kind !== 'array') return { ok: false, why: 'not an array', range: exprRange(unit, target.init) };
  return { ok: true, init, braces: exprRange(unit, target.init) };
}

type ArrayTarget =
  | { readonly ok: true; readonly type: CType; readonly init: Initializer }
  | { readonly ok: false; readonly why: string; readonly range: SrcRange };

function arrayBehind(unit: CUnit, expr: Expr): ArrayTarget {
  const at = withoutCasts(expr);
  if (at.kind === 'compoundLiteral') return { ok: true, type: at.type, init: at.init };
  if (at.kind === 'error') return { ok: false, why: explain(`${at.expected} expected`, at.at), range: unit.range(at.at) };
  if (at.kind === 'unary' && at.op === '&') {
    // `&list[0]` and `&(const struct kstate_field[]){ … }[0]` are the array by another spelling.
    const operand = withoutCasts(at.operand);
    if (operand.kind === 'index' && isNull(unit, operand.index)) return arrayBehind(unit, operand.base);
  }
  if (at.kind === 'ident') {
    const declared = at.local ?? unit.lookup(at.name);
    if (declared === undefined) return { ok: false, why: `${at.name} is not declared`, range: exprRange(unit, at) };
    if (declared.init === undefined) return { ok: false, why: `${at.name} has no initialiser here`, range: exprRange(unit, at) };
    return { ok: true, type: declared.type, init: declared.init };
  }
  return { ok: false, why: 'the list is no compound literal and no array by name', range: exprRange(unit, at) };
}

type Subsections = Pick<KstateDescription, 'subsections' | 'subsectionsTerminated' | 'subsectionsRange'> & { readonly subsectionsAt?: SrcRange };

/** A list that can't be read counts as absent and terminated: nothing is known against it. */
function readSubsections(unit: CUnit, given: InitMember | undefined): Subsections {
  const none = { subsections: undefined, subsectionsTerminated: true, subsectionsRange: undefined };
  if (given === undefined || given.value.kind === 'zero') return none;
  if (given.value.kind === 'scalar' && isNull(unit, given.value.expr)) return none;
  const subsectionsAt = designatorRange(unit, given);
  const array = readArray(unit, given);
  if (!array.ok) return { ...none, subsectionsAt };

  const refs: SubsectionRef[] = [];
  let terminated = false;
  let next = 0;
  for (const element of array.init.elements) {
    // A hole in a designated initialiser is NULL.
    terminated = element.index > next || element.value.kind === 'zero' || (element.value.kind === 'scalar' && isNull(unit, element.value.expr));
    if (terminated) break;
    next = element.index + 1;
    const variable = element.value.kind === 'scalar' ? spellTarget(unit, element.value.expr) : undefined;
    refs.push({ variable, range: unit.range(element.first, element.last) });
    // What can't be read may be anything, NULL included.
    if (element.value.kind === 'unknown') terminated = true;
  }
  return {
    subsections: refs,
    subsectionsTerminated: terminated || array.init.length > next,
    subsectionsRange: array.braces,
    subsectionsAt,
  };
}

/** The struct that all fields with a known member are about. */
function agreedStruct(unit: CUnit, fields: readonly KstateField[]): CType | undefined {
  let agreed: CType | undefined;
  for (const field of fields) {
    const struct = field.member?.struct ?? field.missingMember?.struct;
    if (struct === undefined) continue;
    if (agreed === undefined) agreed = struct;
    else if (!unit.compatible(agreed, struct)) return undefined;
  }
  return agreed;
}
