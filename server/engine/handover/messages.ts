/**
 * What kernels print in the course of a handover, as one-line interface strings, and the numbers of the errors they name. Which form a generation prints
 * is said in `incoming/rules.ts`. What KSTATE logs is made where it logs (engine/kstate/). Ground: KHO facts 1.9, 2.5, 7, 12 (printed by real kernels), the rest read in the sources of 6.17 to 7.1
 * and in the postings v4 (patches 9 and 13 of 14, 6 February 2025) and v5 (patches 9 and 16, 20 March 2025).
 */
import { scratchNames } from '../../formats/cmdline';
import type { ScratchSpec } from '../../formats/cmdline';
import type { Generation } from '../../formats/generations';
import { hex } from '../../formats/problem';
import type { ErrnoName } from '../../model/scenario/scenario';
import type { LoggedLine } from './result';

/** Errors by name, as include/uapi/asm-generic has them on every architecture here. Calls return them negative. */
export const errnoNumbers: Readonly<Record<ErrnoName, number>> = {
  EPERM: 1, ENOENT: 2, EIO: 5, E2BIG: 7, EBADF: 9, EAGAIN: 11, ENOMEM: 12, EBUSY: 16, EEXIST: 17, ENODEV: 19, EINVAL: 22, EFBIG: 27, ENOSPC: 28, ENODATA: 61, EOPNOTSUPP: 95, EADDRNOTAVAIL: 99,
};

/** -22 of EINVAL. */
export function negative(error: ErrnoName): number {
  return -errnoNumbers[error];
}

/** `-EINVAL`, as `%pe` prints it. */
const named = (error: ErrnoName): string => `-${error}`;

/** What is said of handover data that was found. */
export type FoundForm = 'setup' | 'skips devices' | 'plain';
/** Whether "disabling KHO revival" says why, or is not said. */
export type RevivalForm = 'silent' | 'with the error' | 'plain';
/** How what is given is called when it is refused: as the postings did, or as merged kernels do. */
export type RefusalForm = 'kexec' | 'handover';
/** What a region is called that does not fit: v4, and all others. */
export type ReservedForm = 'reserved_mem' | 'reserve-mem';

/** %pa of 64 bits. */
const physical = (value: bigint): string => `0x${value.toString(16).padStart(16, '0')}`;
const count = (value: number | bigint): string => String(value);
const mebibytes = (bytes: bigint): string => count(bytes >> 20n);

