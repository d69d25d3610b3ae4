/** Versions of fields against the version of the description that saves and of the stream that is read. KS23; facts 3.2, 3.3. */
import type { Direction, Reason } from './reason';
import { both, harmText } from './reason';
import { bytes, pathOf, readAfter, sharedEntries } from './shared';
import type { SavedLayout } from '../compare/savedLayout';
import { savedEntries } from './whole';

/** Fields that the saving kernel leaves out, with a warning where the dialect gives one. */
export function aboveVersion(direction: Direction, warns: boolean): Reason[] {
  const seen = new Set<unknown>();
  return savedEntries(direction).flatMap((entry: SavedLayout) => entry.fields.flatMap((field): Reason[] => {
    if (!field.aboveVersion || seen.has(field.plan)) return [];
    seen.add(field.plan);
    return [{
      code: 'field-above-version', verdict: warns ? 'warns' : 'loads', side: direction.fromSide, range: field.plan.source, about: field.plan.member,
      message: `${field.plan.member} has version ${String(field.plan.versionId)}, above version_id ${String(entry.plan.versionId)} of ${entry.plan.variable}: ${direction.saver} never saves it${warns ? ' and warns at each save' : ''}.`,
    }];
  }));
}

/** Fields that both lists have and that the version rule keeps apart. */
export function notInVersion(direction: Direction): Reason[] {
  const out: Reason[] = [];
  for (const pair of sharedEntries(direction)) {
    for (const place of pair.places) {
      const saved = place.own ?? place.carried;
      if (saved === undefined || place.kind === 'deprecated' || !pair.found) continue;
      const base = { side: direction.toSide, range: place.plan.source, about: place.plan.member };
      if (place.skippedByVersion) {
        const skipped = pair.places.filter((other) => other.kind === 'deprecated' && other.plan.member === place.plan.member).reduce((sum, other) => sum + other.lengthBytes, 0);
        // The member itself, and what its unread bytes displace: they may stand elsewhere in the other list.
        const itself = direction.harm(place.index, place.index);
        const harm = place.own === undefined || skipped > 0 || saved.lengthBytes === 0 ? itself : both(itself, direction.harm(readAfter(pair, saved)));
        const unread = skipped > 0 || saved.lengthBytes === 0 ? '' : `, and its ${bytes(saved.lengthBytes)} are not skipped`;
        out.push({
          ...base, code: 'field-not-in-version', verdict: harm.verdict, covers: harm.places,
          message: `${pathOf(pair, place.plan)} has version ${String(place.plan.versionId)} in ${direction.restorer}, above version ${String(pair.at?.plan.versionId ?? 0)} of the stream: its value is not taken over${unread}${harmText(harm, place.path)}.`,
        });
      } else if (saved.aboveVersion && place.lengthBytes > 0) {
        const harm = direction.harm(place.index);
        out.push({
          ...base, code: 'field-not-in-version', verdict: harm.verdict, covers: harm.places,
          message: `${pathOf(pair, place.plan)} is read by ${direction.restorer} and not saved by ${direction.saver}, where its version ${String(saved.plan.versionId)} is above version_id ${String(saved.entry.plan.versionId)}${harmText(harm)}.`,
        });
      } else if (saved === place.own && saved.plan.versionId !== place.plan.versionId) {
        out.push({
          ...base, code: 'field-version-changed', verdict: 'loads',
          message: `${pathOf(pair, place.plan)} has version ${String(saved.plan.versionId)} in ${direction.saver} and ${String(place.plan.versionId)} in ${direction.restorer}; this stream has it for both.`,
        });
      }
    }
  }
  return out;
}
