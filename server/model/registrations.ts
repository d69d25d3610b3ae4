/** Finds the calls that register, restore and unregister objects, and the objects they name. */
import type { CUnit, Init } from '../c/api';
import type { Call, Declarator, Expr } from '../c/ast';
import type { Expansion } from '../c/token';
import type { CType } from '../c/types';
import { calledNames, initLevels } from './initcalls';
import type { KstateObject, KstateRegistration, Read, RegistrationCall } from './kstate';
import { exprRange, known, spellTarget, unknownRead, withoutCasts } from './reads';
import { bare, recordOf } from './typeTools';
import { forEachExpr } from './walkCode';

const calls: ReadonlySet<string> = new Set<RegistrationCall>(['kstate_register', 'kstate_restore', 'kstate_register_restore', 'kstate_unregister']);

function isRegistrationCall(name: string): name is RegistrationCall {
  return calls.has(name);
}

/** In the order the kernel makes them: by initcall level (those without one last), then by place in the source. */
export function readRegistrations(unit: CUnit): readonly KstateRegistration[] {
  const levels = initLevels(unit);
  const found: KstateRegistration[] = [];
  for (const declaration of unit.declarations) {
    if (declaration.kind !== 'function' || declaration.bodyTokens === undefined || ![...calls].some((name) => calledNames(declaration).has(name))) continue;
    const body = unit.body(declaration);
    if (body === undefined) continue;
    forEachExpr(body, (expr) => {
      if (expr.kind !== 'call' || expr.callee.kind !== 'ident' || !isRegistrationCall(expr.callee.name)) return;
      found.push(fromCall(unit, expr, expr.callee.name, declaration.name, levels.get(declaration.name)));
    });
  }
  let functions: readonly FunctionRange[] | undefined;
  for (const expansion of unit.expansions) {
    if (!isRegistrationCall(expansion.macro.name)) continue;
    functions ??= functionRanges(unit);
    const caller = functionAround(functions, unit.range(expansion.name).start);
    if (caller !== undefined) found.push(fromMacro(unit, expansion, expansion.macro.name, caller, levels.get(caller)));
  }
  return found
    .map((registration, index) => ({ registration, index }))
    .sort((a, b) => (a.registration.initLevel ?? Infinity) - (b.registration.initLevel ?? Infinity)
      || a.registration.range.start - b.registration.range.start || a.index - b.index)
    .map(({ registration }) => registration);
}

function fromCall(unit: CUnit, call: Call, name: RegistrationCall, caller: string, initLevel: number | undefined): KstateRegistration {
  return {
    ...fromArgs(unit, call.args, name),
    call: name, caller, initLevel,
    range: exprRange(unit, call),
    args: call.args.map((arg) => exprRange(unit, arg)),
  };
}

/** Where the interface is a macro (a kernel built without KSTATE), the call is gone after preprocessing but still what the person wrote. */
function fromMacro(unit: CUnit, expansion: Expansion, name: RegistrationCall, caller: string, initLevel: number | undefined): KstateRegistration {
  const lists = expansion.args ?? [];
  return {
    ...fromArgs(unit, lists.map((tokens) => unit.parseExpr(tokens)), name),
    call: name, caller, initLevel,
    range: unit.range(expansion.name, expansion.close),
    args: lists.map((tokens) => unit.range(tokens[0] ?? expansion.close, tokens.at(-1) ?? expansion.close)),
  };
}

function fromArgs(unit: CUnit, args: readonly Expr[], name: RegistrationCall):
    Pick<KstateRegistration, 'description' | 'object' | 'objectExpr' | 'instanceId'> {
  const [description, object, instance] = args;
  return {
    description: description === undefined ? undefined : descriptionName(unit, description),
    object: object === undefined ? undefined : objectOf(unit, object),
    objectExpr: object,
    instanceId: instance === undefined || name === 'kstate_register_restore' ? undefined : instanceOf(unit, instance),
  };
}

