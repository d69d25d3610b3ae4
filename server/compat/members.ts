/**
 * The members of a handover and their numbers: what the layout, the stream and the table of the panel share.
 *
 * One number per member of an object: first those of the description that is shown, in the order of the new kernel's list, its
 * subsections after it; then the other objects; then what only the old kernel has.
 */
import type { SrcRange } from '../c/source';
import type { Handover, RestoredObject, SavedEntry } from '../engine/types';
import type { KstateDescription, KstateField, KstateModel } from '../model/kstate';
import { KS_DEPRECATED, hasFlag } from '../model/kstateFlags';

export interface Member {
  readonly key: number;
  /** Member path in the object: `tag`, `in.k`. */
  readonly path: string;
  /** `demo`, `subsection demo_n`. */
  readonly owner: string;
  /** C variable of the top-level description, as the new kernel calls it. */
  readonly group: string;
  readonly old: MemberSource | undefined;
  readonly new: MemberSource | undefined;
}

export interface MemberSource {
  readonly description: KstateDescription;
  readonly field: KstateField;
}

export interface Members {
  readonly list: readonly Member[];
  /** The number of a member of an object. `description`: variable of the object's top-level description, of either kernel. */
  key(description: string, path: string): number | undefined;
  /** The name by which both kernels' top-level descriptions go. */
  group(description: string): string;
}

export function membersOf(old: KstateModel, next: KstateModel, shown: string, handovers: readonly Handover[]): Members {
  const group = pairing(old, next);
  const found = new Map<string, { path: string; owner: string; group: string; old?: MemberSource; new?: MemberSource }>();
  const add = (model: KstateModel, side: 'old' | 'new', variable: string): void => {
    for (const member of walk(model, variable)) {
      const id = `${group(variable)} ${member.path}`;
      const known = found.get(id) ?? { path: member.path, owner: member.owner, group: group(variable) };
      // A live entry says more of a member than a deprecated one of the same name.
      const before = known[side];
      if (before === undefined || deprecated(before.field)) known[side] = { description: member.description, field: member.field };
      found.set(id, known);
    }
  };
  const tops = topLevels(old, next, group, handovers);
  const first = tops.filter((one) => contains(one.model, one.variable, shown) || one.group === group(shown));
  for (const side of ['new', 'old'] as const) for (const one of first) if (one.side === side) add(one.model, side, one.variable);
  for (const side of ['new', 'old'] as const) for (const one of tops) if (one.side === side && !first.includes(one)) add(one.model, side, one.variable);
  const list = [...found.values()].map((member, i) => ({ old: undefined, new: undefined, ...member, key: i + 1 }));
  const keys = new Map(list.map((member) => [`${member.group} ${member.path}`, member.key]));
  return { list, group, key: (description, path) => keys.get(`${group(description)} ${path}`) };
}

/** Whether a description is, lists or nests another. */
export function contains(model: KstateModel, variable: string, wanted: string, seen = new Set<string>()): boolean {
  if (variable === wanted) return true;
  if (seen.has(variable)) return false;
  seen.add(variable);
  const description = model.descriptions.find((one) => one.variable === variable);
  const inner = [
    ...(description?.subsections ?? []).map((sub) => sub.variable),
    ...(description?.fields ?? []).map((field) => (field.ksd?.known === true ? field.ksd.value : undefined)),
  ];
  return inner.some((one) => one !== undefined && contains(model, one, wanted, seen));
}

/** The path of a saved or restored entry's fields within its object: nested entries stand below the member that holds them. */
export function entryPrefix(entries: readonly SavedEntry[], entry: SavedEntry): string {
  if (entry.parent === undefined) return '';
  const parent = entries[entry.parent];
  const field = parent?.fields[entry.parentField ?? -1];
  return parent === undefined || field === undefined ? '' : `${entryPrefix(entries, parent)}${field.name}.`;
}

