/** Constant expressions as gcc folds them: integers with exact wraparound, floats, address constants (C11 6.6 and GNU's additions). */
import type { Const } from './api';
import type { Declarator, Expr, StringLiteral, CompoundLiteral } from './ast';
import { foldBuiltin } from './constantBuiltins';
import { binaryValues } from './constantBinary';
import { evaluateStatementExpr } from './constantStatements';
import { place } from './constantPlace';
import { compatible } from './compatible';
import { intNameOf, promotedName, wrap } from './conversions';
import { alignOf, minAlignOf, sizeOf } from './layout';
import { intType, resolve } from './makeTypes';
import { offsetOfPath } from './memberPath';
import { alignedBytes } from './attributes';
import type { Sema } from './sema';
import { intSizeBytes } from './targets';
import type { Tok } from './token';
import type { CType, IntName, Unknown } from './types';
import { chooseGeneric, decayed, declared, intLiteralType, typeOf } from './typeOf';
import { TOO_MUCH_WORK } from './work';

const MAX_DEPTH = 1200;

export type Anchor = Declarator | StringLiteral | CompoundLiteral;
export type UnknownConst = Const & { readonly kind: 'unknown' };

/** Not a constant at all, as against one that can't be told because something is missing: `__builtin_constant_p` is 0 only for the former. */
const variable = new WeakSet<UnknownConst>();

export function cannot(why: string, at: Tok): UnknownConst {
  return { kind: 'unknown', known: false, why, at };
}

export function notConstant(why: string, at: Tok): UnknownConst {
  const made = cannot(why, at);
  variable.add(made);
  return made;
}

export function isVariable(value: UnknownConst): boolean {
  return variable.has(value);
}

export function intConst(sema: Sema, name: IntName, value: bigint): Const {
  return { kind: 'int', value: wrap(sema, name, value), type: intType(name) };
}

export function from(found: Unknown): UnknownConst {
  return cannot(found.why, found.at);
}

export function evaluate(sema: Sema, expr: Expr): Const {
  if (sema.deep > MAX_DEPTH) return cannot('nested too deeply', expr.first);
  if (!sema.work.enter()) return cannot(TOO_MUCH_WORK, expr.first);
  sema.deep++;
  const made = evaluateInner(sema, expr);
  sema.deep--;
  sema.work.leave();
  return made;
}

/** Number of elements an array's length expression gives; undefined when it can't be told, is negative or beyond 2^53. */
export function arrayLength(sema: Sema, expr: Expr): number | undefined {
  const value = lengthValue(sema, expr);
  if (value.kind !== 'int' || value.value < 0n || value.value > 0x1fffffffffffffn) return undefined;
  return Number(value.value);
}

/** What an array's length expression gives, the reason included when that is none. */
export function lengthValue(sema: Sema, expr: Expr): Const {
  const { unmeasured } = sema.work;
  const kept = unmeasured.get(expr);
  if (kept !== undefined) return kept;
  const value = evaluate(sema, expr);
  if (value.kind === 'unknown') unmeasured.set(expr, value);
  return value;
}

export function bitFieldWidth(sema: Sema, expr: Expr): number | undefined {
  const value = evaluate(sema, expr);
  return value.kind === 'int' && value.value >= 0n && value.value <= 128n ? Number(value.value) : undefined;
}

/** Whether a constant is true; undefined when that can't be told. An object's address never is null. */
export function truth(value: Const): boolean | undefined {
  switch (value.kind) {
    case 'int': return value.value !== 0n;
    case 'float': return value.value !== 0;
    case 'address': return true;
    case 'unknown': return undefined;
  }
}

