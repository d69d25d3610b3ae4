/** Entries of the list in another order. Only the order tells what a byte is. KS20, KS11. */
import type { EntryPair, ReadPlace } from '../compare/alignment';
import type { Direction, Reason } from './reason';
import { harmText } from './reason';
import { goesBy } from '../../engine/kstate/pairing';
import { liveSaved, sharedEntries } from './shared';

export function fieldReordered(direction: Direction): Reason[] {
  return sharedEntries(direction).flatMap((pair) => {
    const common = commonOf(pair);
    const kept = new Set(longestRising(common.map((one) => one.rank)));
    return common.flatMap((one, i): Reason[] => {
      if (kept.has(i)) return [];
      const { place } = one;
      const firstBehind = common.find((other) => other.rank > one.rank);
      const begin = Math.min(place.index, firstBehind?.place.index ?? place.index);
      const end = Math.max(place.index, ...common.filter((other) => other.rank < one.rank).map((other) => other.place.index));
      const harm = pair.found ? direction.harm(begin, end) : { verdict: 'loads' as const, places: [] };
      const deprecated = place.kind === 'deprecated';
      const where = (list: string, before: string | undefined): string => (before === undefined ? `first in the list of ${list}` : `behind ${before} in that of ${list}`);
      const order = [...common].sort((a, b) => a.rank - b.rank);
      const then = order[order.indexOf(one) - 1]?.place.plan.member;
      const now = common[i - 1]?.place.plan.member;
      return [{
        code: deprecated ? 'deprecated-place' : 'field-reordered', verdict: harm.verdict, covers: harm.places, side: direction.toSide, range: place.plan.source, about: place.plan.member,
        message: `${deprecated ? 'The deprecated entry of ' : ''}${place.path} stands ${where(direction.restorer, now)} and ${where(direction.saver, then)}; only the order tells what a byte is${harmText(harm)}.`,
      }];
    });
  });
}

/** Places whose bytes the saving kernel writes, with their rank in its list. */
function commonOf(pair: EntryPair): { readonly place: ReadPlace; readonly rank: number }[] {
  const saved = liveSaved(pair);
  const skipped = pair.places.filter((place) => place.kind === 'deprecated' && place.lengthBytes > 0);
  return pair.places.flatMap((place) => {
    const source = place.kind === 'deprecated' ? saved.find((field) => goesBy(field.plan, place.plan)) : place.own ?? place.renamed;
    // A field that reads nothing in this stream moves nothing; of a member that is skipped and read anew, skipping counts.
    if (source === undefined || source.entry !== pair.from || place.skippedByVersion || (place.lengthBytes === 0 && source.lengthBytes === 0)) return [];
    if (place.kind === 'deprecated' ? place.lengthBytes === 0 : skipped.some((other) => goesBy(other.plan, place.plan))) return [];
    return [{ place, rank: saved.indexOf(source) }];
  });
}

/** Positions of a longest rising subsequence: what kept its order. */
function longestRising(ranks: readonly number[]): number[] {
  const best = ranks.map(() => 1);
  const before = ranks.map(() => -1);
  for (let i = 0; i < ranks.length; i++) {
    for (let j = 0; j < i; j++) {
      if ((ranks[j] ?? 0) < (ranks[i] ?? 0) && (best[j] ?? 0) + 1 > (best[i] ?? 0)) {
        best[i] = (best[j] ?? 0) + 1;
        before[i] = j;
      }
    }
  }
  const out: number[] = [];
  for (let at = best.indexOf(Math.max(0, ...best)); at >= 0; at = before[at] ?? -1) out.push(at);
  return out;
}
