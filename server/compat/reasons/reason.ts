/** Why a handover between two revisions of a description goes as it does: one reason per difference, with what it does by itself. */
import type { SrcRange } from '../../c/source';
import type { Verdict } from '../../engine/types';
import { joinAnd, worst } from '../../engine/kstate/words';
import type { DescriptionPlan } from '../../engine/kstate/plan';
import type { Alignment, ReadPlace } from '../compare/alignment';
import type { KstateDialect } from '../../model/kstate';

export type ReasonCode =
  | 'description-added' | 'description-removed' | 'description-renamed' | 'id-changed' | 'instance-changed' | 'object-missing'
  | 'version-raised' | 'version-lowered' | 'minimum-above-stream' | 'minimum-raised' | 'dialect-changed'
  | 'field-added' | 'field-removed' | 'field-renamed' | 'field-moved' | 'field-reordered' | 'field-resized' | 'array-length-changed' | 'count-changed'
  | 'type-changed' | 'kind-changed' | 'field-deprecated' | 'deprecated-version' | 'deprecated-size' | 'deprecated-place' | 'deprecated-unneeded'
  | 'field-above-version' | 'field-not-in-version' | 'field-version-changed' | 'nested-changed'
  | 'subsection-added' | 'subsection-missing' | 'subsection-id-changed' | 'subsection-reordered' | 'subsection-search'
  | 'raw-struct-layout' | 'raw-struct-member' | 'raw-pointer' | 'address-base' | 'folio-lost' | 'folio-abandoned' | 'custom-data' | 'value-lost'
  | 'list-not-terminated' | 'no-kind' | 'crash' | 'save-fails' | 'save-warns' | 'stream-damaged' | 'not-restored' | 'unexplained';

export interface Reason {
  readonly code: ReasonCode;
  /** What it does by itself; `loads`: nothing, it is only said. */
  readonly verdict: Verdict;
  /** What, where, expected, found, consequence: one sentence. */
  readonly message: string;
  /** Which kernel's source `range` is in. */
  readonly side: 'old' | 'new';
  readonly range: SrcRange | undefined;
  /** Members that it keeps from arriving. */
  readonly covers?: readonly ReadPlace[];
  /** For findings: the member or description it is about. */
  readonly about?: string;
}

/** One direction of one object, with what both descriptions say. */
export interface Direction {
  /** `old`: an update; `new`: a rollback. */
  readonly fromSide: 'old' | 'new';
  readonly toSide: 'old' | 'new';
  /** `the old kernel`, `the new kernel`. */
  readonly saver: string;
  readonly restorer: string;
  readonly from: DescriptionPlan;
  readonly to: DescriptionPlan;
  readonly dialect: { readonly from: KstateDialect; readonly to: KstateDialect };
  readonly alignment: Alignment;
  /** Members that are read wrongly from a place on, until reading is right again behind `least`. */
  harm(start: number, least?: number): Harm;
  /** What running it did to a member. */
  ran(place: ReadPlace): { readonly verdict: Verdict; readonly why: string } | undefined;
}

export interface Harm {
  readonly verdict: Verdict;
  readonly places: readonly ReadPlace[];
}

/** `; area and tail are read from the wrong place`; empty when nothing is. */
export function harmText(harm: Harm, except?: string): string {
  const paths = (verdicts: readonly Verdict[]): string[] =>
    [...new Set(harm.places.filter((place) => verdicts.includes(place.verdict)).map((place) => place.path))].filter((path) => path !== except);
  const parts: string[] = [];
  const wrong = paths(['corrupts', 'crashes']);
  const lost = paths(['loses', 'refused']).filter((path) => !wrong.includes(path));
  if (wrong.length > 0) parts.push(`${short(wrong)} ${wrong.length === 1 ? 'reads' : 'read'} the wrong bytes`);
  if (lost.length > 0) parts.push(`${short(lost)} ${lost.length === 1 ? 'is' : 'are'} lost`);
  return parts.length === 0 ? '' : `; ${joinAnd(parts)}`;
}

function short(names: readonly string[]): string {
  return joinAnd(names.length <= 4 ? names : [...names.slice(0, 3), `${String(names.length - 3)} more`]);
}

/**
 * Walks the places in the order of reading. `verdictOf` says what is wrong with each, `loads` for none. Stops at the first one behind `least`
 * that reads what it should: what comes later is another reason's.
 */
export function harmFrom(alignment: Alignment, verdictOf: (place: ReadPlace) => Verdict, start: number, atLeast = start - 1): Harm {
  const wrong: ReadPlace[] = [];
  // What follows a nested field comes behind all that is in it, right or wrong.
  const [first] = alignment.places.slice(start);
  const least = Math.max(atLeast, first?.kind === 'nested' ? lastWithin(alignment, first) : start - 1);
  for (const place of alignment.places.slice(start)) {
    if (place.index > least && place.index > start && alignment.fresh.has(place.index)) break;
    const verdict = verdictOf(place);
    if (verdict !== 'loads') wrong.push(place);
    else if (place.index > least && place.lengthBytes > 0 && (place.fate === 'right' || place.fate === 'value') && place.kind !== 'custom') break;
  }
  return { verdict: worst(wrong.map(verdictOf)), places: wrong };
}

function lastWithin({ places }: Alignment, field: ReadPlace): number {
  let last = field.index;
  while (places[last + 1]?.entry.prefix.startsWith(`${field.path}.`) === true) last++;
  return last;
}

export function both(a: Harm, b: Harm): Harm {
  return { verdict: worst([a.verdict, b.verdict]), places: [...new Set([...a.places, ...b.places])] };
}
