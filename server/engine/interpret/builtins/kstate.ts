/** Calls into KSTATE and KHO that callbacks make. KSTATE facts 3.4, 3.5, 4.2. */
import { bytesToUnsigned, unsignedToBytes } from '../../memory/addressSpace';
import { MemoryFault } from '../../memory/fault';
import { ENOENT } from '../../kstate/dialect';
import type { RestoreCall } from '../../kstate/custom';
import { Stop } from '../value';
import { syncFromStream, syncToStream } from '../stream';
import type { Builtin, BuiltinCall } from './builtin';
import { int, length, number, pointer } from './builtin';

const maxOrder = 20;

/** kstate_save_data: copies into the stream; 0 or -ENOMEM. */
function saveData(call: BuiltinCall): ReturnType<Builtin> {
  const { m } = call;
  const given = m.given;
  if (given?.kind !== 'save') throw new Stop(`${call.name}() outside of a save callback`, call.at);
  const bytes = m.read(number(call, 1), length(call, 2), call.at);
  given.call.from?.(number(call, 1), bytes.length);
  const rc = given.call.write(bytes);
  syncToStream(m);
  return int('int', rc);
}

function restoring(call: BuiltinCall): RestoreCall {
  const { given } = call.m;
  if (given?.kind !== 'restore') throw new Stop(`${call.name}() outside of a restore callback`, call.at);
  return given.call;
}

function take(call: BuiltinCall, lengthBytes: number): Uint8Array {
  const restore = restoring(call);
  syncFromStream(call.m, call.at);
  const bytes = restore.read(lengthBytes);
  syncToStream(call.m);
  return bytes;
}

function preserveFolio(call: BuiltinCall, page: bigint): ReturnType<Builtin> {
  const { kernel } = call.m;
  // The order is read out of the struct: a pointer that is none faults there.
  if (kernel.space.place(page)?.region !== 'vmemmap') throw new MemoryFault(page, 'read', 8);
  const phys = kernel.space.pageToPhys(page);
  const known = kernel.folios.at(phys) ?? kernel.folios.declare(phys, 0);
  kernel.kho.preserveFolio(phys, known.order, 'object folio', labelOf(call));
  return int('int', 0);
}

function labelOf(call: BuiltinCall): string | undefined {
  return call.m.given?.kind === 'save' ? call.m.given.call.label : undefined;
}

function restored(call: BuiltinCall, phys: bigint): ReturnType<Builtin> {
  const found = call.m.kernel.kho.restoreFolio(phys);
  return pointer(found?.folio ?? 0n);
}

export const kstateBuiltins: Readonly<Record<string, Builtin>> = {
  kstate_save_data: saveData,
  kstate_restore_data: (call) => {
    const bytes = take(call, length(call, 2));
    call.m.write(number(call, 1), bytes, call.at);
    return int('int', 0);
  },
  // Returns bool: any other byte than 0 is 1.
  kstate_get_byte: (call) => int('int', take(call, 1)[0] === 0 ? 0 : 1),
  kstate_get_ulong: (call) => int('unsigned long', bytesToUnsigned(take(call, 8))),

  kho_preserve_folio: (call) => preserveFolio(call, number(call, call.args.length - 1)),
  kho_unpreserve_folio: (call) => {
    call.m.kernel.kho.unpreserve(call.m.kernel.space.pageToPhys(number(call, call.args.length - 1)));
    return int('int', 0);
  },
  kho_restore_folio: (call) => restored(call, number(call, 0)),
  kho_preserve_phys: (call) => {
    const at = call.args.length - 2;
    call.m.kernel.kho.preserveRange(number(call, at), number(call, at + 1), labelOf(call));
    return int('int', 0);
  },
  kho_unpreserve_phys: (call) => {
    call.m.kernel.kho.unpreserve(number(call, 0));
    return int('int', 0);
  },
  kho_preserve_pages: (call) => {
    const { kernel } = call.m;
    kernel.kho.preserveRange(kernel.space.pageToPhys(number(call, 0)), number(call, 1) * BigInt(kernel.arch.pageBytes), labelOf(call));
    return int('int', 0);
  },
  kho_restore_pages: (call) => restored(call, number(call, 0)),
  kho_is_enabled: () => int('int', 1),
  is_kho_boot: (call) => int('int', call.m.given?.kind === 'restore' ? 1 : 0),

  // v2: the page list (facts 4.4). The newest page first.
  kstate_register_page: (call) => {
    const { kernel } = call.m;
    const order = Number(number(call, 1));
    if (order < 0 || order > maxOrder) throw new Stop(`an order of ${String(order)}`, call.at);
    kernel.preservedPages.unshift({ phys: kernel.space.pageToPhys(number(call, 0)), order });
    if (kernel.preservedCountAddress !== undefined) kernel.space.write(kernel.preservedCountAddress, unsignedToBytes(BigInt(kernel.preservedPages.length), 4));
    return int('int', 0);
  },
  kstate_folio_save: (call) => {
    const { m } = call;
    if (m.given?.kind !== 'save') throw new Stop(`${call.name}() outside of a save callback`, call.at);
    const folio = m.kernel.space.readU64(number(call, 1));
    const rc = m.given.call.write(unsignedToBytes(m.kernel.space.pageToPhys(folio), 8));
    syncToStream(m);
    return rc === 0 ? preserveFolio(call, folio) : int('int', rc);
  },
  kstate_folio_restore: (call) => {
    const found = call.m.kernel.kho.restoreFolio(bytesToUnsigned(take(call, 8)));
    if (found === undefined) return int('int', -ENOENT);
    call.m.kernel.space.writeU64(number(call, 1), found.folio);
    return int('int', 0);
  },
};
