/** Subsections: found by id, searched from where reading of the main entry stopped. Facts 3.3; KS09, KS29. */
import type { Direction, Reason } from './reason';
import { harmText } from './reason';
import { bytes } from './shared';
import { worst } from '../../engine/kstate/words';

export function subsections(direction: Direction): Reason[] {
  const { alignment, to, from } = direction;
  const out: Reason[] = [];
  for (const entry of alignment.unread) {
    const carried = entry.fields.filter((field) => alignment.places.some((place) => place.carried === field));
    out.push({
      code: 'subsection-missing', verdict: 'loads', side: direction.fromSide, range: entry.plan.range, about: entry.plan.variable,
      message: `Subsection ${entry.plan.variable} is only in ${direction.saver}${carried.length === 0 ? '' : '; some of its members stand elsewhere'}: its entry is not looked for.`,
    });
  }
  for (const pair of alignment.pairs) {
    if (pair.kind !== 'subsection') continue;
    const base = { side: direction.toSide, range: pair.to.range, about: pair.to.variable };
    const places = { verdict: worst(pair.places.map((place) => place.verdict)), places: pair.places.filter((place) => place.verdict !== 'loads') };
    if (pair.from === undefined) {
      if (pair.at === undefined) out.push({ ...base, code: 'subsection-added', verdict: places.verdict, covers: places.places, message: `Subsection ${pair.to.variable} is only in ${direction.restorer}: the stream has none with id ${String(pair.to.id)}, and its members keep what they hold${harmText(places)}.` });
      else out.push({ ...base, code: 'subsection-id-changed', verdict: places.verdict, covers: places.places, message: `Subsection ${pair.to.variable} has id ${String(pair.to.id)}, under which ${direction.saver} saves ${pair.at.plan.variable}${harmText(places)}.` });
    } else if (pair.from.plan.id !== pair.to.id) {
      const found = pair.at === undefined ? 'it is not found' : `${pair.at.plan.variable} is found instead`;
      out.push({ ...base, code: 'subsection-id-changed', verdict: places.verdict, covers: places.places, message: `Subsection ${pair.to.variable} is saved under id ${String(pair.from.plan.id)} and looked for under ${String(pair.to.id)}: ${found}${harmText(places)}.` });
    } else if (!pair.found && alignment.searchOffBytes !== undefined && alignment.searchOffBytes !== 0) {
      const off = alignment.searchOffBytes;
      const where = Number.isNaN(off) ? 'at the wrong place' : `${bytes(Math.abs(off))} too ${off < 0 ? 'early' : 'late'}`;
      out.push({ ...base, code: 'subsection-search', verdict: places.verdict, covers: places.places, message: `Subsection ${pair.to.variable} is not found: the search begins where reading of ${to.variable} stops, ${where}${harmText(places)}.` });
    }
  }
  const order = (list: typeof to.subsections): string[] => (list ?? []).map((sub) => sub.variable);
  const [then, now] = [order(from.subsections), order(to.subsections)];
  const shared = then.filter((name) => now.includes(name));
  if (shared.join() !== now.filter((name) => then.includes(name)).join()) {
    out.push({ code: 'subsection-reordered', verdict: 'loads', side: direction.toSide, range: to.range, about: to.variable, message: `The subsections of ${to.variable} stand in another order; they are found by id, whatever their order.` });
  }
  return out;
}
