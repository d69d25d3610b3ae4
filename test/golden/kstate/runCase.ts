/**
 * Runs one reference case in the engine and lists what differs from the truth.
 *
 * Reads of the case: dialect, old.c, new.c, objects, env, tamper, and the addresses in save.folio_events; everything else is
 * compared. The C is read by the front end and the model, nothing is taken from `descriptions`.
 */
import type { CUnit } from '../../../server/c/api';
import type { KstateModel } from '../../../server/model/kstate';
import type { KernelCall } from '../../../server/engine/kernel';
import { Kernel } from '../../../server/engine/kernel';
import { archOf } from '../../../server/engine/memory/arch';
import type { HandedOver } from '../../../server/engine/memory/kho';
import { dialects } from '../../../server/engine/kstate/dialect';
import { plansOf } from '../../../server/engine/kstate/fromModel';
import type { DescriptionPlan } from '../../../server/engine/kstate/plan';
import type { RestoreRun } from '../../../server/engine/kstate/run';
import { restoreAll } from '../../../server/engine/kstate/run';
import type { EntryRun, SaveRun } from '../../../server/engine/kstate/save';
import { saveAll } from '../../../server/engine/kstate/save';
import type { KernelMessage, Verdict } from '../../../server/engine/types';
import type { CaseEntry, CaseObject, CaseValue, KstateCase } from './caseFile';
import { Members } from './initLanguage';

/** Reads one file of C as the dialect's kernel has it. */
export type ReadC = (text: string, dialect: KstateCase['dialect']) => { readonly unit: CUnit; readonly model: KstateModel };

