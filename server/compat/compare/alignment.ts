/**
 * How one object's saved bytes meet what the restoring kernel reads, worked out from the two descriptions: which field reads from its own
 * place, which from another's. The engine runs the same handover on bytes; a test holds the two together.
 */
import type { Verdict } from '../../engine/types';
import type { Dialect, FieldKind } from '../../engine/kstate/dialect';
import { KS_DEPRECATED, fieldKind } from '../../engine/kstate/dialect';
import { goesBy } from '../../engine/kstate/pairing';
import type { DescriptionPlan, FieldPlan } from '../../engine/kstate/plan';
import type { CustomLength, SavedLayout, SavedPlace } from './savedLayout';
import { elementsOf, maxDepth, plainBytes, savedLayout } from './savedLayout';

export interface ReadPlace {
  /** Order of reading within the object, from 0. */
  readonly index: number;
  /** Member path in the object. */
  readonly path: string;
  readonly plan: FieldPlan;
  readonly kind: FieldKind;
  readonly entry: EntryPair;
  /** NaN: where is not known, because the length of something before it came out of the wrong bytes. */
  readonly offsetBytes: number;
  lengthBytes: number;
  readonly elements: number;
  readonly skippedByVersion: boolean;
  /** The same member in the entry that this one should have been read from; deprecated ones do not count. */
  readonly own: SavedPlace | undefined;
  /** The same member anywhere in the object. */
  readonly carried: SavedPlace | undefined;
  /** The field of another name whose bytes it reads, exactly. */
  renamed: SavedPlace | undefined;
  /** `value`: from its own place; what becomes of it depends on the value. */
  fate: 'right' | 'value' | 'wrong' | 'nothing';
  /** For `wrong`. */
  verdict: Verdict;
}

/** An entry that the restoring kernel reads, and the one that it should come from. */
export interface EntryPair {
  readonly kind: SavedLayout['kind'];
  readonly prefix: string;
  readonly to: DescriptionPlan;
  /** undefined: the saving kernel has no such entry. */
  readonly from: SavedLayout | undefined;
  /** What is read instead of `from`; the same when all is well; undefined: no entry begins there. */
  readonly at: SavedLayout | undefined;
  /** For subsections: found in the stream. */
  readonly found: boolean;
  readonly places: ReadPlace[];
  /** Index after its last place, nested ones included. */
  endIndex: number;
}

export interface Alignment {
  readonly pairs: readonly EntryPair[];
  readonly places: readonly ReadPlace[];
  /** Entries that nobody reads. */
  readonly unread: readonly SavedLayout[];
  /** Where the search for subsections begins, against where it should; undefined: no one searches. NaN: not known. */
  readonly searchOffBytes: number | undefined;
  /** First place behind which a search from the right position begins to read aright, whatever was before. */
  readonly fresh: ReadonlySet<number>;
}

export interface AlignmentInput {
  readonly from: DescriptionPlan;
  readonly to: DescriptionPlan;
  readonly saving: Dialect;
  readonly restoring: Dialect;
  readonly savedBytes: CustomLength;
  /** Bytes that running it took for a field: for callbacks, and behind a header that was made of other bytes. */
  readonly readBytes: (description: DescriptionPlan, prefix: string, field: FieldPlan) => number;
  /** Where running it found a subsection, from the header of the object's own entry, when the search began among other bytes. */
  readonly foundAt: (subsection: DescriptionPlan) => number | undefined;
}

export function align(input: AlignmentInput): Alignment {
  const saved = savedLayout(input.from, input.saving, input.savedBytes);
  return new Reader(input, saved).run();
}

class Reader {
  private readonly pairs: EntryPair[] = [];
  private readonly places: ReadPlace[] = [];
  private readonly fresh = new Set<number>();
  private pos = 0;

  constructor(private readonly input: AlignmentInput, private readonly saved: readonly SavedLayout[]) {}

