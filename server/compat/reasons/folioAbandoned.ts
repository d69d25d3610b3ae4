/** A folio that the saving kernel preserves and the restoring one does not ask for: it stays preserved, and its memory is lost. KS19. */
import type { SavedPlace } from '../compare/savedLayout';
import type { Direction, Reason } from './reason';
import { deprecations, liveSaved, pathOf, sharedEntries } from './shared';

export function folioAbandoned(direction: Direction): Reason[] {
  const { alignment } = direction;
  const asked = new Set(alignment.places.filter((place) => place.kind === 'folio' && !place.skippedByVersion).flatMap(({ own, carried, renamed }) => [own, carried, renamed]));
  const lost = (saved: SavedPlace): boolean => saved.kind === 'folio' && saved.lengthBytes > 0 && !asked.has(saved);
  const reason = (name: string, saved: SavedPlace, at: Pick<Reason, 'side' | 'range'>): Reason => ({
    ...at, code: 'folio-abandoned', verdict: 'loads', about: saved.plan.member,
    message: `The folio of ${name} is preserved by ${direction.saver} and restored by nothing in ${direction.restorer}: its memory is lost until a boot without a handover.`,
  });
  return [
    ...sharedEntries(direction).flatMap((pair) => liveSaved(pair).filter(lost).map((saved): Reason => {
      const [entry] = deprecations(pair, saved);
      return reason(pathOf(pair, saved.plan), saved, entry === undefined ? { side: direction.fromSide, range: saved.plan.source } : { side: direction.toSide, range: entry.plan.source });
    })),
    ...alignment.unread.flatMap((entry) => entry.fields.filter(lost).map((saved) => reason(saved.plan.member, saved, { side: direction.fromSide, range: saved.plan.source }))),
  ];
}