/** `&state`, `&states[1]`; or an array's name, which means its first element. A pointer variable is not followed. */
function descriptionName(unit: CUnit, expr: Expr): string | undefined {
  const at = withoutCasts(expr);
  if (at.kind === 'ident') {
    const declared = at.local ?? unit.lookup(at.name);
    return declared !== undefined && bare(declared.type).kind === 'array' ? `${at.name}[0]` : undefined;
  }
  return at.kind === 'unary' && at.op === '&' ? spellTarget(unit, at) : undefined;
}

function instanceOf(unit: CUnit, expr: Expr): Read<number> {
  const value = unit.evaluate(expr);
  if (value.kind === 'unknown') return unknownRead(unit, value.why, value.at);
  if (value.kind !== 'int') return { known: false, why: 'not an integer constant', range: exprRange(unit, expr) };
  return known(Number(BigInt.asIntN(32, value.value)), exprRange(unit, expr));
}

interface Place {
  readonly variable: string;
  readonly declarator: Declarator;
  readonly type: CType;
  readonly init: Init | undefined;
}

/** The object behind `&var`, `&var.member`, `&table[1]`, or a decayed array, when it has static storage. */
function objectOf(unit: CUnit, expr: Expr): KstateObject | undefined {
  const at = withoutCasts(expr);
  if (at.kind === 'unary' && at.op === '&') return place(unit, at.operand);
  const whole = place(unit, at);
  if (whole === undefined) return undefined;
  const array = bare(whole.type);
  return array.kind === 'array' ? element(whole, array.of, 0) : undefined;
}

function place(unit: CUnit, expr: Expr): Place | undefined {
  const at = withoutCasts(expr);
  if (at.kind === 'ident') {
    const declared = at.local ?? unit.lookup(at.name);
    // A parameter or an automatic variable is no static object.
    if (declared?.kind !== 'variable' || (at.local !== undefined && declared.storage !== 'static')) return undefined;
    const init = declared.init === undefined ? undefined : unit.resolveInit(declared.type, declared.init);
    return { variable: at.name, declarator: declared, type: declared.type, init };
  }
  if (at.kind === 'index') {
    const base = place(unit, at.base);
    const index = unit.evaluate(at.index);
    if (base === undefined || index.kind !== 'int') return undefined;
    const array = bare(base.type);
    return array.kind === 'array' ? element(base, array.of, Number(index.value)) : undefined;
  }
  if (at.kind === 'member' && !at.arrow) {
    const base = place(unit, at.base);
    const member = base === undefined ? undefined : recordOf(base.type)?.members?.find((m) => m.name === at.name);
    if (base === undefined || member === undefined) return undefined;
    const set = base.init?.kind === 'record' ? base.init.members.find((m) => m.member === member)?.value : undefined;
    return { variable: `${base.variable}.${at.name}`, declarator: base.declarator, type: member.type, init: part(base.init, set, member.type) };
  }
  return undefined;
}

function element(array: Place, type: CType, index: number): Place {
  const set = array.init?.kind === 'array' ? array.init.elements.find((e) => e.index === index)?.value : undefined;
  return { variable: `${array.variable}[${index}]`, declarator: array.declarator, type, init: part(array.init, set, type) };
}

/** A part that its initialised whole does not mention is zero. */
function part(whole: Init | undefined, set: Init | undefined, type: CType): Init | undefined {
  if (whole === undefined || set !== undefined) return set;
  if (whole.kind === 'unknown') return { ...whole, type };
  return { kind: 'zero', type };
}

interface FunctionRange {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** Definitions, by place. */
function functionRanges(unit: CUnit): readonly FunctionRange[] {
  return unit.declarations
    .flatMap((d) => (d.kind === 'function' && d.bodyTokens !== undefined ? [{ name: d.name, ...unit.range(d.first, d.last) }] : []))
    .sort((a, b) => a.start - b.start);
}

function functionAround(functions: readonly FunctionRange[], at: number): string | undefined {
  let low = 0;
  let high = functions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((functions[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  const before = functions[low - 1];
  return before !== undefined && at < before.end ? before.name : undefined;
}
