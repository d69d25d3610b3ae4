/**
 * One struct or union as `layout` prints it, the hover tells it and the layout panel draws it: members, gaps, cache lines, and the bytes that
 * descriptions preserve. Plain JSON, made by compat/layoutView.ts. Offsets are from the start of the record that was asked for, also inside
 * the members that it spells out in place.
 */
import type { SourceLink } from './simulationView';

export interface LayoutView {
  readonly kind: 'struct' | 'union';
  /** As it was asked for: `struct demo`, `atomic_t`, `typeof(kho_out)`. */
  readonly name: string;
  /** Where it is defined. */
  readonly source: SourceLink | undefined;
  /** Defined in a built-in header, which stands in for one that was not found: only what the interface needs is in it. */
  readonly standIn: boolean;
  readonly target: string;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  /** Bytes of a cache line. */
  readonly lineBytes: number;
  readonly entries: readonly LayoutEntry[];
  readonly totals: LayoutTotals;
  /** Those that are about it, in order; colours go by the keys of their ranges. */
  readonly descriptions: readonly LayoutDescription[];
  /** What the numbers take for granted, because no configuration says it: `CONFIG_X=n`. */
  readonly assumptions: readonly string[];
}

export type LayoutEntry = LayoutMember | LayoutGap;

export interface LayoutMember {
  readonly kind: 'member';
  /** Path from the record asked for, `in.k`; undefined for an anonymous struct or union. */
  readonly path: string | undefined;
  /** `char tag[10]`, `unsigned int busy:1`; of a member spelled out in place what stands after its `}`. */
  readonly declaration: string;
  readonly type: string;
  /** Of a bit-field its storage unit. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  readonly bits: LayoutBits | undefined;
  /** Of a struct or union spelled out in place. `repeated`: of an array of them, the first element. */
  readonly opened: { readonly kind: 'struct' | 'union'; readonly entries: readonly LayoutEntry[]; readonly repeated: boolean } | undefined;
  readonly travel: LayoutTravel | undefined;
  readonly source: SourceLink | undefined;
}

export interface LayoutBits {
  /** From the start of the record, in the target's own numbering (see `MemberLayout.bitOffset`). */
  readonly offset: number;
  readonly size: number;
  /** From the start of its storage unit. */
  readonly inUnit: number;
}

/** Bytes or bits of no member: a hole before another member, or padding at the end. */
export interface LayoutGap {
  readonly kind: 'hole' | 'padding';
  readonly unit: 'bytes' | 'bits';
  readonly offsetBits: number;
  readonly sizeBits: number;
}

/** What of a member arrives in the next kernel. */
export interface LayoutTravel {
  /** Number of the range, for its colour. */
  readonly key: number;
  /** Less than the member's size when only a part of it travels. */
  readonly bytes: number;
  readonly by: readonly { readonly variable: string; readonly how: string }[];
}

/** Of the record itself; what is spelled out in place counts as one member, as pahole counts. */
export interface LayoutTotals {
  readonly lines: number;
  /** Bytes in the last cache line; 0: it is full. */
  readonly lastLineBytes: number;
  readonly members: number;
  /** Of the members that are no bit-fields. */
  readonly memberBytes: number;
  readonly bitFieldBits: number;
  readonly holes: number;
  readonly holeBytes: number;
  readonly bitHoles: number;
  readonly holeBits: number;
  readonly paddingBytes: number;
  readonly paddingBits: number;
  /** Members with bytes, those inside of members spelled out in place one by one; how many travel whole, and how many in part. */
  readonly leaves: number;
  readonly whole: number;
  readonly partly: number;
  readonly preservedBytes: number;
}

export interface LayoutDescription {
  readonly variable: string;
  readonly version: number | undefined;
  /** Description that lists this one as its subsection. */
  readonly subsectionOf: string | undefined;
  readonly ranges: readonly LayoutRange[];
  readonly bytes: number;
  readonly source: SourceLink | undefined;
}

/** Bytes of the record that one entry of a description brings into the next kernel. */
export interface LayoutRange {
  readonly key: number;
  readonly path: string;
  /** `copied`, `pointee, 8 bytes`, `folio, its address travels`. */
  readonly how: string;
  /** Version from which on it is in the stream. */
  readonly since: number;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}
