/** KS_DEPRECATED entries: they skip their bytes only in streams of exactly the version they name. KS11 to KS18. */
import { goesBy } from '../../engine/kstate/pairing';
import type { Direction, Reason } from './reason';
import { harmText } from './reason';
import { bytes, deprecations, liveSaved, pathOf, readAfter, sharedEntries } from './shared';

export function deprecated(direction: Direction): Reason[] {
  return sharedEntries(direction).flatMap((pair) => [...removedFields(direction, pair), ...strayEntries(direction, pair)]);
}

type Shared = ReturnType<typeof sharedEntries>[number];

/** What the saving kernel writes and the restoring one has deprecated. */
function removedFields(direction: Direction, pair: Shared): Reason[] {
  return liveSaved(pair).flatMap((saved): Reason[] => {
    const entries = deprecations(pair, saved);
    const [first] = entries;
    const readAnew = pair.places.some((place) => place.kind !== 'deprecated' && goesBy(place.plan, saved.plan) && !place.skippedByVersion);
    if (first === undefined || !pair.found) return [];
    const name = pathOf(pair, saved.plan);
    const skipping = entries.filter((entry) => entry.lengthBytes > 0);
    const base = { side: direction.toSide, range: (skipping[0] ?? first).plan.source, about: saved.plan.member };
    const stream = String(pair.at?.plan.versionId ?? pair.from.plan.versionId);
    if (skipping.length === 0) {
      if (saved.lengthBytes === 0 || readAnew) return [];
      const harm = direction.harm(readAfter(pair, saved));
      const versions = entries.map((entry) => String(entry.plan.versionId)).join(', ');
      return [{ ...base, code: 'deprecated-version', verdict: harm.verdict, covers: harm.places, message: `${name} is deprecated in version ${versions}, and the stream of ${direction.saver} has version ${stream}: its ${bytes(saved.lengthBytes)} are not skipped${harmText(harm)}.` }];
    }
    const total = skipping.reduce((sum, entry) => sum + entry.lengthBytes, 0);
    if (total !== saved.lengthBytes) {
      const harm = direction.harm(skipping[0]?.index ?? readAfter(pair, saved));
      return [{ ...base, code: 'deprecated-size', verdict: harm.verdict, covers: harm.places, message: `${name} takes ${bytes(saved.lengthBytes)} in the stream of ${direction.saver}, and its deprecated entry skips ${bytes(total)}${harmText(harm)}.` }];
    }
    return [{ ...base, code: 'field-deprecated', verdict: 'loads', message: `${name} is deprecated in ${direction.restorer}: its ${bytes(total)} of version ${stream} are skipped.` }];
  });
}

/** Entries that skip bytes nobody wrote. */
function strayEntries(direction: Direction, pair: Shared): Reason[] {
  return pair.places.flatMap((place): Reason[] => {
    if (place.kind !== 'deprecated' || place.lengthBytes === 0) return [];
    const live = liveSaved(pair).find((saved) => goesBy(saved.plan, place.plan));
    if (live !== undefined) return [];
    const harm = direction.harm(place.index);
    return [{
      code: 'deprecated-unneeded', verdict: harm.verdict, covers: harm.places, side: direction.toSide, range: place.plan.source, about: place.plan.member,
      message: `The deprecated entry of ${place.path} skips ${bytes(place.lengthBytes)} in streams of version ${String(place.plan.versionId)}, and ${direction.saver} writes none for it at that version${harmText(harm)}.`,
    }];
  });
}
