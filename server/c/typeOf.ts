/** Types of expressions (C11 6.5, GNU's additions). A type that can't be told is `unknown` with the reason. */
import type { Block, Declarator, Expr } from './ast';
import { builtinType } from './builtins';
import { compatibleTypes } from './compatible';
import { evaluate } from './constant';
import { intNameOf, promotedName, usualInts, usualType } from './conversions';
import { arrayOf, constQuals, doubleType, intType, isInteger, pointerTo, qualify, resolve, unknownType, unqualified, voidType } from './makeTypes';
import { findMember, recordName } from './members';
import { isExpr } from './parserPrimary';
import type { Sema } from './sema';
import { intSizeBytes } from './targets';
import type { CType, IntName, RecordMember } from './types';
import { TOO_MUCH_WORK } from './work';

const MAX_DEPTH = 1200;

export function typeOf(sema: Sema, expr: Expr): CType {
  if (sema.deep > MAX_DEPTH) return unknownType('nested too deeply', expr.first);
  if (!sema.work.enter()) return unknownType(TOO_MUCH_WORK, expr.first);
  sema.deep++;
  const made = typeOfInner(sema, expr);
  sema.deep--;
  sema.work.leave();
  return made;
}

/** C11 6.3.2.1: arrays and functions as values. */
export function decayed(type: CType): CType {
  const t = resolve(type);
  if (t.kind === 'array') return pointerTo(t.of);
  if (t.kind === 'function') return pointerTo(type);
  return type;
}

/** C11 6.4.4.1p5. */
export function intLiteralType(sema: Sema, value: bigint, suffix: string, decimal: boolean): IntName {
  const signed: IntName[] = suffix.includes('ll') ? ['long long'] : suffix.includes('l') ? ['long', 'long long'] : ['int', 'long', 'long long'];
  for (const name of signed) {
    const bits = BigInt(intSizeBytes(sema.target, name) * 8);
    const unsigned: IntName = name === 'int' ? 'unsigned int' : name === 'long' ? 'unsigned long' : 'unsigned long long';
    if (!suffix.includes('u') && value < 1n << (bits - 1n)) return name;
    if ((suffix.includes('u') || !decimal) && value < 1n << bits) return unsigned;
  }
  // gcc: "integer constant is so large that it is unsigned".
  return sema.target.longBytes === 8 && !suffix.includes('ll') ? 'unsigned long' : 'unsigned long long';
}

/** The declaration a name means; undefined when there is none. */
export function declared(sema: Sema, expr: { readonly name: string; readonly local?: Declarator }): Declarator | undefined {
  return expr.local ?? sema.lookup(expr.name);
}

/** An enumerator is an int when it fits one, else of its enum's type (GNU). */
export function enumeratorType(sema: Sema, d: Declarator): CType {
  const { value } = d;
  if (value === undefined || (value >= -0x80000000n && value <= 0x7fffffffn)) return intType('int');
  const name = intNameOf(sema, d.type);
  if (name !== undefined) return d.type;
  return intType(value < 0n ? (sema.target.longBytes === 8 ? 'long' : 'long long') : intLiteralType(sema, value, '', false));
}

function memberType(base: CType, name: string, expr: Expr): CType {
  const t = resolve(base);
  if (t.kind === 'unknown') return t;
  if (t.kind !== 'record') return unknownType(`'${name}' is asked of something that is no struct or union`, expr.first);
  if (t.record.members === undefined) return unknownType(`${recordName(t.record)} is not defined`, expr.first);
  const path = findMember(t.record, name);
  const member = path?.[path.length - 1];
  return member === undefined ? unknownType(`${recordName(t.record)} has no member '${name}'`, expr.kind === 'member' ? expr.nameTok : expr.first) : qualify(member.type, t.quals);
}

/**
 * Width of the bit-field whose value an expression has; undefined: of none. gcc keeps it through commas, assignments, steps and choices, which C11
 * leaves open.
 */
function bitWidthOf(sema: Sema, expr: Expr): number | undefined {
  switch (expr.kind) {
    case 'member': return memberOf(sema, expr)?.bitWidth;
    case 'binary': return expr.op === ',' ? bitWidthOf(sema, expr.right) : undefined;
    case 'assign': return bitWidthOf(sema, expr.target);
    case 'unary': return ['++x', '--x', 'x++', 'x--', '__extension__'].includes(expr.op) ? bitWidthOf(sema, expr.operand) : undefined;
    default: return undefined;
  }
}

