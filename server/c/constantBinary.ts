/** Binary operators on constants: integers, floats, addresses. */
import type { Const } from './api';
import type { Expr } from './ast';
import { cannot, intConst, notConstant, rounded, wrapPointer } from './constant';
import { intNameOf, promotedName, usualInts, wrap } from './conversions';
import { sizeOf } from './layout';
import { isInteger, resolve } from './makeTypes';
import type { Sema } from './sema';
import { intSizeBytes } from './targets';
import type { CType, IntName } from './types';
import { typeOf } from './typeOf';

/** One operator with both operands known; an unknown operand is the answer. */
export function binaryValues(sema: Sema, expr: Expr & { readonly kind: 'binary' }, left: Const, right: Const): Const {
  if (left.kind === 'unknown') return left;
  if (right.kind === 'unknown') return right;
  const { op } = expr;
  if (left.kind === 'float' || right.kind === 'float') return floats(sema, expr, left, right);
  if (left.kind === 'address' || right.kind === 'address' || resolve(left.type).kind === 'pointer' || resolve(right.type).kind === 'pointer') {
    return pointers(sema, expr, left, right);
  }
  const a = intNameOf(sema, left.type);
  const b = intNameOf(sema, right.type);
  if (a === undefined || b === undefined) return cannot(`operands of '${op}' are no integers`, expr.opTok);
  if (op === '<<' || op === '>>') return shift(sema, expr, promotedName(a), left.value, right.value);
  const name = usualInts(sema, a, b);
  const x = wrap(sema, name, left.value);
  const y = wrap(sema, name, right.value);
  const is = (yes: boolean): Const => intConst(sema, 'int', yes ? 1n : 0n);
  switch (op) {
    case '+': return intConst(sema, name, x + y);
    case '-': return intConst(sema, name, x - y);
    case '*': return intConst(sema, name, x * y);
    case '/': return y === 0n ? notConstant('division by zero', expr.opTok) : intConst(sema, name, x / y);
    case '%': return y === 0n ? notConstant('division by zero', expr.opTok) : intConst(sema, name, x % y);
    case '&': return intConst(sema, name, x & y);
    case '|': return intConst(sema, name, x | y);
    case '^': return intConst(sema, name, x ^ y);
    case '<': return is(x < y);
    case '>': return is(x > y);
    case '<=': return is(x <= y);
    case '>=': return is(x >= y);
    case '==': return is(x === y);
    case '!=': return is(x !== y);
    default: return cannot(`'${op}' is not evaluated`, expr.opTok);
  }
}

function shift(sema: Sema, expr: Expr & { readonly kind: 'binary' }, name: IntName, value: bigint, by: bigint): Const {
  const bits = BigInt(intSizeBytes(sema.target, name) * 8);
  if (by < 0n || by >= bits) return notConstant('a shift by a negative or too large number', expr.opTok);
  const x = wrap(sema, name, value);
  return intConst(sema, name, expr.op === '<<' ? x << by : x >> by);
}

function floats(sema: Sema, expr: Expr & { readonly kind: 'binary' }, left: Const, right: Const): Const {
  if ((left.kind !== 'float' && left.kind !== 'int') || (right.kind !== 'float' && right.kind !== 'int')) return cannot('an address in floating arithmetic', expr.opTok);
  const x = Number(left.value);
  const y = Number(right.value);
  const is = (yes: boolean): Const => intConst(sema, 'int', yes ? 1n : 0n);
  const type = typeOf(sema, expr);
  const made = (value: number): Const => ({ kind: 'float', value: type.kind === 'float' ? rounded(value, type.name) : value, type });
  switch (expr.op) {
    case '+': return made(x + y);
    case '-': return made(x - y);
    case '*': return made(x * y);
    case '/': return made(x / y);
    case '<': return is(x < y);
    case '>': return is(x > y);
    case '<=': return is(x <= y);
    case '>=': return is(x >= y);
    case '==': return is(x === y);
    case '!=': return is(x !== y);
    default: return cannot(`'${expr.op}' of floating values`, expr.opTok);
  }
}

/** Bytes a pointer moves by one; for an integer that holds an address, 1. */
function stride(sema: Sema, type: CType): bigint | undefined {
  const t = resolve(type);
  if (t.kind !== 'pointer') return isInteger(t) ? 1n : undefined;
  const size = sizeOf(sema, t.to);
  return size.known ? BigInt(size.value) : undefined;
}

function pointers(sema: Sema, expr: Expr & { readonly kind: 'binary' }, left: Const, right: Const): Const {
  const { op } = expr;
  if ((left.kind !== 'int' && left.kind !== 'address') || (right.kind !== 'int' && right.kind !== 'address')) return cannot('not an address', expr.opTok);
  const is = (yes: boolean): Const => intConst(sema, 'int', yes ? 1n : 0n);
  const ofLeft = left.kind === 'address' ? left.of : undefined;
  const ofRight = right.kind === 'address' ? right.of : undefined;
  const x = left.kind === 'address' ? left.offsetBytes : left.value;
  const y = right.kind === 'address' ? right.offsetBytes : right.value;
  const leftPointer = resolve(left.type).kind === 'pointer';
  const rightPointer = resolve(right.type).kind === 'pointer';
  if (op === '==' || op === '!=') {
    if (ofLeft === ofRight) return is((x === y) === (op === '=='));
    // An object is nowhere near address 0; two objects differ. Past an object's end nothing can be said.
    if ((ofLeft === undefined && x === 0n) || (ofRight === undefined && y === 0n)) return is(op === '!=');
    return notConstant('a comparison of addresses of different objects', expr.opTok);
  }
  if (op === '<' || op === '>' || op === '<=' || op === '>=') {
    if (ofLeft !== ofRight) return notConstant('a comparison of addresses of different objects', expr.opTok);
    return is(op === '<' ? x < y : op === '>' ? x > y : op === '<=' ? x <= y : x >= y);
  }
  if (op === '-' && (leftPointer === rightPointer) && (ofRight !== undefined || leftPointer)) {
    if (ofLeft !== ofRight) return notConstant('a difference of addresses of different objects', expr.opTok);
    const by = stride(sema, left.type);
    if (by === undefined || by === 0n) return cannot('the size of what the pointers point to is not known', expr.opTok);
    return intConst(sema, leftPointer ? sema.ptrdiffType : intNameOf(sema, left.type) ?? sema.ptrdiffType, (x - y) / by);
  }
  if (op === '+' || op === '-') {
    const base = leftPointer || (ofLeft !== undefined && !rightPointer) ? left : right;
    if (base === right && op === '-') return notConstant('an address taken off a number', expr.opTok);
    const index = base === left ? y : x;
    if ((base === left ? ofRight : ofLeft) !== undefined) return notConstant('a sum of two addresses', expr.opTok);
    const by = stride(sema, base.type);
    if (by === undefined) return cannot('the size of what the pointer points to is not known', expr.opTok);
    const offset = (base === left ? x : y) + (op === '+' ? index : -index) * by;
    if (base.kind === 'address') return { ...base, offsetBytes: offset };
    return { kind: 'int', value: wrapPointer(sema, offset), type: base.type };
  }
  // An address known to be no object's (`(unsigned long)0 | 1`) is an integer by its cast; here one side still is an address.
  return notConstant(`'${op}' of an address is not a constant`, expr.opTok);
}
