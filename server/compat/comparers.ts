/** What is compared between two revisions of a set of files. One comparer per kind of item; the command line lists what they all give. */
import type { SrcRange } from '../c/source';
import type { Verdict } from '../engine/types';
import type { KstateModel } from '../model/kstate';
import type { KstateItem } from './compareModels';
import { compareModels, notesOf, pairDescriptions } from './compareModels';
import type { Reason } from './reasons/reason';

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
export function kstate(pairs: readonly FilePair[], options: CompareOptions): readonly Compared[] {
  const found: Compared[] = pairs.flatMap(({ old, new: next }) => {
    if (old === undefined || next === undefined) {
      const only = old ?? next;
      return (only?.descriptions ?? []).map((one) => ({ item: { ...oneSided(one.variable, old === undefined ? 'new' : 'old', one.nameRange), notes: () => notesOf(old, one.variable, next, one.variable) }, old, new: next }));
    }
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

function oneSided(name: string, side: 'old' | 'new', range: SrcRange): Omit<KstateItem, 'notes'> {
  const verdict: Verdict = 'loads';
  const [removed, added] = [`${name} is only in the old kernel: its state is not looked for.`, `${name} is only in the new kernel: nothing is in the stream for it, and its members keep what they hold.`];
  const reason = (code: Reason['code'], message: string): { readonly verdict: Verdict; readonly reasons: readonly Reason[] } => ({ verdict, reasons: [{ code, verdict, message, side, range }] });
  // The same kernel saves in one direction and restores in the other.
  const [gone, fresh] = [
    reason('description-removed', side === 'old' ? removed : `${name} is only in the new kernel: its state is not looked for.`),
    reason('description-added', side === 'new' ? added : `${name} is only in the old kernel: nothing is in the stream for it, and its members keep what they hold.`),
  ];
  return { kind: 'kstate', name, old: side === 'old' ? name : undefined, new: side === 'new' ? name : undefined, forward: side === 'old' ? gone : fresh, backward: side === 'old' ? fresh : gone };
}