/** The member an expression names, for bit-fields; undefined for any other expression. */
export function memberOf(sema: Sema, expr: Expr): RecordMember | undefined {
  if (expr.kind !== 'member') return undefined;
  const base = typeOf(sema, expr.base);
  const t = resolve(expr.arrow ? pointee(base) : base);
  if (t.kind !== 'record') return undefined;
  const path = findMember(t.record, expr.name);
  return path?.[path.length - 1];
}

function pointee(type: CType): CType {
  const t = resolve(decayed(type));
  if (t.kind === 'pointer') return t.to;
  return t;
}

function promotedOf(sema: Sema, expr: Expr): CType {
  const type = typeOf(sema, expr);
  const name = intNameOf(sema, type);
  if (name === undefined) return decayed(type);
  // C11 6.3.1.1p2: a bit-field narrower than int becomes int.
  const width = bitWidthOf(sema, expr);
  if (width !== undefined && width < 32) return intType('int');
  return intType(promotedName(name));
}

function typeOfInner(sema: Sema, expr: Expr): CType {
  switch (expr.kind) {
    case 'ident': {
      const d = declared(sema, expr);
      if (d === undefined) {
        if (expr.name === '__func__') return arrayOf(qualify(intType('char'), constQuals), undefined);
        return builtinType(sema, expr.name) ?? unknownType(`'${expr.name}' is not declared`, expr.first);
      }
      return d.kind === 'enumerator' ? enumeratorType(sema, d) : d.type;
    }
    case 'int': return intType(intLiteralType(sema, expr.value, expr.suffix, expr.decimal));
    case 'float': return { ...doubleType, kind: 'float', name: expr.suffix === 'f' ? 'float' : expr.suffix === 'l' ? 'long double' : 'double' };
    case 'char': return intType(expr.prefix === '' ? 'int' : charUnit(sema, expr.prefix));
    case 'string': return arrayOf(intType(charUnit(sema, expr.prefix)), expr.bytes.length + 1);
    case 'unary': return unaryType(sema, expr.op, expr.operand, expr);
    case 'binary': return binaryType(sema, expr);
    case 'assign': return unqualified(typeOf(sema, expr.target));
    case 'conditional': return conditionalType(sema, expr.then ?? expr.condition, expr.otherwise);
    case 'call': {
      const f = resolve(pointee(typeOf(sema, expr.callee)));
      return f.kind === 'function' ? f.returns : f.kind === 'unknown' ? f : unknownType('what is called is no function', expr.first);
    }
    case 'index': {
      const base = resolve(decayed(typeOf(sema, expr.base)));
      if (base.kind === 'pointer') return base.to;
      if (base.kind === 'vector') return base.of;
      if (base.kind === 'unknown') return base;
      const other = resolve(decayed(typeOf(sema, expr.index)));
      return other.kind === 'pointer' ? other.to : unknownType('what is indexed is no array or pointer', expr.first);
    }
    case 'member': {
      const base = typeOf(sema, expr.base);
      return memberType(expr.arrow ? pointee(base) : base, expr.name, expr);
    }
    case 'cast': case 'compoundLiteral': return expr.type;
    case 'sizeofExpr': case 'sizeofType': case 'offsetof': return intType(sema.sizeType);
    case 'typesCompatible': return intType('int');
    case 'chooseExpr': {
      const chosen = evaluate(sema, expr.condition);
      if (chosen.kind === 'unknown') return unknownType(chosen.why, chosen.at);
      return typeOf(sema, chosen.kind === 'int' && chosen.value === 0n ? expr.otherwise : expr.then);
    }
    case 'generic': {
      const chosen = chooseGeneric(sema, expr);
      return chosen === undefined ? unknownType('no association of _Generic matches', expr.first) : typeOf(sema, chosen);
    }
    case 'statementExpr': return blockType(sema, expr.body);
    case 'labelAddress': return pointerTo(voidType);
    case 'vaArg': return expr.type;
    case 'builtinTypeCall': {
      const f = builtinType(sema, expr.name);
      return f?.kind === 'function' ? f.returns : unknownType(`'${expr.name}' is not declared`, expr.first);
    }
    case 'error': return unknownType(`expected ${expr.expected}`, expr.at);
  }
}

export function charUnit(sema: Sema, prefix: string): IntName {
  switch (prefix) {
    case 'L': return sema.wchar;
    case 'u': return 'unsigned short';
    case 'U': return 'unsigned int';
    default: return 'char';
  }
}

