/** Where in its function a registration call stands, and which two calls cannot both be made in one boot. */
import type { Block, Call, Declarator, Expr, Stmt } from '../c/ast';
import type { CUnit } from '../c/api';
import { calledNames, initcallsOf } from '../model/initcalls';
import type { KstateModel, KstateRegistration } from '../model/kstate';
import { forEachSubExpr } from '../model/walkCode';

/** A branch or loop around a statement. */
interface Frame {
  readonly of: Stmt;
  readonly branch: number;
  readonly kind: 'if' | 'switch' | 'loop' | 'block';
  /** The branch does not go on to what follows it: its last statement is a return, goto, break or continue. */
  readonly leaves: boolean;
}

export interface CallPlace {
  readonly fn: Declarator;
  readonly call: Call;
  readonly frames: readonly Frame[];
  /** The statement is the call and nothing else, so that its result is lost. */
  readonly unused: boolean;
}

interface FunctionCode {
  readonly calls: ReadonlyMap<number, CallPlace>;
}

const codeOf = new WeakMap<KstateModel, Map<string, FunctionCode>>();

/** @returns undefined for calls that macros make away (a kernel without KSTATE). */
export function placeOf(model: KstateModel, registration: KstateRegistration): CallPlace | undefined {
  return functionCode(model, registration.caller)?.calls.get(registration.range.start);
}

/** Calls of one function in another one of the file. */
export function callsOf(model: KstateModel, caller: string, callee: string): readonly CallPlace[] {
  return [...functionCode(model, caller)?.calls.values() ?? []].filter(({ call }) => call.callee.kind === 'ident' && call.callee.name === callee);
}

function functionCode(model: KstateModel, name: string): FunctionCode | undefined {
  let known = codeOf.get(model);
  if (known === undefined) codeOf.set(model, (known = new Map()));
  let code = known.get(name);
  if (code === undefined) {
    const fn = model.unit.lookup(name);
    const body = fn?.bodyTokens === undefined ? undefined : model.unit.body(fn);
    if (fn === undefined || body === undefined) return undefined;
    known.set(name, (code = read(model.unit, fn, body)));
  }
  return code;
}

function read(unit: CUnit, fn: Declarator, body: Block): FunctionCode {
  const calls = new Map<number, CallPlace>();
  const expr = (at: Expr | undefined, frames: readonly Frame[], unused = false): void => {
    if (at === undefined) return;
    forEachSubExpr(at, (e) => {
      if (e.kind === 'call' && e.callee.kind === 'ident') calls.set(unit.range(e.first, e.last).start, { fn, call: e, frames, unused: unused && e === at });
    });
  };
  const into = (of: Stmt, branch: number, kind: Frame['kind'], inner: Stmt, frames: readonly Frame[]): void => {
    if (frames.length < 200) stmt(inner, [...frames, { of, branch, kind, leaves: leaves(inner) }]);
  };
  const stmt = (at: Stmt, frames: readonly Frame[]): void => {
    switch (at.kind) {
      case 'block': for (const inner of at.body) stmt(inner, frames); return;
      case 'expr': expr(at.expr, frames, true); return;
      case 'decl':
        for (const d of at.declarations) if (d.kind === 'variable' && d.init !== undefined && d.init.kind !== 'initList') expr(d.init, frames);
        return;
      case 'if':
        expr(at.condition, frames);
        into(at, 0, 'if', at.then, frames);
        if (at.otherwise !== undefined) into(at, 1, 'if', at.otherwise, frames);
        return;
      case 'while': case 'doWhile': expr(at.condition, [...frames, { of: at, branch: 0, kind: 'loop', leaves: false }]); into(at, 0, 'loop', at.body, frames); return;
      case 'for':
        if (at.init?.kind === 'decl') stmt(at.init, frames);
        else expr(at.init, frames);
        expr(at.condition, frames);
        into(at, 0, 'loop', at.body, frames);
        return;
      case 'switch': expr(at.value, frames); cases(at, at.body, frames); return;
      case 'case': case 'default': case 'label': if (at.body !== undefined) stmt(at.body, frames); return;
      case 'return': expr(at.value, frames); return;
      default: return;
    }
  };
  /** Each case label begins a branch of its own; that one may fall through to the next is not followed. */
  const cases = (of: Stmt, at: Stmt, frames: readonly Frame[]): void => {
    let branch = 0;
    for (const inner of at.kind === 'block' ? at.body : [at]) {
      if (inner.kind === 'case' || inner.kind === 'default') branch++;
      stmt(inner, [...frames, { of, branch, kind: 'switch', leaves: false }]);
    }
  };
  stmt(body, []);
  return { calls };
}

function leaves(stmt: Stmt): boolean {
  if (stmt.kind === 'block') {
    const last = stmt.body.at(-1);
    return last !== undefined && leaves(last);
  }
  return stmt.kind === 'return' || stmt.kind === 'goto' || stmt.kind === 'break' || stmt.kind === 'continue';
}

/** Two calls of one function, the first before the second, that no run of the function makes both. Errs towards yes. */
export function excludeEachOther(first: CallPlace, second: CallPlace): boolean {
  let i = 0;
  for (; i < first.frames.length && i < second.frames.length; i++) {
    const a = first.frames[i];
    const b = second.frames[i];
    if (a?.of !== b?.of) break;
    if (a?.branch !== b?.branch) return true;
  }
  return first.frames.slice(i).some((frame) => frame.leaves || frame.kind === 'switch');
}

/** The call is made again and again: it stands in a loop that goes on behind it. */
export function loopAround(place: CallPlace): Stmt | undefined {
  let loop: Stmt | undefined;
  for (const frame of place.frames) if (frame.kind === 'loop') loop = frame.of;
  if (loop === undefined) return undefined;
  const inside = place.frames.slice(place.frames.findIndex((frame) => frame.of === loop));
  return inside.some((frame) => frame.leaves) ? undefined : loop;
}

/** Both functions run in one boot for certain: the same, or each is an initcall of its own, or one initcall calls both unconditionally. */
export function bothRun(model: KstateModel, a: string, b: string): boolean {
  if (a === b) return true;
  const starts = initcallsOf(model.unit);
  if (starts.has(a) && starts.has(b)) return true;
  for (const start of starts.keys()) {
    const fn = model.unit.lookup(start);
    if (fn === undefined || ![a, b].every((name) => name === start || calledNames(fn).has(name))) continue;
    const [first] = a === start ? [undefined] : callsOf(model, start, a);
    const [second] = b === start ? [undefined] : callsOf(model, start, b);
    if ([first, second].every((place) => place === undefined || place.frames.length === 0)) return true;
  }
  return false;
}
