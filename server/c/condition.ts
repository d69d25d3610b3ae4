/**
 * `#if` expressions: C11 6.10.1 in intmax_t and uintmax_t (64 bits on every target here), as gcc evaluates them.
 */
import { A } from './keywords';
import type { Expander } from './expand';
import { isName } from './ppToken';
import type { PTok } from './ppToken';
import { Raw } from './rawTokens';
import { TokKind } from './token';
import type { Tok } from './token';

/** A value with its signedness: 64 bits, kept as what C says it is. */
interface Num {
  readonly v: bigint;
  readonly unsigned: boolean;
}

export interface ConditionHost {
  isDefined(atom: number): boolean;
  /** Plain `char` has no sign: '\xff' is 255. */
  readonly charUnsigned: boolean;
  report(first: Tok, last: Tok, message: string, severity: 'error' | 'warning'): void;
}

/** Stops the evaluation; the condition is false, as gcc takes it. */
class Bad {
  constructor(readonly at: Tok, readonly message: string) {}
}

const ZERO: Num = { v: 0n, unsigned: false };
const ONE: Num = { v: 1n, unsigned: false };
const bool = (b: boolean): Num => (b ? ONE : ZERO);
const wrap = (v: bigint, unsigned: boolean): Num => ({ v: unsigned ? BigInt.asUintN(64, v) : BigInt.asIntN(64, v), unsigned });

/** Nesting of parentheses and operators beyond which an expression is given up. */
const MAX_DEPTH = 200;

const PRECEDENCE: ReadonlyMap<number, number> = new Map([
  [Raw.OrOr, 2], [Raw.AndAnd, 3], [Raw.Pipe, 4], [Raw.Caret, 5], [Raw.Amp, 6], [Raw.EqEq, 7], [Raw.Ne, 7],
  [Raw.Lt, 8], [Raw.Gt, 8], [Raw.Le, 8], [Raw.Ge, 8], [Raw.Shl, 9], [Raw.Shr, 9], [Raw.Plus, 10], [Raw.Minus, 10],
  [Raw.Star, 11], [Raw.Slash, 11], [Raw.Percent, 11],
] as const);

export class Condition {
  private t: PTok;
  /** Inside the operand that `&&`, `||` or `?:` does not take: division by zero is no error there. */
  private skipping = 0;
  private depth = 0;

  constructor(private readonly expander: Expander, private readonly host: ConditionHost, private readonly directive: Tok) {
    this.t = expander.nextReal();
  }

  /** True when the expression is not zero; false (and a problem) when it is none. */
  evaluate(name: string): boolean {
    try {
      if (this.atEnd()) throw new Bad(this.directive, `#${name} with no expression`);
      const value = this.comma();
      if (!this.atEnd()) {
        throw new Bad(this.t, this.is(Raw.RParen) ? "missing '(' in expression" : this.is(Raw.Colon) ? "':' without preceding '?'" : `missing binary operator before token "${this.t.text}"`);
      }
      return value.v !== 0n;
    } catch (bad) {
      if (!(bad instanceof Bad)) throw bad;
      this.host.report(bad.at, bad.at, bad.message, 'error');
      return false;
    }
  }

  private atEnd(): boolean {
    return this.t.kind === TokKind.End;
  }

  private is(code: number): boolean {
    return this.t.kind === TokKind.Punct && this.t.atom === code;
  }

  private take(): PTok {
    const t = this.t;
    this.t = this.expander.nextReal();
    return t;
  }

  private comma(): Num {
    let value = this.conditional();
    while (this.is(Raw.Comma)) {
      this.take();
      value = this.conditional();
    }
    return value;
  }

