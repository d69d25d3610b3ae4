/** What is fuzzed: a target makes cases from numbers and runs them. One file per target; main.ts lists them. */
import type { Random } from './random';

export interface Edit {
  /** Offset in bytes, taken modulo the length. */
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

/** One input. Texts hold one character per byte, so that every sequence of bytes can be written and cut anywhere. */
export interface Case {
  /** How it was made, in words. */
  readonly label: string;
  /** The first is the one that is opened; the others stand beside it. */
  readonly files: readonly (readonly [name: string, bytes: string])[];
  /** Changes of the first file, one after the other. */
  readonly edits: readonly Edit[];
  /** Which way through the house, a name of the target's. */
  readonly way: string;
}

export interface Target {
  readonly name: string;
  /** The same random numbers give the same case. */
  make(random: Random): Case;
  /** Throws when a demand is not met. `step` is called before each piece of work whose time is bounded by itself. */
  run(one: Case, step: (what: string) => void): Promise<void>;
  limits(bytes: number): Limits;
}

export interface Limits {
  /** For one step. */
  readonly timeMs: number;
  /** Of JavaScript's heap. */
  readonly heapMb: number;
}

export function bytesOf(one: Case): number {
  return one.files.reduce((sum, [, text]) => sum + text.length, 0);
}

/** A demand on the result that is not met. */
export class Demand extends Error {}
