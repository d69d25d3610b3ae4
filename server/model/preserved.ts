/** Which members of a struct some description of its file carries. */
import type { KstateDescription, KstateField, KstateModel } from './kstate';
import { KS_DEPRECATED, hasFlag } from './kstateFlags';
import { bare } from './typeTools';
import type { Record } from '../c/types';

export interface PreservedMembers {
  /** Members of the struct by name, those of unnamed inner structs included, in order. */
  readonly all: readonly string[];
  /** Those of `all` of which nothing travels. */
  readonly without: readonly string[];
}

/** By the description itself, its subsections, and the file's other descriptions of the same struct. undefined: of no one struct. */
export function preservedMembers(model: KstateModel, description: KstateDescription): PreservedMembers | undefined {
  const struct = description.struct === undefined ? undefined : bare(description.struct);
  if (struct?.kind !== 'record') return undefined;
  const all = namesOf(struct.record, 0);
  if (all.length === 0) return undefined;
  const carried = new Set(model.descriptions.flatMap((one) => {
    const other = one.struct === undefined ? undefined : bare(one.struct);
    return other?.kind === 'record' && other.record === struct.record ? one.fields.filter((field) => travels(field, one)).map((field) => /^\w+/.exec(field.member?.path ?? '')?.[0] ?? '') : [];
  }));
  return { all, without: all.filter((name) => !carried.has(name)) };
}

function travels(field: KstateField, { versionId }: KstateDescription): boolean {
  if (hasFlag(field, KS_DEPRECATED)) return false;
  return !field.versionId.known || !versionId.known || field.versionId.value <= versionId.value;
}

function namesOf(record: Record, depth: number): string[] {
  return (record.members ?? []).flatMap((member) => {
    if (member.name !== undefined) return [member.name];
    const inner = bare(member.type);
    return inner.kind === 'record' && depth < 8 ? namesOf(inner.record, depth + 1) : [];
  });
}
