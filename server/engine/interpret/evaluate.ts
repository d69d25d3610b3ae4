/** The value of an expression, with its side effects, in the order gcc takes: operands left to right. */
import type { BinaryOp, Expr } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import { callExpr } from './call';
import type { Machine } from './machine';
import { operate } from './operators';
import { load, placeOf, store } from './place';
import type { Place } from './place';
import { runStatementExpr } from './statements';
import { Stop, convert, intShape, isTrue, numberOf, wrapped } from './value';
import type { Value } from './value';

export function valueOf(m: Machine, expr: Expr): Value {
  m.step(expr.first);
  switch (expr.kind) {
    case 'int': case 'char': case 'sizeofExpr': case 'sizeofType': case 'offsetof': case 'typesCompatible':
      return constant(m, expr);
    case 'ident': {
      const declared = expr.local ?? m.unit.lookup(expr.name);
      if (declared?.kind === 'enumerator') return constant(m, expr);
      if (declared === undefined && (expr.name === '__func__' || expr.name === '__FUNCTION__')) return functionName(m, expr);
      return load(m, placeOf(m, expr), expr.first);
    }
    case 'string': case 'index': case 'member': case 'compoundLiteral':
      return load(m, placeOf(m, expr), expr.first);
    case 'unary':
      return unary(m, expr);
    case 'binary':
      return binary(m, expr);
    case 'assign':
      return assign(m, expr);
    case 'conditional': {
      const condition = valueOf(m, expr.condition);
      const taken = isTrue(condition, expr.first) ? (expr.then === undefined ? condition : valueOf(m, expr.then)) : valueOf(m, expr.otherwise);
      const type = m.typeOf(expr);
      return type.kind === 'void' || taken.kind === 'void' ? { kind: 'void' } : convert(m, taken, type, expr.first);
    }
    case 'call':
      return callExpr(m, expr);
    case 'cast':
      return convert(m, valueOf(m, expr.operand), expr.type, expr.first);
    case 'chooseExpr': case 'generic':
      return valueOf(m, chosen(m, expr));
    case 'statementExpr':
      return runStatementExpr(m, expr);
    case 'error':
      throw new Stop(`expected ${expr.expected}`, expr.at);
    case 'float':
      throw new Stop('floating point is not run', expr.first);
    case 'labelAddress': case 'vaArg': case 'builtinTypeCall': {
      const known = m.unit.evaluate(expr);
      if (known.kind === 'int') return convert(m, { kind: 'int', type: known.type, value: known.value }, known.type, expr.first);
      throw new Stop(`'${expr.first.text}' is not run`, expr.first);
    }
  }
}

/** What the compiler knows without running anything. */
function constant(m: Machine, expr: Expr): Value {
  const value = m.unit.evaluate(expr);
  if (value.kind === 'int') return { kind: 'int', type: resolve(value.type), value: value.value };
  if (value.kind === 'unknown') throw new Stop(value.why, value.at);
  throw new Stop('not an integer', expr.first);
}

function functionName(m: Machine, expr: Expr): Value {
  const bytes = [...(m.frame?.fn.name ?? '')].map((c) => c.charCodeAt(0));
  return valueOf(m, { kind: 'string', bytes, prefix: '', first: expr.first, last: expr.last });
}

/** The branch of __builtin_choose_expr or _Generic that the types choose. */
export function chosen(m: Machine, expr: Expr & { readonly kind: 'chooseExpr' | 'generic' }): Expr {
  if (expr.kind === 'chooseExpr') return isTrue(constant(m, expr.condition), expr.first) ? expr.then : expr.otherwise;
  const type = 'first' in expr.control ? m.typeOf(expr.control) : expr.control;
  const found = expr.cases.find((one) => one.type !== undefined && m.unit.compatible(one.type, type)) ?? expr.cases.find((one) => one.type === undefined);
  if (found === undefined) throw new Stop('no association fits', expr.first);
  return found.value;
}

