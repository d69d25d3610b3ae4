/**
 * Callbacks of KS_CUSTOM fields: those that KSTATE itself brings, and the seam at which the interpreter of C stands
 * (interpret/runner.ts) that runs a driver's own.
 */
import { bytesToUnsigned, unsignedToBytes } from '../memory/addressSpace';
import { MemoryFault } from '../memory/fault';
import type { Kernel } from '../kernel';
import { ENOENT } from './dialect';
import type { FieldPlan } from './plan';

export interface SaveCall {
  readonly kernel: Kernel;
  readonly field: FieldPlan;
  /** What the callback is given as `obj`: the address of the element. */
  readonly address: bigint;
  /** `demo.buf`, for what is said about preserved memory. */
  readonly label: string;
  /** kstate_save_data. */
  write(bytes: Uint8Array): number;
  /** Told of memory whose bytes a callback writes to the stream. */
  from?(address: bigint, lengthBytes: number): void;
  /** `stream->pos`; undefined where the stream is in no memory that the engine maps. */
  position(): bigint | undefined;
}

export interface RestoreCall {
  readonly kernel: Kernel;
  readonly field: FieldPlan;
  readonly address: bigint;
  /** kstate_restore_data. */
  read(lengthBytes: number): Uint8Array;
  /** `stream->pos`. */
  position(): bigint;
  /** Reading goes on at this address. */
  seek(address: bigint): void;
}

export interface FolioFate {
  readonly phys: bigint;
  /** undefined: kho_restore_folio gave NULL. */
  readonly folio: bigint | undefined;
  readonly order: number;
  readonly preserved: boolean;
}

/** What a callback did; `rc` is its return value. `ran`: false when something in it could not be run, and what follows was left out. */
export interface SaveResult { readonly rc: number; readonly ran?: boolean }
export interface RestoreResult { readonly rc: number; readonly ran?: boolean; readonly folio?: FolioFate }

export interface CustomRunner {
  /** undefined: this runner does not know the callback. */
  save(name: string, call: SaveCall): SaveResult | undefined;
  restore(name: string, call: RestoreCall): RestoreResult | undefined;
  /** What a count() callback returns now; undefined: not known. */
  count?(name: string): number | undefined;
}

/** kstate_folio_save, kstate_folio_restore (facts 3.5), and the page callbacks of v2 (facts 4.4). */
export const kstateCallbacks: CustomRunner = {
  save(name, call) {
    if (name === 'kstate_folio_save') return folioSave(call);
    if (name === 'kstate_page_save') return pageSave(call);
    if (name === preservedPagesSave) return pagesSave(call);
    return undefined;
  },
  restore(name, call) {
    if (name === 'kstate_folio_restore') return folioRestore(call);
    if (name === preservedPagesRestore) return pagesRestore(call);
    return undefined;
  },
};

function folioSave(call: SaveCall): SaveResult {
  const { kernel } = call;
  const folio = kernel.space.readU64(call.address);
  const phys = kernel.space.pageToPhys(folio);
  const rc = call.write(unsignedToBytes(phys, 8));
  if (rc !== 0) return { rc };
  // kho_preserve_folio reads the order out of the struct folio: a pointer that is none faults here.
  if (kernel.space.place(folio)?.region !== 'vmemmap') throw new MemoryFault(folio, 'read', 8);
  const known = kernel.folios.at(phys) ?? kernel.folios.declare(phys, 0);
  kernel.kho.preserveFolio(phys, known.order, 'object folio', call.label);
  return { rc: 0 };
}

function folioRestore(call: RestoreCall): RestoreResult {
  const phys = bytesToUnsigned(call.read(8));
  const found = call.kernel.kho.restoreFolio(phys);
  if (found === undefined) return { rc: -ENOENT, folio: { phys, folio: undefined, order: 0, preserved: false } };
  call.kernel.space.writeU64(call.address, found.folio);
  return { rc: 0, folio: { phys, folio: found.folio, order: found.order, preserved: found.preserved } };
}

// ---- v2: pages on a list that is itself an object ----

export const preservedPagesSave = 'save of the preserved page list';
export const preservedPagesRestore = 'restore of the preserved page list';

/** kstate_register_page: the newest page first. */
function pageSave(call: SaveCall): SaveResult {
  const page = call.kernel.space.readU64(call.address);
  const { kernel } = call;
  kernel.preservedPages.unshift({ phys: kernel.space.pageToPhys(page), order: 0 });
  if (kernel.preservedCountAddress !== undefined) kernel.space.write(kernel.preservedCountAddress, unsignedToBytes(BigInt(kernel.preservedPages.length), 4));
  return { rc: 0 };
}

function pagesSave(call: SaveCall): SaveResult {
  for (const page of call.kernel.preservedPages) {
    const rc = call.write(Uint8Array.of(page.order)) || call.write(unsignedToBytes(page.phys, 8));
    if (rc !== 0) return { rc };
  }
  return { rc: 0 };
}

/** kstate_get_byte returns bool, so every order above 1 becomes 1 (facts 4.4). */
function pagesRestore(call: RestoreCall): RestoreResult {
  const count = Math.min(Number(bytesToUnsigned(call.kernel.space.read(call.address, 4))), 1 << 16);
  for (let i = 0; i < count; i++) {
    const order = call.read(1)[0] === 0 ? 0 : 1;
    call.kernel.preservedPages.push({ phys: bytesToUnsigned(call.read(8)), order });
  }
  return { rc: 0 };
}
