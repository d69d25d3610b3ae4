/**
 * What the handover did to each member: verdict and reason. INTERFACES: words of verdicts.
 *
 * Judged by where a field read from, not by what its bytes happen to be: a value that arrives by luck does not arrive.
 */
import type { KernelMessage, RestoredEntry, RestoredField, RestoredObject, RestoreTrace, Verdict } from '../types';
import type { Kernel } from '../kernel';
import { judgeField, unreadField } from './judgeField';
import type { SavedObject } from './pairing';
import { carriedField, goesBy, savedEntry, savedField, savedObject, samePlan } from './pairing';
import type { DescriptionPlan } from './plan';
import type { EntryRead, ObjectRead } from './restore';
import type { EntryRun, SaveRun } from './save';
import { summaryOf } from './summary';
import { at, count, entryText, joinAnd, valueText, worst } from './words';

export interface JudgeContext {
  readonly save: SaveRun;
  readonly saving: Kernel;
  readonly restoring: Kernel;
}

export function judge(context: JudgeContext, reads: readonly ObjectRead[]): RestoreTrace {
  const objects = reads.map((read) => judgeObject(context, read));
  const { save, restoring } = context;
  const warned = [...save.messages, ...restoring.messages].some((message) => message.level === 'warn');
  const verdict = worst([
    ...objects.map((object) => object.verdict), ...(save.damage.length > 0 ? ['corrupts' as const] : []), ...(warned ? ['warns' as const] : []),
  ]);
  return {
    objects, messages: [...restoring.messages], verdict, summary: summaryOf(objects, save, restoring.messages).summary, limits: [...restoring.limits],
  };
}

function judgeObject(context: JudgeContext, read: ObjectRead): RestoredObject {
  const { save } = context;
  const saved = savedObject(save, read);
  const base = { description: read.description.variable, object: read.object.name, instanceId: read.instanceId, rc: read.rc };
  if (read.refused !== undefined) return { ...base, entries: [], verdict: 'refused', why: `kstate_restore() returns -EINVAL: ${read.refused}.` };
  if (read.entries.length === 0 && read.crash === undefined) return { ...base, ...notFound(context, read, saved) };
  const entries = read.entries.map((entry) => judgeEntry(context, read, entry, saved));
  if (saved !== undefined) entries.push(...oldOnlyEntries(context, read, saved));
  if (read.crash !== undefined) return { ...base, crash: read.crash, entries, verdict: 'crashes', why: read.crash.why };
  const fields = entries.flatMap((entry) => entry.fields);
  const mismatch = read.entries.find((entry) => entry.offsetBytes !== undefined && entry.versionId !== entry.plan.versionId);
  const aboveVersion = aboveVersionAtSave(context, saved);
  const bad = fields.filter((field) => field.verdict !== 'loads');
  const verdict = worst([...fields.map((field) => field.verdict), ...(mismatch !== undefined || aboveVersion !== undefined || logs(save.messages) ? ['warns' as const] : [])]);
  const why =
    bad.length > 0 ? bad.slice(0, 2).map((field) => field.why).join(' ') :
    mismatch !== undefined ? `Everything arrives; the stream has version ${String(mismatch.versionId)} of ${mismatch.plan.variable}, this kernel version ${String(mismatch.plan.versionId)}.` :
    aboveVersion !== undefined ? `Everything arrives; saving warns about ${aboveVersion}.` :
    'Every member that both kernels describe arrives.';
  return { ...base, entries, verdict, why };
}

/** WARNs of get_addr_offset and the like, which name no description. */
function logs(messages: readonly KernelMessage[]): boolean {
  return messages.some((message) => message.level === 'warn' && message.where !== 'save_kstate');
}

function aboveVersionAtSave(context: JudgeContext, saved: SavedObject | undefined): string | undefined {
  if (context.saving.dialect.saveAboveVersion !== 'warned') return undefined;
  for (const entry of saved?.entries ?? []) {
    const field = entry.fields.find((candidate) => candidate.skipped === 'version');
    if (field !== undefined) return `${field.name}, whose version ${String(field.plan.versionId)} is above version_id ${String(entry.versionId)}`;
  }
  return undefined;
}

