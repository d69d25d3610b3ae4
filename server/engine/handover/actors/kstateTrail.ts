/**
 * Values on their way through several kernels: each saves what it has, so what one of them lost no later one gets. Who compares two neighbours does not see that; here is kept
 * which kernel a member's value comes from, and where it was lost.
 */
import type { EntryRun } from '../../kstate/save';
import type { RestoredField, RestoreTrace } from '../../types';

interface Value {
  /** The kernel that had it first. */
  readonly from: string;
  /** C variable of the description that it was saved by. */
  readonly description: string;
  lost: { readonly from: string; readonly to: string; readonly why: string } | undefined;
}

export class ValueTrail {
  /** By object and path of the member. */
  private readonly values = new Map<string, Value>();

  /** A kernel has saved: what is new in it begins its way here. */
  saved(kernel: string, entries: readonly EntryRun[]): void {
    for (const entry of entries) {
      for (const field of entry.fields) {
        if (field.kind === 'nested' || field.lengthBytes === 0) continue;
        const key = `${entry.object ?? ''}.${pathOf(entries, entry)}${field.name}`;
        if (!this.values.has(key)) this.values.set(key, { from: kernel, description: entry.description, lost: undefined });
      }
    }
  }

  /** What a restore made of them. @returns members that look well here, though the value is not that of the kernel which had it first: it was lost in a handover before this one */
  arrived(from: string, to: string, trace: RestoreTrace): readonly string[] {
    const fields = fieldsOf(trace);
    const out: string[] = [];
    for (const [key, value] of this.values) {
      const field = fields.get(key);
      if (value.lost !== undefined) {
        if (field !== undefined && isWell(field)) out.push(`${key} is not what ${value.from} saved: lost from ${value.lost.from} to ${value.lost.to}. ${value.lost.why}`);
        continue;
      }
      if (field === undefined) {
        // Under another name it goes on; without a description of its object nothing does.
        if (trace.objects.some(({ description }) => description === value.description)) this.values.delete(key);
        else value.lost = { from, to, why: `${to} does not describe it.` };
      } else if (!arrives(field)) value.lost = { from, to, why: field.why };
    }
    return out;
  }

  /** Nothing was restored. */
  refused(from: string, to: string, why: string): void {
    for (const value of this.values.values()) value.lost ??= { from, to, why: `${why}.` };
  }
}

/** A member that this kernel has, and nothing to complain of when only it and the kernel before it are compared. */
function isWell(field: RestoredField): boolean {
  return (field.verdict === 'loads' || field.verdict === 'warns') && field.value !== undefined;
}

/** Given up are also members that only the old kernel has, and such that the new one skips: it has nothing to save of them. */
function arrives(field: RestoredField): boolean {
  return isWell(field) && field.readFrom !== undefined;
}

function fieldsOf({ objects }: RestoreTrace): ReadonlyMap<string, RestoredField> {
  return new Map(objects.flatMap(({ object, entries }) => entries.flatMap(({ prefix = '', fields }) => fields.map((field) => [`${object}.${prefix}${field.name}`, field] as const))));
}

/** The path of the member that a nested entry was saved from. */
function pathOf(entries: readonly EntryRun[], { parent, parentField }: EntryRun): string {
  const above = parent === undefined ? undefined : entries[parent];
  const field = above?.fields[parentField ?? -1];
  return above === undefined || field === undefined ? '' : `${pathOf(entries, above)}${field.name}.`;
}