function evaluateInner(sema: Sema, expr: Expr): Const {
  switch (expr.kind) {
    case 'int': return intConst(sema, intLiteralType(sema, expr.value, expr.suffix, expr.decimal), expr.value);
    case 'float': return { kind: 'float', value: expr.value, type: typeOf(sema, expr) };
    case 'char': {
      const type = typeOf(sema, expr);
      return type.kind === 'int' ? intConst(sema, type.name, expr.value) : cannot('a character of unknown type', expr.first);
    }
    case 'string': return { kind: 'address', of: expr, offsetBytes: 0n, type: decayed(typeOf(sema, expr)) };
    case 'ident': return identifier(sema, expr);
    case 'unary': return unary(sema, expr);
    case 'binary': return binary(sema, expr);
    case 'assign': return notConstant('an assignment is not a constant', expr.first);
    case 'conditional': {
      const condition = evaluate(sema, expr.condition);
      const test = truth(condition);
      if (test === undefined) return condition;
      const chosen = test ? (expr.then === undefined ? condition : evaluate(sema, expr.then)) : evaluate(sema, expr.otherwise);
      return chosen.kind === 'int' || chosen.kind === 'float' ? convert(sema, chosen, typeOf(sema, expr), expr.first) : chosen;
    }
    case 'call': return call(sema, expr.callee, expr.args, expr);
    case 'builtinTypeCall': return cannot(`the value of ${expr.name} is not known`, expr.first);
    case 'index': case 'member': return valueAt(sema, expr);
    case 'cast': return cast(sema, evaluate(sema, expr.operand), expr.type, expr.first);
    case 'compoundLiteral': {
      const t = resolve(expr.type);
      const [only] = expr.init.items;
      if (t.kind === 'array') return { kind: 'address', of: expr, offsetBytes: 0n, type: decayed(t) };
      if (t.kind !== 'record' && only !== undefined && only.value.kind !== 'initList') return cast(sema, evaluate(sema, only.value), t, expr.first);
      return notConstant('a compound literal is not a constant', expr.first);
    }
    case 'sizeofExpr': return expr.op === 'sizeof' ? measured(sema, sizeOf(sema, typeOf(sema, expr.operand)), expr) : alignOfExpr(sema, expr.operand, expr.minimum === true);
    case 'sizeofType': return measured(sema, expr.op === 'sizeof' ? sizeOf(sema, expr.type) : expr.minimum === true ? minAlignOf(sema, expr.type) : alignOf(sema, expr.type), expr);
    case 'offsetof': {
      const found = offsetOfPath(sema, expr.type, expr.path);
      return found.known ? intConst(sema, sema.sizeType, found.value.offsetBytes) : from(found);
    }
    case 'typesCompatible': {
      for (const side of [expr.left, expr.right]) {
        const t = resolve(side);
        if (t.kind === 'unknown') return cannot(t.why, t.at);
      }
      return intConst(sema, 'int', compatible(sema, expr.left, expr.right) ? 1n : 0n);
    }
    case 'chooseExpr': {
      const condition = evaluate(sema, expr.condition);
      const test = truth(condition);
      return test === undefined ? condition : evaluate(sema, test ? expr.then : expr.otherwise);
    }
    case 'generic': {
      const chosen = chooseGeneric(sema, expr);
      return chosen === undefined ? cannot('no association of _Generic matches', expr.first) : evaluate(sema, chosen);
    }
    case 'statementExpr': return evaluateStatementExpr(sema, expr);
    case 'labelAddress': return notConstant('the address of a label has no known value', expr.first);
    case 'vaArg': return notConstant('va_arg is not a constant', expr.first);
    case 'error': return cannot(`expected ${expr.expected}`, expr.at);
  }
}

function measured(sema: Sema, size: { readonly known: true; readonly value: number } | Unknown, expr: Expr): Const {
  if (size.known) return intConst(sema, sema.sizeType, BigInt(size.value));
  return cannot(size.why, size.at.text === '' ? expr.first : size.at);
}

function alignOfExpr(sema: Sema, operand: Expr, minimum: boolean): Const {
  const type = typeOf(sema, operand);
  const own = minimum ? minAlignOf(sema, type) : alignOf(sema, type);
  if (!own.known) return cannot(own.why, own.at.text === '' ? operand.first : own.at);
  const d = operand.kind === 'ident' ? declared(sema, operand) : undefined;
  const asked = d === undefined ? undefined : alignedBytes(sema, d.attributes);
  const bytes = asked?.known === true && asked.value !== undefined ? Math.max(asked.value, own.value) : own.value;
  return intConst(sema, sema.sizeType, BigInt(bytes));
}

