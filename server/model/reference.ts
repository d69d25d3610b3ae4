/** What there is to know about every name of the KSTATE interface: for hovers, completion and documentation. */
import { callEntries } from './reference/calls';
import type { ReferenceEntry, ReferenceKind } from './reference/entry';
import { addressKindEntries, flagEntries, idEntries } from './reference/flags';
import { macroEntries } from './reference/macros';
import { descriptionMemberEntries, fieldMemberEntries, structEntries } from './reference/members';

export type { ReferenceEntry, ReferenceKind } from './reference/entry';

export const reference: readonly ReferenceEntry[] = [
  ...macroEntries, ...flagEntries, ...addressKindEntries, ...structEntries, ...descriptionMemberEntries, ...fieldMemberEntries, ...callEntries, ...idEntries,
];

const byKey: ReadonlyMap<string, ReferenceEntry> = new Map(reference.map((entry) => [`${entry.kind} ${entry.name}`, entry]));
const members: ReadonlySet<ReferenceKind> = new Set<ReferenceKind>(['descriptionMember', 'fieldMember']);
const byName: ReadonlyMap<string, ReferenceEntry> = new Map(reference.filter((entry) => !members.has(entry.kind)).map((entry) => [entry.name, entry]));

/**
 * The entry for a name as it stands in code: macros, flags, structs, calls, ids.
 * Members (`version_id` is one of two structs) are asked for with their kind.
 */
export function referenceFor(name: string, kind?: ReferenceKind): ReferenceEntry | undefined {
  return kind === undefined ? byName.get(name) : byKey.get(`${kind} ${name}`);
}