function unary(m: Machine, expr: Expr & { readonly kind: 'unary' }): Value {
  switch (expr.op) {
    case '&': {
      const place = placeOf(m, expr.operand);
      if (place.bits !== undefined) throw new Stop('the address of a bit-field is taken', expr.first);
      return { kind: 'pointer', type: m.typeOf(expr), value: place.address };
    }
    case '*':
      return load(m, placeOf(m, expr), expr.first);
    case '__extension__':
      return valueOf(m, expr.operand);
    case '!':
      return m.int(isTrue(valueOf(m, expr.operand), expr.first) ? 0 : 1);
    case '+': case '-': case '~': {
      const operand = valueOf(m, expr.operand);
      if (operand.kind === 'int' && operand.odd !== undefined) throw new Stop(`'${expr.op}' on a bit-field of ${String(operand.odd)} bits is computed in a type of the compiler's own`, expr.first);
      const value = numberOf(operand, expr.first);
      const type = m.typeOf(expr);
      const shape = intShape(m, type);
      if (shape === undefined) throw new Stop(`'${expr.op}' of what is no integer is not run`, expr.first);
      const x = wrapped(shape, value);
      return { kind: 'int', type, value: wrapped(shape, expr.op === '-' ? -x : expr.op === '~' ? ~x : x) };
    }
    case '++x': case '--x': case 'x++': case 'x--': {
      const place = placeOf(m, expr.operand);
      const before = load(m, place, expr.first);
      const after = store(m, place, moved(m, place, before, expr.op.includes('+') ? 1n : -1n, expr), expr.first);
      return expr.op.startsWith('x') ? before : after;
    }
    default:
      throw new Stop(`'${expr.op}' is not run`, expr.first);
  }
}

function moved(m: Machine, place: Place, value: Value, by: bigint, expr: Expr): Value {
  if (value.kind !== 'pointer') return { kind: 'int', type: place.type, value: numberOf(value, expr.first) + by };
  const to = value.type.kind === 'pointer' ? value.type.to : value.type;
  return { ...value, value: BigInt.asUintN(m.pointerBits, value.value + by * BigInt(m.sizeOf(to, expr.first))) };
}

function binary(m: Machine, expr: Expr & { readonly kind: 'binary' }): Value {
  const { op, left, right } = expr;
  if (op === ',') {
    valueOf(m, left);
    return valueOf(m, right);
  }
  if (op === '&&' || op === '||') {
    const first = isTrue(valueOf(m, left), left.first);
    return m.int((op === '&&' ? first && isTrue(valueOf(m, right), right.first) : first || isTrue(valueOf(m, right), right.first)) ? 1 : 0);
  }
  const a = valueOf(m, left);
  const b = valueOf(m, right);
  return operate(m, { op, at: expr.opTok, node: expr, left, right }, a, b);
}

/** Operators that may stand before '='. */
const compound: ReadonlySet<string> = new Set(['+', '-', '*', '/', '%', '<<', '>>', '&', '|', '^']);

function assign(m: Machine, expr: Expr & { readonly kind: 'assign' }): Value {
  const { target, value } = expr;
  if (expr.op === '=') {
    const right = valueOf(m, value);
    return store(m, placeOf(m, target), right, expr.first);
  }
  const word = expr.op.slice(0, -1);
  if (!isCompound(word)) throw new Stop(`'${expr.op}' is not run`, expr.first);
  const right = valueOf(m, value);
  const place = placeOf(m, target);
  const loaded = load(m, place, expr.first);
  // What these give is cut to the bit-field again: its low bits are the same in any width.
  const before = loaded.kind === 'int' && lowBits.has(word) ? { kind: loaded.kind, type: loaded.type, value: loaded.value } : loaded;
  return store(m, place, operate(m, { op: word, at: expr.first, node: expr, left: target, right: value }, before, right), expr.first);
}

const lowBits: ReadonlySet<string> = new Set(['+', '-', '*', '&', '|', '^', '<<']);

function isCompound(word: string): word is BinaryOp {
  return compound.has(word);
}
