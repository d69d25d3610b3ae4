/**
 * What the panel draws: one description's handover, both directions, as plain JSON. Made by the server from engine traces,
 * drawn by webview/, printed by `simulate`. Numbers are byte counts and offsets below 2^53; addresses are hex strings.
 */
export type ViewVerdict = 'crashes' | 'corrupts' | 'refused' | 'loses' | 'warns' | 'loads';

/** A place to jump to. Lines and columns from 1. */
export interface SourceLink {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Which revision the file was read from: 'working tree', 'HEAD', … */
  readonly revision: string;
}

/** One kernel of the pair. */
export interface KernelView {
  /** `HEAD`, `working tree`, a tag, a file name. */
  readonly label: string;
  readonly description: string;
  /** Value of `.name`. */
  readonly name: string;
  readonly versionId: number;
  readonly struct: StructView | undefined;
}

/** The struct the description is about, byte by byte. */
export interface StructView {
  /** `struct demo`. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly cells: readonly StructCell[];
  readonly holes: number;
  readonly holeBytes: number;
  readonly paddingBytes: number;
  /** Entries of the list whose member is gone from the struct. */
  readonly gone: readonly { readonly key: number; readonly name: string; readonly note: string }[];
}

export interface StructCell {
  readonly kind: 'member' | 'hole' | 'padding';
  /** Member number shared by layout, stream and table; undefined: does not travel. */
  readonly key: number | undefined;
  readonly name: string;
  readonly type: string;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export type SpanKind = 'header' | 'data' | 'magic' | 'end';

/** A run of bytes of the stream with a name. */
export interface StreamCell {
  readonly kind: SpanKind;
  readonly key: number | undefined;
  readonly offsetBytes: number;
  readonly hex: string;
  /** `section`, `id`, `version 2`, `tag`, `folio 0xa1b2c3000`. */
  readonly label: string;
  /** The other kernel read something else out of these bytes. */
  readonly misread: { readonly from: number; readonly lengthBytes: number; readonly note: string } | undefined;
}

export interface StreamEntryView {
  /** `demo`. */
  readonly title: string;
  /** `section, id 3, instance 123, at +4`. */
  readonly detail: string;
  /** Nesting depth: 0 for sections and subsections. */
  readonly depth: number;
  readonly cells: readonly StreamCell[];
  /** Fields that wrote nothing, with the reason: `gone: no bytes (deprecated)`. */
  readonly empty: readonly { readonly key: number | undefined; readonly text: string }[];
}

export interface StreamView {
  readonly sizeBytes: number;
  readonly magic: StreamCell | undefined;
  readonly entries: readonly StreamEntryView[];
  readonly end: StreamCell | undefined;
  /** Whole stream, lower-case hex without spaces. */
  readonly hex: string;
}

/** What one direction does to one member. */
export interface MemberFate {
  readonly verdict: ViewVerdict;
  /** `kept`, `2 bytes skipped`, `corrupted: reads 0x0001, the section type of demo_n`. */
  readonly text: string;
  readonly savedHex: string | undefined;
  readonly restoredHex: string | undefined;
  /** Where the restoring kernel read it: `+24`, or undefined. */
  readonly readAtBytes: number | undefined;
}

export interface MemberView {
  readonly key: number;
  readonly name: string;
  /** `char[10], copied`. */
  readonly movedAs: string;
  /** `demo`, `subsection demo_n`. */
  readonly owner: string;
  readonly update: MemberFate | undefined;
  readonly rollback: MemberFate | undefined;
  readonly updateAtBytes: number | undefined;
  readonly rollbackAtBytes: number | undefined;
  readonly source: SourceLink | undefined;
}

export interface DirectionView {
  readonly title: string;
  readonly verdict: ViewVerdict;
  /** One or two sentences. */
  readonly summary: string;
  /** What would happen if min_version_id were enforced as the documentation promises; only where that is something else. */
  readonly strict?: { readonly verdict: ViewVerdict; readonly summary: string };
  readonly stream: StreamView;
  /** Lines the two kernels would log, in order. */
  readonly messages: readonly { readonly kernel: 'old' | 'new'; readonly level: 'warn' | 'err' | 'info'; readonly text: string }[];
  readonly preserved: readonly { readonly phys: string; readonly order: number; readonly what: string }[];
  /** What the engine did not run, and why. */
  readonly limits: readonly string[];
}

export interface SimulationView {
  readonly file: string;
  readonly description: string;
  readonly old: KernelView;
  readonly new: KernelView;
  readonly update: DirectionView;
  readonly rollback: DirectionView;
  readonly members: readonly MemberView[];
  /** Values that the source does not give: a seeded pattern stands in. */
  readonly notes: readonly string[];
}
