/**
 * The WebAssembly of the loops over bits (wasm/bits.ts). Nothing that lasts lies in its memory: bitmaps are copied in and out a piece at a time, so that
 * they and the views of them stay where they are. A memory never grows: reading has a small one, and each great marking one of its own, which goes with it.
 */
import { UNITS } from './wasm/memory';
import bytes from './wasm/bits.wasm';

const PAGE_BYTES = 65536;

export const littleMachine = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;

/** What the module exports, as wasm/bits.ts declares it. */
interface Exports {
  readonly extract: (words: number, big: boolean, firstBit: number, first: number, step: number) => number;
  readonly count: (units: number, order: number, bitShift: number, distinct: number, known: number) => number;
  readonly scatter: (units: number, order: number, sorted: number) => void;
  readonly mark: (sorted: number, from: number, end: number) => void;
}

export interface BitLoops {
  readonly native: Exports;
  readonly buffer: ArrayBuffer;
}

let compiled: WebAssembly.Module | undefined;
let reading: BitLoops | undefined;
/** No second attempt for every bitmap. */
let unavailable = !littleMachine;

/** The loops with a memory of their own; undefined where there is no WebAssembly (a page whose policy forbids it) or no room. */
export function newBitLoops(memoryBytes: number): BitLoops | undefined {
  if (!littleMachine) return undefined;
  try {
    compiled ??= new WebAssembly.Module(bytes);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryBytes / PAGE_BYTES) });
    return { native: new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Exports, buffer: memory.buffer };
  } catch {
    return undefined;
  }
}

/** The loops for reading, whose memory ends at UNITS. */
export function readingLoops(): BitLoops | undefined {
  if (reading === undefined && !unavailable) {
    reading = newBitLoops(UNITS);
    unavailable = reading === undefined;
  }
  return reading;
}
