/** What is compared between two revisions of a set of files. One comparer per kind of item; the command line lists what they all give. */
import type { KstateDescription, KstateModel } from '../model/kstate';
import { oneSided } from './compare/explain';
import type { KstateItem } from './compareModels';
import { compareModels, notesOf, pairDescriptions } from './compareModels';

/** A file as either kernel has it; undefined: that kernel has none. */
export interface FilePair {
  readonly old: KstateModel | undefined;
  readonly new: KstateModel | undefined;
}

/** An item with where it was found. */
export interface Compared {
  readonly item: KstateItem;
  readonly old: KstateModel | undefined;
  readonly new: KstateModel | undefined;
}

export interface CompareOptions {
  /** C target of a file. */
  targetOf(path: string): string;
}

export type Comparer = (pairs: readonly FilePair[], options: CompareOptions) => readonly Compared[];

/** In the order of the output. */
export const comparers: readonly Comparer[] = [kstate];

/** Every description of either side. A description that moved to another file is paired there. */
function kstate(pairs: readonly FilePair[], options: CompareOptions): readonly Compared[] {
  const found: Compared[] = pairs.flatMap((pair) => {
    const { old, new: next } = pair;
    if (old === undefined || next === undefined) return ((old ?? next)?.descriptions ?? []).map((one) => ({ item: onlyIn(pair, one), old, new: next }));
    return compareModels(old, next, { target: options.targetOf(next.unit.main.path) }).map((item) => ({ item, old, new: next }));
  });
  const lonelyOld = found.filter(({ item }) => item.new === undefined);
  const lonelyNew = found.filter(({ item }) => item.old === undefined);
  const out = new Map(found.map((one) => [one, one]));
  for (const now of lonelyNew) {
    const described = now.new?.descriptions.filter((one) => one.variable === now.item.new) ?? [];
    const before = lonelyOld.find((then) => then.old !== undefined && out.has(then) && pairDescriptions(then.old.descriptions.filter((one) => one.variable === then.item.old), described)[0]?.old !== undefined);
    if (before?.old === undefined || now.new === undefined || before.old === now.old) continue;
    const moved = compareModels(before.old, now.new, { target: options.targetOf(now.new.unit.main.path), only: now.item.name }).find((item) => item.name === now.item.name);
    if (moved === undefined) continue;
    out.set(now, { item: moved, old: before.old, new: now.new });
    out.delete(before);
  }
  return [...out.values()];
}

/** Of a file that only one kernel has, which saves in one direction and restores in the other. */
function onlyIn({ old, new: next }: FilePair, { variable, nameRange }: KstateDescription): KstateItem {
  const side = old === undefined ? 'new' : 'old';
  const [gone, fresh] = [oneSided('description-removed', variable, side, nameRange), oneSided('description-added', variable, side, nameRange)];
  const ways = side === 'old' ? { old: variable, new: undefined, forward: gone, backward: fresh } : { old: undefined, new: variable, forward: fresh, backward: gone };
  return { kind: 'kstate', name: variable, ...ways, notes: () => notesOf(old, variable, next, variable) };
}
