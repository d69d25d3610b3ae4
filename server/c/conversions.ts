/** Integer types as arithmetic sees them: enums' integers, promotions, usual arithmetic conversions (C11 6.3.1), wraparound. */
import { intType, resolve } from './makeTypes';
import type { Sema } from './sema';
import { intOfSize, intSizeBytes } from './targets';
import type { CType, EnumDef, IntName } from './types';
import { has } from './attributes';

/**
 * The integer type gcc gives an enum (c-decl.c, finish_enum): unsigned when no enumerator is negative; int-sized, or the first
 * that fits when `packed` or when int is too small.
 */
export function enumInt(sema: Sema, def: EnumDef): IntName | undefined {
  if (def.underlying !== undefined) return intNameOf(sema, def.underlying);
  const { enumerators } = def;
  if (enumerators === undefined) return undefined;
  let least = 0n;
  let most = 0n;
  for (const enumerator of enumerators) {
    if (enumerator.value === undefined) return undefined;
    if (enumerator.value < least) least = enumerator.value;
    if (enumerator.value > most) most = enumerator.value;
  }
  const signed = least < 0n;
  const sizes = has(def.attributes, 'packed') ? [1, 2, 4, 8] : [4, 8];
  for (const size of sizes) {
    const bits = BigInt(size * 8);
    const fits = signed ? least >= -(1n << (bits - 1n)) && most < 1n << (bits - 1n) : most < 1n << bits;
    if (fits) return intOfSize(sema.target, size, signed);
  }
  return 'long long';
}

/** The integer type of an int or enum type; undefined for others and for enums without definition. */
export function intNameOf(sema: Sema, type: CType): IntName | undefined {
  const t = resolve(type);
  if (t.kind === 'int') return t.name;
  return t.kind === 'enum' ? enumInt(sema, t.enum) : undefined;
}

function rank(name: IntName): number {
  switch (name) {
    case '_Bool': return 0;
    case 'char': case 'signed char': case 'unsigned char': return 1;
    case 'short': case 'unsigned short': return 2;
    case 'int': case 'unsigned int': return 3;
    case 'long': case 'unsigned long': return 4;
    case 'long long': case 'unsigned long long': return 5;
    default: return 6;
  }
}

/** C11 6.3.1.1p2. */
export function promotedName(name: IntName): IntName {
  return rank(name) < 3 ? 'int' : name;
}

function toUnsigned(name: IntName): IntName {
  switch (name) {
    case 'int': return 'unsigned int';
    case 'long': return 'unsigned long';
    case 'long long': return 'unsigned long long';
    case '__int128': return 'unsigned __int128';
    default: return name;
  }
}

/** C11 6.3.1.8 for integers. */
export function usualInts(sema: Sema, left: IntName, right: IntName): IntName {
  const a = promotedName(left);
  const b = promotedName(right);
  if (a === b) return a;
  const signedA = sema.signed(a);
  const signedB = sema.signed(b);
  if (signedA === signedB) return rank(a) >= rank(b) ? a : b;
  const [signed, unsigned] = signedA ? [a, b] : [b, a];
  if (rank(unsigned) >= rank(signed)) return unsigned;
  if (intSizeBytes(sema.target, signed) > intSizeBytes(sema.target, unsigned)) return signed;
  return toUnsigned(signed);
}

const floatRanks = ['_Float16', 'float', '_Float32', 'double', '_Float64', '_Float32x', 'long double', '_Float64x', '__float128', '_Float128'];

/** C11 6.3.1.8; undefined when one of them is no arithmetic type. */
export function usualType(sema: Sema, left: CType, right: CType): CType | undefined {
  const a = resolve(left);
  const b = resolve(right);
  if (a.kind === 'vector') return a;
  if (b.kind === 'vector') return b;
  if (a.kind === 'float' || b.kind === 'float') {
    if (a.kind !== 'float') return b;
    if (b.kind !== 'float') return a;
    const plain = (name: string): number => floatRanks.indexOf(name.replace('_Complex ', ''));
    return plain(a.name) >= plain(b.name) ? a : b;
  }
  const x = intNameOf(sema, a);
  const y = intNameOf(sema, b);
  return x === undefined || y === undefined ? undefined : intType(usualInts(sema, x, y));
}

/** The value as the type holds it: modulo 2^N, `_Bool` by truth. */
export function wrap(sema: Sema, name: IntName, value: bigint): bigint {
  if (name === '_Bool') return value === 0n ? 0n : 1n;
  const bits = intSizeBytes(sema.target, name) * 8;
  return sema.signed(name) ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
