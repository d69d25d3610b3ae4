/**
 * Compatibility of two revisions of a file, both directions: every description of either side with verdict and reasons.
 *
 * The verdict is what the engine ends with; a description whose file cannot be handed over as a whole is run by itself.
 */
import type { Handover, Verdict } from '../engine/types';
import { plansOf } from '../engine/kstate/fromModel';
import { archOf } from '../engine/memory/arch';
import type { SrcRange } from '../c/source';
import type { KstateDescription, KstateModel } from '../model/kstate';
import { notesAbout } from '../model/notes';
import type { Side } from './compare/objectDirection';
import type { Explained, Named } from './compare/explain';
import { explain } from './compare/explain';
import type { HandoverOptions, Handovers } from './handover';
import { runHandover } from './handover';

export interface KstateItem {
  readonly kind: 'kstate';
  /** C variable: the new kernel's where it has the description. */
  readonly name: string;
  readonly old: string | undefined;
  readonly new: string | undefined;
  /** The old kernel saves, the new one restores. */
  readonly forward: Explained;
  /** The new kernel saves, the old one restores. */
  readonly backward: Explained;
  /** What may be so beside, of either side; what both say is the new one's. No verdict rests on them. Worked out when asked for. */
  notes(): readonly ItemNote[];
}

export interface ItemNote {
  readonly code: string;
  readonly message: string;
  readonly side: 'old' | 'new';
  readonly range: SrcRange;
}

/** `handovers`: those of the two models, when they have been run already. */
export function compareModels(old: KstateModel, next: KstateModel, options: HandoverOptions = {}, handovers?: Handovers): readonly KstateItem[] {
  const pairs = pairDescriptions(old.descriptions, next.descriptions);
  const { pointerBytes } = archOf(options.target ?? 'x86_64');
  const sides = {
    old: { name: 'old' as const, model: old, plans: plansOf(old, pointerBytes).plans }, new: { name: 'new' as const, model: next, plans: plansOf(next, pointerBytes).plans },
  };
  const whole = handovers ?? runHandover(old, next, options);
  return pairs.map((pair): KstateItem => {
    const name = pair.new ?? pair.old ?? '';
    let alone: Handovers | undefined;
    const one = (direction: 'update' | 'rollback'): Explained => {
      const [from, to]: readonly [Side, Side] = direction === 'update' ? [sides.old, sides.new] : [sides.new, sides.old];
      const named: Named = direction === 'update' ? { from: pair.old, to: pair.new } : { from: pair.new, to: pair.old };
      let handover: Handover = whole[direction];
      // What stops the kernel for one description must not be told of all.
      if (pairs.length > 1 && stopped(handover)) handover = (alone ??= runHandover(old, next, { ...options, only: name }))[direction];
      return explain(handover, named, from, to);
    };
    return { kind: 'kstate', name, old: pair.old, new: pair.new, forward: one('update'), backward: one('rollback'), notes: () => notesOf(old, pair.old, next, pair.new) };
  });
}

/** Of one description as the two kernels have it. */
export function notesOf(old: KstateModel | undefined, oldName: string | undefined, next: KstateModel | undefined, newName: string | undefined): readonly ItemNote[] {
  const about = (model: KstateModel | undefined, name: string | undefined, side: 'old' | 'new'): readonly ItemNote[] => {
    const description = model?.descriptions.find((one) => one.variable === name);
    return model === undefined || description === undefined ? [] : notesAbout(model, description).map(({ code, message, range }) => ({ code, message, side, range }));
  };
  const now = about(next, newName, 'new');
  return [...now, ...about(old, oldName, 'old').filter((then) => !now.some((one) => one.code === then.code && one.message === then.message))];
}

function stopped({ save, restore }: Handover): boolean {
  return save.crash !== undefined || save.rc !== 0 || restore.objects.some((object) => object.crash !== undefined);
}

/** By C variable, then by id; each at most once. In the order of the new file, then what only the old one has. */
export function pairDescriptions(old: readonly KstateDescription[], next: readonly KstateDescription[]): readonly { readonly old: string | undefined; readonly new: string | undefined }[] {
  const free = old.filter((one) => !next.some((other) => other.variable === one.variable));
  const taken = new Set<KstateDescription>();
  const pairs = next.map((one) => {
    if (old.some((other) => other.variable === one.variable)) return { old: one.variable, new: one.variable };
    const same = free.find((other) => !taken.has(other) && other.id.known && one.id.known && other.id.value === one.id.value);
    if (same !== undefined) taken.add(same);
    return { old: same?.variable, new: one.variable };
  });
  return [...pairs, ...free.filter((one) => !taken.has(one)).map((one) => ({ old: one.variable, new: undefined }))];
}

/** The state arrives. */
export function isFine(verdict: Verdict): boolean {
  return verdict === 'loads' || verdict === 'warns';
}