  run(): Alignment {
    const [section] = this.saved;
    this.entry(this.input.to, 'section', section, section, '', 0);
    const subsections = this.input.restoring.subsections ? this.input.to.subsections : undefined;
    const start = this.pos;
    const searchOffBytes = subsections === undefined ? undefined : this.pos - (section?.endBytes ?? 0);
    for (const sub of subsections ?? []) {
      const candidates = this.saved.filter((entry) => entry.kind === 'subsection');
      const from = candidates.find((entry) => entry.plan.variable === sub.variable) ?? candidates.find((entry) => entry.plan.id === sub.id);
      // Reading may stop at the header of a later one.
      const first = candidates.findIndex((entry) => entry.offsetBytes === start);
      const strange = first < 0 ? this.input.foundAt(sub) : undefined;
      const at = first < 0 ? candidates.find((entry) => entry.offsetBytes === strange) : candidates.slice(first).find((entry) => entry.plan.id === sub.id);
      if (at === undefined && strange === undefined) {
        this.missing(sub, from);
        continue;
      }
      this.fresh.add(this.places.length);
      this.pos = at?.offsetBytes ?? strange ?? NaN;
      this.entry(sub, 'subsection', from, at, '', 0);
    }
    const read = this.pairs.map((pair) => pair.from);
    return { pairs: this.pairs, places: this.places, searchOffBytes, fresh: this.fresh, unread: this.saved.filter((entry) => entry.kind === 'subsection' && !read.includes(entry)) };
  }

  private missing(to: DescriptionPlan, from: SavedLayout | undefined): void {
    const pair: EntryPair = { kind: 'subsection', prefix: '', to, from, at: undefined, found: false, places: [], endIndex: 0 };
    this.pairs.push(pair);
    for (const plan of to.fields) {
      const carried = this.carried(plan);
      const lost = carried !== undefined && (plan.flags & KS_DEPRECATED) === 0;
      this.add(pair, plan, { offsetBytes: NaN, own: undefined, carried, fate: lost ? 'wrong' : 'nothing', verdict: lost ? 'loses' : 'loads' });
    }
    pair.endIndex = this.places.length;
  }

  private entry(to: DescriptionPlan, kind: EntryPair['kind'], from: SavedLayout | undefined, at: SavedLayout | undefined, prefix: string, depth: number): void {
    const pair: EntryPair = { kind, prefix, to, from, at, found: true, places: [], endIndex: 0 };
    this.pairs.push(pair);
    this.pos += this.input.restoring.format.headerBytes;
    for (const plan of to.fields) this.field(pair, plan, depth);
    pair.endIndex = this.places.length;
  }

  private field(pair: EntryPair, plan: FieldPlan, depth: number): void {
    const { restoring, readBytes } = this.input;
    const kind = fieldKind(restoring, plan);
    const own = pair.from === undefined ? undefined : sameMember(pair.from, plan);
    const carried = own ?? (pair.kind === 'nested' ? undefined : this.carried(plan));
    const version = pair.at?.plan.versionId;
    const start = this.pos;
    const skippedByVersion = restoring.fieldVersions && version !== undefined && plan.versionId > version;
    const base = { offsetBytes: start, own, carried, skippedByVersion };
    if (skippedByVersion) {
      const lost = kind !== 'deprecated' && carried !== undefined;
      this.add(pair, plan, { ...base, fate: lost ? 'wrong' : 'nothing', verdict: lost ? 'loses' : 'loads' });
      return;
    }
    if (version === undefined && kind !== 'nested') {
      // What version the header claims is not known.
      const lengthBytes = readBytes(pair.to, pair.prefix, plan);
      this.add(pair, plan, { ...base, elements: elementsOf(plan), lengthBytes, fate: kind === 'deprecated' ? 'nothing' : 'wrong', verdict: 'corrupts' });
      this.pos += lengthBytes;
      return;
    }
    if (kind === 'deprecated') {
      const lengthBytes = version === plan.versionId ? Math.max(0, plan.sizeBytes) : 0;
      this.add(pair, plan, { ...base, lengthBytes, fate: 'nothing' });
      this.pos += lengthBytes;
      return;
    }
    if (kind === 'none') {
      this.add(pair, plan, { ...base, fate: carried === undefined ? 'nothing' : 'wrong', verdict: carried === undefined ? 'loads' : 'loses' });
      return;
    }
    const elements = elementsOf(plan);
    const place = this.add(pair, plan, { ...base, elements, fate: 'right' });
    if (kind === 'nested') this.nested(pair, place, depth);
    else {
      place.lengthBytes = plainBytes(kind, plan, elements, () => readBytes(pair.to, pair.prefix, plan));
      this.pos += place.lengthBytes;
      this.judge(pair, place);
    }
  }

