/**
 * Runs the input of one reference case in the engine: the C is read by the front end and the model, objects are made and filled as the case
 * says, the old kernel saves, the new one restores.
 */
import type { KernelCall } from '../engine/kernel';
import { Kernel } from '../engine/kernel';
import { countAhead, interpretedCallbacks } from '../engine/interpret/runner';
import { dialects } from '../engine/kstate/dialect';
import { plansOf } from '../engine/kstate/fromModel';
import type { DescriptionPlan } from '../engine/kstate/plan';
import type { RestoreRun } from '../engine/kstate/run';
import { restoreAll } from '../engine/kstate/run';
import type { SaveRun } from '../engine/kstate/save';
import { saveAll } from '../engine/kstate/save';
import { StaticData } from '../engine/kstate/staticData';
import { archOf } from '../engine/memory/arch';
import type { HandedOver } from '../engine/memory/kho';
import { checkUnit } from '../rules/index';
import type { CaseInput, CaseObject } from './kstateCase';
import { Members } from './kstateMembers';
import { readC } from './readC';
import { tampered } from './tamper';
import { expectedLeaves, leavesOf, verdictOf } from './kstateVerdict';
import type { Leaves } from './kstateVerdict';

export interface Side {
  readonly kernel: Kernel;
  readonly calls: readonly KernelCall[];
  readonly members: ReadonlyMap<string, Members>;
  readonly plans: ReadonlyMap<string, DescriptionPlan>;
  /** Bytes of each object. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface Outcome {
  readonly old: Side;
  readonly next: Side;
  readonly save: SaveRun;
  readonly restore: RestoreRun;
  readonly values: Leaves;
  readonly verdict: string;
  /** Findings of severity error that say that the C does not compile. */
  readonly compileErrors: readonly string[];
}

const arch = archOf('x86_64');

/** Throws in words when the C lacks what the objects name. */
export function runCase(input: CaseInput): Outcome {
  const compileErrors = [...new Set([input.oldC, input.newC].flatMap((text) => errorsOf(text, input.dialect)))];
  const old = side(input, 'old', input.dialect);
  const next = side(input, 'new', input.dialect);
  const wanted = expectedLeaves(input, old, next);
  const before = leavesOf(input, 'new', next);
  const save = saveAll(old.kernel, old.calls);
  const restore = restoreAll(next.kernel, next.calls, old.kernel, save, handedOver(input, save));
  const values = leavesOf(input, 'new', next);
  const verdict = compileErrors.length > 0 ? 'rejected' : verdictOf({ input, next, save, restore, values, before, wanted });
  return { old, next, save, restore, values, verdict, compileErrors };
}

function handedOver(input: CaseInput, save: SaveRun): HandedOver {
  return input.tamper === undefined ? save.handed : tampered(input.tamper, save, (dialect) => {
    const other = side(input, 'old', dialect);
    return saveAll(other.kernel, other.calls).stream;
  });
}

/** What `check` says of the file on its own. */
function errorsOf(text: string, dialect: CaseInput['dialect']): readonly string[] {
  const { model } = readC(text, dialect);
  return checkUnit(model).filter((finding) => finding.severity === 'error' && /does not compile/.test(finding.message)).map((finding) => finding.message);
}

/** One kernel of the case. Its C is always read as the case's dialect has it; it runs as `dialect` does. */
function side(input: CaseInput, which: 'old' | 'new', dialect: CaseInput['dialect']): Side {
  const { unit, model } = readC(which === 'old' ? input.oldC : input.newC, input.dialect);
  const env = input.env?.[which];
  const kernel = new Kernel({
    arch, dialect: dialects[dialect], seed: which, memoryFill: 0xc5, staleFill: Number(input.env?.stream_folio_stale_byte ?? 0xa5),
    bases: { ...arch.bases, ...(env === undefined ? {} : { pageOffset: BigInt(env.PAGE_OFFSET), vmemmapStart: BigInt(env.VMEMMAP_START) }) },
    placements: which === 'old' ? input.placements : [],
  });
  kernel.callbacks = interpretedCallbacks(kernel, unit, new StaticData(kernel, unit));
  const { plans } = plansOf(model, arch.pointerBytes, (name) => countAhead(kernel, name));
  const fill = Number(input.env?.untouched_byte_fill[which] ?? 0xdd);
  const calls: KernelCall[] = [];
  const members = new Map<string, Members>();
  const sizes: Record<string, number> = {};
  const addresses = new Map<string, bigint>();
  const objects = input.objects.filter((candidate) => candidate.kernel === which);
  for (const object of objects) {
    const union = object.type.startsWith('union');
    const record = unit.record(object.type.replace(/^(struct|union)\s+/, ''), union);
    const plan = plans.get(object.description);
    if (record === undefined || plan === undefined) throw new Error(`the C of the ${which} kernel does not have ${record === undefined ? object.type : object.description}`);
    const layout = unit.layout(record);
    if (!layout.known) throw new Error(`${object.type}: ${layout.why}`);
    const sizeBytes = layout.value.sizeBytes;
    sizes[object.name] = sizeBytes;
    const made = { name: object.name, address: kernel.allocStatic(sizeBytes), sizeBytes };
    addresses.set(object.name, made.address);
    kernel.space.write(made.address, new Uint8Array(sizeBytes).fill(fill));
    const access = new Members(kernel, unit, { kind: 'record', record, quals: { const: false, volatile: false, restrict: false, atomic: false } }, made.address, fill, addresses);
    for (const [path, value] of Object.entries(object.init)) access.set(path, value);
    members.set(object.name, access);
    const instanceId = instanceOf(object);
    const call = kernel.dialect.registerRestores || which === 'old' ? 'register' as const : 'restore' as const;
    calls.push({ call: instanceId === undefined ? 'register_restore' : call, description: plan, object: made, instanceId, range: undefined });
  }
  if (input.objects.length === 0) calls.push(...callsWithoutObjects(kernel, plans));
  return { kernel, calls, members, plans, sizes };
}

/** A case of descriptions only: one object of a pattern each shows what saving and restoring them does. */
function callsWithoutObjects(kernel: Kernel, plans: ReadonlyMap<string, DescriptionPlan>): readonly KernelCall[] {
  return [...plans.values()].map((plan) => {
    const object = { name: plan.variable, address: kernel.allocStatic(plan.objectBytes), sizeBytes: plan.objectBytes };
    return { call: 'register' as const, description: plan, object, instanceId: 1, range: undefined };
  });
}

/** A number, `auto`, or an expression like `(int)0x5f087b66u`. */
function instanceOf(object: CaseObject): number | undefined {
  if (object.instance_id === 'auto') return undefined;
  if (typeof object.instance_id === 'number') return object.instance_id;
  const [, sign, number] = /(-?)\s*(0x[0-9a-f]+|\d+)/i.exec(object.instance_id) ?? [];
  const value = BigInt(number ?? '0');
  return Number(BigInt.asIntN(32, sign === '-' ? -value : value));
}
