/**
 * Statements. Running one gives how it ended; a jump into a statement (a label, a case) is a walk that passes over everything until
 * it reaches its target.
 */
import type { Block, Declarator, Expr, Stmt, TopLevel } from '../../c/ast';
import { valueOf } from './evaluate';
import { placeInit } from './initialise';
import type { Machine } from './machine';
import { operate } from './operators';
import { Stop, isTrue, noValue, numberOf } from './value';
import type { Value } from './value';

export type Completion =
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'goto'; readonly label: string; readonly stmt: Stmt };

/** undefined: it ended at its end. `seek`: the label or case within it from which to run. */
export function runStatement(m: Machine, stmt: Stmt, seek?: Stmt): Completion | undefined {
  m.step(stmt.first);
  switch (stmt.kind) {
    case 'block':
      return runBlock(m, stmt, seek);
    case 'expr':
      valueOf(m, stmt.expr);
      return undefined;
    case 'decl':
      for (const declared of stmt.declarations) declare(m, declared);
      return undefined;
    case 'if': {
      if (seek !== undefined) {
        if (holds(stmt.then, seek)) return runStatement(m, stmt.then, seek);
        return stmt.otherwise === undefined ? undefined : runStatement(m, stmt.otherwise, seek);
      }
      if (isTrue(valueOf(m, stmt.condition), stmt.first)) return runStatement(m, stmt.then);
      return stmt.otherwise === undefined ? undefined : runStatement(m, stmt.otherwise);
    }
    case 'while':
      return loop(m, stmt.body, seek, stmt.condition, undefined, false);
    case 'doWhile':
      return loop(m, stmt.body, seek, stmt.condition, undefined, true);
    case 'for':
      if (seek === undefined && stmt.init !== undefined) {
        if (stmt.init.kind === 'decl') runStatement(m, stmt.init);
        else valueOf(m, stmt.init);
      }
      return loop(m, stmt.body, seek, stmt.condition, stmt.step, false);
    case 'switch':
      return runSwitch(m, stmt, seek);
    case 'case': case 'default': case 'label':
      return stmt.body === undefined ? undefined : runStatement(m, stmt.body, seek === stmt ? undefined : seek);
    case 'goto':
      if (stmt.label === undefined) throw new Stop('a computed goto is not run', stmt.first);
      return { kind: 'goto', label: stmt.label, stmt };
    case 'return':
      return { kind: 'return', value: stmt.value === undefined ? noValue : valueOf(m, stmt.value) };
    case 'break': case 'continue':
      return { kind: stmt.kind };
    case 'asm':
      throw new Stop("'asm' is not run", stmt.first);
    case 'empty':
      return undefined;
    case 'error':
      throw new Stop(`expected ${stmt.expected}`, stmt.at);
  }
}

function runBlock(m: Machine, block: Block, seek: Stmt | undefined): Completion | undefined {
  let looking = seek;
  for (let i = 0; i < block.body.length; i++) {
    const stmt = block.body[i];
    if (stmt === undefined || (looking !== undefined && !holds(stmt, looking))) continue;
    let done = runStatement(m, stmt, looking);
    looking = undefined;
    // A jump to a label of this block goes on here; any other is for a block around it.
    for (let to = target(block, done); to !== undefined; to = target(block, done)) {
      m.step(stmt.first);
      const at = block.body.findIndex((one) => to !== undefined && holds(one, to));
      const into = block.body[at];
      if (into === undefined) break;
      done = runStatement(m, into, to);
      i = at;
    }
    if (done !== undefined) return done;
  }
  return undefined;
}

/** The label of this block that a goto goes to. */
function target(block: Block, done: Completion | undefined): Stmt | undefined {
  if (done?.kind !== 'goto') return undefined;
  return labelsOf(block).find((one) => one.kind === 'label' && one.name === done.label);
}

function loop(m: Machine, body: Stmt, seek: Stmt | undefined, condition: Expr | undefined, step: Expr | undefined, bodyFirst: boolean): Completion | undefined {
  let into = seek;
  let tested = bodyFirst || seek !== undefined;
  for (;;) {
    m.step(body.first);
    if (!tested && condition !== undefined && !isTrue(valueOf(m, condition), condition.first)) return undefined;
    tested = false;
    const done = runStatement(m, body, into);
    into = undefined;
    if (done?.kind === 'break') return undefined;
    if (done !== undefined && done.kind !== 'continue') return done;
    if (step !== undefined) valueOf(m, step);
  }
}

