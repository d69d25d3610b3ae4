/** Functions that gcc knows itself, where they are no constants. */
import { resolve } from '../../../c/makeTypes';
import { store } from '../place';
import { Stop, intShape, numberOf, wrapped } from '../value';
import type { Builtin, BuiltinCall } from './builtin';
import { int, number } from './builtin';

function reversed(value: bigint, bytes: number): bigint {
  let out = 0n;
  for (let i = 0; i < bytes; i++) out = (out << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return out;
}

const unsigned = (call: BuiltinCall, bits: number): bigint => BigInt.asUintN(bits, number(call, 0));
const swap = (bytes: number): Builtin => (call) => int('unsigned long', reversed(unsigned(call, bytes * 8), bytes));
const ones = (value: bigint): number => value.toString(2).replace(/0/g, '').length;
const highest = (value: bigint): number => (value === 0n ? 0 : value.toString(2).length);
const lowest = (value: bigint): number => (value === 0n ? 0 : highest(value & -value));
const bits = (width: number, of: (value: bigint) => number): Builtin => (call) => int('int', of(unsigned(call, width)));

/** __builtin_add_overflow and its like: the exact result is stored cut to the type, and whether it was cut is the answer. */
const overflow = (of: (a: bigint, b: bigint) => bigint): Builtin => (call) => {
  const target = call.exprs[2];
  const at = call.args[2];
  const type = target === undefined ? undefined : call.m.typeOf(target);
  const to = type?.kind === 'pointer' ? resolve(type.to) : undefined;
  const shape = to === undefined ? undefined : intShape(call.m, to);
  if (to === undefined || shape === undefined || at === undefined) throw new Stop(`${call.name}() needs a pointer to an integer`, call.at);
  const exact = of(number(call, 0), number(call, 1));
  const kept = wrapped(shape, exact);
  store(call.m, { address: numberOf(at, call.at), type: to }, { kind: 'int', type: to, value: kept }, call.at);
  return int('int', kept === exact ? 0 : 1);
};

const first: Builtin = (call) => call.args[0];

export const compilerBuiltins: Readonly<Record<string, Builtin>> = {
  __builtin_expect: first, __builtin_expect_with_probability: first, __builtin_assume_aligned: first,
  __builtin_constant_p: () => int('int', 0), __builtin_object_size: () => int('unsigned long', -1n), __builtin_dynamic_object_size: () => int('unsigned long', -1n),
  __builtin_bswap16: swap(2), __builtin_bswap32: swap(4), __builtin_bswap64: swap(8),
  __builtin_popcount: bits(32, ones), __builtin_popcountl: bits(64, ones), __builtin_popcountll: bits(64, ones), hweight32: bits(32, ones), hweight64: bits(64, ones),
  __builtin_ffs: bits(32, lowest), __builtin_ffsl: bits(64, lowest), __builtin_ffsll: bits(64, lowest),
  __builtin_ctz: bits(32, (v) => lowest(v) - 1), __builtin_ctzl: bits(64, (v) => lowest(v) - 1), __builtin_ctzll: bits(64, (v) => lowest(v) - 1), __ffs: bits(64, (v) => lowest(v) - 1),
  __builtin_clz: bits(32, (v) => 32 - highest(v)), __builtin_clzl: bits(64, (v) => 64 - highest(v)), __builtin_clzll: bits(64, (v) => 64 - highest(v)),
  fls: bits(32, highest), fls64: bits(64, highest), ilog2: bits(64, (v) => highest(v) - 1),
  is_power_of_2: bits(64, (v) => (ones(v) === 1 ? 1 : 0)),
  __builtin_add_overflow: overflow((a, b) => a + b), __builtin_sub_overflow: overflow((a, b) => a - b), __builtin_mul_overflow: overflow((a, b) => a * b),
};
