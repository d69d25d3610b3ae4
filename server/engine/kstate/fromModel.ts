/** Turns what the source says (model/) into plans that the engine runs. What cannot be read is left out and said in `limits`. */
import type { CUnit } from '../../c/api';
import { resolve } from '../../c/makeTypes';
import type { CType } from '../../c/types';
import type { KstateDescription, KstateField, KstateModel, Read } from '../../model/kstate';
import type { Limit } from '../kernel';
import { KS_BASE_TYPE } from './dialect';
import type { DescriptionPlan, FieldPlan, PlanMember } from './plan';
import { fieldsEnd, maxObjectBytes } from './plan';
import { declaredNames } from '../../model/renames';
import { pageState } from './preservedList';
import { shapeOf } from './rawShape';

export interface ModelPlans {
  /** By C variable, in source order. */
  readonly plans: ReadonlyMap<string, DescriptionPlan>;
  readonly limits: readonly Limit[];
}

/** Descriptions that KSTATE itself brings, by C variable. */
const builtinPlans: ReadonlyMap<string, DescriptionPlan> = new Map([[pageState.variable, pageState]]);

/** Members larger than this are not compared after a callback. */
const maxMemberBytes = 1 << 16;

/** Number of pointers looked for in one type: enough to say that there are some. */
const maxPointers = 32;

/** What a count() callback returns that is more than one `return CONSTANT;`; undefined when that is not known. */
export type CountOf = (callback: string) => number | undefined;

export function plansOf(model: KstateModel, pointerBytes: number, countBy: CountOf = () => undefined): ModelPlans {
  const limits: Limit[] = [];
  const plans = new Map<string, Mutable>();
  for (const description of model.descriptions) {
    const say = (read: Read<unknown>, what: string): void => {
      if (!read.known) limits.push({ why: `${description.variable}: ${what} cannot be read: ${read.why}.`, range: read.range });
    };
    const number = (read: Read<number>, what: string): number => {
      say(read, what);
      return read.known ? read.value : 0;
    };
    // Where it is given and cannot be read, nothing is known against it.
    const withoutList = description.fieldsProblem !== undefined && description.fieldsAt === undefined;
    if (description.fieldsProblem !== undefined && !withoutList) limits.push({ why: `${description.variable}: the field list cannot be read: ${description.fieldsProblem.why}.`, range: description.fieldsProblem.range });
    plans.set(description.variable, {
      variable: description.variable, name: description.name.known ? description.name.value : description.variable,
      id: number(description.id, '.id') | 0, versionId: number(description.versionId, '.version_id') | 0,
      minVersionId: description.minVersionId.known ? description.minVersionId.value | 0 : 0,
      fields: [], terminated: description.end !== undefined || (description.fieldsProblem !== undefined && !withoutList), withoutList,
      subsections: undefined, subsectionsTerminated: description.subsectionsTerminated, objectBytes: 0, members: [], range: description.nameRange,
    });
  }
  const find = (variable: string): DescriptionPlan | undefined => plans.get(variable) ?? builtinPlans.get(variable);
  for (const description of model.descriptions) {
    const plan = plans.get(description.variable);
    if (plan === undefined) continue;
    plan.fields = description.fields.flatMap((field) => fieldPlan(description, field, find, limits, countBy));
    plan.subsections = description.subsections?.flatMap((sub) => {
      const found = sub.variable === undefined ? undefined : find(sub.variable);
      if (found === undefined) limits.push({ why: `${description.variable}: the subsection ${sub.variable ?? 'given here'} is not defined in this file and is left out.`, range: sub.range });
      return found === undefined ? [] : [found];
    });
  }
  // Sizes last: they need every field.
  for (const description of model.descriptions) {
    const plan = plans.get(description.variable);
    if (plan === undefined) continue;
    const size = description.struct === undefined ? undefined : description.unit.sizeOf(description.struct);
    const reach = Math.max(0, ...[plan, ...(plan.subsections ?? [])].map((one) => fieldsEnd(one.fields, pointerBytes)));
    const bytes = Math.max(size?.known === true ? size.value : 0, reach);
    if (bytes > maxObjectBytes) limits.push({ why: `${description.variable}: an object has ${String(bytes)} bytes; the engine holds the first ${String(maxObjectBytes >> 20)} MiB.`, range: description.nameRange });
    plan.objectBytes = Math.min(bytes, maxObjectBytes);
    plan.members = description.struct === undefined ? [] : membersOf(description.unit, description.struct);
  }
  return { plans, limits };
}

interface Mutable extends DescriptionPlan {
  fields: readonly FieldPlan[];
  subsections: readonly DescriptionPlan[] | undefined;
  objectBytes: number;
  members: readonly PlanMember[];
}