function identifier(sema: Sema, expr: Expr & { readonly kind: 'ident' }): Const {
  const d = declared(sema, expr);
  if (d === undefined) return cannot(`'${expr.name}' is not declared`, expr.first);
  const known = sema.values.get(d);
  if (known !== undefined) return known;
  if (d.kind === 'enumerator') {
    if (d.value === undefined) return cannot(`the value of enumerator '${d.name}' is not known`, expr.first);
    const type = typeOf(sema, expr);
    const name = intNameOf(sema, type) ?? 'long long';
    return { kind: 'int', value: wrap(sema, name, d.value), type };
  }
  if (d.kind === 'typedef') return cannot(`'${d.name}' is a type`, expr.first);
  const t = resolve(d.type);
  if (t.kind === 'array' || t.kind === 'function') {
    if (d.kind !== 'function' && expr.local !== undefined && d.storage !== 'static' && d.storage !== 'extern') return notConstant(`'${d.name}' has no constant address`, expr.first);
    return { kind: 'address', of: d, offsetBytes: 0n, type: decayed(d.type) };
  }
  // gcc folds a const object of static storage with a constant initialiser (decl_constant_value).
  if (d.kind === 'variable' && t.quals.const && !t.quals.volatile && d.init !== undefined && d.init.kind !== 'initList' && t.kind !== 'record') {
    const value = evaluate(sema, d.init);
    if (value.kind === 'int' || value.kind === 'float') return convert(sema, value, { ...t, quals: { ...t.quals, const: false } }, expr.first);
  }
  return notConstant(`'${d.name}' is a variable`, expr.first);
}

/** The value of a member or element: only its address can be constant, which is its value when it is an array. */
function valueAt(sema: Sema, expr: Expr): Const {
  const type = resolve(typeOf(sema, expr));
  if (type.kind === 'unknown') return cannot(type.why, type.at);
  if (type.kind === 'array' || type.kind === 'function') {
    const at = place(sema, expr);
    return at.known ? asAddress(at.value.of, at.value.offsetBytes, decayed(type)) : from(at);
  }
  if (expr.kind === 'index') {
    const base = evaluate(sema, expr.base);
    const index = evaluate(sema, expr.index);
    if (base.kind === 'address' && base.of.kind === 'string' && index.kind === 'int') {
      const unit = base.of.bytes[Number(base.offsetBytes + index.value)] ?? (Number(base.offsetBytes + index.value) === base.of.bytes.length ? 0 : undefined);
      if (unit !== undefined && type.kind === 'int' && base.of.prefix === '') return intConst(sema, type.name, BigInt(unit));
    }
  }
  return notConstant('the content of an object is not a constant', expr.first);
}

export function asAddress(of: Anchor | undefined, offsetBytes: bigint, type: CType): Const {
  return of === undefined ? { kind: 'int', value: offsetBytes, type } : { kind: 'address', of, offsetBytes, type };
}

function unary(sema: Sema, expr: Expr & { readonly kind: 'unary' }): Const {
  switch (expr.op) {
    case '__extension__': return evaluate(sema, expr.operand);
    case '&': {
      const at = place(sema, expr.operand);
      if (!at.known) return from(at);
      return asAddress(at.value.of, at.value.of === undefined ? wrapPointer(sema, at.value.offsetBytes) : at.value.offsetBytes, typeOf(sema, expr));
    }
    case '*': {
      const t = resolve(typeOf(sema, expr));
      if (t.kind === 'array' || t.kind === 'function') {
        const at = place(sema, expr);
        return at.known ? asAddress(at.value.of, at.value.offsetBytes, decayed(t)) : from(at);
      }
      if (t.kind === 'unknown') return cannot(t.why, t.at);
      return notConstant('the content of an object is not a constant', expr.first);
    }
    case '+': case '-': case '~': case '!': {
      const value = evaluate(sema, expr.operand);
      if (value.kind === 'unknown') return value;
      if (expr.op === '!') return intConst(sema, 'int', truth(value) === true ? 0n : 1n);
      if (value.kind === 'float') return expr.op === '~' ? cannot("'~' of a floating constant", expr.first) : { ...value, value: expr.op === '-' ? -value.value : value.value };
      if (value.kind === 'address') return cannot(`'${expr.op}' of an address`, expr.first);
      const name = intNameOf(sema, value.type);
      if (name === undefined) return cannot(`'${expr.op}' of a pointer`, expr.first);
      const to = promotedName(name);
      return intConst(sema, to, expr.op === '-' ? -value.value : expr.op === '~' ? ~value.value : value.value);
    }
    default: return notConstant('an expression with a side effect is not a constant', expr.first);
  }
}

export function wrapPointer(sema: Sema, value: bigint): bigint {
  return BigInt.asUintN(sema.target.pointerBytes * 8, value);
}

