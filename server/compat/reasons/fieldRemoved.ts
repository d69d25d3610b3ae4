/** A field that only the saving kernel's list has, with nothing that skips its bytes. KS10. */
import { goesBy } from '../../engine/kstate/pairing';
import type { Direction, Reason } from './reason';
import { harmText } from './reason';
import { deprecations, isDeprecated, liveSaved, pathOf, readAfter, sharedEntries, sized } from './shared';

export function fieldRemoved(direction: Direction): Reason[] {
  return sharedEntries(direction).flatMap((pair) => liveSaved(pair).flatMap((saved): Reason[] => {
    if (pair.to.fields.some((field) => goesBy(field, saved.plan) && !isDeprecated(field)) || deprecations(pair, saved).length > 0) return [];
    if (pair.places.some((place) => place.renamed === saved)) return [];
    const harm = pair.found && saved.lengthBytes > 0 ? direction.harm(readAfter(pair, saved)) : { verdict: 'loads' as const, places: [] };
    const elsewhere = direction.alignment.places.find((place) => place.entry !== pair && place.entry.kind !== 'nested' && place.carried === saved);
    const name = pathOf(pair, saved.plan);
    const where = elsewhere === undefined ? 'and not in' : `and elsewhere (${elsewhere.entry.to.variable}) in`;
    const unread = saved.lengthBytes === 0 ? 'it wrote nothing for it' : harm.verdict === 'loads' ? 'its bytes stay unread, and nothing else is read wrongly' : 'nothing skips its bytes';
    return [{
      code: elsewhere === undefined ? 'field-removed' : 'field-moved', verdict: harm.verdict, covers: harm.places, side: direction.fromSide, range: saved.plan.source, about: saved.plan.member,
      message: `${name} (${sized(saved.plan, saved.lengthBytes)}) is in the list of ${direction.saver} ${where} that of ${direction.restorer}: ${unread}${harmText(harm)}.`,
    }];
  }));
}
