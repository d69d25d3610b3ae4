/** Linked lists, on the bytes that they are made of: next, then prev. Error pointers. */
import type { Builtin, BuiltinCall } from './builtin';
import { int, number, pointer } from './builtin';

const maxErrno = 4095n;

const next = (call: BuiltinCall, at: bigint): bigint => call.m.kernel.space.readU64(at);
const prev = (call: BuiltinCall, at: bigint): bigint => call.m.kernel.space.readU64(at + 8n);

function link(call: BuiltinCall, before: bigint, after: bigint): void {
  call.m.kernel.space.writeU64(before, after);
  call.m.kernel.space.writeU64(after + 8n, before);
}

function insert(call: BuiltinCall, entry: bigint, before: bigint, after: bigint): void {
  link(call, before, entry);
  link(call, entry, after);
}

function remove(call: BuiltinCall, entry: bigint): void {
  link(call, prev(call, entry), next(call, entry));
}

const done = (work: (call: BuiltinCall) => void): Builtin => (call) => {
  work(call);
  return undefined;
};
const isError = (value: bigint): boolean => BigInt.asUintN(64, value) >= (1n << 64n) - maxErrno;

export const listBuiltins: Readonly<Record<string, Builtin>> = {
  INIT_LIST_HEAD: done((call) => { link(call, number(call, 0), number(call, 0)); }),
  list_add: done((call) => { insert(call, number(call, 0), number(call, 1), next(call, number(call, 1))); }),
  list_add_tail: done((call) => { insert(call, number(call, 0), prev(call, number(call, 1)), number(call, 1)); }),
  list_del: done((call) => { remove(call, number(call, 0)); }),
  list_del_init: done((call) => {
    remove(call, number(call, 0));
    link(call, number(call, 0), number(call, 0));
  }),
  list_empty: (call) => int('int', next(call, number(call, 0)) === number(call, 0) ? 1 : 0),
  ERR_PTR: (call) => pointer(number(call, 0)),
  ERR_CAST: (call) => pointer(number(call, 0)),
  PTR_ERR: (call) => int('long', BigInt.asIntN(64, number(call, 0))),
  IS_ERR: (call) => int('int', isError(number(call, 0)) ? 1 : 0),
  IS_ERR_OR_NULL: (call) => int('int', number(call, 0) === 0n || isError(number(call, 0)) ? 1 : 0),
  PTR_ERR_OR_ZERO: (call) => int('int', isError(number(call, 0)) ? BigInt.asIntN(64, number(call, 0)) : 0),
};
