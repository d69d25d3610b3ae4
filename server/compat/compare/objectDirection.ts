/** One direction of one restored object: the two plans, how their bytes meet, and what running it did to each member. */
import type { Handover, RestoredField, RestoredObject, SavedEntry, Verdict } from '../../engine/types';
import { dialects } from '../../engine/kstate/dialect';
import type { DescriptionPlan } from '../../engine/kstate/plan';
import { worst } from '../../engine/kstate/words';
import type { KstateModel } from '../../model/kstate';
import type { Direction } from '../reasons/reason';
import { harmFrom } from '../reasons/reason';
import type { ReadPlace } from './alignment';
import { align } from './alignment';

export interface Side {
  readonly name: 'old' | 'new';
  readonly model: KstateModel;
  readonly plans: ReadonlyMap<string, DescriptionPlan>;
}

/** Entries that the saving kernel wrote for the object, its section first; undefined: none. As the engine pairs objects. */
export function sectionFor(handover: Handover, object: RestoredObject, to: DescriptionPlan, from: Side): SavedEntry | undefined {
  const sections = handover.save.entries.filter((entry) => entry.kind === 'section');
  const same = (entry: SavedEntry): boolean => entry.description === to.variable || from.plans.get(entry.description)?.id === to.id;
  return sections.find((entry) => entry.object === object.object && entry.description === to.variable)
    ?? sections.find((entry) => entry.object === object.object && same(entry))
    ?? sections.find((entry) => same(entry) && entry.instanceId === object.instanceId);
}

export function objectDirection(handover: Handover, object: RestoredObject, section: SavedEntry, from: Side, to: Side): Direction | undefined {
  const fromPlan = from.plans.get(section.description);
  const toPlan = to.plans.get(object.description);
  if (fromPlan === undefined || toPlan === undefined) return undefined;
  const ran = tracesOf(object);
  const saved = handover.save.entries.filter((entry) => entry.object === section.object);
  const alignment = align({
    from: fromPlan, to: toPlan, saving: dialects[from.model.dialect], restoring: dialects[to.model.dialect],
    savedBytes: (plan, field) => saved.find((entry) => entry.description === plan.variable)?.fields[plan.fields.indexOf(field)]?.lengthBytes ?? 0,
    readBytes: (plan, prefix, field) => ran.get(keyOf(plan.variable, prefix, plan.fields.indexOf(field)))?.readFrom?.lengthBytes ?? 0,
    foundAt: (sub) => {
      const at = object.entries.find((entry) => entry.kind === 'subsection' && entry.description === sub.variable && entry.offsetBytes !== undefined)?.offsetBytes;
      return at === undefined ? undefined : at - section.offsetBytes;
    },
  });
  const traced = (place: ReadPlace): { readonly verdict: Verdict; readonly why: string } | undefined => ran.get(keyOf(place.entry.to.variable, place.entry.prefix, place.entry.to.fields.indexOf(place.plan)));
  const wrong = (place: ReadPlace): Verdict => {
    if (place.fate !== 'wrong') return 'loads';
    // A wrong address for a folio may lead to no memory at all, and what a header made of other bytes says is not known: only running it tells.
    return place.kind === 'folio' || Number.isNaN(place.offsetBytes) || (place.entry.found && place.entry.at === undefined) ? traced(place)?.verdict ?? place.verdict : place.verdict;
  };
  for (const place of alignment.places) place.verdict = wrong(place);
  return {
    fromSide: from.name, toSide: to.name, saver: `the ${from.name} kernel`, restorer: `the ${to.name} kernel`, from: fromPlan, to: toPlan,
    dialect: { from: from.model.dialect, to: to.model.dialect }, alignment,
    harm: (start, least) => harmFrom(alignment, wrong, start, least), ran: traced,
  };
}

/** What running did to each member, by description, prefix and place in the list; the worst over the elements of an array. */
function tracesOf(object: RestoredObject): ReadonlyMap<string, RestoredField> {
  const out = new Map<string, RestoredField>();
  for (const entry of object.entries) {
    for (const [i, field] of entry.fields.entries()) {
      const key = keyOf(entry.description, entry.prefix ?? '', i);
      const known = out.get(key);
      if (known === undefined || worst([known.verdict, field.verdict]) !== known.verdict) out.set(key, field);
    }
  }
  return out;
}

function keyOf(description: string, prefix: string, index: number): string {
  return `${description} ${prefix} ${String(index)}`;
}
