/** Values of gcc's builtins where they are constant. */
import type { Const } from './api';
import type { Expr } from './ast';
import { cannot, evaluate, intConst, isVariable, notConstant } from './constant';
import { intNameOf, wrap } from './conversions';
import type { Sema } from './sema';
import type { IntName } from './types';
import { typeOf } from './typeOf';

/** The operand as an unsigned number of the builtin's own width (`l`, `ll` suffix). */
function bitsOf(sema: Sema, name: string): { readonly bits: number; readonly type: IntName } {
  if (name.endsWith('ll')) return { bits: 64, type: 'unsigned long long' };
  if (name.endsWith('l')) return { bits: sema.target.longBytes * 8, type: 'unsigned long' };
  return { bits: 32, type: 'unsigned int' };
}

function popcount(x: bigint): number {
  let n = 0;
  for (let at = x; at !== 0n; at &= at - 1n) n++;
  return n;
}

const bitCount = /^__builtin_(ffs|clz|ctz|clrsb|popcount|parity)(l|ll)?$/;

/** undefined: no builtin that has a value. */
export function foldBuiltin(sema: Sema, name: string, args: readonly Expr[], expr: Expr): Const | undefined {
  if (!name.startsWith('__builtin_')) return undefined;
  const [first] = args;
  const counted = bitCount.exec(name);
  if (counted !== null && first !== undefined) {
    const value = evaluate(sema, first);
    if (value.kind !== 'int') return value.kind === 'unknown' ? value : notConstant(`the argument of ${name} is no integer`, first.first);
    const { bits, type } = bitsOf(sema, name);
    const x = wrap(sema, type, value.value);
    const result = countBits(counted[1] ?? '', x, bits);
    return result === undefined ? notConstant(`${name}(0) is undefined`, expr.first) : intConst(sema, 'int', BigInt(result));
  }
  switch (name) {
    case '__builtin_constant_p': {
      if (first === undefined) return undefined;
      const value = evaluate(sema, first);
      if (value.kind === 'unknown') return isVariable(value) ? intConst(sema, 'int', 0n) : value;
      // gcc: numbers are, and so is the address of a string literal's first character; other addresses are not.
      return intConst(sema, 'int', value.kind !== 'address' || (value.of.kind === 'string' && value.offsetBytes === 0n) ? 1n : 0n);
    }
    case '__builtin_expect': case '__builtin_expect_with_probability': {
      if (first === undefined) return undefined;
      const value = evaluate(sema, first);
      return value.kind === 'int' ? intConst(sema, 'long', value.value) : value;
    }
    case '__builtin_bswap16': case '__builtin_bswap32': case '__builtin_bswap64': {
      const value = first === undefined ? undefined : evaluate(sema, first);
      if (value?.kind !== 'int') return value?.kind === 'unknown' ? value : undefined;
      const bytes = Number(name.slice('__builtin_bswap'.length)) / 8;
      let x = BigInt.asUintN(bytes * 8, value.value);
      let swapped = 0n;
      for (let i = 0; i < bytes; i++) {
        swapped = (swapped << 8n) | (x & 255n);
        x >>= 8n;
      }
      const type = typeOf(sema, expr);
      return intConst(sema, intNameOf(sema, type) ?? 'unsigned long long', swapped);
    }
    case '__builtin_strlen': {
      const value = first === undefined ? undefined : evaluate(sema, first);
      if (value?.kind !== 'address' || value.of.kind !== 'string') return value?.kind === 'unknown' ? value : notConstant('the length of a string that is no literal', expr.first);
      const start = Number(value.offsetBytes);
      const end = value.of.bytes.indexOf(0, start);
      return intConst(sema, sema.sizeType, BigInt((end < 0 ? value.of.bytes.length : end) - start));
    }
    case '__builtin_abs': case '__builtin_labs': case '__builtin_llabs': {
      const value = first === undefined ? undefined : evaluate(sema, first);
      if (value?.kind !== 'int') return value?.kind === 'unknown' ? value : undefined;
      const type: IntName = name === '__builtin_abs' ? 'int' : name === '__builtin_labs' ? 'long' : 'long long';
      const x = wrap(sema, type, value.value);
      return intConst(sema, type, x < 0n ? -x : x);
    }
    case '__builtin_add_overflow_p': case '__builtin_sub_overflow_p': case '__builtin_mul_overflow_p': return overflow(sema, name, args);
    case '__builtin_memcmp': case '__builtin_strcmp': return compare(sema, name, args, expr);
    default: return known.has(name) ? notConstant(`${name} is not a constant`, expr.first) : cannot(`the value of ${name} is not known`, expr.first);
  }
}

/** Builtins that never are constants, so that `__builtin_constant_p` of them is 0. */
const known: ReadonlySet<string> = new Set(['__builtin_return_address', '__builtin_frame_address', '__builtin_alloca', '__builtin_memcpy', '__builtin_memset', '__builtin_memmove',
  '__builtin_unreachable', '__builtin_trap', '__builtin_prefetch', '__builtin_thread_pointer']);

function countBits(what: string, x: bigint, bits: number): number | undefined {
  switch (what) {
    case 'ffs': return x === 0n ? 0 : trailing(x) + 1;
    case 'ctz': return x === 0n ? undefined : trailing(x);
    case 'clz': return x === 0n ? undefined : bits - x.toString(2).length;
    case 'popcount': return popcount(x);
    case 'parity': return popcount(x) & 1;
    case 'clrsb': {
      const y = BigInt.asIntN(bits, x);
      const magnitude = y < 0n ? ~y : y;
      return bits - 1 - (magnitude === 0n ? 0 : magnitude.toString(2).length);
    }
    default: return undefined;
  }
}

function trailing(x: bigint): number {
  let n = 0;
  for (let at = x; (at & 1n) === 0n; at >>= 1n) n++;
  return n;
}

function overflow(sema: Sema, name: string, args: readonly Expr[]): Const | undefined {
  const [a, b, c] = args;
  if (a === undefined || b === undefined || c === undefined) return undefined;
  const x = evaluate(sema, a);
  const y = evaluate(sema, b);
  if (x.kind !== 'int') return x.kind === 'unknown' ? x : undefined;
  if (y.kind !== 'int') return y.kind === 'unknown' ? y : undefined;
  const to = intNameOf(sema, typeOf(sema, c));
  if (to === undefined) return undefined;
  const exact = name.includes('add') ? x.value + y.value : name.includes('sub') ? x.value - y.value : x.value * y.value;
  return intConst(sema, 'int', wrap(sema, to, exact) === exact ? 0n : 1n);
}

function compare(sema: Sema, name: string, args: readonly Expr[], expr: Expr): Const | undefined {
  const [a, b, n] = args;
  if (a === undefined || b === undefined) return undefined;
  const x = evaluate(sema, a);
  const y = evaluate(sema, b);
  if (x.kind !== 'address' || x.of.kind !== 'string' || y.kind !== 'address' || y.of.kind !== 'string') return notConstant(`${name} is not a constant here`, expr.first);
  const count = n === undefined ? undefined : evaluate(sema, n);
  const most = count?.kind === 'int' ? Number(count.value) : Math.max(x.of.bytes.length, y.of.bytes.length) + 1;
  for (let i = 0; i < most; i++) {
    const p = x.of.bytes[Number(x.offsetBytes) + i] ?? 0;
    const q = y.of.bytes[Number(y.offsetBytes) + i] ?? 0;
    if (p !== q) return intConst(sema, 'int', p < q ? -1n : 1n);
    if (p === 0 && name === '__builtin_strcmp') break;
  }
  return intConst(sema, 'int', 0n);
}
