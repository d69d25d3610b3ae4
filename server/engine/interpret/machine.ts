/**
 * State of one interpreter: the program that it runs, the kernel whose memory it works on, its stack and what it may spend.
 *
 * Everything that has an address lives in the kernel's memory, locals included: a callback sees the bytes that KSTATE sees.
 */
import type { CUnit } from '../../c/api';
import type { Declarator, Expr } from '../../c/ast';
import { intType, resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import type { CType } from '../../c/types';
import type { Kernel } from '../kernel';
import type { RestoreCall, SaveCall } from '../kstate/custom';
import type { StaticData } from '../kstate/staticData';
import { Stop, numberOf } from './value';
import type { Value } from './value';

/** Physical memory of the stack, below what pointees are made of. */
const stackPhys = 0x3e000000n;
const stackBytes = 0x400000n;
/** Steps of one call into the program; and of all calls of one kernel. */
const maxSteps = 100_000;
const maxStepsOfKernel = 300_000;
const maxCalls = 64;

/** What a running callback was given by KSTATE. */
export type Given = { readonly kind: 'save'; readonly call: SaveCall } | { readonly kind: 'restore'; readonly call: RestoreCall };

export interface Frame {
  readonly fn: Declarator;
  readonly locals: Map<Declarator, bigint>;
}

export class Machine {
  given: Given | undefined;
  frames: Frame[] = [];
  readonly charSigned: boolean;
  readonly pointerBits: number;
  private steps = 0;
  private stepsOfKernel = 0;
  private stackUsed = 0n;
  private readonly types = new WeakMap<Expr, CType>();
  private readonly sizes = new Map<CType, number>();
  private readonly commons = new WeakMap<Expr, CType>();

  constructor(readonly kernel: Kernel, readonly unit: CUnit, readonly data: StaticData) {
    this.pointerBits = kernel.arch.pointerBytes * 8;
    this.charSigned = charIsSigned(unit);
  }

  get frame(): Frame | undefined {
    return this.frames[this.frames.length - 1];
  }

  /** Runs `work` as one call into the program: with its own allowance of steps and an empty stack. */
  enter<T>(given: Given | undefined, work: () => T): T {
    const before = { given: this.given, frames: this.frames, steps: this.steps };
    this.given = given;
    this.frames = [];
    this.steps = 0;
    const used = this.stackUsed;
    try {
      return work();
    } finally {
      this.stackUsed = used;
      this.given = before.given;
      this.frames = before.frames;
      this.steps = before.steps;
    }
  }

  /** Runs `work` with a frame for a call of `fn`. */
  call<T>(fn: Declarator, at: Tok, work: (frame: Frame) => T): T {
    if (this.frames.length >= maxCalls) throw new Stop(`calls go ${String(maxCalls)} deep`, at);
    const frame: Frame = { fn, locals: new Map() };
    const used = this.stackUsed;
    this.frames.push(frame);
    try {
      return work(frame);
    } finally {
      this.frames.pop();
      this.stackUsed = used;
    }
  }

  /** Room on the stack, until the function returns. */
  stack(sizeBytes: number, at: Tok): bigint {
    const address = this.kernel.space.physToVirt(stackPhys + this.stackUsed);
    this.stackUsed += ((BigInt(sizeBytes) + 15n) / 16n) * 16n;
    if (this.stackUsed > stackBytes) throw new Stop('the stack is full', at);
    return address;
  }

  /** Counts a step; `amount` for helpers that touch many bytes. */
  step(at: Tok, amount = 1): void {
    this.steps += amount;
    this.stepsOfKernel += amount;
    if (this.steps > maxSteps) throw new Stop(`it runs for more than ${String(maxSteps)} steps`, at);
    if (this.stepsOfKernel > maxStepsOfKernel) throw new Stop(`all callbacks together run for more than ${String(maxStepsOfKernel)} steps`, at);
  }

  /** Resolved; a type that is not known stops. */
  typeOf(expr: Expr): CType {
    const known = this.types.get(expr);
    if (known !== undefined) return known;
    const type = resolve(this.unit.typeOf(expr));
    if (type.kind === 'unknown') throw new Stop(type.why, type.at);
    this.types.set(expr, type);
    return type;
  }

  /** The type in which the operands of an operator meet, as if they were added. */
  commonType(expr: Expr, left: Expr, right: Expr): CType {
    const known = this.commons.get(expr);
    if (known !== undefined) return known;
    const type = this.typeOf({ kind: 'binary', op: '*', opTok: expr.first, left, right, first: expr.first, last: expr.last });
    this.commons.set(expr, type);
    return type;
  }

  sizeOf(type: CType, at?: Tok): number {
    const known = this.sizes.get(type);
    if (known !== undefined) return known;
    const of = resolve(type);
    if (of.kind === 'void' || of.kind === 'function') return 1;
    const size = this.unit.sizeOf(type);
    if (!size.known) throw new Stop(size.why, at ?? size.at);
    this.sizes.set(type, size.value);
    return size.value;
  }

  read(address: bigint, lengthBytes: number, at: Tok): Uint8Array {
    this.step(at, lengthBytes >> 5);
    return this.kernel.space.read(address, lengthBytes);
  }

  write(address: bigint, bytes: Uint8Array, at: Tok): void {
    this.step(at, bytes.length >> 5);
    this.kernel.space.write(address, bytes);
  }

  int(value: bigint | number): Value {
    return { kind: 'int', type: intType('int'), value: BigInt.asIntN(32, BigInt(value)) };
  }
}

/** A length argument, as far as the engine follows it. */
export function lengthOf(value: Value | undefined, at: Tok): number {
  const length = value === undefined ? 0n : BigInt.asUintN(64, numberOf(value, at));
  if (length > 1n << 24n) throw new Stop(`${String(length)} bytes are more than is followed`, at);
  return Number(length);
}

/** -funsigned-char or not: what the unit was opened with, asked through a constant. */
function charIsSigned(unit: CUnit): boolean {
  const at = { kind: 0, text: '', file: 0, start: 0, end: 0, flags: 0, exp: null };
  const value = unit.evaluate({ kind: 'cast', type: intType('char'), operand: { kind: 'int', value: 255n, suffix: '', decimal: true, first: at, last: at }, first: at, last: at });
  return value.kind === 'int' && value.value < 0n;
}
