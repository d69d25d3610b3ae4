/** A member that both lists read and write, of another size, type or kind. KS21, KS22. */
import { meaning } from '../compare/alignment';
import type { ReadPlace } from '../compare/alignment';
import type { SavedPlace } from '../compare/savedLayout';
import type { Direction, Reason, ReasonCode } from './reason';
import { harmText } from './reason';
import { bytes } from './shared';

export function fieldResized(direction: Direction): Reason[] {
  return direction.alignment.places.flatMap((place): Reason[] => {
    const saved = place.own ?? place.renamed;
    if (saved === undefined || place.kind === 'deprecated' || place.skippedByVersion || !place.entry.found) return [];
    if (saved.aboveVersion) return [];
    const base = { side: direction.toSide, range: place.plan.source, about: place.plan.member };
    const change = `${place.path} is ${what(saved)} in ${direction.saver} and ${what(place)} in ${direction.restorer}`;
    if (meaning(place.kind) !== meaning(saved.kind)) {
      const harm = direction.harm(place.index);
      return [{ ...base, code: 'kind-changed', verdict: harm.verdict, covers: harm.places, message: `${change}: it travels ${KINDS[saved.kind]} and is read ${KINDS[place.kind]}${harmText(harm)}.` }];
    }
    if (place.kind === 'nested' ? saved.elements !== place.elements : saved.lengthBytes !== place.lengthBytes) {
      const harm = direction.harm(place.index);
      const numbers = place.kind === 'nested' ? `${String(saved.elements)} entries are saved, ${String(place.elements)} read` : `${bytes(saved.lengthBytes)} are saved, ${bytes(place.lengthBytes)} read`;
      return [{ ...base, code: code(saved, place), verdict: harm.verdict, covers: harm.places, message: `${change}: ${numbers}${harmText(harm)}.` }];
    }
    if (place.kind === 'nested') return nestedChanged(direction, place, saved, base);
    if (saved.kind !== place.kind) return [{ ...base, code: 'kind-changed', verdict: 'loads', message: `${change}: the same ${bytes(place.lengthBytes)} travel ${KINDS[saved.kind]} and are read ${KINDS[place.kind]}.` }];
    if (saved.plan.type !== place.plan.type && place.lengthBytes > 0) {
      return [{ ...base, code: 'type-changed', verdict: 'loads', message: `${change}, of the same ${bytes(place.lengthBytes)}: the bytes arrive, and nothing can tell that they mean something else.` }];
    }
    return [];
  });
}

/** Same number of entries, but another description in them. */
function nestedChanged(direction: Direction, place: ReadPlace, saved: SavedPlace, base: Pick<Reason, 'side' | 'range' | 'about'>): Reason[] {
  const [then, now] = [saved.plan.ksd, place.plan.ksd];
  if (then === undefined || now === undefined) return [];
  const out: Reason[] = [];
  if (then.variable !== now.variable) {
    out.push({ ...base, code: 'nested-changed', verdict: 'loads', message: `${place.path} holds entries of ${then.variable} in ${direction.saver} and of ${now.variable} in ${direction.restorer}; which description an entry is of is not compared.` });
  } else if (then.id !== now.id) {
    out.push({ ...base, code: 'id-changed', verdict: 'loads', message: `The id of ${now.variable}, nested in ${place.path}, is ${String(then.id)} in ${direction.saver} and ${String(now.id)} in ${direction.restorer}; ids of nested entries are not compared.` });
  }
  return out;
}

function code(saved: SavedPlace, place: ReadPlace): ReasonCode {
  if (saved.plan.sizeBytes === place.plan.sizeBytes && saved.elements !== place.elements) return 'count-changed';
  const [then, now] = [arrayOf(saved.plan.type), arrayOf(place.plan.type)];
  return then !== undefined && now !== undefined && then === now ? 'array-length-changed' : 'field-resized';
}

/** `char` of `char[10]`; undefined: no array. */
function arrayOf(type: string): string | undefined {
  return /^(.*?)\s*\[\d*\]$/.exec(type)?.[1];
}

const KINDS: Readonly<Record<ReadPlace['kind'], string>> = {
  copied: 'as copied bytes', pointee: 'as the bytes that it points to', address: 'as an address that is relocated', folio: 'as a folio', nested: 'as a nested entry',
  custom: 'through a callback', deprecated: 'as deprecated', none: 'not at all',
};

function what({ plan, kind, elements }: Pick<SavedPlace, 'plan' | 'kind' | 'elements'>): string {
  const type = plan.type === '' ? (kind === 'nested' ? `nested ${plan.ksd?.variable ?? 'entry'}` : `${KINDS[kind].replace(/^(as|through) /, '')}`) : plan.type;
  return `${type}${plan.count === undefined ? '' : `, ${String(elements)} times`}`;
}
