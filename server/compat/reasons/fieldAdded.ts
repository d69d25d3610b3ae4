/** A field that only the restoring kernel's list has. KS06 to KS09. */
import { dialects } from '../../engine/kstate/dialect';
import type { ReadPlace } from '../compare/alignment';
import type { Direction, Reason } from './reason';
import { harmText } from './reason';
import { isDeprecated, sharedEntries, sized } from './shared';

export function fieldAdded(direction: Direction): Reason[] {
  const { alignment } = direction;
  const known = new Set(sharedEntries(direction).map((pair) => pair.places[0]?.entry));
  return alignment.places.flatMap((place): Reason[] => {
    if (!known.has(place.entry) || place.own !== undefined || place.renamed !== undefined || isDeprecated(place.plan)) return [];
    if (place.carried !== undefined) return place.skippedByVersion || place.lengthBytes === 0 || !place.entry.found ? [] : [moved(direction, place)];
    const base = { code: 'field-added' as const, side: direction.toSide, range: place.plan.source, about: place.plan.member };
    const only = `${place.path} is only in the list of ${direction.restorer}`;
    if (place.skippedByVersion) {
      const version = `its version ${String(place.plan.versionId)} is above ${String(place.entry.at?.plan.versionId ?? 0)}, the version of the stream`;
      return [{ ...base, verdict: 'loads', message: `${only}: it is passed over, as ${version}, and keeps its initial value.` }];
    }
    if (place.lengthBytes === 0 || !place.entry.found) return [{ ...base, verdict: 'loads', message: `${only}: no bytes are read for it.` }];
    const harm = direction.harm(place.index);
    // v1 and v2 look at no version (facts 4.2).
    const because = dialects[direction.dialect.to].fieldVersions ? `its version ${String(place.plan.versionId)} is not above that of the stream` : `KSTATE ${direction.dialect.to} passes over no field`;
    const reads = `it reads ${sized(place.plan, place.lengthBytes)} that nobody saved for it, because ${because}`;
    return [{ ...base, verdict: harm.verdict, covers: harm.places, message: `${only}: ${reads}${harmText(harm, place.path)}.` }];
  });
}

/** Saved as part of another entry of the object. */
function moved(direction: Direction, place: ReadPlace): Reason {
  const harm = direction.harm(place.index);
  const lists = `${place.path} is read as part of ${place.entry.to.variable} and saved as part of ${place.carried?.entry.plan.variable ?? 'another list'}`;
  return {
    code: 'field-moved', verdict: harm.verdict, covers: harm.places, side: direction.toSide, range: place.plan.source, about: place.plan.member,
    message: `${lists}: a member is looked for only at its own place${harmText(harm)}.`,
  };
}