function unaryType(sema: Sema, op: string, operand: Expr, expr: Expr): CType {
  switch (op) {
    case '!': return intType('int');
    case '&': return pointerTo(typeOf(sema, operand));
    case '*': {
      const t = resolve(decayed(typeOf(sema, operand)));
      if (t.kind === 'pointer') return t.to;
      return t.kind === 'unknown' ? t : unknownType("'*' of something that is no pointer", expr.first);
    }
    case '+': case '-': case '~': return promotedOf(sema, operand);
    case '__real__': case '__imag__': {
      const t = resolve(typeOf(sema, operand));
      return t.kind === 'float' ? { ...t, name: t.name.replace('_Complex ', '') } : t;
    }
    case '__extension__': return typeOf(sema, operand);
    default: return typeOf(sema, operand);
  }
}

function binaryType(sema: Sema, expr: Expr & { readonly kind: 'binary' }): CType {
  // A long chain leans to the left: walk down it instead of recurring.
  switch (expr.op) {
    case ',': return decayed(typeOf(sema, expr.right));
    case '<': case '>': case '<=': case '>=': case '==': case '!=': case '&&': case '||': return intType('int');
    case '<<': case '>>': return promotedOf(sema, expr.left);
    default: break;
  }
  const left = promotedOf(sema, expr.left);
  const right = promotedOf(sema, expr.right);
  const a = resolve(left);
  const b = resolve(right);
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if (a.kind === 'pointer' && b.kind === 'pointer' && expr.op === '-') return intType(sema.ptrdiffType);
  if (a.kind === 'pointer' && (expr.op === '+' || expr.op === '-')) return left;
  if (b.kind === 'pointer' && expr.op === '+') return right;
  return usualType(sema, a, b) ?? unknownType(`operands of '${expr.op}' are no numbers`, expr.opTok);
}

/** An integer constant 0, or that cast to `void *`: C11 6.3.2.3p3. */
function isNullPointer(sema: Sema, expr: Expr): boolean {
  const t = resolve(typeOf(sema, expr));
  if (t.kind === 'pointer') {
    if (resolve(t.to).kind !== 'void' || t.to.quals.const || t.to.quals.volatile) return false;
    let inner = expr;
    while (inner.kind === 'unary' && inner.op === '__extension__') inner = inner.operand;
    if (inner.kind !== 'cast') return false;
    if (!isInteger(typeOf(sema, inner.operand))) return false;
    const value = evaluate(sema, inner.operand);
    return value.kind === 'int' && value.value === 0n;
  }
  if (!isInteger(t)) return false;
  const value = evaluate(sema, expr);
  return value.kind === 'int' && value.value === 0n;
}

/** C11 6.5.15p3–p6. */
function conditionalType(sema: Sema, then: Expr, otherwise: Expr): CType {
  const x = decayed(typeOf(sema, then));
  const y = decayed(typeOf(sema, otherwise));
  const a = resolve(x);
  const b = resolve(y);
  if (a.kind === 'void' || b.kind === 'void') return voidType;
  if (a.kind === 'unknown') return a;
  if (b.kind === 'unknown') return b;
  if (a.kind === 'pointer' || b.kind === 'pointer') {
    if (a.kind !== 'pointer') return y;
    if (b.kind !== 'pointer') return x;
    const quals = { const: a.to.quals.const || b.to.quals.const, volatile: a.to.quals.volatile || b.to.quals.volatile, restrict: false, atomic: false };
    if (isNullPointer(sema, then)) return y;
    if (isNullPointer(sema, otherwise)) return x;
    if (resolve(a.to).kind === 'void' || resolve(b.to).kind === 'void') return pointerTo(qualify(voidType, quals));
    return pointerTo(qualify(a.to, quals));
  }
  if (a.kind === 'record') return x;
  const m = intNameOf(sema, promotedOf(sema, then));
  const n = intNameOf(sema, promotedOf(sema, otherwise));
  if (m !== undefined && n !== undefined) return intType(usualInts(sema, m, n));
  return usualType(sema, a, b) ?? x;
}

/** C11 6.5.1.1: the controlling expression undergoes lvalue conversion. */
export function chooseGeneric(sema: Sema, expr: Expr & { readonly kind: 'generic' }): Expr | undefined {
  const control = isExpr(expr.control) ? unqualified(decayed(typeOf(sema, expr.control))) : expr.control;
  let fallback: Expr | undefined;
  for (const one of expr.cases) {
    if (one.type === undefined) fallback = one.value;
    else if (compatibleTypes(sema, control, one.type, true)) return one.value;
  }
  return fallback;
}

function blockType(sema: Sema, body: Block): CType {
  let at = body.body[body.body.length - 1];
  while (at?.kind === 'label' && at.body !== undefined) at = at.body;
  return at?.kind === 'expr' ? decayed(typeOf(sema, at.expr)) : voidType;
}
