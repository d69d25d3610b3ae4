/** string.h, as the kernel has it. */
import { Stop } from '../value';
import type { Builtin, BuiltinCall } from './builtin';
import { int, length, number, pointer, textAt } from './builtin';

const E2BIG = 7;

function copy(call: BuiltinCall): ReturnType<Builtin> {
  const { m, at } = call;
  m.write(number(call, 0), m.read(number(call, 1), length(call, 2), at), at);
  return pointer(number(call, 0));
}

function set(call: BuiltinCall): ReturnType<Builtin> {
  call.m.write(number(call, 0), new Uint8Array(length(call, 2)).fill(Number(BigInt.asUintN(8, number(call, 1)))), call.at);
  return pointer(number(call, 0));
}

function compare(call: BuiltinCall): ReturnType<Builtin> {
  const n = length(call, 2);
  const a = call.m.read(number(call, 0), n, call.at);
  const b = call.m.read(number(call, 1), n, call.at);
  return int('int', firstDifference(a, b, n));
}

/** Negative, 0 or positive, as the first bytes that differ. */
function firstDifference(a: Uint8Array, b: Uint8Array, n: number): number {
  for (let i = 0; i < n; i++) {
    const d = (a[i] ?? 0) - (b[i] ?? 0);
    if (d !== 0) return d < 0 ? -1 : 1;
  }
  return 0;
}

function compareText(call: BuiltinCall, max: number): ReturnType<Builtin> {
  const a = textAt(call, number(call, 0), max);
  const b = textAt(call, number(call, 1), max);
  return int('int', firstDifference(a, b, Math.min(max, Math.max(a.length, b.length))));
}

/** strscpy: the text, cut to fit, with a NUL; its length or -E2BIG. With `pad` the rest is zeroed. */
function sizedCopy(call: BuiltinCall, pad: boolean): ReturnType<Builtin> {
  const { m, at } = call;
  const size = call.args.length > 2 ? length(call, 2) : sizeOfArray(call);
  if (size === 0) return int('long', -E2BIG);
  const text = textAt(call, number(call, 1), size);
  const fits = text.length < size;
  const out = new Uint8Array(pad ? size : (fits ? text.length : size - 1) + 1);
  out.set(text.subarray(0, size - 1));
  m.write(number(call, 0), out, at);
  return int('long', fits ? text.length : -E2BIG);
}

/** strscpy with two arguments takes the size of the array it is given. */
function sizeOfArray(call: BuiltinCall): number {
  const to = call.exprs[0];
  const type = to === undefined ? undefined : call.m.typeOf(to);
  if (type?.kind !== 'array') throw new Stop(`${call.name}() with two arguments needs an array`, call.at);
  return call.m.sizeOf(type, call.at);
}

function find(call: BuiltinCall, bytes: Uint8Array, byte: number, unlike = false): ReturnType<Builtin> {
  const i = bytes.findIndex((one) => (one === byte) !== unlike);
  return pointer(i < 0 ? 0n : number(call, 0) + BigInt(i));
}

const plain: Readonly<Record<string, Builtin>> = {
  memcpy: copy,
  memmove: copy,
  memset: set,
  memcmp: compare,
  strlen: (call) => int('unsigned long', textAt(call, number(call, 0)).length),
  strnlen: (call) => int('unsigned long', textAt(call, number(call, 0), length(call, 1)).length),
  strcmp: (call) => compareText(call, 1 << 16),
  strncmp: (call) => compareText(call, length(call, 2)),
  strcpy: (call) => {
    const text = textAt(call, number(call, 1));
    call.m.write(number(call, 0), Uint8Array.from([...text, 0]), call.at);
    return pointer(number(call, 0));
  },
  strncpy: (call) => {
    const n = length(call, 2);
    const out = new Uint8Array(n);
    out.set(textAt(call, number(call, 1), n));
    call.m.write(number(call, 0), out, call.at);
    return pointer(number(call, 0));
  },
  strchr: (call) => find(call, Uint8Array.from([...textAt(call, number(call, 0)), 0]), Number(BigInt.asUintN(8, number(call, 1)))),
  memchr: (call) => find(call, call.m.read(number(call, 0), length(call, 2), call.at), Number(BigInt.asUintN(8, number(call, 1)))),
};

export const stringBuiltins: Readonly<Record<string, Builtin>> = {
  ...plain,
  ...Object.fromEntries(Object.entries(plain).flatMap(([name, builtin]) => [[`__builtin_${name}`, builtin], [`__${name}`, builtin]])),
  memchr_inv: (call) => find(call, call.m.read(number(call, 0), length(call, 2), call.at), Number(BigInt.asUintN(8, number(call, 1))), true),
  memzero_explicit: (call) => {
    call.m.write(number(call, 0), new Uint8Array(length(call, 1)), call.at);
    return undefined;
  },
  strscpy: (call) => sizedCopy(call, false),
  strscpy_pad: (call) => sizedCopy(call, true),
  // crc32_le: reflected polynomial 0xedb88320, no inversion of seed or result.
  crc32_le: (call) => {
    let crc = Number(BigInt.asUintN(32, number(call, 0)));
    const bytes = call.m.read(number(call, 1), length(call, 2), call.at);
    call.m.step(call.at, bytes.length);
    for (const byte of bytes) {
      crc ^= byte;
      for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
    }
    return int('unsigned int', crc >>> 0);
  },
};
