/** Calls: functions of the program, and those of the kernel that the engine knows. */
import type { Declarator, Expr } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import { builtins } from './builtins';
import { valueOf } from './evaluate';
import type { Machine } from './machine';
import { store } from './place';
import { runStatement } from './statements';
import { Stop, convert, intShape, noValue, numberOf } from './value';
import type { Value } from './value';

export function callExpr(m: Machine, expr: Expr & { readonly kind: 'call' }): Value {
  const { callee } = expr;
  if (callee.kind === 'ident') {
    const declared = callee.local ?? m.unit.lookup(callee.name);
    const isName = declared === undefined || declared.kind === 'function';
    if (isName) {
      // The compiler's own first: some look at an argument without running it.
      const folded = callee.name.startsWith('__builtin_') ? m.unit.evaluate(expr) : undefined;
      if (folded?.kind === 'int') return { kind: 'int', type: resolve(folded.type), value: folded.value };
      return callNamed(m, callee.name, declared, expr.args, callee.first, expr);
    }
  }
  const address = numberOf(valueOf(m, callee), callee.first);
  const fn = m.data.functionAt(address);
  if (fn === undefined) throw new Stop(address === 0n ? 'a call through a NULL pointer' : `a call of 0x${address.toString(16)}, where no function is known`, callee.first);
  return callNamed(m, fn.name, fn, expr.args, callee.first, expr);
}

/** What this file defines comes first, then what the engine knows, then bodies that headers have. */
function callNamed(m: Machine, name: string, declared: Declarator | undefined, args: readonly Expr[], at: Tok, expr: Expr): Value {
  const fn = declared?.bodyTokens === undefined ? m.unit.lookup(name) ?? declared : declared;
  const known = builtins.get(name);
  if (fn?.bodyTokens !== undefined && (known === undefined || fn.nameTok.file === m.unit.main.id)) return callFunction(m, fn, args.map((arg) => valueOf(m, arg)), at);
  if (known === undefined) throw new Stop(`${name}() is not in this file, and not among the functions that the engine knows`, at);
  const values = args.map((arg) => valueOf(m, arg));
  m.step(at);
  const result = known({ m, name, args: values, exprs: args, at, expr });
  if (result === undefined) return noValue;
  const type = m.typeOf(expr);
  if (type.kind === 'void') return noValue;
  return type.kind === 'pointer' || intShape(m, type) !== undefined ? convert(m, result, type, at) : result;
}

/** Runs a function of the program; what it returns, in its own type. */
export function callFunction(m: Machine, fn: Declarator, args: readonly Value[], at: Tok): Value {
  const type = resolve(fn.type);
  if (type.kind !== 'function') throw new Stop(`${fn.name} is no function`, at);
  const body = m.unit.body(fn);
  if (body === undefined) throw new Stop(`${fn.name}() has no body in this file`, at);
  if (type.variadic) throw new Stop(`${fn.name}() takes a variable number of arguments`, at);
  const params = fn.params ?? [];
  if (args.length !== params.length) throw new Stop(`${fn.name}() takes ${String(params.length)} arguments, is given ${String(args.length)}`, at);
  return m.call(fn, at, (frame) => {
    params.forEach((param, i) => {
      const given = args[i];
      const of = resolve(param.type);
      // C11 6.7.6.3p7: an array as a parameter is a pointer.
      const kept = of.kind === 'array' ? { kind: 'pointer' as const, to: of.of, quals: of.quals } : of.kind === 'function' ? { kind: 'pointer' as const, to: of, quals: of.quals } : of;
      const address = m.stack(m.sizeOf(kept, param.first), param.first);
      frame.locals.set(param, address);
      if (given !== undefined) store(m, { address, type: kept }, given, at);
    });
    const done = runStatement(m, body);
    if (done?.kind === 'goto') throw new Stop(`there is no label '${done.label}'`, done.stmt.first);
    if (resolve(type.returns).kind === 'void') return noValue;
    if (done?.kind !== 'return') {
      if (at === fn.nameTok) throw new Stop(`${fn.name}() ends without a return`, body.last);
      return noValue;
    }
    return convert(m, done.value, type.returns, at);
  });
}