export interface Difference {
  readonly key: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Words of the engine, in the words of the cases. INTERFACES: verdict words across the data. */
export const caseVerdict: Readonly<Record<Verdict, string>> = {
  loads: 'ok', warns: 'warned', loses: 'skipped', corrupts: 'silent-corruption', refused: 'rejected', crashes: 'crash',
};

interface Side {
  readonly kernel: Kernel;
  readonly calls: readonly KernelCall[];
  readonly members: ReadonlyMap<string, Members>;
  readonly plans: ReadonlyMap<string, DescriptionPlan>;
  readonly sizes: Readonly<Record<string, number>>;
}

const arch = archOf('x86_64');

export function runCase(one: KstateCase, readC: ReadC): readonly Difference[] {
  const out = new Differences();
  const old = side(one, 'old', one.dialect, readC);
  const next = side(one, 'new', one.dialect, readC);
  compareDescriptions(out, one, old, next);
  if (one.restore.not_run === true) return out.list;
  const wanted = expectedLeaves(one, old, next);
  const before = leavesOf(one, 'new', next);
  const save = saveAll(old.kernel, old.calls);
  compareSave(out, one, save);
  const restore = restoreAll(next.kernel, next.calls, old.kernel, save, tampered(one, save, readC));
  const values = leavesOf(one, 'new', next);
  compareRestore(out, one, save, restore, values);
  out.same('restore.verdict', one.restore.verdict, verdictOf(save, restore, values, before, wanted));
  return out.list;
}

function side(one: KstateCase, which: 'old' | 'new', dialect: KstateCase['dialect'], readC: ReadC): Side {
  const { unit, model } = readC(one[which].c, dialect);
  const env = one.env?.[which];
  const kernel = new Kernel({
    arch, dialect: dialects[dialect], seed: which, memoryFill: 0xc5, staleFill: Number(one.env?.stream_folio_stale_byte ?? 0xa5),
    bases: { ...arch.bases, ...(env === undefined ? {} : { pageOffset: BigInt(env.PAGE_OFFSET), vmemmapStart: BigInt(env.VMEMMAP_START) }) },
    placements: which === 'old' ? (one.save?.folio_events ?? []).filter((event) => event.order !== undefined).map((event) => BigInt(event.phys)) : [],
  });
  const { plans } = plansOf(model, arch.pointerBytes);
  const fill = Number(one.env?.untouched_byte_fill[which] ?? 0xdd);
  const calls: KernelCall[] = [];
  const members = new Map<string, Members>();
  const sizes: Record<string, number> = {};
  for (const object of one.objects.filter((candidate) => candidate.kernel === which)) {
    const record = unit.record(object.type.replace(/^struct\s+/, ''));
    const plan = plans.get(object.description);
    if (record === undefined || plan === undefined) throw new Error(`the C does not have ${record === undefined ? object.type : object.description}`);
    const layout = unit.layout(record);
    if (!layout.known) throw new Error(layout.why);
    const sizeBytes = layout.value.sizeBytes;
    sizes[object.name] = sizeBytes;
    const made = { name: object.name, address: kernel.allocStatic(sizeBytes), sizeBytes };
    kernel.space.write(made.address, new Uint8Array(sizeBytes).fill(fill));
    const access = new Members(kernel, unit, { kind: 'record', record, quals: { const: false, volatile: false, restrict: false, atomic: false } }, made.address, fill);
    for (const [path, value] of Object.entries(object.init)) access.set(path, value);
    members.set(object.name, access);
    const instanceId = instanceOf(object);
    const call = kernel.dialect.registerRestores || which === 'old' ? 'register' as const : 'restore' as const;
    calls.push({ call: instanceId === undefined ? 'register_restore' : call, description: plan, object: made, instanceId, range: undefined });
  }
  return { kernel, calls, members, plans, sizes };
}

function instanceOf(object: CaseObject): number | undefined {
  if (object.instance_id === 'auto') return undefined;
  if (typeof object.instance_id === 'number') return object.instance_id;
  const number = /0x[0-9a-f]+|\d+/i.exec(object.instance_id)?.[0] ?? '0';
  return Number(BigInt.asIntN(32, BigInt(number)));
}

/** What reached the new kernel, when the case altered it on the way. */
function tampered(one: KstateCase, save: SaveRun, readC: ReadC): HandedOver {
  if (one.tamper === undefined) return save.handed;
  const last = save.handed.blocks[save.handed.blocks.length - 1];
  const replace = (bytes: Uint8Array): HandedOver => ({ ...save.handed, blocks: save.handed.blocks.map((block) => (block === last ? { ...block, bytes } : block)) });
  const bytes = new Uint8Array(last?.bytes ?? []);
  if (one.tamper.includes('first byte of the magic')) {
    bytes[0] = 0x8d;
    return replace(bytes);
  }
  if (one.tamper.includes('v2 layout stream')) {
    const v2 = side(one, 'old', 'v2', (text) => readC(text, one.dialect));
    bytes.set(saveAll(v2.kernel, v2.calls).stream);
    return replace(bytes);
  }
  throw new Error(`unknown tamper: ${one.tamper}`);
}

type Leaves = Readonly<Record<string, Readonly<Record<string, CaseValue>>>>;

function leavesOf(one: KstateCase, which: 'old' | 'new', from: Side): Leaves {
  const out: Record<string, Record<string, CaseValue>> = {};
  for (const object of one.objects.filter((candidate) => candidate.kernel === which)) {
    const values: Record<string, CaseValue> = {};
    for (const leaf of object.leaves) values[leaf] = from.members.get(object.name)?.get(leaf) ?? {};
    out[object.name] = values;
  }
  return out;
}

/** What each leaf of a new object should hold: what the old object of that name held, addresses moved to the new bases. */
function expectedLeaves(one: KstateCase, old: Side, next: Side): Leaves {
  const out: Record<string, Record<string, CaseValue>> = {};
  for (const object of one.objects.filter((candidate) => candidate.kernel === 'new')) {
    const source = one.objects.find((candidate) => candidate.kernel === 'old' && candidate.name === object.name);
    if (source === undefined) continue;
    const values: Record<string, CaseValue> = {};
    const plan = next.plans.get(object.description);
    const described = [plan, ...(plan?.subsections ?? [])].flatMap((part) => (part?.fields ?? []).map((field) => rootOf(field.member)));
    for (const leaf of object.leaves) {
      const init = source.init[leaf];
      // A member that the restoring kernel does not describe at all is not expected to arrive [case: v3_no_fields].
      if ((init === undefined && !source.leaves.includes(leaf)) || !described.includes(rootOf(leaf))) continue;
      const area = /^(linear|vmemmap):(.*)$/.exec(init ?? '');
      const bases = next.kernel.space.bases;
      if (area === null) values[leaf] = old.members.get(object.name)?.get(leaf) ?? {};
      else {
        const bytes = new DataView(new ArrayBuffer(8));
        bytes.setBigUint64(0, (area[1] === 'linear' ? bases.pageOffset : bases.vmemmapStart) + BigInt(area[2] ?? '0'), true);
        values[leaf] = { size: 8, hex: Buffer.from(bytes.buffer).toString('hex') };
      }
    }
    out[object.name] = values;
  }
  return out;
}

/** The member that a path starts from: `raw` of `*raw[0]`. */
function rootOf(path: string): string {
  return /\w+/.exec(path.replace(/^(folio|bits):/, ''))?.[0] ?? path;
}

/** By the values of the leaves, as the README of the cases says; strongest first. */
function verdictOf(save: SaveRun, restore: RestoreRun, values: Leaves, before: Leaves, wanted: Leaves): string {
  if (save.crash !== undefined || restore.objects.some((object) => object.crash !== undefined)) return 'crash';
  if (save.rc !== 0) return 'rejected';
  let lost = false;
  let wrong = false;
  for (const [object, leaves] of Object.entries(values)) {
    for (const [leaf, value] of Object.entries(leaves)) {
      const want = wanted[object]?.[leaf];
      const kept = sameValue(value, before[object]?.[leaf]);
      if (want === undefined) wrong ||= !kept && wanted[object] !== undefined && !renamed(restore, object, leaf);
      else if (!sameValue(value, want)) {
        if (kept) lost = true;
        else wrong = true;
      }
    }
  }
  if (wrong) return 'silent-corruption';
  if (restore.objects.some((object) => object.rc !== 0)) return 'rejected';
  if (lost) return 'skipped';
  return [...save.messages, ...restore.messages].some((message) => message.level === 'warn') ? 'warned' : 'ok';
}

/** Names are not in the stream: a member that takes the place of another one arrives under its new name. */
function renamed(restore: RestoreRun, object: string, leaf: string): boolean {
  const fields = restore.objects.filter((one) => one.object === object).flatMap((one) => one.entries.flatMap((entry) => entry.fields));
  return fields.some((field) => field.name === leaf && field.verdict === 'loads' && field.readFrom !== undefined);
}

function sameValue(a: CaseValue | undefined, b: CaseValue | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.folio !== undefined || b.folio !== undefined) return JSON.stringify(a.folio) === JSON.stringify(b.folio);
  return a.hex === b.hex;
}

