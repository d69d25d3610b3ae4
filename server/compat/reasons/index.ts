/** All reasons for how one object's handover goes, in one direction. */
import type { KstateDescription } from '../../model/kstate';
import { dialects } from '../../engine/kstate/dialect';
import type { ReadPlace } from '../compare/alignment';
import { deprecated } from './deprecated';
import { fieldAdded } from './fieldAdded';
import { fieldRemoved } from './fieldRemoved';
import { fieldRenamed } from './fieldRenamed';
import { fieldReordered } from './fieldReordered';
import { fieldResized } from './fieldResized';
import { aboveVersion, notInVersion } from './fieldVersions';
import { folioAbandoned } from './folioAbandoned';
import { rawLayout } from './rawLayout';
import type { Direction, Reason } from './reason';
import { subsections } from './subsections';
import { values } from './values';
import { versions } from './versions';

/** `described`: the restoring kernel's description of a variable. */
export function reasonsOf(direction: Direction, described: (variable: string) => KstateDescription | undefined): readonly Reason[] {
  const found: Reason[] = [
    ...versions(direction, described),
    ...fieldRemoved(direction), ...fieldAdded(direction), ...fieldRenamed(direction), ...fieldReordered(direction), ...fieldResized(direction),
    ...deprecated(direction), ...notInVersion(direction), ...aboveVersion(direction, dialects[direction.dialect.from].saveAboveVersion === 'warned'),
    ...subsections(direction), ...rawLayout(direction), ...folioAbandoned(direction),
  ];
  found.push(...values(direction, explainedBy(direction, found)));
  const explained = explainedBy(direction, found);
  for (const place of direction.alignment.places) {
    if (place.fate !== 'wrong' || place.verdict === 'loads' || explained.has(place)) continue;
    found.push({
      code: 'unexplained', verdict: place.verdict, side: direction.toSide, range: place.plan.source, about: place.plan.member, covers: [place],
      message: direction.ran(place)?.why ?? `${place.path} does not read what was saved for it.`,
    });
  }
  return found;
}

/** Elements of an array read the same list: what is said of one is said of all. */
function explainedBy({ alignment }: Direction, reasons: readonly Reason[]): ReadonlySet<ReadPlace> {
  const key = ({ path, entry, plan }: ReadPlace): string => `${entry.kind} ${entry.to.variable} ${path} ${String(plan.index)}`;
  const keys = new Set(reasons.flatMap((reason) => (reason.covers ?? []).map(key)));
  return new Set(alignment.places.filter((place) => keys.has(key(place))));
}