  private conditional(): Num {
    if (++this.depth > MAX_DEPTH) throw new Bad(this.t, 'expression is nested too deeply');
    const condition = this.binary(2);
    let value = condition;
    if (this.is(Raw.Question)) {
      this.take();
      const yes = condition.v !== 0n;
      if (!yes) this.skipping++;
      const a = this.comma();
      if (!yes) this.skipping--;
      if (!this.is(Raw.Colon)) throw new Bad(this.t, "'?' without following ':'");
      this.take();
      if (yes) this.skipping++;
      const b = this.conditional();
      if (yes) this.skipping--;
      value = wrap((yes ? a : b).v, a.unsigned || b.unsigned);
    }
    this.depth--;
    return value;
  }

  private binary(least: number): Num {
    let left = this.unary();
    for (;;) {
      const op = this.t;
      const level = op.kind === TokKind.Punct ? PRECEDENCE.get(op.atom) : undefined;
      if (level === undefined || level < least) return left;
      this.take();
      if (op.atom === Raw.OrOr || op.atom === Raw.AndAnd) {
        const decided = (left.v !== 0n) === (op.atom === Raw.OrOr);
        if (decided) this.skipping++;
        const right = this.binary(level + 1);
        if (decided) this.skipping--;
        left = bool(op.atom === Raw.OrOr ? left.v !== 0n || right.v !== 0n : left.v !== 0n && right.v !== 0n);
      } else left = this.apply(op, left, this.binary(level + 1));
    }
  }

  private apply(op: PTok, a: Num, b: Num): Num {
    if (op.atom === Raw.Shl || op.atom === Raw.Shr) return this.shift(op.atom === Raw.Shl, a, b);
    const unsigned = a.unsigned || b.unsigned;
    const x = wrap(a.v, unsigned).v;
    const y = wrap(b.v, unsigned).v;
    switch (op.atom) {
      case Raw.Plus: return wrap(x + y, unsigned);
      case Raw.Minus: return wrap(x - y, unsigned);
      case Raw.Star: return wrap(x * y, unsigned);
      case Raw.Slash:
      case Raw.Percent:
        if (y === 0n) {
          if (this.skipping === 0) throw new Bad(op, 'division by zero in #if');
          return wrap(0n, unsigned);
        }
        return wrap(op.atom === Raw.Slash ? x / y : x % y, unsigned);
      case Raw.Pipe: return wrap(x | y, unsigned);
      case Raw.Caret: return wrap(x ^ y, unsigned);
      case Raw.Amp: return wrap(x & y, unsigned);
      case Raw.EqEq: return bool(x === y);
      case Raw.Ne: return bool(x !== y);
      case Raw.Lt: return bool(x < y);
      case Raw.Gt: return bool(x > y);
      case Raw.Le: return bool(x <= y);
      default: return bool(x >= y);
    }
  }

  /** gcc shifts by a negative count the other way, and by 64 or more to nothing (or to the sign). */
  private shift(left: boolean, a: Num, b: Num): Num {
    let count = b.v;
    let toLeft = left;
    if (!b.unsigned && count < 0n) {
      toLeft = !toLeft;
      count = -count;
    }
    if (count >= 64n) return { v: !toLeft && a.v < 0n ? -1n : 0n, unsigned: a.unsigned };
    return wrap(toLeft ? a.v << count : a.v >> count, a.unsigned);
  }

  private unary(): Num {
    if (++this.depth > MAX_DEPTH) throw new Bad(this.t, 'expression is nested too deeply');
    const value = this.operand();
    this.depth--;
    return value;
  }

  private operand(): Num {
    const { t } = this;
    if (t.kind === TokKind.Punct) {
      switch (t.atom) {
        case Raw.Plus: this.take(); return this.unary();
        case Raw.Minus: {
          this.take();
          const n = this.unary();
          return wrap(-n.v, n.unsigned);
        }
        case Raw.Tilde: {
          this.take();
          const n = this.unary();
          return wrap(~n.v, n.unsigned);
        }
        case Raw.Not: this.take(); return bool(this.unary().v === 0n);
        case Raw.LParen: {
          this.take();
          const value = this.comma();
          if (!this.is(Raw.RParen)) throw new Bad(this.t, "missing ')' in expression");
          this.take();
          return value;
        }
        default: throw new Bad(t, `token "${t.text}" is not valid in preprocessor expressions`);
      }
    }
    if (isName(t)) {
      if (t.atom === A.defined) return this.definedOperator();
      this.take();
      return ZERO;
    }
    if (t.kind === TokKind.Number) {
      this.take();
      return parsePpInteger(t.text) ?? ((): never => { throw new Bad(t, `"${t.text}" is not an integer constant`); })();
    }
    if (t.kind === TokKind.Char) {
      this.take();
      return charConstant(t.text, this.host.charUnsigned);
    }
    throw new Bad(t, t.kind === TokKind.End ? '#if expression ends too early' : `token "${t.text}" is not valid in preprocessor expressions`);
  }

