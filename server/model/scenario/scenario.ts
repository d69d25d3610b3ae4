/**
 * A handover to be run, as a scenario file (`*.handover.json`) says it, read and checked, with every default filled in. Sizes are bytes, addresses and sizes
 * bigints, page counts numbers.
 */
import type { GenerationId } from '../../formats/generations';
import type { SealName } from '../../formats/memfd';
import type { ByteOrder } from '../../formats/layoutTable';

/** The progression of a driver through a live update (RUNNING stands at both ends). */
export type State = 'RUNNING' | 'PREPARE' | 'PRE-STOP' | 'STOP' | 'KEXEC' | 'RESUME' | 'POST-RESUME' | 'CONCLUDE';

export const STATES: readonly State[] = ['RUNNING', 'PREPARE', 'PRE-STOP', 'STOP', 'KEXEC', 'RESUME', 'POST-RESUME', 'CONCLUDE'];

/** States before the jump, and behind it. */
export const STATES_BEFORE: readonly State[] = ['RUNNING', 'PREPARE', 'PRE-STOP', 'STOP'];
export const STATES_BEHIND: readonly State[] = ['RESUME', 'POST-RESUME', 'CONCLUDE'];

/** Errors by the names that C knows them by; the numbers stand in the engine's table. */
export type ErrnoName = 'EPERM' | 'ENOENT' | 'EIO' | 'EBADF' | 'EAGAIN' | 'ENOMEM' | 'EBUSY' | 'EEXIST' | 'EINVAL' | 'EFBIG' | 'ENOSPC' | 'ENODATA' | 'E2BIG' | 'ENODEV' | 'EOPNOTSUPP' | 'EADDRNOTAVAIL';

export interface Scenario {
  readonly name: string;
  readonly description: string | undefined;
  readonly machine: MachineSpec;
  /** In the order in which they run; the first boots cold. Each handover that jumps goes from one to the next. */
  readonly kernels: readonly KernelSpec[];
  readonly participants: readonly Participant[];
  /** Attempts in order. One that is aborted stays in its kernel. Those that jump are as many as there are kernels but one. */
  readonly handovers: readonly HandoverSpec[];
  readonly faults: readonly Fault[];
  readonly expect: Expectations | undefined;
  /** Asks the report to say what the approaches that were there before KHO would have kept. */
  readonly alternatives?: AlternativesSpec | undefined;
}

/** What an administrator does for approaches that find their memory through the command line. */
export interface AlternativesSpec {
  /** Memory set aside on the command line of the first kernel. 0: none was. */
  readonly carvedOutBytes: bigint;
  /** Whether every later kernel is given the same place on its command line. */
  readonly samePlace: boolean;
}

export interface RamRange { readonly start: bigint; readonly sizeBytes: bigint; readonly node: number }

export interface MachineSpec {
  readonly arch: 'x86_64' | 'arm64';
  readonly pageBytes: 4096 | 16384 | 65536;
  readonly order: ByteOrder;
  /** Ascending, disjoint. */
  readonly ram: readonly RamRange[];
  /** What the kernel's image, initrd and early tables take on the first node (MEMBLOCK_RSRV_KERN), beside the memory map of each node. */
  readonly kernelBytes: bigint;
}

/** Postings of KSTATE that a kernel can have. */
export type KstateVersion = 'v2' | 'v3';

