/** Memory that a callback allocates. It never runs out; what is not zeroed holds a fill byte, as freed memory would. */
import type { Builtin, BuiltinCall } from './builtin';
import { length, number, pointer, textAt } from './builtin';
import { Stop } from '../value';

const GFP_ZERO = 0x100n;
const staleByte = 0xa5;
const maxBytes = 1 << 22;

/** Linear memory at its own place: the same call gives another place each time. */
function heap(call: BuiltinCall, sizeBytes: number, zero: boolean): ReturnType<Builtin> {
  if (sizeBytes > maxBytes) throw new Stop(`an allocation of ${String(sizeBytes)} bytes is more than is followed`, call.at);
  const address = call.m.kernel.allocHeap(sizeBytes);
  call.m.write(address, new Uint8Array(sizeBytes).fill(zero ? 0 : staleByte), call.at);
  return pointer(address);
}

const flagsZero = (call: BuiltinCall, i: number): boolean => (number(call, i) & GFP_ZERO) !== 0n;
const product = (call: BuiltinCall): number => length(call, 0) * length(call, 1);

/** A folio of the page allocator: its struct page. */
function folio(call: BuiltinCall, order: number, zero: boolean): bigint {
  const { kernel } = call.m;
  const made = kernel.folios.alloc(order, zero ? 0 : kernel.staleFill);
  return made === undefined ? 0n : made.phys;
}

function asPage(call: BuiltinCall, phys: bigint): ReturnType<Builtin> {
  return pointer(phys === 0n ? 0n : call.m.kernel.space.physToPage(phys));
}

function asAddress(call: BuiltinCall, phys: bigint): ReturnType<Builtin> {
  return pointer(phys === 0n ? 0n : call.m.kernel.space.physToVirt(phys));
}

const order = (call: BuiltinCall, i: number): number => Math.max(0, Math.min(64, Number(BigInt.asIntN(32, number(call, i)))));
const nothing: Builtin = () => undefined;
const kmalloc: Builtin = (call) => heap(call, length(call, 0), flagsZero(call, 1));
const kzalloc: Builtin = (call) => heap(call, length(call, 0), true);
const kmallocArray: Builtin = (call) => heap(call, product(call), flagsZero(call, 2));
const kcalloc: Builtin = (call) => heap(call, product(call), true);

function duplicate(call: BuiltinCall, bytes: Uint8Array): ReturnType<Builtin> {
  const made = heap(call, bytes.length, true);
  if (made?.kind === 'pointer') call.m.write(made.value, bytes, call.at);
  return made;
}

export const allocatorBuiltins: Readonly<Record<string, Builtin>> = {
  kmalloc, kvmalloc: kmalloc, kzalloc, kvzalloc: kzalloc, kmalloc_array: kmallocArray, kvmalloc_array: kmallocArray, kcalloc, kvcalloc: kcalloc,
  vmalloc: (call) => heap(call, length(call, 0), false), vzalloc: kzalloc, vcalloc: kcalloc,
  devm_kzalloc: (call) => heap(call, length(call, 1), true),
  kmemdup: (call) => duplicate(call, call.m.read(number(call, 0), length(call, 1), call.at)),
  kstrdup: (call) => (number(call, 0) === 0n ? pointer(0n) : duplicate(call, Uint8Array.from([...textAt(call, number(call, 0)), 0]))),
  kfree: nothing, kvfree: nothing, vfree: nothing, kfree_sensitive: nothing, __free_page: nothing, __free_pages: nothing, free_page: nothing, free_pages: nothing,
  folio_alloc: (call) => asPage(call, folio(call, order(call, 1), flagsZero(call, 0))),
  alloc_pages: (call) => asPage(call, folio(call, order(call, 1), flagsZero(call, 0))),
  alloc_page: (call) => asPage(call, folio(call, 0, flagsZero(call, 0))),
  __get_free_page: (call) => asAddress(call, folio(call, 0, flagsZero(call, 0))),
  __get_free_pages: (call) => asAddress(call, folio(call, order(call, 1), flagsZero(call, 0))),
  get_zeroed_page: (call) => asAddress(call, folio(call, 0, true)),
};
