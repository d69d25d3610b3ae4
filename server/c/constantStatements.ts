/**
 * Values of statement expressions made of constants: locals with constant initialisers, and a last expression. C forbids them in
 * constant expressions, gcc folds them when it optimises; kernel macros (min, max, ilog2) are written so.
 */
import type { Const } from './api';
import type { Declarator, Expr, Stmt } from './ast';
import { cannot, convert, evaluate, notConstant, truth } from './constant';
import { resolve } from './makeTypes';
import type { Sema } from './sema';

export function evaluateStatementExpr(sema: Sema, expr: Expr & { readonly kind: 'statementExpr' }): Const {
  const { body } = expr.body;
  const locals: Declarator[] = [];
  const made = run(sema, body, locals, expr);
  for (const local of locals) sema.values.delete(local);
  return made;
}

function run(sema: Sema, body: readonly Stmt[], locals: Declarator[], expr: Expr): Const {
  for (let i = 0; i < body.length; i++) {
    const at = body[i];
    if (at === undefined) break;
    if (i === body.length - 1) return at.kind === 'expr' ? evaluate(sema, at.expr) : notConstant('a statement expression without value', expr.first);
    const stopped = step(sema, at, locals);
    if (stopped !== undefined) return stopped;
  }
  return notConstant('a statement expression without value', expr.first);
}

/** undefined: goes on. */
function step(sema: Sema, at: Stmt, locals: Declarator[]): Const | undefined {
  switch (at.kind) {
    case 'empty': return undefined;
    case 'decl':
      for (const d of at.declarations) {
        if (d.kind === 'error') return cannot(`expected ${d.expected}`, d.at);
        if (d.kind !== 'variable') continue;
        if (d.init === undefined || d.init.kind === 'initList') {
          sema.values.set(d, notConstant(`'${d.name}' is a variable`, d.first));
        } else {
          const t = resolve(d.type);
          sema.values.set(d, convert(sema, evaluate(sema, d.init), { ...t, quals: { ...t.quals, const: false } }, d.first));
        }
        locals.push(d);
      }
      return undefined;
    case 'expr': {
      if (at.expr.kind === 'assign' && at.expr.op === '=' && at.expr.target.kind === 'ident') {
        const { target } = at.expr;
        const { local } = target;
        if (local === undefined || !locals.includes(local)) return notConstant('an assignment is not a constant', at.first);
        sema.values.set(local, convert(sema, evaluate(sema, at.expr.value), local.type, at.first));
        return undefined;
      }
      return changes(at.expr) ? notConstant('a side effect is not a constant', at.first) : undefined;
    }
    case 'if': {
      const condition = evaluate(sema, at.condition);
      const test = truth(condition);
      if (test === undefined) return changes(at.then) || changes(at.otherwise) ? condition : undefined;
      const taken = test ? at.then : at.otherwise;
      return taken === undefined ? undefined : step(sema, taken, locals);
    }
    case 'block':
      for (const inner of at.body) {
        const stopped = step(sema, inner, locals);
        if (stopped !== undefined) return stopped;
      }
      return undefined;
    case 'doWhile': {
      const condition = evaluate(sema, at.condition);
      return truth(condition) === false ? step(sema, at.body, locals) : notConstant('a loop is not a constant', at.first);
    }
    default: return notConstant('a statement that is not evaluated', at.first);
  }
}

/** Whether anything in the tree assigns. Walks the nodes' own properties; types and tokens are left out. */
function changes(node: unknown, depth = 0): boolean {
  if (typeof node !== 'object' || node === null || depth > 200) return false;
  if (Array.isArray(node)) return node.some((one) => changes(one, depth + 1));
  if ('kind' in node) {
    if (node.kind === 'assign') return true;
    if (node.kind === 'unary' && 'op' in node && typeof node.op === 'string' && node.op.includes('x')) return !node.op.startsWith('__');
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === 'first' || key === 'last' || key === 'type' || key === 'local' || key.endsWith('Tok') || key === 'at') continue;
    if (changes(value, depth + 1)) return true;
  }
  return false;
}