  private definedOperator(): Num {
    const name = this.expander.raw(() => {
      const first = this.expander.nextReal();
      if (isName(first)) return first;
      if (first.kind !== TokKind.Punct || first.atom !== Raw.LParen) throw new Bad(first, 'operator "defined" requires an identifier');
      const inner = this.expander.nextReal();
      if (!isName(inner)) throw new Bad(inner, 'operator "defined" requires an identifier');
      const close = this.expander.nextReal();
      if (close.kind !== TokKind.Punct || close.atom !== Raw.RParen) throw new Bad(close, "missing ')' after \"defined\"");
      return inner;
    });
    this.take();
    return bool(this.host.isDefined(name.atom));
  }
}

/** An integer constant of the preprocessor: signed unless it has a `u` or does not fit (C11 6.10.1p4; gcc takes what is too big as unsigned). */
function parsePpInteger(text: string): Num | undefined {
  const m = /^(0[xX][0-9a-fA-F]+|0[bB][01]+|[0-9]+)([uU]?(?:[lL]{1,2}|[iIjJ])?[uU]?)$/.exec(text);
  const digits = m?.[1];
  const suffix = m?.[2] ?? '';
  if (digits === undefined || /lL|Ll/.test(suffix) || /u.*u/i.test(suffix)) return undefined;
  let v: bigint;
  if (/^0[0-9]/.test(digits)) {
    if (/[89]/.test(digits)) return undefined;
    v = BigInt(`0o${digits.slice(1)}`);
  } else v = BigInt(digits);
  v = BigInt.asUintN(64, v);
  const unsigned = /u/i.test(suffix) || v >> 63n !== 0n;
  return { v, unsigned };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27 };

/** A character constant's value: several characters make a number, the first the highest, as gcc does. */
function charConstant(text: string, charUnsigned: boolean): Num {
  const m = /^(u8|[LuU])?'(.*)'$/su.exec(text);
  const prefix = m?.[1] ?? '';
  const body = m?.[2] ?? '';
  const units: number[] = [];
  const pattern = /\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))|(.)/gsu;
  for (const [, hex, octal, u4, u8, escape, plain] of body.matchAll(pattern)) {
    if (hex !== undefined) units.push(Number.parseInt(hex.slice(-8), 16));
    else if (octal !== undefined) units.push(Number.parseInt(octal, 8));
    else if (escape !== undefined) units.push(ESCAPES[escape] ?? escape.charCodeAt(0));
    else {
      const point = u4 ?? u8;
      const code = point !== undefined ? Number.parseInt(point, 16) : (plain?.codePointAt(0) ?? 0);
      if (prefix !== '' || code < 128) units.push(code);
      else units.push(...new TextEncoder().encode(String.fromCodePoint(code)));
    }
  }
  if (prefix === 'L') return { v: BigInt.asIntN(32, BigInt(units[units.length - 1] ?? 0)), unsigned: false };
  if (prefix !== '') return { v: BigInt(units[units.length - 1] ?? 0), unsigned: true };
  let v = 0n;
  for (const unit of units) v = (v << 8n) | BigInt(unit & 0xff);
  if (units.length === 1) return { v: charUnsigned ? BigInt.asUintN(8, v) : BigInt.asIntN(8, v), unsigned: false };
  return { v: BigInt.asIntN(32, v), unsigned: false };
}
