/** Compares what a case came to with its truth: a difference for each key that is otherwise. */
import type { KernelMessage } from '../engine/types';
import type { DescriptionPlan } from '../engine/kstate/plan';
import type { EntryRun, SaveRun } from '../engine/kstate/save';
import type { CaseEntry, CaseField, CaseInput, CaseValue, KstateCase } from './kstateCase';
import { inputOf } from './kstateCase';
import { runCase } from './kstateRun';
import type { Outcome, Side } from './kstateRun';

export interface Difference {
  readonly key: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Runs a case on its permitted inputs and lists what differs. */
export function compareCase(one: KstateCase): readonly Difference[] {
  let outcome: Outcome;
  try {
    outcome = runCase(inputOf(one));
  } catch (problem) {
    return [{ key: 'run', expected: 'a handover', found: problem instanceof Error ? problem.message : String(problem) }];
  }
  return differences(one, outcome);
}

/** A truth that is not of the shape of a case differs, too. */
export function differences(one: KstateCase, outcome: Outcome): readonly Difference[] {
  const out = new Differences();
  try {
    compareCompile(out, one, outcome);
    if (one.restore.not_run !== true) {
      compareDescriptions(out, one, 'old', outcome.old);
      compareDescriptions(out, one, 'new', outcome.next);
      compareSave(out, one, outcome.save);
      compareRestore(out, one, outcome);
    }
    out.same('restore.verdict', one.restore.verdict, outcome.verdict);
  } catch (problem) {
    out.list.push({ key: 'case', expected: 'the shape of a reference case', found: problem instanceof Error ? problem.message : String(problem) });
  }
  return out.list;
}

class Differences {
  readonly list: Difference[] = [];

  same(key: string, expected: unknown, found: unknown): void {
    if (canonical(expected) !== canonical(found)) this.list.push({ key, expected, found });
  }