/** Conversion as by assignment or cast. */
export function cast(sema: Sema, value: Const, type: CType, at: Tok): Const {
  if (value.kind === 'unknown') return value;
  return convert(sema, value, type, at);
}

export function convert(sema: Sema, value: Const, type: CType, at: Tok): Const {
  if (value.kind === 'unknown') return value;
  const t = resolve(type);
  switch (t.kind) {
    case 'int': case 'enum': {
      const name = intNameOf(sema, t);
      if (name === undefined) return cannot('cast to an enum that is not defined', at);
      if (value.kind === 'int') return { kind: 'int', value: wrap(sema, name, value.value), type };
      if (value.kind === 'float') {
        if (name === '_Bool') return { kind: 'int', value: value.value === 0 ? 0n : 1n, type };
        return { kind: 'int', value: saturated(sema, name, value.value), type };
      }
      if (name === '_Bool') return { kind: 'int', value: 1n, type };
      if (intSizeBytes(sema.target, name) < sema.target.pointerBytes) return notConstant('an address cut to fewer bits is not a constant', at);
      return { ...value, type };
    }
    case 'float':
      if (value.kind === 'int') return { kind: 'float', value: rounded(Number(value.value), t.name), type };
      return value.kind === 'float' ? { kind: 'float', value: rounded(value.value, t.name), type } : cannot('an address as a floating value', at);
    case 'pointer':
      if (value.kind === 'int') return { kind: 'int', value: wrapPointer(sema, value.value), type };
      return value.kind === 'address' ? { ...value, type } : cannot('a floating value as a pointer', at);
    case 'unknown': return cannot(t.why, t.at);
    case 'void': return notConstant('a void value', at);
    case 'record': return notConstant('a struct is not a constant', at);
    default: return { ...value, type };
  }
}

/** C leaves a floating value out of the integer's range undefined; gcc takes the nearest end of the range, and 0 for NaN. */
function saturated(sema: Sema, name: IntName, value: number): bigint {
  const bits = BigInt(intSizeBytes(sema.target, name) * 8);
  const signed = sema.signed(name);
  const least = signed ? -(1n << (bits - 1n)) : 0n;
  const most = signed ? (1n << (bits - 1n)) - 1n : (1n << bits) - 1n;
  if (Number.isNaN(value)) return 0n;
  if (!Number.isFinite(value)) return value < 0 ? least : most;
  const exact = BigInt(Math.trunc(value));
  return exact < least ? least : exact > most ? most : exact;
}

export function rounded(value: number, name: string): number {
  return name === 'float' || name === '_Float32' ? Math.fround(value) : value;
}

function call(sema: Sema, callee: Expr, args: readonly Expr[], expr: Expr): Const {
  if (callee.kind === 'ident') {
    const folded = foldBuiltin(sema, callee.name, args, expr);
    if (folded !== undefined) return folded;
    const d = declared(sema, callee);
    if (d === undefined) return cannot(`'${callee.name}' is not declared`, callee.first);
    return notConstant(`a call of '${callee.name}' is not a constant`, expr.first);
  }
  return notConstant('a call is not a constant', expr.first);
}

function binary(sema: Sema, expr: Expr & { readonly kind: 'binary' }): Const {
  if (expr.op === ',') return evaluate(sema, expr.right);
  // Operators of one chain lean to the left: gather them so that a long chain needs no deep recursion.
  const chain: (Expr & { readonly kind: 'binary' })[] = [];
  let at: Expr = expr;
  while (at.kind === 'binary' && at.op !== ',' && at.op !== '&&' && at.op !== '||' && chain.length < 100000) {
    chain.push(at);
    at = at.left;
  }
  if (chain.length === 0) return logical(sema, expr);
  let value = evaluate(sema, at);
  for (let i = chain.length - 1; i >= 0; i--) {
    const one = chain[i];
    if (one === undefined) break;
    if (value.kind === 'unknown') return value;
    value = binaryValues(sema, one, value, evaluate(sema, one.right));
  }
  return value;
}

function logical(sema: Sema, expr: Expr & { readonly kind: 'binary' }): Const {
  const and = expr.op === '&&';
  const left = evaluate(sema, expr.left);
  const a = truth(left);
  if (a === !and) return intConst(sema, 'int', and ? 0n : 1n);
  const right = evaluate(sema, expr.right);
  const b = truth(right);
  if (a === undefined) return left;
  if (b === undefined) return right;
  return intConst(sema, 'int', b ? 1n : 0n);
}
