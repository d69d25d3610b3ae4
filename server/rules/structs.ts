/** Which struct a description is about, and how structs lie in one another. */
import type { CType } from '../c/types';
import type { KstateDescription, KstateField, KstateModel } from '../model/kstate';
import { bare, recordOf } from '../model/typeTools';
import { indexOf } from './modelIndex';

export function structOfField(field: KstateField): CType | undefined {
  return field.member?.struct ?? field.missingMember?.struct;
}

/**
 * The struct that most fields are about. When two are even, the one of an object registered with the description.
 * undefined: no field names one, or nothing decides.
 */
export function mainStruct(model: KstateModel, description: KstateDescription): CType | undefined {
  const counts: { readonly type: CType; count: number }[] = [];
  for (const field of description.fields) {
    const struct = structOfField(field);
    if (struct === undefined) continue;
    const entry = counts.find((c) => model.unit.compatible(c.type, struct));
    if (entry === undefined) counts.push({ type: struct, count: 1 });
    else entry.count++;
  }
  const most = counts.reduce((max, c) => Math.max(max, c.count), 0);
  const leaders = counts.filter((c) => c.count === most);
  const [only] = leaders;
  if (leaders.length <= 1) return only?.type;
  const objects = (indexOf(model).registrations.get(description.variable) ?? []).flatMap((r) => (r.object !== undefined ? [r.object.type] : []));
  return leaders.find((c) => objects.some((type) => model.unit.compatible(type, c.type)))?.type;
}

/** One begins with the other by value, so that offsets into the inner one hold for the outer one. */
export function sharesStart(model: KstateModel, a: CType, b: CType): boolean {
  return beginsWith(model, a, b, 0) || beginsWith(model, b, a, 0);
}

function beginsWith(model: KstateModel, outer: CType, inner: CType, depth: number): boolean {
  if (depth > 16) return false;
  const at = bare(outer);
  if (at.kind === 'array') return beginsWith(model, at.of, inner, depth + 1);
  if (at.kind !== 'record') return false;
  if (model.unit.compatible(at, inner)) return true;
  const firsts = at.record.union ? at.record.members ?? [] : (at.record.members ?? []).slice(0, 1);
  return firsts.some((member) => beginsWith(model, member.type, inner, depth + 1));
}

/** A pointer somewhere inside a value of the type: its path (`head.next`), or '' when the type is one itself. */
export function pointerInside(type: CType, depth = 0): string | undefined {
  const at = bare(type);
  if (at.kind === 'pointer') return '';
  if (depth > 16) return undefined;
  if (at.kind === 'array') return pointerInside(at.of, depth + 1);
  for (const member of recordOf(at)?.members ?? []) {
    const inner = pointerInside(member.type, depth + 1);
    if (inner === undefined) continue;
    return [member.name, inner].filter((part) => part !== undefined && part !== '').join('.');
  }
  return undefined;
}