/** The top-level entry that a saved entry belongs to. */
export function sectionOf(entries: readonly SavedEntry[], entry: SavedEntry): SavedEntry {
  let at = entries.indexOf(entry);
  while (at > 0 && entries[at]?.kind !== 'section') at--;
  return entries[at] ?? entry;
}

interface Walked {
  readonly path: string;
  readonly owner: string;
  readonly description: KstateDescription;
  readonly field: KstateField;
}

function walk(model: KstateModel, variable: string): Walked[] {
  const out: Walked[] = [];
  const visit = (name: string, prefix: string, owner: string, depth: number): void => {
    const description = model.descriptions.find((one) => one.variable === name);
    if (description === undefined || depth > 8) return;
    for (const field of description.fields) {
      const path = `${prefix}${memberName(field)}`;
      out.push({ path, owner, description, field });
      if (field.ksd?.known === true) visit(field.ksd.value, `${path}.`, `${nameOf(model, field.ksd.value)}, nested`, depth + 1);
    }
  };
  visit(variable, '', nameOf(model, variable), 0);
  const top = model.descriptions.find((one) => one.variable === variable);
  for (const sub of top?.subsections ?? []) if (sub.variable !== undefined) visit(sub.variable, '', `subsection ${nameOf(model, sub.variable)}`, 0);
  return out;
}

/** As the engine names a field: its member, or what `.name` says. */
export function memberName(field: KstateField): string {
  return field.member?.path ?? (field.name.known ? field.name.value : `field ${String(field.index)}`);
}

/** Whether a place is part of a description's definition, a list of its own included. */
export function standsIn({ range: whole, fieldsRange }: KstateDescription, range: SrcRange | undefined): boolean {
  return range !== undefined && [whole, fieldsRange].some((one) => one !== undefined && one.path === range.path && range.start >= one.start && range.end <= one.end);
}

export function nameOf(model: KstateModel, variable: string): string {
  const description = model.descriptions.find((one) => one.variable === variable);
  return description?.name.known === true ? description.name.value : variable;
}

function deprecated(field: KstateField): boolean {
  return hasFlag(field, KS_DEPRECATED);
}

/** Descriptions pair by C variable, then by id; a group goes by the new kernel's variable. */
function pairing(old: KstateModel, next: KstateModel): (variable: string) => string {
  const names = new Map<string, string>();
  for (const description of old.descriptions) {
    if (next.descriptions.some((one) => one.variable === description.variable)) continue;
    const same = next.descriptions.find((one) => one.id.known && description.id.known && one.id.value === description.id.value
      && !old.descriptions.some((other) => other.variable === one.variable));
    if (same !== undefined) names.set(description.variable, same.variable);
  }
  return (variable) => names.get(variable) ?? variable;
}

interface Top {
  readonly side: 'old' | 'new';
  readonly model: KstateModel;
  readonly variable: string;
  readonly group: string;
}

/** The descriptions with which objects are registered, by what the handovers saved and restored; in source order. */
function topLevels(old: KstateModel, next: KstateModel, group: (variable: string) => string, handovers: readonly Handover[]): Top[] {
  const used = new Set<string>();
  for (const handover of handovers) {
    for (const entry of handover.save.entries) if (entry.kind === 'section') used.add(group(entry.description));
    for (const object of handover.restore.objects) used.add(group(object.description));
  }
  const side = (which: 'old' | 'new', model: KstateModel): Top[] => model.descriptions
    .filter((description) => used.has(group(description.variable)))
    .map((description) => ({ side: which, model, variable: description.variable, group: group(description.variable) }));
  return [...side('new', next), ...side('old', old)];
}

/** The objects of a trace that the description shown is part of. */
export function objectsShown(models: readonly KstateModel[], members: Members, shown: string, objects: readonly RestoredObject[]): readonly RestoredObject[] {
  return objects.filter((object) => members.group(object.description) === members.group(shown) || models.some((model) => contains(model, object.description, shown)));
}