function judgeEntry(context: JudgeContext, read: ObjectRead, entry: EntryRead, saved: SavedObject | undefined): RestoredEntry {
  const expected = saved === undefined ? undefined : savedEntry(context.save, saved, entry, read.entries);
  const nested = entry.kind === 'nested';
  const where: FieldsContext = { ...context, entry, expected, saved, object: read, nested };
  const fields: RestoredField[] =
    entry.offsetBytes === undefined
      ? entry.plan.fields.map((plan) => unreadField(where, plan, subsectionNotFound(context, entry, expected)))
      : [
        ...entry.fields.map((field) => judgeField(where, field)),
        ...entry.plan.fields.slice(entry.fields.length).map((plan) => ({ ...unreadField(where, plan, 'The kernel stops before it is read.'), verdict: 'crashes' as const })),
      ];
  if (expected !== undefined && entry.offsetBytes !== undefined) fields.push(...oldOnlyFields(expected, entry, read));
  return { description: entry.plan.variable, kind: entry.kind, offsetBytes: entry.offsetBytes, prefix: prefixOf(entry, read.entries), fields };
}

/** The path of the member that a nested entry fills. */
function prefixOf(entry: EntryRead, entries: readonly EntryRead[]): string {
  const parent = entry.parent === undefined ? undefined : entries[entry.parent];
  const field = parent?.plan.fields[entry.parentField ?? -1];
  return parent === undefined || field === undefined ? '' : `${prefixOf(parent, entries)}${field.member}.`;
}

export interface FieldsContext extends JudgeContext {
  readonly object: ObjectRead;
  readonly entry: EntryRead;
  /** The saved entry that this one should have come from. */
  readonly expected: EntryRun | undefined;
  readonly saved: SavedObject | undefined;
  readonly nested: boolean;
}

function subsectionNotFound(context: JudgeContext, entry: EntryRead, expected: EntryRun | undefined): string {
  const start = entry.endBytes;
  const name = `Subsection ${entry.plan.name}`;
  if (expected === undefined) return `The stream has no subsection with id ${String(entry.plan.id)}.`;
  if (expected.stateId !== entry.plan.id) return `${name} is not found: it was saved under id ${String(expected.stateId)}, this kernel looks for ${String(entry.plan.id)}.`;
  const first = context.save.entries.find((other) => other.kind === 'subsection' && other.object === expected.object);
  const off = start - (first?.offsetBytes ?? start);
  if (off === 0) return `${name} is not found: the search from ${at(start)} stops before ${at(expected.offsetBytes)}.`;
  return `${name} is not found: the search starts at ${at(start)}, ${count(Math.abs(off), 'byte')} ${off > 0 ? 'late' : 'early'}, where reading stopped.`;
}

/** Fields that only the saving kernel has: never a change of verdict. */
function oldOnlyFields(expected: EntryRun, entry: EntryRead, read: ObjectRead): RestoredField[] {
  const plans = read.entries.filter((other) => other.kind !== 'nested' || other === entry).flatMap((other) => other.plan.fields);
  return expected.fields
    .filter((field) => field.kind !== 'deprecated' && !plans.some((plan) => goesBy(plan, field.plan)))
    .filter((field) => !entry.fields.some((other) => other.offsetBytes === field.offsetBytes && other.lengthBytes === field.lengthBytes && other.lengthBytes > 0 && !expected.fields.some((f) => goesBy(f.plan, other.plan))))
    .map((field) => ({
      name: field.name, readFrom: undefined, value: undefined, expected: field.written, verdict: 'loads' as const, source: undefined,
      why: field.lengthBytes === 0 ? `Only the saving kernel has ${field.name}; it wrote nothing for it.` : `Only the saving kernel has ${field.name}: ${oldBytes(field.offsetBytes, field.lengthBytes, entry)}.`,
    }));
}

function oldBytes(offsetBytes: number, lengthBytes: number, entry: EntryRead): string {
  const taker = entry.fields.filter((field) => field.lengthBytes > 0 && field.offsetBytes < offsetBytes + lengthBytes && offsetBytes < field.offsetBytes + field.lengthBytes);
  const bytes = `its ${count(lengthBytes, 'byte')} at ${at(offsetBytes)}`;
  return taker.length === 0 ? `${bytes} stay unread` : `${bytes} are taken by ${joinAnd(taker.map((field) => field.plan.member))}`;
}