  private nested(pair: EntryPair, place: ReadPlace, depth: number): void {
    const { plan, elements } = place;
    const owner = place.own ?? this.renamedNested(pair, place);
    const start = this.pos;
    for (let i = 0; plan.ksd !== undefined && depth < maxDepth && i < elements; i++) {
      const expected = owner?.nested[i];
      const here = pair.at === pair.from && expected?.offsetBytes === this.pos ? expected : undefined;
      this.entry(plan.ksd, 'nested', expected, here, `${place.path}.`, depth + 1);
    }
    // Of several entries behind headers made of other bytes each may take another length.
    if (elements > 1 && this.pairs.some((one) => one.prefix === `${place.path}.` && one.at === undefined)) this.pos = NaN;
    place.lengthBytes = Number.isNaN(this.pos) ? 1 : this.pos - start;
    if (owner === undefined) Object.assign(place, place.lengthBytes === 0 ? { fate: 'nothing' } : { fate: 'wrong', verdict: 'corrupts' });
    else if (owner.kind !== 'nested' || owner.offsetBytes !== place.offsetBytes || elements > owner.elements) {
      Object.assign(place, place.lengthBytes === 0 && owner.lengthBytes === 0 ? { fate: 'nothing' } : { fate: 'wrong', verdict: 'corrupts' });
    } else if (elements < owner.elements) Object.assign(place, { fate: 'wrong', verdict: 'loses' });
    else if (place.lengthBytes === 0) place.fate = 'nothing';
    if (place.own === undefined && owner !== undefined) place.renamed = owner;
  }

  /** A nested field of another name at exactly this place. Its length is known only after reading: the same list, or nothing. */
  private renamedNested(pair: EntryPair, place: ReadPlace): SavedPlace | undefined {
    if (pair.from === undefined || pair.at !== pair.from || place.carried !== undefined) return undefined;
    const found = pair.from.fields.find((field) => field.kind === 'nested' && field.offsetBytes === place.offsetBytes && field.lengthBytes > 0);
    return found === undefined || pair.to.fields.some((field) => goesBy(field, found.plan)) || found.elements !== place.elements ? undefined : found;
  }

  /** As the engine judges: by where a field reads from. */
  private judge(pair: EntryPair, place: ReadPlace): void {
    const { own, carried, offsetBytes, lengthBytes, kind } = place;
    const owns = pair.from !== undefined && pair.at === pair.from;
    if (lengthBytes === 0) {
      const lost = kind !== 'custom' && own !== undefined && own.lengthBytes > 0;
      Object.assign(place, lost ? { fate: 'wrong', verdict: 'loses' } : { fate: kind === 'custom' ? 'value' : 'nothing' });
      return;
    }
    if (own !== undefined && owns && own.offsetBytes === offsetBytes && own.lengthBytes === lengthBytes) {
      this.arrives(place, own);
      return;
    }
    if (own !== undefined && own.offsetBytes === offsetBytes && place.elements < own.elements && own.plan.sizeBytes === place.plan.sizeBytes && own.kind === kind) {
      Object.assign(place, { fate: 'wrong', verdict: 'loses' });
      return;
    }
    if (own === undefined && carried === undefined && owns) {
      const found = pair.from.fields.find((field) => field.offsetBytes === offsetBytes && field.lengthBytes === lengthBytes);
      if (found !== undefined && !pair.to.fields.some((field) => goesBy(field, found.plan))) {
        place.renamed = found;
        this.arrives(place, found);
        return;
      }
    }
    Object.assign(place, { fate: 'wrong', verdict: 'corrupts' });
  }

  private arrives(place: ReadPlace, own: SavedPlace): void {
    Object.assign(place, meaning(place.kind) === meaning(own.kind) ? { fate: 'value' } : { fate: 'wrong', verdict: 'corrupts' });
  }

  /** Anywhere in the object but in what is nested: a member may have moved between the main list and a subsection. */
  private carried(plan: FieldPlan): SavedPlace | undefined {
    for (const entry of this.saved) {
      const found = sameMember(entry, plan);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private add(pair: EntryPair, plan: FieldPlan, more: Partial<ReadPlace> & Pick<ReadPlace, 'offsetBytes' | 'own' | 'carried' | 'fate'>): ReadPlace {
    const place: ReadPlace = {
      index: this.places.length, path: `${pair.prefix}${plan.member}`, plan, kind: fieldKind(this.input.restoring, plan), entry: pair,
      lengthBytes: 0, elements: 0, skippedByVersion: false, renamed: undefined, verdict: 'loads', ...more,
    };
    this.places.push(place);
    pair.places.push(place);
    return place;
  }
}

function sameMember(entry: SavedLayout, plan: FieldPlan): SavedPlace | undefined {
  const same = entry.fields.filter((field) => field.kind !== 'deprecated' && goesBy(field.plan, plan));
  return same.find((field) => field.plan.name === plan.name && field.plan.flags === plan.flags) ?? same[0];
}

/** Kinds whose bytes mean the same. */
export function meaning(kind: FieldKind): FieldKind {
  return kind === 'pointee' ? 'copied' : kind;
}