// ---- comparison ----

class Differences {
  readonly list: Difference[] = [];

  same(key: string, expected: unknown, found: unknown): void {
    if (JSON.stringify(expected) !== JSON.stringify(found)) this.list.push({ key, expected, found });
  }
}

function compareSave(out: Differences, one: KstateCase, save: SaveRun): void {
  out.same('save.rc', one.save?.rc, save.crash === undefined ? save.rc : null);
  out.same('save.warnings', one.save?.warnings, save.messages.map(logged));
  if (save.crash !== undefined || save.rc !== 0) return;
  out.same('stream_hex', one.stream_hex, Buffer.from(save.stream).toString('hex'));
  out.same('preserved', one.preserved?.map(({ phys, order, what }) => [phys, order, what]), save.preserved.map((block) => [
    `0x${block.phys.toString(16)}`, block.order, block.what === 'preserved page' ? 'v2 preserved page list' : block.what,
  ]));
  const top = save.entries.filter((entry) => entry.kind !== 'nested');
  out.same('entries.length', one.entries?.length, top.length);
  one.entries?.forEach((entry, i) => {
    out.same(`entries[${String(i)}]`, plainEntry(entry), top[i] === undefined ? undefined : foundEntry(save, top[i], one.dialect));
  });
}

/** The compared part of an entry, in one order of keys. */
function plainEntry(entry: CaseEntry): unknown {
  return {
    desc: entry.desc, offset: entry.offset, section_type: entry.section_type, state_id: entry.state_id, version_id: entry.version_id,
    instance_id: entry.instance_id, size: entry.size, data_hex: entry.data_hex,
    fields: entry.fields.map((field) => ({ name: field.name, offset: field.offset, len: field.len, hex: field.hex, nested: field.nested?.map(plainEntry) })),
  };
}

