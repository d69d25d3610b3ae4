/** Which object, entry and field of the saving kernel stand for which of the restoring one. */
import type { EntryRead, FieldRead, ObjectRead } from './restore';
import type { EntryRun, FieldRun, SaveRun } from './save';
import type { DescriptionPlan, FieldPlan } from './plan';

/** Descriptions pair by C variable, then by id (INTERFACES, compat). */
export function samePlan(a: DescriptionPlan, b: DescriptionPlan): boolean {
  return a.variable === b.variable || a.id === b.id;
}

/** Whether two fields are about the same member: of the same name, or one declares that it had the other's (`was`). */
export function goesBy(a: Pick<FieldPlan, 'member' | 'was'>, b: Pick<FieldPlan, 'member' | 'was'>): boolean {
  return a.member === b.member || (a.was?.includes(b.member) ?? false) || (b.was?.includes(a.member) ?? false);
}

/** Everything that the old kernel saved of one object. */
export interface SavedObject {
  readonly section: EntryRun;
  readonly entries: readonly EntryRun[];
}

/** By C variable; else by description and instance. undefined: only the new kernel has the object. */
export function savedObject(save: SaveRun, read: ObjectRead): SavedObject | undefined {
  const sections = save.entries.filter((entry) => entry.kind === 'section');
  const section =
    sections.find((entry) => entry.object === read.object.name && entry.plan.variable === read.description.variable) ??
    sections.find((entry) => entry.object === read.object.name && samePlan(entry.plan, read.description)) ??
    sections.find((entry) => samePlan(entry.plan, read.description) && entry.instanceId === read.instanceId);
  if (section === undefined) return undefined;
  const first = save.entries.indexOf(section);
  let end = first + 1;
  while (end < save.entries.length && save.entries[end]?.kind !== 'section') end++;
  return { section, entries: save.entries.slice(first, end) };
}

/** The saved entry that a read entry should have come from. */
export function savedEntry(save: SaveRun, object: SavedObject, read: EntryRead, reads: readonly EntryRead[]): EntryRun | undefined {
  if (read.kind === 'section') return object.section;
  if (read.kind === 'subsection') {
    const subs = object.entries.filter((entry) => entry.kind === 'subsection');
    return subs.find((entry) => entry.plan.variable === read.plan.variable) ?? subs.find((entry) => entry.plan.id === read.plan.id);
  }
  const parentRead = read.parent === undefined ? undefined : reads[read.parent];
  const parentField = parentRead?.plan.fields[read.parentField ?? -1];
  if (parentRead === undefined || parentField === undefined) return undefined;
  const parent = savedEntry(save, object, parentRead, reads);
  if (parent === undefined) return undefined;
  const readOf = parentRead.fields.find((one) => one.plan === parentField);
  const field = savedField(parent, parentField) ?? (readOf === undefined ? undefined : renamedField(parent, readOf, parentRead.plan));
  if (field === undefined) return undefined;
  const parentIndex = save.entries.indexOf(parent);
  const siblings = save.entries.filter((entry) => entry.parent === parentIndex && entry.parentField === parent.fields.indexOf(field));
  const nth = reads.filter((other) => other.parent === read.parent && other.parentField === read.parentField).indexOf(read);
  return siblings[nth];
}

/** The field of a saved entry with the same member; entries that only mark it deprecated do not count. */
export function savedField(entry: EntryRun, plan: FieldPlan): FieldRun | undefined {
  const same = entry.fields.filter((field) => goesBy(field.plan, plan) && field.kind !== 'deprecated');
  return same.find((field) => field.plan.name === plan.name && field.plan.flags === plan.flags) ?? same[0];
}

/** As savedField, anywhere in the object: a member may have moved between the main list and a subsection. */
export function carriedField(object: SavedObject, plan: FieldPlan, nested: boolean): FieldRun | undefined {
  if (nested) return undefined;
  for (const entry of object.entries) {
    if (entry.kind === 'nested') continue;
    const found = savedField(entry, plan);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Names are not in the stream: a field that only the new kernel has, and that takes exactly the bytes of a field that only the old
 * kernel has, is that field under a new name [case: v3_rename_field].
 */
export function renamedField(entry: EntryRun, read: FieldRead, into: DescriptionPlan): FieldRun | undefined {
  const found = entry.fields.find((field) => field.offsetBytes === read.offsetBytes && field.lengthBytes === read.lengthBytes && field.lengthBytes > 0);
  if (found === undefined || into.fields.some((field) => goesBy(field, found.plan))) return undefined;
  return found;
}
