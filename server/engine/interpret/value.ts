/** Values of C as the interpreter holds them, and the arithmetic on them: integers in their exact width, addresses, records as bytes. */
import type { Tok } from '../../c/token';
import type { CType } from '../../c/types';
import { resolve } from '../../c/makeTypes';
import { bytesToUnsigned, unsignedToBytes } from '../memory/addressSpace';
import type { Machine } from './machine';

export interface IntValue {
  readonly kind: 'int';
  readonly type: CType;
  readonly value: bigint;
  /** Read out of a bit-field wider than int and narrower than its type: gcc computes with it in a type of that many bits. */
  readonly odd?: number;
}
/** `value` is the address, unsigned. */
export interface PointerValue { readonly kind: 'pointer'; readonly type: CType; readonly value: bigint }
export interface RecordValue { readonly kind: 'record'; readonly type: CType; readonly bytes: Uint8Array }
export interface NoValue { readonly kind: 'void' }
export type Value = IntValue | PointerValue | RecordValue | NoValue;

export const noValue: NoValue = { kind: 'void' };

/** What stops the interpreter: something that it does not run, at the token that says it. Not a fault of the program. */
export class Stop extends Error {
  constructor(readonly why: string, readonly at: Tok) {
    super(why);
  }
}

export interface IntShape {
  readonly bits: number;
  readonly signed: boolean;
  readonly bool: boolean;
}

const signedNames: ReadonlySet<string> = new Set(['signed char', 'short', 'int', 'long', 'long long', '__int128']);

/** Width and sign of an integer type; undefined for any other type. `type` is resolved. */
export function intShape(m: Machine, type: CType): IntShape | undefined {
  if (type.kind === 'int') {
    const signed = type.name === 'char' ? m.charSigned : signedNames.has(type.name);
    return { bits: m.sizeOf(type) * 8, signed, bool: type.name === '_Bool' };
  }
  if (type.kind !== 'enum') return undefined;
  const size = m.unit.sizeOf(type);
  if (!size.known) return undefined;
  return { bits: size.value * 8, signed: (type.enum.enumerators ?? []).some((one) => (one.value ?? 0n) < 0n), bool: false };
}

/** The value modulo 2^N; `_Bool` by truth. */
export function wrapped(shape: IntShape, value: bigint): bigint {
  if (shape.bool) return value === 0n ? 0n : 1n;
  return shape.signed ? BigInt.asIntN(shape.bits, value) : BigInt.asUintN(shape.bits, value);
}

/** The number in an integer or pointer. */
export function numberOf(value: Value, at: Tok): bigint {
  if (value.kind === 'int' || value.kind === 'pointer') return value.value;
  throw new Stop(value.kind === 'void' ? 'a void value is used' : 'a struct is used as a number', at);
}

export function isTrue(value: Value, at: Tok): boolean {
  return numberOf(value, at) !== 0n;
}

/** Conversion as by assignment or cast. */
export function convert(m: Machine, value: Value, type: CType, at: Tok): Value {
  const to = resolve(type);
  if (to.kind === 'void') return noValue;
  if (to.kind === 'record') {
    if (value.kind !== 'record') throw new Stop('a struct is expected, a number is found', at);
    return value;
  }
  if (to.kind === 'pointer') return { kind: 'pointer', type: to, value: BigInt.asUintN(m.pointerBits, numberOf(value, at)) };
  if (to.kind === 'float') throw new Stop('floating point is not run', at);
  if (to.kind === 'unknown') throw new Stop(to.why, to.at);
  const shape = intShape(m, to);
  if (shape === undefined) throw new Stop(`a conversion to ${m.unit.spell(type)} is not run`, at);
  return { kind: 'int', type: to, value: wrapped(shape, numberOf(value, at)) };
}

/** The value a type holds as bytes, as numbers. */
export function decode(m: Machine, type: CType, bytes: Uint8Array, at: Tok): Value {
  const of = resolve(type);
  if (of.kind === 'record') return { kind: 'record', type: of, bytes };
  const raw = bytesToUnsigned(bytes);
  if (of.kind === 'pointer') return { kind: 'pointer', type: of, value: raw };
  const shape = intShape(m, of);
  if (shape === undefined) throw new Stop(of.kind === 'float' ? 'floating point is not run' : `a value of type ${m.unit.spell(type)} is not run`, at);
  // A _Bool that holds another byte than 0 or 1 is read as it is, as compilers do.
  return { kind: 'int', type: of, value: shape.signed ? BigInt.asIntN(shape.bits, raw) : raw };
}

export function encode(value: Value, sizeBytes: number, at: Tok): Uint8Array {
  return value.kind === 'record' ? value.bytes : unsignedToBytes(numberOf(value, at), sizeBytes);
}