export const messages = {
  // Memory, early boot.
  noMemoryMap: (sizeBytes: bigint, node: number) => `Kernel panic - not syncing: Failed to allocate ${count(sizeBytes)} bytes for the memory map of node ${count(node)}`,
  // KHO, early boot.
  found: (form: FoundForm) => (form === 'setup' ? 'KHO: setup: Found kexec handover data. Will skip init for some devices' : `KHO: found kexec handover data.${form === 'plain' ? '' : ' Will skip init for some devices'}`),
  noFdt: (form: RefusalForm, phys: bigint) => `KHO: setup: failed to memremap ${form === 'kexec' ? 'kexec ' : ''}FDT (${hex(phys)})`,
  invalid: (form: RefusalForm, phys: bigint, libfdt: number) => (form === 'kexec' ? `KHO: setup: kexec handover FDT is invalid (${hex(phys)})` : `KHO: setup: handover FDT (${hex(phys)}) is invalid: ${count(libfdt)}`),
  incompatible: (phys: bigint, wanted: string, libfdt: number) => `KHO: setup: handover FDT (${hex(phys)}) is incompatible with '${wanted}': ${count(libfdt)}`,
  noScratch: (form: RefusalForm, phys: bigint, sizeBytes: bigint) => (form === 'kexec' ? `KHO: setup: failed to memremap kexec scratch (${hex(phys)})` : `KHO: setup: failed to memremap scratch (phys=${hex(phys)}, len=${count(sizeBytes)})`),
  disabled: (form: Exclude<RevivalForm, 'silent'>, error: ErrnoName | 'EFAULT') => `KHO: disabling KHO revival${form === 'plain' ? '' : `: ${count(error === 'EFAULT' ? -14 : negative(error))}`}`,
  noMapNode: (error: ErrnoName) => `KHO: no preserved-memory node: ${count(negative(error))}`,
  noKstate: () => 'kstate_early_init failed',
  noMap: (what: 'bitmaps' | 'map' | 'tree') => (what === 'tree' ? 'KHO: failed to get preserved KHO memory tree' : `KHO: failed to get preserved memory ${what}`),
  scratchAsked: (spec: ScratchSpec, { values }: Generation['scratch']) => {
    if (spec.by === 'scale') return `KHO: scratch scale is ${count(spec.percent)}${values === 2 ? ' percent' : '%'}`;
    const sizes = { lowmem: spec.lowmemBytes, global: spec.globalBytes, pernode: spec.perNodeBytes };
    return `KHO: scratch areas: ${scratchNames[values].map((name) => `${name}: ${mebibytes(sizes[name])}${values === 2 ? 'MB' : 'MiB'}`).join(' ')}`;
  },
  /** `array`, or an area: `lowmem`, `global`, `nid 0`. */
  scratchFailed: (what: string) => (what === 'array' ? 'KHO: Failed to reserve scratch array' : `KHO: Failed to reserve ${what} scratch buffer`),
  scratchDisabled: () => 'KHO: Failed to reserve scratch area, disabling kexec handover',
  rootNotRestored: () => 'KHO: failed to restore folio for KHO fdt',
  restoreWarning: (place: string) => `WARNING: ${place}`,
  restoreFreeWarning: () => 'WARNING: kho_restore_free',
  // KHO, preserving.
  preservesScratch: (call: string) => `WARNING: ${call}: page in a scratch area`,
  unpreservesNothing: () => 'WARNING: kho_unpreserve: a page that was not preserved',
  // KHO, finalizing (6.16 to 6.18).
  finalizeFailed: (error: number) => `KHO: Failed to convert KHO state tree: ${count(error)}`,
  // kexec-metadata.
  execFrom: (release: string, kexecs: number) => `KHO: exec from: ${release} (count ${count(kexecs)})`,
  metadataSmall: (bytes: bigint) => `KHO: kexec-metadata blob too small (${count(bytes)} bytes)`,
  metadataVersion: (found: number, wanted: number) => `KHO: kexec-metadata version ${count(found)} not supported (expected ${count(wanted)})`,
  metadataShort: (version: number, bytes: bigint, wanted: number) => `KHO: kexec-metadata blob too small for v${count(version)} (${count(bytes)} < ${count(wanted)})`,
  // reserve_mem.
  memblockNotRetrieved: (error: ErrnoName) => `failed to retrieve FDT 'memblock' from KHO: ${count(negative(error))}`,
  memblockIncompatible: (wanted: string, libfdt: number) => `FDT 'memblock' is incompatible with '${wanted}': ${count(libfdt)}`,
  memblockNoChild: (name: string, libfdt: number) => `FDT 'memblock' has no child '${name}': ${count(libfdt)}`,
  // The same in v5, whose tree is in one piece.
  memblockNodeIncompatible: (wanted: string, libfdt: number) => `Node 'memblock' is incompatible with ${wanted}: ${count(libfdt)}`,
  memblockNodeNoChild: (name: string, error: ErrnoName) => `Node 'memblock' has no child '${name}': ${count(negative(error))}`,
  memblockChildIncompatible: (name: string, wanted: string, libfdt: number) => `Node 'memblock/${name}' is incompatible with ${wanted}: ${count(libfdt)}`,
  // And in v4.
  memRangesUnknown: (node: string) => `Node '/${node}' has unknown compatible`,
  reserveMemIncompatible: (name: string, wanted: string, libfdt: number) => `Node '${name}' is incompatible with '${wanted}': ${count(libfdt)}`,
  reserveMemAlignment: (call: ReservedForm, name: string, align: bigint, start: bigint) => `KHO ${call} '${name}' has wrong alignment (${hex(align)}, ${hex(start)})`,
  reserveMemSize: (call: ReservedForm, name: string, found: bigint, wanted: bigint) => `KHO ${call} '${name}' has wrong size (${hex(found)} != ${hex(wanted)})`,
  revived: (name: string) => `Revived memory reservation '${name}' from KHO`,
  // The same in KSTATE v3, whose format has 0x before %pa.
  objectAlignment: (name: string, align: bigint, start: bigint) => `KHO reserve-mem '${name}' has wrong alignment (0x${physical(align)}, 0x${physical(start)})`,
  objectSize: (name: string, found: bigint, wanted: bigint) => `KHO reserve-mem '${name}' has wrong size (0x${physical(found)} != 0x${physical(wanted)})`,
  objectRevived: (name: string, start: bigint, size: bigint) => `Revived memory reservation '${name}' ${physical(start)} ${physical(size)} from KHO`,
  // lib/test_kho.
  testSucceeded: () => 'test_kho: KHO restore succeeded',
  testFailed: () => 'test_kho: KHO restore failed',
  testNotRetrieved: (error: ErrnoName) => `test_kho: failed to retrieve kho_test FDT: ${count(negative(error))}`,
  // LUO.
  luoNoKho: () => 'luo: Disabling liveupdate because KHO is disabled',
  luoNotRetrieved: (error: ErrnoName) => `luo: failed to retrieve FDT 'LUO' from KHO: ${named(error)}`,
  luoIncompatible: (wanted: string, libfdt: number) => `luo: FDT 'LUO' is incompatible with '${wanted}' [${count(libfdt)}]`,
  luoNoNumber: (lengthBytes: number) => `luo: Unable to get live update number 'liveupdate-number' [${count(lengthBytes)}]`,
  luoNumber: (number: bigint) => `luo: Retrieved live update data, liveupdate number: ${count(number)}`,
  luoNoSessionNode: () => 'luo: Unable to get session node: [luo-session]',
  luoSessionIncompatible: (wanted: string) => `luo: Session node incompatible [${wanted}]`,
  luoNoSessionHeader: (lengthBytes: number) => `luo: Unable to get session header 'luo-session-header' [${count(lengthBytes)}]`,
  luoNoFlbNode: () => 'luo: Unable to get FLB node [luo-flb]',
  luoFlbIncompatible: (wanted: string, libfdt: number) => `luo: FLB node is incompatible with '${wanted}' [${count(libfdt)}]`,
  luoNoFlbHeader: (lengthBytes: number) => `luo: Unable to get FLB header property 'luo-flb-header' [${count(lengthBytes)}]`,
  luoPanic: (error: ErrnoName) => `Kernel panic - not syncing: The incoming tree failed to initialize properly [${named(error)}], disabling live update`,
  luoNoHandler: (compatible: string) => `luo: No registered handler for compatible '${compatible}'`,
  luoInsertFailed: (session: string, error: ErrnoName) => `luo: Failed to insert session [${session}] ${named(error)}`,
  luoNotFinished: (session: string) => `luo: Unable to finish session [${session}] on release`,
  luoFreezeFailed: (token: bigint, handler: string, error: ErrnoName) => `luo: Freeze failed for token[${hex(token)}] handler[${handler}] err[${named(error)}]`,
  // The memfd handler.
  memfdFolioLost: (phys: bigint) => `memfd_luo: Unable to restore folio at physical address: ${phys.toString(16)}`,
  // The FLBs of lib/tests/liveupdate.c.
  flbPreserved: (name: string) => `liveupdate test: ${name}: preserve was triggered`,
  flbUnpreserved: (name: string) => `liveupdate test: ${name}: unpreserve was triggered`,
  flbFound: (name: string) => `liveupdate test: ${name}: found flb data from the previous boot`,
  flbFinished: (name: string) => `liveupdate test: ${name}: finish was triggered`,
  flbsRegistered: (number: number, handler: string) => `liveupdate test: Registered ${count(number)} FLBs with file handler: [${handler}]`,
} as const;

export type KernelLine = Pick<LoggedLine, 'level' | 'text'>;

/** Where a kernel's lines go. */
export type Print = (level: KernelLine['level'], text: string) => void;