export interface KernelSpec {
  readonly generation: GenerationId;
  /** KSTATE with its own way from kernel to kernel, on top of that generation: v3 has a KHO that KSTATE finds, v2 has none. */
  readonly kstate?: KstateVersion | undefined;
  /** uname -r. */
  readonly release: string;
  /** `kho=on`. */
  readonly kho: boolean;
  /** `liveupdate=on`. */
  readonly liveupdate: boolean;
  /** The value of `kho_scratch=`; undefined: not given. */
  readonly khoScratch: string | undefined;
  /** Values of `reserve_mem=`, in order. */
  readonly reserveMem: readonly string[];
  /** CONFIG_KEXEC_HANDOVER_DEBUG: preserving what lies in scratch is refused. */
  readonly debug: boolean;
  /** Memory that booting and running takes in this kernel before userspace runs, beside what its participants take. */
  readonly bootBytes: bigint;
  /** Share of free memory (0 to 1) that userspace then fills. */
  readonly pressure: number;
  /** Kernel and initrd of the image that this kernel is booted from by kexec: they must fit into scratch. */
  readonly imageBytes: bigint;
  /** Where its strings differ from the generation's: what this kernel writes, and what it wants to read. */
  readonly compatible: Partial<Readonly<Record<CompatibleOf, string>>>;
  /** 6.17.y after the backport: bytes of a bitmap. */
  readonly bitmapBytes: number | undefined;
  /** Radix trees of 16K pages: with or without the depth fix. Undefined: the generation's. */
  readonly depthFix: boolean | undefined;
  /** This kernel has no file handler, driver or test of that participant. */
  readonly without: readonly string[];
}

export type CompatibleOf = 'root' | 'memblock' | 'reserve_mem' | 'kho_test' | 'luo' | 'luo_session' | 'luo_flb' | 'memfd';

/** Folios of one order. */
export interface FolioGroup {
  readonly order: number;
  readonly count: number;
  /** `packed`: one after the other; `scattered`: spread over the machine's memory. */
  readonly placement: 'packed' | 'scattered';
}

interface Named {
  /** By which faults, expectations and reports call it; unique in the scenario. */
  readonly name: string;
}

/** lib/test_kho. */
export interface TestKhoParticipant extends Named { readonly kind: 'test_kho'; readonly folios: readonly FolioGroup[] }

export type { SealName };

export interface MemfdFile {
  readonly kind: 'memfd';
  readonly token: bigint;
  readonly sizeBytes: bigint;
  /** Parts that nobody has written to. Filled with single pages when the file is preserved. */
  readonly holes: readonly { readonly at: bigint; readonly sizeBytes: bigint }[];
  /** Without MFD_ALLOW_SEALING a file has SEAL. */
  readonly seals: readonly SealName[];
  /** Where it is made of folios of several orders: those outside of its holes, in the order of the file. They stand in place of `folioOrder` and `placement`. */
  readonly folios?: readonly FolioGroup[] | undefined;
  /** Order of the folios that it is made of. */
  readonly folioOrder: number;
  readonly placement: FolioGroup['placement'];
  /** f_pos when it is preserved, and at the freeze. */
  readonly pos: bigint;
  readonly posAtFreeze: bigint;
}

/** A file of a handler that the scenario brings: its data is a folio. */
export interface HandlerFile { readonly kind: 'file'; readonly token: bigint; readonly compatible: string; readonly dataBytes: number }

export type SessionFile = MemfdFile | HandlerFile;

/** A LUO session of userspace's agent. */
export interface SessionParticipant extends Named { readonly kind: 'session'; readonly files: readonly SessionFile[] }

/** A file-lifecycle-bound object: its name is its compatible string. */
export interface FlbParticipant extends Named {
  readonly kind: 'flb';
  /** Compatible string of the handler whose files it depends on; `memfd` is the memfd handler of whichever generation. */
  readonly handler: string;
  /** 0: `data` is a number that only says that it was there. */
  readonly dataBytes: number;
}

/** A driver that keeps a vmalloc area and says in a subtree of its own name where it is. */
export interface VmallocParticipant extends Named { readonly kind: 'vmalloc'; readonly sizeBytes: bigint; readonly pieceOrder: number }

/** Objects that C source describes with KSTATE: those of `sources[i]` in kernel i (the last one stands for all behind it). Paths as the file spells them. */
export interface KstateParticipant extends Named { readonly kind: 'kstate'; readonly sources: readonly string[] }

/** A driver as the scenario tells it: what it does in which state. */
export interface DriverParticipant extends Named {
  readonly kind: 'driver';
  readonly compatible: string;
  readonly states: Partial<Readonly<Record<State, readonly DriverAction[]>>>;
}