function fieldPlan(description: KstateDescription, field: KstateField, find: (variable: string) => DescriptionPlan | undefined, limits: Limit[], countBy: CountOf): FieldPlan[] {
  const { unit } = description;
  const name = field.name.known ? field.name.value : `field ${String(field.index)}`;
  const required: readonly (readonly [Read<number>, string])[] = [
    [field.offsetBytes, '.offset'], [field.sizeBytes, '.size'], [field.flags, '.flags'], [field.versionId, '.version_id'], [field.addrType, '.addr_type'],
  ];
  const values: number[] = [];
  for (const [read, what] of required) {
    if (!read.known) {
      // KSTATE_BASE_TYPE with another type than the member's does not compile; the type it names still has a size.
      const stated = read === field.sizeBytes && field.statedType !== undefined ? unit.sizeOf(field.statedType) : undefined;
      if (stated?.known === true) {
        limits.push({ why: `${description.variable}: ${name} ${read.why}; the size of the type that it names is taken.`, range: read.range });
        values.push(stated.value);
        continue;
      }
      limits.push({ why: `${description.variable}: field ${name} is left out, its ${what} cannot be read: ${read.why}.`, range: read.range });
      return [];
    }
    values.push(read.value);
  }
  const [offsetBytes = 0, sizeBytes = 0, flags = 0, versionId = 0, addrType = 0] = values;
  const ksdName = field.ksd?.known === true ? field.ksd.value : undefined;
  if (field.ksd?.known === false) limits.push({ why: `${description.variable}: the description nested in ${name} cannot be read: ${field.ksd.why}.`, range: field.ksd.range });
  const callback = (read: Read<string> | undefined): string | undefined => (read?.known === true ? read.value : undefined);
  const type = field.member?.type ?? field.statedType;
  return [{
    index: field.index, name, member: field.member?.path ?? name, offsetBytes, sizeBytes: asInt(sizeBytes), flags: flags >>> 0, versionId: versionId | 0,
    addrType, ksd: ksdName === undefined ? undefined : find(ksdName), ksdName: ksdName ?? (field.ksd === undefined ? undefined : ''),
    save: callback(field.save), restore: callback(field.restore), count: countOf(unit, field, name, limits, countBy), countName: field.count?.known === true ? field.count.value : undefined,
    type: type === undefined ? '' : unit.spell(type),
    pointersAt: type !== undefined && (flags & KS_BASE_TYPE) !== 0 ? pointersIn(unit, type) : [],
    ...(type !== undefined && (flags & KS_BASE_TYPE) !== 0 ? optional('shape', shapeOf(unit, type)) : {}), ...optional('was', declaredNames(description.unit, field.range)),
    source: field.range,
  }];
}

function optional<K extends string, T>(key: K, value: readonly T[]): { readonly [P in K]?: readonly T[] } {
  // A computed key makes TypeScript forget which one it is.
  return value.length === 0 ? {} : { [key]: value } as { readonly [P in K]?: readonly T[] };
}

/** `int size = field->size`: the low 32 bits, signed. Above 2^53 the model's number has lost them; such a size is a negative one. */
function asInt(value: number): number {
  return Number.isSafeInteger(value) ? Number(BigInt.asIntN(32, BigInt(value))) : -1;
}

/** What a count callback returns; most are a single `return CONSTANT;`. */
function countOf(unit: CUnit, field: KstateField, name: string, limits: Limit[], countBy: CountOf): number | undefined {
  if (field.count === undefined) return undefined;
  if (!field.count.known) {
    limits.push({ why: `The count callback of ${name} cannot be read: ${field.count.why}; one element is taken.`, range: field.count.range });
    return 1;
  }
  const callback = field.count.value;
  const fn = unit.lookup(callback);
  const body = fn === undefined ? undefined : unit.body(fn);
  const only = body?.body.length === 1 ? body.body[0] : undefined;
  if (only?.kind === 'return' && only.value !== undefined) {
    const value = unit.evaluate(only.value);
    if (value.kind === 'int') return Number(BigInt.asIntN(32, value.value));
    const run = countBy(callback);
    if (run !== undefined) return run;
    if (value.kind === 'unknown') {
      limits.push({ why: `${callback}(), the count of ${name}, is taken to be 1: ${value.why} (at ${value.at.text}).`, range: unit.range(value.at) });
      return 1;
    }
  }
  const run = body === undefined ? undefined : countBy(callback);
  if (run !== undefined) return run;
  const why = body === undefined ? 'its body is not in this file' : 'its body is more than one return of a constant, and could not be run';
  limits.push({ why: `${callback}(), the count of ${name}, is taken to be 1: ${why}.`, range: field.count.range });
  return 1;
}

/** Members that have bytes of their own and a name. */
function membersOf(unit: CUnit, type: CType): readonly PlanMember[] {
  const of = resolve(type);
  const layout = of.kind === 'record' && of.record.members !== undefined ? unit.layout(of.record) : undefined;
  if (layout?.known !== true) return [];
  return layout.value.members.flatMap(({ member, offsetBytes, sizeBytes, bitSize }) =>
    (member.name === undefined || bitSize !== undefined || sizeBytes === 0 || sizeBytes > maxMemberBytes ? [] : [{ name: member.name, offsetBytes, sizeBytes, pointers: pointersIn(unit, member.type).length > 0 }]));
}

/** Offsets of pointers within a type. */
function pointersIn(unit: CUnit, type: CType): number[] {
  const out: number[] = [];
  const visit = (at: CType, offset: number, depth: number): void => {
    if (out.length >= maxPointers || depth > 16) return;
    if (at.kind === 'typedef') visit(at.target, offset, depth + 1);
    else if (at.kind === 'pointer') out.push(offset);
    else if (at.kind === 'array') {
      const size = unit.sizeOf(at.of);
      for (let i = 0; size.known && i < Math.min(at.length ?? 0, maxPointers); i++) visit(at.of, offset + i * size.value, depth + 1);
    } else if (at.kind === 'record' && at.record.members !== undefined) {
      const layout = unit.layout(at.record);
      if (layout.known) for (const member of layout.value.members) visit(member.member.type, offset + member.offsetBytes, depth + 1);
    }
  };
  visit(type, 0, 0);
  return out;
}