function foundEntry(save: SaveRun, entry: EntryRun, dialect: KstateCase['dialect'], inherited?: number): unknown {
  const bytes = (offset: number, length: number): string => Buffer.from(save.stream.subarray(offset, offset + length)).toString('hex');
  const index = save.entries.indexOf(entry);
  const section = inherited ?? (entry.kind === 'subsection' ? 1 : 2);
  return {
    desc: entry.plan.name, offset: entry.offsetBytes, section_type: dialect === 'v2' ? undefined : section, state_id: entry.stateId, version_id: entry.versionId,
    instance_id: entry.instanceId, size: entry.sizeBytes, data_hex: bytes(entry.offsetBytes + entry.headerBytes, entry.sizeBytes),
    fields: entry.fields.map((field, i) => {
      const nested = save.entries.filter((inner) => inner.parent === index && inner.parentField === i);
      return {
        name: field.plan.name, offset: field.offsetBytes, len: field.lengthBytes, hex: bytes(field.offsetBytes, field.lengthBytes),
        nested: nested.length === 0 ? undefined : nested.map((inner) => foundEntry(save, inner, dialect, section)),
      };
    }),
  };
}

function compareRestore(out: Differences, one: KstateCase, save: SaveRun, restore: RestoreRun, values: Leaves): void {
  // A kernel that stopped returned nothing.
  const ran = save.crash === undefined && save.rc === 0 && restore.objects.every((object) => object.crash === undefined);
  const rc = Object.fromEntries(restore.objects.map((object) => [object.object, object.rc]));
  out.same('restore.rc', sorted(one.restore.rc ?? {}), sorted(ran ? rc : {}));
  out.same('restore.warnings', one.restore.warnings, ran ? restore.messages.filter((message) => message.level === 'warn').map(logged) : []);
  if (!ran) return;
  for (const [object, leaves] of Object.entries(one.restore.values ?? {})) {
    for (const [leaf, value] of Object.entries(leaves)) {
      const found = values[object]?.[leaf];
      if (!sameValue(value, found) || value.size !== found?.size) out.same(`restore.values.${object}.${leaf}`, value, found);
    }
  }
}

function compareDescriptions(out: Differences, one: KstateCase, old: Side, next: Side): void {
  for (const [which, from] of [['old', old], ['new', next]] as const) {
    // A kernel that never ran left no sizes.
    const sizes = Object.entries(one[which].sizeof ?? {});
    if (sizes.length > 0) out.same(`${which}.sizeof`, sorted(Object.fromEntries(sizes)), sorted(from.sizes));
    for (const description of one[which].descriptions ?? []) {
      const plan = [...from.plans.values()].find((candidate) => candidate.name === description.name);
      out.same(`${which}.descriptions.${description.name}`, { ...description, min_version_id: undefined }, plan === undefined ? undefined : {
        name: plan.name, id: plan.id, version_id: plan.versionId, min_version_id: undefined,
        fields: plan.fields.map((field) => ({
          name: field.name, offset: field.offsetBytes, size: field.sizeBytes, flags: field.flags, addr_type: field.addrType, version_id: field.versionId,
          count: field.count ?? -1, has_save: field.save !== undefined, has_restore: field.restore !== undefined, ksd: field.ksd?.name ?? null,
        })),
        subsections: (plan.subsections ?? []).map((sub) => sub.name),
      });
    }
  }
}

function logged(message: KernelMessage): string {
  return `${message.via ?? ''} ${message.where}: ${message.text}`;
}

function sorted(record: Readonly<Record<string, number>>): unknown {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
