/** How many elements a count callback says there are, as far as its body in this file shows. */
import type { CUnit } from '../c/api';
import type { Expr, Stmt } from '../c/ast';

/** undefined: not known. `flag`: not known, but by its form a truth value, so at most 1. */
export type Count = number | 'flag' | undefined;

export function countOf(unit: CUnit, callback: string): Count {
  const fn = unit.lookup(callback);
  if (fn?.bodyTokens === undefined) return undefined;
  const body = unit.body(fn);
  if (body === undefined) return undefined;
  const returns: (Expr | undefined)[] = [];
  collect(body, returns);
  const values = returns.map((expr): Count => (expr === undefined ? undefined : valueOf(unit, expr)));
  const [first] = values;
  if (values.length > 0 && values.every((value) => value === first)) return first;
  return values.length > 0 && values.every((value) => value === 'flag' || value === 0 || value === 1) ? 'flag' : undefined;
}

function valueOf(unit: CUnit, expr: Expr): Count {
  const value = unit.evaluate(expr);
  if (value.kind === 'int') return Number(value.value);
  return isTruth(expr) ? 'flag' : undefined;
}

function isTruth(expr: Expr): boolean {
  if (expr.kind === 'unary') return expr.op === '!';
  if (expr.kind === 'conditional') return [expr.then, expr.otherwise].every((e) => e === undefined || (e.kind === 'int' && e.value <= 1n));
  if (expr.kind === 'cast') return isTruth(expr.operand);
  return expr.kind === 'binary' && ['<', '>', '<=', '>=', '==', '!=', '&&', '||'].includes(expr.op);
}

function collect(stmt: Stmt, into: (Expr | undefined)[]): void {
  switch (stmt.kind) {
    case 'block': for (const inner of stmt.body) collect(inner, into); return;
    case 'return': into.push(stmt.value); return;
    case 'if':
      collect(stmt.then, into);
      if (stmt.otherwise !== undefined) collect(stmt.otherwise, into);
      return;
    case 'while': case 'doWhile': case 'for': case 'switch': collect(stmt.body, into); return;
    case 'case': case 'default': case 'label': if (stmt.body !== undefined) collect(stmt.body, into); return;
    default: return;
  }
}
