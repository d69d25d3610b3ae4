/** Another name for the same bytes. Names are not in the stream. */
import type { Direction, Reason } from './reason';

export function fieldRenamed(direction: Direction): Reason[] {
  return direction.alignment.places.flatMap((place): Reason[] => {
    const saved = place.renamed ?? (place.own !== undefined && place.own.plan.member !== place.plan.member ? place.own : undefined);
    if (saved === undefined) return [];
    const declared = place.renamed === undefined ? 'as a comment declares' : 'at the same place and of the same size: it is taken for the same member';
    const message = `${place.path} of ${direction.restorer} is called ${saved.plan.member} by ${direction.saver}, ${declared}; names are not in the stream.`;
    // Bytes of another kind under a new name: an address is no number.
    const verdict = place.renamed !== undefined && place.fate === 'wrong' ? place.verdict : 'loads';
    return [{ code: 'field-renamed', verdict, covers: verdict === 'loads' ? [] : [place], side: direction.toSide, range: place.plan.source, about: place.plan.member, message }];
  });
}