function oldOnlyEntries(context: JudgeContext, read: ObjectRead, saved: SavedObject): RestoredEntry[] {
  const known = read.entries.map((entry) => savedEntry(context.save, saved, entry, read.entries));
  return saved.entries
    .filter((entry) => entry.kind === 'subsection' && !known.includes(entry))
    .map((entry) => ({
      description: entry.description, kind: 'subsection' as const, offsetBytes: undefined,
      fields: entry.fields.filter((field) => field.kind !== 'deprecated').map((field) => ({
        name: field.name, readFrom: undefined, value: undefined, expected: field.written, verdict: 'loads' as const, source: undefined,
        why: `Only the saving kernel has ${entryText(entry)}: its entry at ${at(entry.offsetBytes)} is not looked for.`,
      })),
    }));
}

function notFound(context: JudgeContext, read: ObjectRead, saved: SavedObject | undefined): Pick<RestoredObject, 'entries' | 'verdict' | 'why'> {
  const { save, restoring } = context;
  const { description } = read;
  const silent = restoring.dialect.registerRestores;
  const returns = silent ? 'kstate_register() returns 0 all the same' : 'kstate_restore() returns -ENOENT';
  const plans = [description, ...(description.subsections ?? [])];
  const { format } = restoring.dialect;
  const reason =
    saved === undefined ? `The saving kernel has no ${read.object.name} with ${description.variable}: ${returns} and it keeps its initial values.` :
    format !== context.saving.dialect.format ? `The stream is one of dialect ${context.saving.dialect.name}: ${returns}.` :
    save.entries[0]?.stateId === 0 && restoring.dialect.idZeroFails ? `The first entry of the stream, ${entryText(save.entries[0])}, has id 0: ${returns}, as for every object of this kernel.` :
    saved.section.stateId !== description.id ? `${description.variable} was saved under id ${String(saved.section.stateId)}, this kernel looks for ${String(description.id)}: ${returns}.` :
    saved.section.instanceId !== read.instanceId ? `${read.object.name} was saved as instance ${String(saved.section.instanceId)}, this kernel looks for ${String(read.instanceId)}: ${returns}.` :
    `The stream cannot be read: ${returns}.`;
  const verdict: Verdict = saved === undefined ? 'loads' : silent ? 'loses' : 'refused';
  const entries = plans.map((plan, i) => ({
    description: plan.variable, kind: i === 0 ? 'section' as const : 'subsection' as const, offsetBytes: undefined,
    fields: plan.fields.map((field) => ({
      name: field.member, readFrom: undefined, value: read.before.get(field), expected: saved === undefined ? undefined : carriedField(saved, field, false)?.written,
      verdict: saved !== undefined && carriedField(saved, field, false) !== undefined ? verdict : 'loads' as const,
      why: `Not restored${keeps(read.before.get(field))}.`, source: field.source,
    })),
  }));
  return { entries, verdict, why: reason };
}

export function keeps(before: Uint8Array | undefined): string {
  return before === undefined ? '' : `, keeps ${valueText(before)}`;
}

/** The trace of a new kernel that never gets a stream: saving stopped or failed. */
export function notHandedOver(context: JudgeContext, plans: readonly { readonly description: DescriptionPlan; readonly object: string; readonly instanceId: number }[]): RestoreTrace {
  const { save } = context;
  const verdict: Verdict = save.crash !== undefined ? 'crashes' : 'refused';
  const why = save.crash?.why ?? `Saving returns ${String(save.rc)}: kstate_finalize() fails, and the kexec handover with it.`;
  const objects = plans.map(({ description, object, instanceId }) => ({
    description: description.variable, object, instanceId, rc: 0, verdict, why,
    entries: [description, ...(description.subsections ?? [])].map((plan, i) => ({
      description: plan.variable, kind: i === 0 ? 'section' as const : 'subsection' as const, offsetBytes: undefined,
      fields: plan.fields.map((field) => ({
        name: field.member, readFrom: undefined, value: undefined, verdict, why: 'No stream is handed over.', source: field.source,
        expected: save.entries.filter((entry) => entry.object === object && samePlan(entry.plan, plan)).map((entry) => savedField(entry, field)?.written)[0],
      })),
    })),
  }));
  return { objects, messages: [], verdict, summary: why, limits: [] };
}
