/** Functions of the kernel that the engine knows by name: what one is given. */
import type { Expr } from '../../../c/ast';
import { intType, pointerTo, voidType } from '../../../c/makeTypes';
import type { Tok } from '../../../c/token';
import type { IntName } from '../../../c/types';
import type { Machine } from '../machine';
import { lengthOf } from '../machine';
import { Stop, numberOf } from '../value';
import type { Value } from '../value';

export interface BuiltinCall {
  readonly m: Machine;
  readonly name: string;
  readonly args: readonly Value[];
  readonly exprs: readonly Expr[];
  readonly at: Tok;
  readonly expr: Expr;
}

/** The result is converted to the type that the function is declared with; undefined for none. */
export type Builtin = (call: BuiltinCall) => Value | undefined;

/** Argument `i` as a number; addresses are unsigned. */
export function number(call: BuiltinCall, i: number): bigint {
  const value = call.args[i];
  if (value === undefined) throw new Stop(`${call.name}() needs ${String(i + 1)} arguments`, call.at);
  return numberOf(value, call.at);
}

export function length(call: BuiltinCall, i: number): number {
  return lengthOf(call.args[i], call.at);
}

export function int(name: IntName, value: bigint | number): Value {
  return { kind: 'int', type: intType(name), value: BigInt(value) };
}

export function pointer(value: bigint): Value {
  return { kind: 'pointer', type: pointerTo(voidType), value: BigInt.asUintN(64, value) };
}

/** Bytes up to a NUL, which is not among them; no more than `max`. */
export function textAt(call: BuiltinCall, address: bigint, max = 1 << 16): Uint8Array {
  const out: number[] = [];
  for (let at = address; out.length < max; at++) {
    const byte = call.m.read(at, 1, call.at)[0] ?? 0;
    call.m.step(call.at);
    if (byte === 0) break;
    out.push(byte);
  }
  return Uint8Array.from(out);
}