/**
 * What a driver can do. `area` names its own pieces of memory.
 * - alloc: takes folios; `migrate: movable` may land in scratch, `cma` does; `write` fills them with the driver's data
 * - copy: the bytes of one area into another
 * - preserve, unpreserve, restore, free: the KHO calls of folios, and giving back
 * - add subtree: hands out an FDT of its own name that lists the areas; remove subtree
 * - retrieve subtree: finds it in the new kernel, checks the compatible string, and learns of the areas
 * - adopt: the hardware goes on with what is in the area (tables, rings); without it, in POST-RESUME or later, the device is wrecked
 */
export type DriverAction =
  | { readonly do: 'alloc'; readonly area: string; readonly folios: readonly FolioGroup[]; readonly migrate: 'unmovable' | 'movable' | 'cma'; readonly write: boolean }
  | { readonly do: 'write' | 'preserve' | 'unpreserve' | 'restore' | 'free' | 'adopt'; readonly area: string }
  | { readonly do: 'copy'; readonly area: string; readonly to: string }
  | { readonly do: 'add subtree' | 'remove subtree' | 'retrieve subtree' }
  | { readonly do: 'fail'; readonly error: ErrnoName };

export type Participant =
  | TestKhoParticipant | SessionParticipant | FlbParticipant | VmallocParticipant | KstateParticipant | DriverParticipant;

/** What userspace does about one of its files and devices behind the jump. */
export interface UserspaceSpec {
  /** Names of sessions (`vm-a`), or of files in them (`vm-a/0x1001`), that it retrieves. */
  readonly retrieve: 'all' | 'none' | readonly string[];
  /** Names of sessions that it finishes (by ioctl, or by closing them). */
  readonly finish: 'all' | 'none' | readonly string[];
  /** Names of drivers whose plain device it opens in place of what was preserved. */
  readonly opensPlain: readonly string[];
  /** Whether it preserves again, for the next handover, what it has: new sessions with the same files. */
  readonly preservesAgain: boolean;
}

export interface HandoverSpec {
  /** The state behind which the attempt is given up. */
  readonly abortAfter: State | undefined;
  /** Where finalizing is a request of its own (debugfs, until 6.19): how often it is made. 0: never. */
  readonly finalize: number;
  /** Behind the jump. */
  readonly userspace: UserspaceSpec;
}

/** A participant fails when it is its turn in that state. */
export interface Fault {
  readonly participant: string;
  readonly state: State;
  readonly error: ErrnoName;
  /** Number of the attempt, from 1. */
  readonly handover: number;
}

/** What became of something that was to be handed over. */
export type Fate = 'kept' | 'lost' | 'leaked' | 'overwritten' | 'refused';

export interface Expectations {
  /** Of the last handover. `works`: everything arrived; `partly`: the tree was taken, but not everything arrived; `refused`: a cold boot. */
  readonly verdict: HandoverVerdict | undefined;
  /** Verdict of each handover that jumped. */
  readonly verdicts: readonly HandoverVerdict[] | undefined;
  /** Whether memory that somebody goes on to use was overwritten. */
  readonly corruption: boolean | undefined;
  /** By the name of a participant, a region of `reserve_mem=`, a file (`vm-a/0x1001`) or `kexec-metadata`: the fate of all of it, or pages by fate. */
  readonly fates: Readonly<Record<string, Fate | Partial<Readonly<Record<Fate, number>>>>>;
  /** By the name of a memfd (`vm-a/0x1001`): the file that the new kernel gives out at the last handover. */
  readonly arrives: Readonly<Record<string, ExpectedFile>>;
  /** By a name as in `fates`: whether something of it arrives in another state though its pages are kept (false: nothing), or parts of what the report says of that; an empty list: nothing. */
  readonly changed: Readonly<Record<string, boolean | readonly string[]>>;
  /** Parts of lines that must be logged, in this order. */
  readonly messages: readonly string[];
  /** Parts of lines that must not be. */
  readonly noMessages: readonly string[];
  /** Preserved blocks at the last jump, of all orders, or by order. */
  readonly blocks: number | Readonly<Record<string, number>> | undefined;
}

/** What is left out may be anything. */
export interface ExpectedFile { readonly sizeBytes: bigint | undefined; readonly pos: bigint | undefined; readonly seals: readonly SealName[] | undefined }

export type HandoverVerdict = 'works' | 'partly' | 'refused' | 'crashes' | 'aborted';
