/** Makes a kernel out of what one source file says: its static objects in memory, and the KSTATE calls in the order it makes them. */
import type { CUnit } from '../../c/api';
import type { Stmt } from '../../c/ast';
import type { SrcRange } from '../../c/source';
import { dialectNote } from '../../model/dialect';
import type { KstateModel, KstateRegistration } from '../../model/kstate';
import type { AddressBases, Arch } from '../memory/arch';
import { MemoryFault } from '../memory/fault';
import { patternBytes } from '../seed';
import type { KernelCall, KernelObject, KernelOptions, Limit } from '../kernel';
import { Kernel } from '../kernel';
import { countAhead, interpretedCallbacks } from '../interpret/runner';
import { dialects } from './dialect';
import type { ModelPlans } from './fromModel';
import { plansOf } from './fromModel';
import type { DescriptionPlan } from './plan';
import { standIn } from './standIns';
import { StaticData } from './staticData';

export interface PrepareOptions {
  readonly arch: Arch;
  readonly bases: AddressBases;
  readonly seed: string;
  /** This kernel restores: folios and addresses are not there yet. */
  readonly restoring: boolean;
  /** Only the objects whose state this description is part of; it is simulated even when nothing registers it. */
  readonly only?: string;
  readonly kernel?: Pick<KernelOptions, 'ramBytes' | 'memoryFill' | 'staleFill' | 'placements' | 'place' | 'strict' | 'behind' | 'ownPhys'>;
}

export interface PreparedKernel {
  readonly kernel: Kernel;
  readonly calls: readonly KernelCall[];
  readonly plans: ReadonlyMap<string, DescriptionPlan>;
  /** Values that stand in. */
  readonly notes: readonly string[];
  /** Puts something behind each pointer that is still NULL, as the driver does that goes on with what a restore gave it. What is there stays as it is. */
  complete(): void;
}

export function prepareKernel(model: KstateModel, options: PrepareOptions): PreparedKernel {
  const kernel = new Kernel({ arch: options.arch, bases: options.bases, dialect: dialects[model.dialect], seed: options.seed, ...options.kernel });
  const data = new StaticData(kernel, model.unit);
  kernel.callbacks = interpretedCallbacks(kernel, model.unit, data);
  const read = plansOf(model, options.arch.pointerBytes, (name) => countAhead(kernel, name));
  const wanted = [...read.plans.values()].filter((plan) => options.only === undefined || holds(plan, options.only));
  for (const limit of relevant(read, wanted)) kernel.limit(limit.why, limit.range);
  const build = new Builder(kernel, model, options, data);
  const calls: KernelCall[] = [];
  for (const plan of read.plans.values()) {
    if (!wanted.includes(plan)) continue;
    calls.push(...build.callsOf(plan, topLevel(plan, read.plans) || plan.variable === options.only));
  }
  // In the order the kernel makes them; calls that are assumed stand where their registration does.
  const note = dialectNote(model.dialect);
  return { kernel, calls: inOrder(calls, model), plans: read.plans, notes: note === undefined ? build.notes : [note, ...build.notes], complete: () => { build.complete(); } };
}

/** Whether a description is, contains, or lists the one named. */
export function holds(plan: DescriptionPlan, variable: string, seen = new Set<DescriptionPlan>()): boolean {
  if (plan.variable === variable) return true;
  if (seen.has(plan)) return false;
  seen.add(plan);
  return [...(plan.subsections ?? []), ...plan.fields.flatMap((field) => (field.ksd === undefined ? [] : [field.ksd]))].some((inner) => holds(inner, variable, seen));
}

function topLevel(plan: DescriptionPlan, plans: ReadonlyMap<string, DescriptionPlan>): boolean {
  for (const other of plans.values()) {
    if (other !== plan && (other.subsections?.includes(plan) === true || other.fields.some((field) => field.ksd === plan))) return false;
  }
  return true;
}

function relevant(read: ModelPlans, wanted: readonly DescriptionPlan[]): readonly Limit[] {
  if (wanted.length === read.plans.size) return read.limits;
  const others = [...read.plans.values()].filter((plan) => !wanted.some((one) => holds(one, plan.variable)));
  return read.limits.filter((limit) => !others.some((plan) => limit.why.startsWith(`${plan.variable}:`)));
}

class Builder {
  readonly notes: string[] = [];
  private readonly objects = new Map<string, KernelObject>();
  private readonly filled: { readonly plan: DescriptionPlan; readonly object: KernelObject }[] = [];
  private readonly callers = new Set<string>();
  /** Addresses that those callers assign to. */
  private readonly assigned = new Set<bigint>();

  constructor(private readonly kernel: Kernel, private readonly model: KstateModel, private readonly options: PrepareOptions, private readonly data: StaticData) {}

  callsOf(plan: DescriptionPlan, simulateAnyway: boolean): KernelCall[] {
    const registrations = this.model.registrations.filter((registration) => registration.description === plan.variable);
    const calls = registrations.map((registration) => this.call(plan, registration));
    const { kernel } = this;
    const registers = calls.some((call) => call.call === 'register' || call.call === 'register_restore');
    const { registerRestores } = kernel.dialect;
    const restores = (registers && registerRestores) || calls.some((call) => call.call === 'restore' || call.call === 'register_restore');
    if (!registers && !restores) {
      if (!simulateAnyway) return [];
      const object = this.synthesised(plan, plan.variable.replace(/_state$/, ''));
      this.notes.push(`This file registers no object with ${plan.variable}: one of ${String(plan.objectBytes)} bytes, instance 1, stands in.`);
      const call = { description: plan, object, instanceId: 1, range: plan.range };
      return registerRestores ? [{ ...call, call: 'register' }] : [{ ...call, call: 'register' }, { ...call, call: 'restore' }];
    }
    if (!restores) {
      this.notes.push(`This file never restores ${plan.variable}: a kstate_restore() of the object that it registers is assumed elsewhere.`);
      return calls.flatMap((call) => (call.call === 'register' ? [call, { ...call, call: 'restore' as const }] : [call]));
    }
    if (!registers) {
      this.notes.push(`This file never registers ${plan.variable}: a kstate_register() of the object that it restores is assumed elsewhere.`);
      return calls.flatMap((call) => (call.call === 'restore' ? [{ ...call, call: 'register' as const }, call] : [call]));
    }
    return calls;
  }

