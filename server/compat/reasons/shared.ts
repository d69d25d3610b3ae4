/** Words and searches that several reasons share. */
import type { FieldPlan } from '../../engine/kstate/plan';
import { goesBy } from '../../engine/kstate/pairing';
import { KS_DEPRECATED } from '../../engine/kstate/dialect';
import { count } from '../../engine/kstate/words';
import type { EntryPair, ReadPlace } from '../compare/alignment';
import type { SavedPlace } from '../compare/savedLayout';
import type { Direction } from './reason';

/** Pairs that both kernels have. */
export function sharedEntries(direction: Direction): readonly (EntryPair & { readonly from: NonNullable<EntryPair['from']> })[] {
  const seen = new Set<string>();
  return direction.alignment.pairs.filter((pair): pair is EntryPair & { readonly from: NonNullable<EntryPair['from']> } => {
    if (pair.from === undefined) return false;
    return seen.size !== seen.add(`${pair.kind} ${pair.prefix} ${pair.to.variable} ${pair.from.plan.variable} ${String(pair.at === pair.from)}`).size;
  });
}

export function isDeprecated(plan: Pick<FieldPlan, 'flags'>): boolean {
  return (plan.flags & KS_DEPRECATED) !== 0;
}

/** Fields that are written for themselves: not deprecated. */
export function liveSaved(pair: EntryPair): readonly SavedPlace[] {
  return (pair.from?.fields ?? []).filter((field) => field.kind !== 'deprecated');
}

/** The place that reads what follows a saved field: where harm of leaving it out begins. */
export function readAfter(pair: EntryPair, saved: SavedPlace): number {
  const order = liveSaved(pair);
  for (const field of order.slice(order.indexOf(saved) + 1)) {
    const place = pair.places.find((one) => one.own === field && one.kind !== 'deprecated' && !one.skippedByVersion);
    if (place !== undefined) return place.index;
  }
  return pair.endIndex;
}

/** Entries of the list of `places` that mark a saved field as deprecated. */
export function deprecations(pair: EntryPair, saved: SavedPlace): readonly ReadPlace[] {
  return pair.places.filter((place) => place.kind === 'deprecated' && goesBy(place.plan, saved.plan));
}

/** `u16, 2 bytes`; `2 bytes`. */
export function sized(plan: Pick<FieldPlan, 'type'>, lengthBytes: number): string {
  return plan.type === '' ? bytes(lengthBytes) : `${plan.type}, ${bytes(lengthBytes)}`;
}

export function bytes(n: number): string {
  return count(n, 'byte');
}

export function pathOf(pair: EntryPair, plan: FieldPlan): string {
  return `${pair.prefix}${plan.member}`;
}
