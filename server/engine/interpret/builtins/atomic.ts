/** Atomic counters, bits, byte orders, and locks, which have nothing to wait for: one callback runs at a time. */
import { bytesToUnsigned, unsignedToBytes } from '../../memory/addressSpace';
import type { Builtin, BuiltinCall } from './builtin';
import { int, number } from './builtin';

/** A counter of so many bytes at the address in argument `i`. */
function counter(call: BuiltinCall, i: number, bytes: number): { readonly value: bigint; set(value: bigint): bigint } {
  const address = number(call, i);
  return {
    value: BigInt.asIntN(bytes * 8, bytesToUnsigned(call.m.read(address, bytes, call.at))),
    set: (next) => {
      const kept = BigInt.asIntN(bytes * 8, next);
      call.m.write(address, unsignedToBytes(kept, bytes), call.at);
      return kept;
    },
  };
}

function family(prefix: string, bytes: number): Record<string, Builtin> {
  const result = (value: bigint): ReturnType<Builtin> => int(bytes === 4 ? 'int' : 'long', value);
  const add = (by: bigint): Builtin => (call) => {
    const at = counter(call, 0, bytes);
    return result(at.set(at.value + by));
  };
  const addArgument = (sign: bigint): Builtin => (call) => {
    const at = counter(call, 1, bytes);
    return result(at.set(at.value + sign * number(call, 0)));
  };
  return {
    [`${prefix}_read`]: (call) => result(counter(call, 0, bytes).value),
    [`${prefix}_set`]: (call) => result(counter(call, 0, bytes).set(number(call, 1))),
    [`${prefix}_inc`]: add(1n), [`${prefix}_dec`]: add(-1n), [`${prefix}_inc_return`]: add(1n), [`${prefix}_dec_return`]: add(-1n),
    [`${prefix}_add`]: addArgument(1n), [`${prefix}_sub`]: addArgument(-1n), [`${prefix}_add_return`]: addArgument(1n), [`${prefix}_sub_return`]: addArgument(-1n),
    [`${prefix}_dec_and_test`]: (call) => {
      const at = counter(call, 0, bytes);
      return int('int', at.set(at.value - 1n) === 0n ? 1 : 0);
    },
  };
}

/** The word that holds bit `nr` of a bitmap, and the bit in it: bitmaps are arrays of unsigned long. */
function bit(call: BuiltinCall): { readonly was: boolean; set(on: boolean): void } {
  const nr = BigInt.asIntN(64, number(call, 0));
  const address = number(call, 1) + (nr >> 3n);
  const mask = 1 << Number(nr & 7n);
  const byte = call.m.read(address, 1, call.at)[0] ?? 0;
  return { was: (byte & mask) !== 0, set: (on) => { call.m.write(address, Uint8Array.of(on ? byte | mask : byte & ~mask), call.at); } };
}

const setBit = (on: boolean): Builtin => (call) => {
  const at = bit(call);
  at.set(on);
  return int('int', at.was ? 1 : 0);
};
const testBit: Builtin = (call) => int('int', bit(call).was ? 1 : 0);

const unchanged: Builtin = (call) => int('unsigned long long', number(call, 0));
const nothing: Builtin = () => undefined;
const taken: Builtin = () => int('int', 1);
const names = (words: string, builtin: Builtin): Record<string, Builtin> => Object.fromEntries(words.split(' ').map((word) => [word, builtin]));

export const atomicBuiltins: Readonly<Record<string, Builtin>> = {
  ...family('atomic', 4), ...family('atomic64', 8), ...family('atomic_long', 8), ...family('refcount', 4),
  set_bit: setBit(true), __set_bit: setBit(true), clear_bit: setBit(false), __clear_bit: setBit(false), test_and_set_bit: setBit(true),
  test_and_clear_bit: setBit(false), test_bit: testBit,
  // The engine's targets are little endian.
  ...names('le16_to_cpu le32_to_cpu le64_to_cpu cpu_to_le16 cpu_to_le32 cpu_to_le64', unchanged),
  ...names('spin_lock spin_unlock spin_lock_irq spin_unlock_irq spin_lock_bh spin_unlock_bh raw_spin_lock raw_spin_unlock spin_lock_init mutex_lock mutex_unlock mutex_init mutex_destroy', nothing),
  ...names('down_read up_read down_write up_write init_rwsem rcu_read_lock rcu_read_unlock synchronize_rcu complete init_completion might_sleep cond_resched udelay msleep', nothing),
  ...names('__guard_mutex __guard_spinlock __guard_rwsem_read __guard_rwsem_write lockdep_assert_held', nothing),
  mutex_trylock: taken, mutex_lock_interruptible: () => int('int', 0),
};
