/** Turns initialisers into values with their places, or into the reason why there is none. */
import type { CUnit, Init, InitMember } from '../c/api';
import type { Expr, Initializer } from '../c/ast';
import type { SrcRange } from '../c/source';
import type { Tok } from '../c/token';
import type { Read } from './kstate';

/** One member's initialiser, as the object will hold it; undefined: not mentioned, hence zero. */
export type Given = InitMember | undefined;

export function known<T>(value: T, range: SrcRange): Read<T> {
  return { known: true, value, range };
}

/** Why a value is missing, with the token that stopped the reading. */
export function explain(why: string, at: Tok): string {
  const text = at.text.length > 40 ? `${at.text.slice(0, 37)}...` : at.text;
  return text === '' || why.includes(text) ? why : `${why}, at '${text}'`;
}

export function unknownRead<T>(unit: CUnit, why: string, at: Tok): Read<T> {
  return { known: false, why: explain(why, at), range: unit.range(at) };
}

export function exprRange(unit: CUnit, node: { readonly first: Tok; readonly last: Tok }): SrcRange {
  return unit.range(node.first, node.last);
}

/** Casts and a leading `&` or unary `+` that change nothing about what is named. */
export function withoutCasts(expr: Expr): Expr {
  let at = expr;
  for (let depth = 0; depth < 64; depth++) {
    if (at.kind === 'cast') at = at.operand;
    else if (at.kind === 'unary' && (at.op === '__extension__' || at.op === '+')) at = at.operand;
    else return at;
  }
  return at;
}

/**
 * An integer member.
 * @param bits how the member keeps it: 32 bit signed or unsigned wrap, 'size' is a non-negative byte count.
 * @param absent where to point when the member is not mentioned (its value is 0).
 */
export function readInt(unit: CUnit, given: Given, bits: 'int' | 'uint' | 'size', absent: SrcRange): Read<number> {
  if (given === undefined) return known(0, absent);
  return readIntInit(unit, given.value, bits, unit.range(given.first, given.last));
}

function readIntInit(unit: CUnit, init: Init, bits: 'int' | 'uint' | 'size', place: SrcRange): Read<number> {
  switch (init.kind) {
    case 'zero': return known(0, place);
    case 'scalar': {
      const value = unit.evaluate(init.expr);
      if (value.kind === 'unknown') return unknownRead(unit, value.why, value.at);
      if (value.kind !== 'int') return { known: false, why: 'not an integer constant', range: exprRange(unit, init.expr) };
      return known(wrap(value.value, bits), exprRange(unit, init.expr));
    }
    // `.instance_id = ATOMIC_INIT(1)`: a struct around one number.
    case 'record': {
      const only = init.members.at(-1);
      return only === undefined ? known(0, place) : readIntInit(unit, only.value, bits, place);
    }
    case 'unknown': return unknownRead(unit, init.why, init.at);
    default: return { known: false, why: 'not an integer constant', range: place };
  }
}

function wrap(value: bigint, bits: 'int' | 'uint' | 'size'): number {
  if (bits === 'int') return Number(BigInt.asIntN(32, value));
  if (bits === 'uint') return Number(BigInt.asUintN(32, value));
  return Number(BigInt.asUintN(64, value));
}

/** A `const char *` member given as a string literal. */
export function readString(unit: CUnit, given: Given, absent: SrcRange): Read<string> {
  if (given === undefined || given.value.kind === 'zero') return { known: false, why: 'no name given', range: absent };
  const place = unit.range(given.first, given.last);
  const init = given.value;
  if (init.kind === 'unknown') return unknownRead(unit, init.why, init.at);
  if (init.kind === 'string') return known(textOf(init.literal.bytes), exprRange(unit, init.literal));
  if (init.kind !== 'scalar') return { known: false, why: 'not a string literal', range: place };
  const expr = withoutCasts(init.expr);
  if (expr.kind === 'string') return known(textOf(expr.bytes), exprRange(unit, expr));
  const value = unit.evaluate(expr);
  if (value.kind === 'address' && value.of.kind === 'string' && value.offsetBytes === 0n) return known(textOf(value.of.bytes), exprRange(unit, expr));
  if (value.kind === 'unknown') return unknownRead(unit, value.why, value.at);
  return { known: false, why: 'not a string literal', range: exprRange(unit, expr) };
}

function textOf(bytes: readonly number[]): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (b) => b & 0xff));
}

/** A pointer member that names something: `fn`, `&var`, `&table[2]`. undefined when absent or NULL. */
export function readName(unit: CUnit, given: Given): Read<string> | undefined {
  if (given === undefined || given.value.kind === 'zero') return undefined;
  const init = given.value;
  if (init.kind === 'unknown') return unknownRead(unit, init.why, init.at);
  if (init.kind !== 'scalar') return { known: false, why: 'not the name of anything', range: unit.range(given.first, given.last) };
  if (isNull(unit, init.expr)) return undefined;
  const name = spellTarget(unit, init.expr);
  if (name !== undefined) return known(name, exprRange(unit, init.expr));
  return { known: false, why: 'not the plain name of anything', range: exprRange(unit, init.expr) };
}

/** `0`, `NULL` and whatever else is a constant zero. */
export function isNull(unit: CUnit, expr: Expr): boolean {
  const bareExpr = withoutCasts(expr);
  if (bareExpr.kind === 'ident' || (bareExpr.kind === 'unary' && bareExpr.op === '&')) {
    // A name that is an enumerator of value 0 would be odd but is NULL all the same; anything addressable is not.
    if (bareExpr.kind === 'unary' || unit.lookup(bareExpr.name)?.kind !== 'enumerator') return false;
  }
  const value = unit.evaluate(bareExpr);
  return value.kind === 'int' && value.value === 0n;
}

/**
 * The name of what an expression designates or points at: `x`, `x[2]`, `x.m`; `&` and casts dropped.
 * undefined when it isn't a path of constants from a name.
 */
export function spellTarget(unit: CUnit, expr: Expr): string | undefined {
  const at = withoutCasts(expr);
  switch (at.kind) {
    case 'ident': return at.name;
    case 'unary': return at.op === '&' ? spellTarget(unit, at.operand) : undefined;
    case 'member': {
      if (at.arrow) return undefined;
      const base = spellTarget(unit, at.base);
      return base === undefined ? undefined : `${base}.${at.name}`;
    }
    case 'index': {
      const base = spellTarget(unit, at.base);
      const index = unit.evaluate(at.index);
      return base === undefined || index.kind !== 'int' ? undefined : `${base}[${index.value}]`;
    }
    default: return undefined;
  }
}

export function isInitList(init: Initializer): init is Extract<Initializer, { kind: 'initList' }> {
  return init.kind === 'initList';
}
