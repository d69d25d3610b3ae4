/** What rules look up by name in a model or in another file, worked out once for each: a file may hold thousands of descriptions. */
import type { KstateDescription, KstateModel, KstateRegistration } from '../model/kstate';
import type { OtherDescription, OtherFile } from './otherFile';

type OtherRegistration = OtherFile['registrations'][number];

export interface FileIndex<Description = OtherDescription, Registration = OtherRegistration> {
  /** The first of a name. */
  readonly descriptions: ReadonlyMap<string, Description>;
  readonly registrations: ReadonlyMap<string, readonly Registration[]>;
  /** Descriptions that list the name among their subsections. */
  readonly parents: ReadonlyMap<string, readonly Description[]>;
  /** Names that fields reach through `.ksd`. */
  readonly nested: ReadonlySet<string>;
  /** Names given to a call that restores; undefined among them: one whose description is not told by the text. */
  readonly restored: ReadonlySet<string | undefined>;
}

const indices = new WeakMap<OtherFile, FileIndex>();

/** What the index of a model holds is the model's own. */
export function indexOf(file: KstateModel): FileIndex<KstateDescription, KstateRegistration>;
export function indexOf(file: OtherFile): FileIndex;
export function indexOf(file: OtherFile): FileIndex {
  let index = indices.get(file);
  if (index === undefined) indices.set(file, (index = made(file)));
  return index;
}

function made(file: OtherFile): FileIndex {
  const descriptions = new Map<string, OtherDescription>();
  const registrations = new Map<string, OtherRegistration[]>();
  const parents = new Map<string, OtherDescription[]>();
  const nested = new Set<string>();
  const restored = new Set<string | undefined>();
  for (const description of file.descriptions) {
    if (!descriptions.has(description.variable)) descriptions.set(description.variable, description);
    for (const name of new Set(description.subsections?.map((s) => s.variable))) if (name !== undefined) append(parents, name, description);
    for (const { ksd } of description.fields) if (ksd?.known === true) nested.add(ksd.value);
  }
  for (const registration of file.registrations) {
    if (registration.description !== undefined) append(registrations, registration.description, registration);
    if (registration.call === 'kstate_restore' || registration.call === 'kstate_register_restore') restored.add(registration.description);
  }
  return { descriptions, registrations, parents, nested, restored };
}

function append<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}
