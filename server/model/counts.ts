/** How many elements a count callback says there are, as far as its body in this file shows. */
import type { CUnit } from '../c/api';
import type { Expr } from '../c/ast';
import { returnsOf } from './walkCode';

/** undefined: not known. `flag`: not known, but by its form a truth value, so at most 1. */
export type Count = number | 'flag' | undefined;

export function countOf(unit: CUnit, callback: string): Count {
  const fn = unit.lookup(callback);
  if (fn?.bodyTokens === undefined) return undefined;
  const body = unit.body(fn);
  if (body === undefined) return undefined;
  const values = returnsOf(body).map((expr): Count => (expr === undefined ? undefined : valueOf(unit, expr)));
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
