/**
 * A handover as it was run: what the old kernel wrote, what the new one read, byte by byte.
 *
 * Everything here is plain data with bigints for addresses. The engine is pure and seeded: same models, same result.
 */
import type { SrcRange } from '../c/source';

/** Worst first. INTERFACES: reference cases, compat. */
export type Verdict = 'crashes' | 'corrupts' | 'refused' | 'loses' | 'warns' | 'loads';

/** What a run of bytes of the stream is. */
export type StreamPart =
  | 'magic' | 'section_type' | 'state_id' | 'version_id' | 'instance_id' | 'size' | 'data' | 'end';

export interface StreamSpan {
  readonly part: StreamPart;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Index into SaveTrace.entries of the entry it belongs to; undefined for magic and end. */
  readonly entry: number | undefined;
  /** Index into `fields` of that entry, for data. */
  readonly field: number | undefined;
}

export interface SavedField {
  /** Member path or name. */
  readonly name: string;
  /** How it travels: 'copied', 'pointee', 'address', 'folio', 'nested', 'custom', 'deprecated', … in words for people. */
  readonly movedAs: string;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Why nothing was written, when lengthBytes is 0. */
  readonly skipped: 'deprecated' | 'version' | 'no-kind' | 'empty' | undefined;
  readonly source: SrcRange | undefined;
}

export interface SavedEntry {
  readonly kind: 'section' | 'subsection' | 'nested';
  readonly description: string;
  readonly stateId: number;
  readonly versionId: number;
  readonly instanceId: number;
  /** Of the header. */
  readonly offsetBytes: number;
  readonly headerBytes: number;
  /** Data after the header, nested headers included. */
  readonly sizeBytes: number;
  readonly fields: readonly SavedField[];
  /** Index of the entry it is nested in. */
  readonly parent: number | undefined;
  /** Index of the field of `parent` that holds it. */
  readonly parentField?: number | undefined;
  /** The C variable of the object it was saved from. */
  readonly object?: string;
}

export interface PreservedBlock {
  readonly phys: bigint;
  readonly order: number;
  readonly what: string;
  /** For a range of bytes (kho_preserve_phys): its length; `order` is that of the smallest block around it. */
  readonly sizeBytes?: number;
  /** The member whose folio it is: `demo.buf`. */
  readonly of?: string;
}

/** A line the kernel would log. */
export interface KernelMessage {
  readonly level: 'warn' | 'err' | 'info';
  /** The function that logs it. */
  readonly where: string;
  readonly text: string;
  readonly once: boolean;
  /** The macro or call that logs it. */
  readonly via?: 'WARN_ON' | 'WARN_ONCE' | 'WARN_ON_ONCE' | 'pr_err' | 'BUG';
}

/** The kernel stops: a fault, an endless loop, a walk off an array. */
export interface Crash {
  readonly why: string;
  readonly range: SrcRange | undefined;
}

export interface SaveTrace {
  /** 0 or a negative errno. */
  readonly rc: number;
  /** The old kernel stopped while saving; `stream` and `entries` hold what was written until then. */
  readonly crash?: Crash | undefined;
  /** From the magic through the end marker. Empty when rc is not 0, without end marker after a crash. */
  readonly stream: Uint8Array;
  readonly entries: readonly SavedEntry[];
  readonly spans: readonly StreamSpan[];
  readonly preserved: readonly PreservedBlock[];
  /** Memory of others that saving overwrote or used after freeing it, in words. */
  readonly damage?: readonly string[];
  readonly messages: readonly KernelMessage[];
  /** What the engine could not run, with the token that stopped it. */
  readonly limits: readonly { readonly why: string; readonly range: SrcRange | undefined }[];
}

export interface RestoredField {
  readonly name: string;
  /** Where it read from; undefined when it consumed nothing. */
  readonly readFrom: { readonly offsetBytes: number; readonly lengthBytes: number } | undefined;
  /** The bytes now in the object (little endian as in memory); undefined for a deprecated field. */
  readonly value: Uint8Array | undefined;
  /** The bytes the old kernel's member of the same name held; undefined when it had none. */
  readonly expected: Uint8Array | undefined;
  readonly verdict: Verdict;
  /** One sentence: what happened to it. */
  readonly why: string;
  readonly source: SrcRange | undefined;
}

export interface RestoredEntry {
  readonly description: string;
  readonly kind: 'section' | 'subsection' | 'nested';
  /** Header it was read from; undefined: not found. */
  readonly offsetBytes: number | undefined;
  /** For nested entries: the path of the member they fill, with a dot at its end. */
  readonly prefix?: string;
  readonly fields: readonly RestoredField[];
}

export interface RestoredObject {
  readonly description: string;
  readonly object: string;
  readonly instanceId: number;
  readonly rc: number;
  /** The new kernel stopped here. */
  readonly crash?: Crash | undefined;
  readonly entries: readonly RestoredEntry[];
  readonly verdict: Verdict;
  readonly why: string;
}

export interface RestoreTrace {
  readonly objects: readonly RestoredObject[];
  readonly messages: readonly KernelMessage[];
  readonly verdict: Verdict;
  /** One or two sentences for a person. */
  readonly summary: string;
  readonly limits: readonly { readonly why: string; readonly range: SrcRange | undefined }[];
}

/** What would happen if min_version_id were enforced as the documentation promises. No KSTATE code does that. */
export interface StrictOutcome {
  readonly verdict: Verdict;
  /** By description (C variable) of the objects that would be refused. */
  readonly refused: readonly { readonly description: string; readonly object: string; readonly why: string }[];
}

/** One direction: `update` runs old → new, `rollback` new → old. */
export interface Handover {
  readonly direction: 'update' | 'rollback';
  readonly save: SaveTrace;
  readonly restore: RestoreTrace;
  /** Values that the source does not give: a seeded pattern stands in. */
  readonly notes?: readonly string[];
  /** Only where it differs from what the code does. */
  readonly strict?: StrictOutcome;
}
