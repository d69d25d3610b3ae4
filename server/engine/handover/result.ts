/** What running a scenario gives: what happened, and what became of everything. Plain data; JSON of it stands in `simulate --format json`. */
import type { BlockList } from '../../formats/blockList';
import type { SealName } from '../../formats/memfd';
import type { PlacedPage } from '../../formats/physicalMemory';
import type { ErrnoName, Fate, HandoverVerdict, State } from '../../model/scenario/scenario';

/** One thing that somebody did. Many pages are one event with their count. */
export interface SimEvent {
  /** Number of the attempt, from 1. */
  readonly handover: number;
  /** Index into `kernels` of the scenario. */
  readonly kernel: number;
  readonly state: State;
  /** A participant, `KHO`, `LUO`, `kexec` or `userspace`. */
  readonly who: string;
  /** The call, by the kernel's name for it: `kho_preserve_folio`, `LIVEUPDATE_SESSION_RETRIEVE_FD`. */
  readonly call: string;
  /** In a person's words. */
  readonly what: string;
  readonly error?: ErrnoName;
  readonly pages?: EventPages;
  /** What entered or left the tree. */
  readonly tree?: string;
}

export interface EventPages {
  readonly became: 'preserved' | 'unpreserved' | 'restored' | 'free' | 'allocated' | 'reserved' | 'overwritten';
  readonly blocks: number;
  readonly pages: number;
  /** Blocks by order. */
  readonly byOrder: Readonly<Record<string, number>>;
  /** Of the first of them; left out where there is none. */
  readonly firstPfn?: number;
}

/** A line that a kernel logs. */
export interface LoggedLine {
  readonly handover: number;
  readonly kernel: number;
  readonly state: State;
  readonly level: 'info' | 'warn' | 'err' | 'panic';
  readonly text: string;
}

/** What became of pages of one owner, as long as it is the same for neighbours. */
export interface FateRun {
  readonly pfn: number;
  readonly pages: number;
  readonly fate: Fate;
  /** Index into `reasons` of the participant's report. */
  readonly reason: number;
}

export interface ParticipantReport {
  readonly name: string;
  readonly kind: string;
  /** Of all of it: the worst of its pages' (overwritten, refused, lost, leaked, kept). */
  readonly fate: Fate;
  /** Pages by fate. Pages of metadata that exist for the handover only (arrays, FDTs) are not counted in. */
  readonly pages: Readonly<Record<Fate, number>>;
  /** One sentence each; the first says the most. */
  readonly reasons: readonly string[];
  /** Ascending by address; at most `MOST_RUNS` of them. */
  readonly runs: readonly FateRun[];
  readonly runsLeftOut: number;
  /** Where runs were left out: all of its pages in slices of memory, `MOST_SLICES` at most, each with the worst fate in it. For pictures. */
  readonly slices?: readonly Omit<FateRun, 'reason'>[];
  /** What arrived in another state than it left in, though its pages were kept: seals, a position, a value. */
  readonly changed: readonly string[];
  /** Of a memfd that somebody retrieved. */
  readonly arrived?: ArrivedFile;
}

/** A memfd as the new kernel gave it out. Sizes and places in bytes, as decimal numbers. */
export interface ArrivedFile { readonly sizeBytes: string; readonly pos: string; readonly seals: readonly SealName[] }

export const MOST_RUNS = 1000;
export const MOST_SLICES = 4096;

/** One attempt. */
export interface HopReport {
  readonly handover: number;
  readonly from: number;
  /** Undefined: given up before the jump. */
  readonly to: number | undefined;
  readonly verdict: HandoverVerdict;
  /** Whether a root FDT was passed on at all. */
  readonly handedOver: boolean;
  /** Whether the new kernel took it: `is_kho_boot()`. */
  readonly revived: boolean;
  readonly corruption: boolean;
  readonly summary: string;
  readonly participants: readonly ParticipantReport[];
  /** Pages preserved by the old kernel that nobody took over: reserved in the new one until the next kexec. */
  readonly leakedPages: number;
  /** Scratch areas that the old kernel had; none without KHO. For pictures of memory. */
  readonly scratch?: readonly { readonly phys: bigint; readonly sizeBytes: bigint }[];
}

/** Memory at a jump: what a dump carries, and what `decode` must find in it. */
export interface JumpMemory {
  readonly handover: number;
  readonly pages: readonly PlacedPage[];
  readonly rootPhys: bigint | undefined;
  /** As they were preserved. */
  readonly blocks: BlockList;
  /** By owner, as `decode` names owners: blocks of each order. */
  readonly owners: readonly { readonly owner: string; readonly order: number; readonly blocks: number }[];
}

export interface ExpectationResult {
  /** Path in the scenario: `expect.fates.trace`. */
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly found: string;
  readonly passed: boolean;
}

export interface ScenarioResult {
  readonly name: string;
  readonly passed: boolean;
  readonly expectations: readonly ExpectationResult[];
  readonly hops: readonly HopReport[];
  readonly events: readonly SimEvent[];
  /** Events behind those: a run keeps a limited number, the first ones. Fates, verdicts and log rest on none of them. */
  readonly eventsLeftOut: number;
  readonly log: readonly LoggedLine[];
  readonly jumps: readonly JumpMemory[];
}
