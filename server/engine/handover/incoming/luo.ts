/** LUO's early_initcall in the new kernel: absence is fine, anything else that is wrong is a panic. KHO facts 6.1, 6.6. */
import { fdtErrors } from '../../../formats/fdt/layout';
import type { FdtNode } from '../../../formats/fdt/read';
import { checkCompatible, childOf, propertyOf } from '../../../formats/fdtValues';
import { decode, viewOf } from '../../../formats/layoutTable';
import { luoSer, luoSerFormOf } from '../../../formats/luo';
import type { ErrnoName } from '../../../model/scenario/scenario';
import { messages } from '../messages';
import type { Answer, Successor } from './successor';
import { answer, refused } from './successor';

/** Where sessions and FLBs lie. */
export interface LuoIncoming {
  readonly liveupdateNumber: bigint;
  /** The blob itself: nobody restores it. */
  readonly blobPhys: bigint;
  readonly sessions: { readonly phys: bigint; readonly in: 'array' | 'blocks' } | undefined;
  readonly files: 'array' | 'blocks';
  /** Undefined: this generation has none. 0: there is no array. */
  readonly flbPhys: bigint | undefined;
}

export type LuoStart =
  /** No LUO in this generation, or KHO is off. */
  | { readonly state: 'off' }
  /** Nothing was handed over: no sessions, and that is fine. */
  | { readonly state: 'absent' }
  | { readonly state: 'present'; readonly luo: LuoIncoming }
  | { readonly state: 'panic'; readonly error: ErrnoName };

/** @param enabled `liveupdate=on`; the tree is read, and the kernel panics, without it, too */
export function startLuo(kernel: Successor, enabled: boolean): LuoStart {
  const { spec: { generation, kho }, print } = kernel;
  if (generation.luo === undefined) return { state: 'off' };
  if (!kho) {
    if (enabled) print('warn', messages.luoNoKho());
    return { state: 'off' };
  }
  const found = kernel.retrieveSubtree('LUO');
  if (!found.ok && found.error === 'ENOENT') return { state: 'absent' };
  if (!found.ok) print('err', messages.luoNotRetrieved(found.error));
  const read = !found.ok ? found : generation.luo.id === 'luo_ser with blocks' ? readSer(kernel, found.value.phys, found.value.sizeBytes ?? 0n) : readTree(kernel, found.value.phys, generation.luo.id === 'FDT with FLBs');
  if (read.ok) return { state: 'present', luo: read.value };
  print('panic', messages.luoPanic(read.error));
  return { state: 'panic', error: read.error };
}

/** The value of a u64 property, or the length that `fdt_getprop()` gives in its place. */
function u64Of(kernel: Successor, node: FdtNode, name: string): { readonly value: bigint } | { readonly length: number } {
  const property = propertyOf(node, name);
  if (property === undefined) return { length: fdtErrors.NOTFOUND };
  if (property.data.length !== 8) return { length: property.lengthBytes };
  return { value: viewOf(property.data).getBigUint64(0, kernel.spec.order === 'little') };
}

function readTree(kernel: Successor, phys: bigint, withFlbs: boolean): Answer<LuoIncoming> {
  const { print } = kernel;
  const tree = kernel.treeAt(phys);
  const wanted = kernel.wants('luo', 'luo-v1');
  const compatible = tree === undefined ? fdtErrors.BADMAGIC : checkCompatible(tree, wanted);
  if (tree === undefined || compatible !== 0) {
    print('err', messages.luoIncompatible(wanted, compatible));
    return refused('EINVAL');
  }
  const number = u64Of(kernel, tree, 'liveupdate-number');
  if ('length' in number) {
    print('err', messages.luoNoNumber(number.length));
    return refused('EINVAL');
  }
  print('info', messages.luoNumber(number.value));
  const sessions = sessionHeader(kernel, tree);
  if (!sessions.ok) return sessions;
  const base = { liveupdateNumber: number.value, blobPhys: phys, sessions: { phys: sessions.value, in: 'array' }, files: 'array' } as const;
  if (!withFlbs) return answer({ ...base, flbPhys: undefined });
  const flbs = flbHeader(kernel, tree);
  return flbs.ok ? answer({ ...base, flbPhys: flbs.value }) : flbs;
}

function sessionHeader(kernel: Successor, tree: FdtNode): Answer<bigint> {
  const { print } = kernel;
  const node = childOf(tree, 'luo-session');
  const wanted = kernel.wants('luo_session', 'luo-session-v2');
  if (node === undefined) {
    print('err', messages.luoNoSessionNode());
    return refused('EINVAL');
  }
  if (checkCompatible(node, wanted) !== 0) {
    print('err', messages.luoSessionIncompatible(wanted));
    return refused('EINVAL');
  }
  const header = u64Of(kernel, node, 'luo-session-header');
  if ('value' in header) return answer(header.value);
  print('err', messages.luoNoSessionHeader(header.length));
  return refused('EINVAL');
}

/** 7.1 wants the node: a tree of 6.19 has none, under the same string (KHO facts 8.2, L3). */
function flbHeader(kernel: Successor, tree: FdtNode): Answer<bigint> {
  const { print } = kernel;
  const node = childOf(tree, 'luo-flb');
  const wanted = kernel.wants('luo_flb', 'luo-flb-v1');
  if (node === undefined) {
    print('err', messages.luoNoFlbNode());
    return refused('ENOENT');
  }
  const compatible = checkCompatible(node, wanted);
  if (compatible !== 0) {
    print('err', messages.luoFlbIncompatible(wanted, compatible));
    return refused('EINVAL');
  }
  const header = u64Of(kernel, node, 'luo-flb-header');
  if ('value' in header) return answer(header.value);
  print('err', messages.luoNoFlbHeader(header.length));
  return refused('EINVAL');
}

/** The newest: the blob is a structure, checked by its size and the string that it starts with. */
function readSer(kernel: Successor, phys: bigint, blobBytes: bigint): Answer<LuoIncoming> {
  const { spec: { generation, order }, memory, print } = kernel;
  const wanted = kernel.wants('luo', generation.luoCompatible ?? '');
  const table = luoSer(wanted);
  const form = luoSerFormOf(wanted);
  const bytes = memory.read(phys, table.sizeBytes);
  const read = bytes === undefined || blobBytes < BigInt(table.sizeBytes) ? undefined : decode(table, bytes, 0, order);
  if (read?.ok !== true || read.value.compatible !== wanted) return refused('EINVAL');
  const { liveupdate_num: liveupdateNumber, sessions_pa, flbs_pa: flbPhys } = read.value;
  print('info', messages.luoNumber(liveupdateNumber));
  return answer({ liveupdateNumber, blobPhys: phys, sessions: sessions_pa === 0n ? undefined : { phys: sessions_pa, in: form.sessions }, files: form.files, flbPhys });
}