  private call(plan: DescriptionPlan, registration: KstateRegistration): KernelCall {
    const { instanceId } = registration;
    if (instanceId?.known === false) this.kernel.limit(`The instance id of ${plan.variable} is taken to be 1: ${instanceId.why}.`, instanceId.range);
    const kind = registration.call === 'kstate_register' ? 'register' : registration.call === 'kstate_restore' ? 'restore' : registration.call === 'kstate_register_restore' ? 'register_restore' : 'unregister';
    return {
      call: kind, description: plan, object: this.object(plan, registration), range: registration.range,
      instanceId: instanceId === undefined ? undefined : instanceId.known ? Number(BigInt.asIntN(32, BigInt(instanceId.value))) : 1,
    };
  }

  private object(plan: DescriptionPlan, registration: KstateRegistration): KernelObject {
    const { object, objectExpr } = registration;
    if (object === undefined) {
      const name = objectExpr?.first.text === undefined || objectExpr.first.text === '&' ? `object of ${plan.variable}` : objectExpr.first.text;
      if (!this.objects.has(name)) this.notes.push(`${name}, registered with ${plan.variable}, is made while the driver runs: ${String(plan.objectBytes)} bytes of a pattern stand in.`);
      return this.synthesised(plan, name);
    }
    const known = this.objects.get(object.variable);
    if (known !== undefined) return known;
    const placed = this.data.place(object.declarator);
    const made = { name: object.variable, address: placed.address, sizeBytes: placed.sizeBytes };
    this.objects.set(object.variable, made);
    if (!placed.given) this.notes.push(`${object.variable} has no initialiser: a pattern in which every byte differs stands in.`);
    this.assign(registration.caller, registration.range);
    this.fill(plan, made, placed.given);
    return made;
  }

  private synthesised(plan: DescriptionPlan, name: string): KernelObject {
    const known = this.objects.get(name);
    if (known !== undefined) return known;
    const { kernel } = this;
    const made = { name, address: kernel.allocStatic(plan.objectBytes), sizeBytes: plan.objectBytes };
    this.objects.set(name, made);
    kernel.space.write(made.address, patternBytes(`${kernel.seed}:${name}`, made.sizeBytes));
    this.fill(plan, made, false);
    return made;
  }

  complete(): void {
    for (const { plan, object } of this.filled) this.standIn(plan, object, true, false);
  }

  private fill(plan: DescriptionPlan, object: KernelObject, given: boolean): void {
    this.filled.push({ plan, object });
    this.standIn(plan, object, given, this.options.restoring);
  }

  private standIn(plan: DescriptionPlan, object: KernelObject, given: boolean, restoring: boolean): void {
    try {
      standIn(this.kernel, plan, object, given, restoring, this.notes, this.assigned);
    } catch (problem) {
      // The source itself points somewhere that nothing is mapped; saving will stop there and say so.
      if (!(problem instanceof MemoryFault)) throw problem;
    }
  }

  /** Assignments of constants to static objects that the calling function makes before the call, in straight-line code. */
  private assign(caller: string, call: SrcRange): void {
    if (this.callers.has(caller)) return;
    this.callers.add(caller);
    const { unit } = this.model;
    const fn = unit.lookup(caller);
    const body = fn === undefined ? undefined : unit.body(fn);
    for (const statement of body?.body ?? []) {
      if (unit.range(statement.first).start >= call.start) return;
      const to = assignOne(unit, this.data, this.kernel, statement);
      if (to !== undefined) this.assigned.add(to);
    }
  }
}

/** The address that was assigned to; undefined: the statement is no assignment of a constant to a static object. */
function assignOne(unit: CUnit, data: StaticData, kernel: Kernel, statement: Stmt): bigint | undefined {
  if (statement.kind !== 'expr' || statement.expr.kind !== 'assign' || statement.expr.op !== '=') return undefined;
  const { target, value } = statement.expr;
  const where = unit.evaluate({ kind: 'unary', op: '&', operand: target, first: target.first, last: target.last });
  if (where.kind !== 'address' || where.of.kind !== 'variable') return undefined;
  if (unit.evaluate(value).kind === 'unknown') return undefined;
  const placed = data.place(where.of);
  const size = unit.sizeOf(unit.typeOf(target));
  if (!size.known || where.offsetBytes < 0n || Number(where.offsetBytes) + size.value > placed.sizeBytes) return undefined;
  try {
    const address = placed.address + where.offsetBytes;
    return data.store(address, unit.typeOf(target), value, target.first.text) ? address : undefined;
  } catch (problem) {
    if (!(problem instanceof MemoryFault)) throw problem;
    kernel.limit(`The assignment to ${target.first.text} goes where no memory is.`, unit.range(target.first));
    return undefined;
  }
}

/** By place in model.registrations; calls without one (stand-ins) first, as they depend on nothing. */
function inOrder(calls: readonly KernelCall[], model: KstateModel): readonly KernelCall[] {
  const place = (call: KernelCall): number => model.registrations.findIndex((registration) => registration.range === call.range);
  return calls.map((call, i) => ({ call, i, at: place(call) })).sort((a, b) => a.at - b.at || a.i - b.i).map(({ call }) => call);
}