  /** Every key of both. */
  sameKeys(key: string, expected: unknown, found: unknown): void {
    if (!isRecord(expected) || !isRecord(found)) return this.same(key, expected, found);
    for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) this.sameKeys(`${key}.${name}`, expected[name], found[name]);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** As JSON with keys in order; what is undefined is as if it were not there. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? 'none';
}

function compareCompile(out: Differences, one: KstateCase, outcome: Outcome): void {
  const compiles = one.compile?.ok ?? true;
  if (compiles !== (outcome.compileErrors.length === 0)) {
    out.list.push({ key: 'compile', expected: compiles ? 'no finding that it does not compile' : 'an error that says that it does not compile', found: outcome.compileErrors[0] ?? 'no such finding' });
  }
}

function compareDescriptions(out: Differences, one: KstateCase, which: 'old' | 'new', from: Side): void {
  // A kernel that never ran left none.
  if (one[which].sizeof !== undefined) out.sameKeys(`${which}.sizeof`, one[which].sizeof, from.sizes);
  for (const description of one[which].descriptions ?? []) {
    const plan = [...from.plans.values()].find((candidate) => candidate.name === description.name && candidate.id === description.id)
      ?? [...from.plans.values()].find((candidate) => candidate.name === description.name);
    const { fields, ...rest } = description;
    const found = plan === undefined ? undefined : descriptionOf(plan);
    out.sameKeys(`${which}.descriptions.${description.name}`, { ...rest, fields: fields.length }, found === undefined ? undefined : { ...found, fields: found.fields.length });
    fields.forEach((field, i) => { out.sameKeys(`${which}.descriptions.${description.name}.fields[${String(i)}]`, field, found?.fields[i]); });
  }
}

function descriptionOf(plan: DescriptionPlan): { readonly fields: readonly unknown[] } & Readonly<Record<string, unknown>> {
  return {
    name: plan.name, id: plan.id, version_id: plan.versionId, min_version_id: plan.minVersionId ?? 0,
    fields: plan.fields.map((field) => ({
      name: field.name, offset: field.offsetBytes, size: field.sizeBytes, flags: field.flags, addr_type: field.addrType, version_id: field.versionId,
      count: field.count ?? -1, has_save: field.save !== undefined, has_restore: field.restore !== undefined, ksd: field.ksd?.name ?? null,
    })),
    subsections: (plan.subsections ?? []).map((sub) => sub.name),
  };
}

function compareSave(out: Differences, one: KstateCase, save: SaveRun): void {
  const completed = save.crash === undefined && save.rc === 0;
  out.same('save.rc', one.save?.rc, save.crash === undefined ? save.rc : null);
  out.same('save.warnings', one.save?.warnings, save.messages.map(logged));
  out.same('stream_hex', one.stream_hex, completed ? hex(save, 0, save.stream.length) : null);
  const preserved = completed ? save.preserved.map((block) => ({
    phys: `0x${block.phys.toString(16)}`, ...(block.sizeBytes === undefined ? { order: block.order } : { size: block.sizeBytes }),
    what: block.what === 'preserved page' ? 'v2 preserved page list' : block.what,
  })) : [];
  out.same('preserved.length', one.preserved?.length, preserved.length);
  one.preserved?.forEach((block, i) => { out.sameKeys(`preserved[${String(i)}]`, block, preserved[i]); });
  const top = completed ? save.entries.filter((entry) => entry.kind !== 'nested') : [];
  out.same('entries.length', one.entries?.length, top.length);
  one.entries?.forEach((entry, i) => { compareEntry(out, `entries[${String(i)}]`, entry, top[i] === undefined ? undefined : foundEntry(save, top[i], one.dialect)); });
}

function compareEntry(out: Differences, key: string, expected: CaseEntry, found: CaseEntry | undefined): void {
  const { fields, ...head } = expected;
  out.sameKeys(key, head, found === undefined ? undefined : { ...found, fields: undefined });
  out.same(`${key}.fields.length`, fields.length, found?.fields.length);
  fields.forEach((field, i) => {
    const at = `${key}.fields[${String(i)}]`;
    const other = found?.fields[i];
    const { nested, ...plain } = field;
    out.sameKeys(at, plain, other === undefined ? undefined : { ...other, nested: undefined });
    out.same(`${at}.nested.length`, nested?.length, other?.nested?.length);
    nested?.forEach((inner, k) => { compareEntry(out, `${at}.nested[${String(k)}]`, inner, other?.nested?.[k]); });
  });
}

const sections: Readonly<Record<number, string>> = { 1: 'KS_SUBSECTION', 2: 'KS_SECTION' };

function foundEntry(save: SaveRun, entry: EntryRun, dialect: CaseInput['dialect'], inherited?: number): CaseEntry {
  const index = save.entries.indexOf(entry);
  const type = inherited ?? (entry.kind === 'subsection' ? 1 : 2);
  const fields = entry.fields.map((field, i): CaseField => {
    const nested = save.entries.filter((inner) => inner.parent === index && inner.parentField === i).map((inner) => foundEntry(save, inner, dialect, type));
    return { name: field.plan.name, offset: field.offsetBytes, len: field.lengthBytes, hex: hex(save, field.offsetBytes, field.lengthBytes), ...(nested.length === 0 ? {} : { nested }) };
  });
  return {
    desc: entry.plan.name, offset: entry.offsetBytes, ...(dialect === 'v2' ? {} : { section_type: type, section: sections[type] ?? '' }), state_id: entry.stateId,
    version_id: entry.versionId, instance_id: entry.instanceId, size: entry.sizeBytes, data_hex: hex(save, entry.offsetBytes + entry.headerBytes, entry.sizeBytes), fields,
  };
}

function hex(save: SaveRun, offset: number, length: number): string {
  return Buffer.from(save.stream.subarray(offset, offset + length)).toString('hex');
}

function compareRestore(out: Differences, one: KstateCase, outcome: Outcome): void {
  const { save, restore, values } = outcome;
  // A kernel that stopped returned nothing.
  const ran = save.crash === undefined && save.rc === 0 && restore.objects.every((object) => object.crash === undefined);
  out.sameKeys('restore.rc', one.restore.rc ?? {}, ran ? Object.fromEntries(restore.objects.map((object) => [object.object, object.rc])) : {});
  out.same('restore.warnings', one.restore.warnings, ran ? restore.messages.filter((message) => message.level === 'warn').map(logged) : []);
  const found = ran ? values : {};
  const expected = one.restore.values ?? {};
  for (const object of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    for (const leaf of new Set([...Object.keys(expected[object] ?? {}), ...Object.keys(found[object] ?? {})])) {
      out.sameKeys(`restore.values.${object}.${leaf}`, somewhere(expected[object]?.[leaf]), somewhere(found[object]?.[leaf]));
    }
  }
}

/** A path that leads nowhere has no value, however that is written. */
function somewhere(value: CaseValue | null | undefined): CaseValue | undefined {
  return value === null || value === undefined || Object.keys(value).length === 0 ? undefined : value;
}

function logged(message: KernelMessage): string {
  return `${message.via ?? ''} ${message.where}: ${message.text}`;
}