function runSwitch(m: Machine, stmt: Stmt & { readonly kind: 'switch' }, seek: Stmt | undefined): Completion | undefined {
  let to = seek;
  if (to === undefined) {
    const value = valueOf(m, stmt.value);
    const cases = casesOf(stmt.body);
    to = cases.find((one) => one.kind === 'case' && matches(m, stmt.value, value, one)) ?? cases.find((one) => one.kind === 'default');
    if (to === undefined) return undefined;
  }
  const done = runStatement(m, stmt.body, to);
  return done?.kind === 'break' ? undefined : done;
}

function matches(m: Machine, of: Expr, value: Value, one: Stmt & { readonly kind: 'case' }): boolean {
  const compare = (op: '==' | '<=' | '>=', other: Expr): boolean =>
    numberOf(operate(m, { op, at: one.first, node: other, left: of, right: other }, value, valueOf(m, other)), one.first) !== 0n;
  return one.end === undefined ? compare('==', one.value) : compare('>=', one.value) && compare('<=', one.end);
}

function declare(m: Machine, declared: TopLevel): void {
  if (declared.kind === 'error') throw new Stop(`expected ${declared.expected}`, declared.at);
  if (declared.kind !== 'variable' || declared.storage === 'static' || declared.storage === 'extern') return;
  if (declared.attributes.some((one) => one.name === 'cleanup')) throw new Stop('a variable that is cleaned up at the end of its block is not run', declared.nameTok);
  const frame = m.frame;
  if (frame === undefined) throw new Stop('a declaration outside of a function', declared.first);
  const known = frame.locals.get(declared);
  // The name is in scope in its own initialiser.
  if (known === undefined && declared.init !== undefined && needsName(declared)) frame.locals.set(declared, m.stack(m.sizeOf(declared.type, declared.first), declared.first));
  const place = placeInit(m, declared.type, declared.init, declared.nameTok, frame.locals.get(declared));
  frame.locals.set(declared, place.address);
}

/** Whether the type gives a size without the initialiser. */
function needsName(declared: Declarator): boolean {
  return !(declared.type.kind === 'array' && declared.type.length === undefined);
}

/** `({ …; value; })`. */
export function runStatementExpr(m: Machine, expr: Expr & { readonly kind: 'statementExpr' }): Value {
  const { body } = expr.body;
  let last: Value = noValue;
  for (const [i, stmt] of body.entries()) {
    if (i === body.length - 1 && stmt.kind === 'expr') last = valueOf(m, stmt.expr);
    else {
      const done = runStatement(m, stmt);
      if (done !== undefined) throw new Stop('a jump out of a statement expression is not run', stmt.first);
    }
  }
  return last;
}

// ---- labels and cases, found once for each statement ----

const labels = new WeakMap<Stmt, readonly Stmt[]>();

/** Every label, case and default within. */
function labelsOf(stmt: Stmt): readonly Stmt[] {
  const known = labels.get(stmt);
  if (known !== undefined) return known;
  const own: Stmt[] = stmt.kind === 'label' || stmt.kind === 'case' || stmt.kind === 'default' ? [stmt] : [];
  const all = [...own, ...inner(stmt).flatMap((one) => labelsOf(one))];
  labels.set(stmt, all);
  return all;
}

function holds(stmt: Stmt, label: Stmt): boolean {
  return labelsOf(stmt).includes(label);
}

/** The cases of a switch: not those of a switch inside. */
function casesOf(stmt: Stmt): readonly Stmt[] {
  const own: Stmt[] = stmt.kind === 'case' || stmt.kind === 'default' ? [stmt] : [];
  return stmt.kind === 'switch' ? [] : [...own, ...inner(stmt).flatMap((one) => casesOf(one))];
}

function inner(stmt: Stmt): readonly Stmt[] {
  switch (stmt.kind) {
    case 'block': return stmt.body;
    case 'if': return stmt.otherwise === undefined ? [stmt.then] : [stmt.then, stmt.otherwise];
    case 'while': case 'doWhile': case 'for': case 'switch': return [stmt.body];
    case 'case': case 'default': case 'label': return stmt.body === undefined ? [] : [stmt.body];
    default: return [];
  }
}
