/** One record as plain data for terminal, hover and panel (shared/layoutView.ts). */
import type { CUnit } from '../c/api';
import { spell } from '../c/spell';
import type { CType, Known, MemberLayout, Record, RecordLayout } from '../c/types';
import type { KstateModel } from '../model/kstate';
import type { LayoutDescription, LayoutEntry, LayoutGap, LayoutMember, LayoutTotals, LayoutTravel, LayoutView } from '../shared/layoutView';
import type { SourceLink } from '../shared/simulationView';
import { cacheLineBytes } from './cacheLine';
import { gapsOf } from './layoutGaps';
import { WORKING_TREE, coveredBytes, descriptionsOf } from './layoutTravel';
import { linker } from './sources';

export interface LayoutRequest {
  /** As the person named it. */
  readonly name: string;
  readonly target: string;
  /** Where descriptions about it may stand; of other units, too. */
  readonly models: readonly KstateModel[];
  /** Only the description of that C variable. */
  readonly description?: string | undefined;
}

/** Nesting of tagless records is what a person writes inside one declaration; deeper is hostile. */
const MAX_DEPTH = 64;

/** Unknown, with the token that stopped it, when a size in it can't be had or the record is only declared. */
export function layoutView(unit: CUnit, record: Record, request: LayoutRequest): Known<LayoutView> {
  const layout = unit.layout(record);
  if (!layout.known) return layout;
  const descriptions = descriptionsOf(unit, record, request.models).filter((one) => request.description === undefined || one.variable === request.description);
  const linkOf = linker(unit, WORKING_TREE);
  const builtin = new Set(unit.files.filter((file) => file.builtin).map((file) => file.path));
  // A stand-in is no file that can be opened; what the compiler declares by itself stands nowhere (c/vaList.ts).
  const link: Walk['link'] = (range) => (range === undefined || range.end === 0 || builtin.has(range.path) ? undefined : linkOf(range));
  const walk: Walk = { unit, link, descriptions };
  const entries = entriesOf(walk, record, layout.value, { startBytes: 0, prefix: '', depth: 0 });
  if (!entries.known) return entries;
  const at = unit.range(record.at);
  const lineBytes = cacheLineBytes(request.target);
  return {
    known: true,
    value: {
      kind: kindOf(record), name: request.name, source: link(at), standIn: builtin.has(at.path), target: request.target,
      sizeBytes: layout.value.sizeBytes, alignBytes: layout.value.alignBytes, lineBytes, entries: entries.value,
      totals: totalsOf(layout.value.sizeBytes, lineBytes, entries.value, descriptions), descriptions, assumptions: unit.assumptionsOf(record).map((one) => one.what),
    },
  };
}

interface Walk {
  readonly unit: CUnit;
  readonly link: ReturnType<typeof linker>;
  readonly descriptions: readonly LayoutDescription[];
}
interface Place {
  readonly startBytes: number;
  readonly prefix: string;
  readonly depth: number;
}

function entriesOf(walk: Walk, record: Record, layout: RecordLayout, place: Place): Known<readonly LayoutEntry[]> {
  const members = layout.members.filter(({ member, bitSize }) => member.name !== undefined || bitSize === undefined);
  const gaps = record.union ? undefined : gapsOf(members, layout.sizeBytes, place.startBytes * 8);
  const entries: LayoutEntry[] = [];
  for (const [i, member] of members.entries()) {
    entries.push(...(gaps?.before[i] ?? []));
    const made = memberOf(walk, member, place);
    if (!made.known) return made;
    entries.push(made.value);
  }
  entries.push(...(gaps?.padding ?? []));
  return { known: true, value: entries };
}

function memberOf(walk: Walk, { member, offsetBytes, sizeBytes, bitOffset, bitSize }: MemberLayout, place: Place): Known<LayoutMember> {
  const { unit } = walk;
  const start = place.startBytes + offsetBytes;
  const path = member.name === undefined ? undefined : `${place.prefix}${member.name}`;
  const inner = place.depth < MAX_DEPTH ? spelledOut(member.type) : undefined;
  let opened: LayoutMember['opened'];
  if (inner !== undefined) {
    const layout = unit.layout(inner.record);
    if (!layout.known) return layout;
    const within = inner.repeated ? { ...walk, descriptions: [] } : walk;
    const entries = entriesOf(within, inner.record, layout.value, { startBytes: start, prefix: path === undefined ? place.prefix : `${path}${inner.repeated ? '[0]' : ''}.`, depth: place.depth + 1 });
    if (!entries.known) return entries;
    opened = { kind: kindOf(inner.record), entries: entries.value, repeated: inner.repeated };
  }
  const bits = bitOffset === undefined || bitSize === undefined ? undefined
    : { offset: place.startBytes * 8 + bitOffset, size: bitSize, inUnit: bitOffset - offsetBytes * 8 };
  const source: SourceLink | undefined = walk.link(unit.range(member.nameTok ?? member.first));
  return {
    known: true,
    value: {
      kind: 'member', path, declaration: declarationOf(member.type, member.name, bitSize, opened !== undefined), type: unit.spell(member.type), offsetBytes: start, sizeBytes, bits, opened,
      travel: opened === undefined || opened.repeated ? travelOf(walk.descriptions, start, sizeBytes, bits) : undefined, source,
    },
  };
}

/** A record without a tag whose members stand inside the declaration; of an array of them the first element. */
function spelledOut(type: CType): { readonly record: Record; readonly repeated: boolean } | undefined {
  let seen = type;
  while (seen.kind === 'array') seen = seen.of;
  return seen.kind === 'record' && seen.record.tag === undefined ? { record: seen.record, repeated: seen !== type } : undefined;
}

function declarationOf(type: CType, name: string | undefined, bitSize: number | undefined, isOpened: boolean): string {
  if (isOpened) return spell(type, name ?? '').replace(/^.*?\{\.\.\.\} ?/, '');
  return `${spell(type, name ?? '')}${bitSize === undefined ? '' : `:${String(bitSize)}`}`;
}

/** Ranges that share bytes with the member. A bit-field travels when its bytes do. */
function travelOf(descriptions: readonly LayoutDescription[], start: number, sizeBytes: number, bits: LayoutMember['bits']): LayoutTravel | undefined {
  const from = bits === undefined ? start : Math.floor(bits.offset / 8);
  const to = bits === undefined ? start + sizeBytes : Math.ceil((bits.offset + bits.size) / 8);
  const touching = descriptions.flatMap((one) => one.ranges.filter((range) => range.offsetBytes < to && range.offsetBytes + range.sizeBytes > from).map((range) => ({ variable: one.variable, range })));
  const first = touching[0];
  if (first === undefined) return undefined;
  return { key: first.range.key, bytes: coveredBytes(touching.map(({ range }) => range), from, to), by: touching.map(({ variable, range }) => ({ variable, how: range.how })) };
}

function totalsOf(sizeBytes: number, lineBytes: number, entries: readonly LayoutEntry[], descriptions: readonly LayoutDescription[]): LayoutTotals {
  const members = entries.filter((entry) => entry.kind === 'member');
  const gaps = (kind: LayoutGap['kind'], unit: LayoutGap['unit']): LayoutGap[] => entries.filter((entry): entry is LayoutGap => entry.kind === kind && entry.unit === unit);
  const bits = (found: readonly LayoutGap[]): number => found.reduce((sum, gap) => sum + gap.sizeBits, 0);
  const holes = gaps('hole', 'bytes');
  const bitHoles = gaps('hole', 'bits');
  const leaves = leavesOf(entries).filter((leaf) => leaf.sizeBytes > 0);
  const whole = leaves.filter((leaf) => leaf.travel !== undefined && leaf.travel.bytes >= bytesOf(leaf)).length;
  return {
    lines: Math.ceil(sizeBytes / lineBytes), lastLineBytes: sizeBytes % lineBytes, members: members.length,
    memberBytes: members.reduce((sum, member) => sum + (member.bits === undefined ? member.sizeBytes : 0), 0),
    bitFieldBits: members.reduce((sum, member) => sum + (member.bits?.size ?? 0), 0),
    holes: holes.length, holeBytes: bits(holes) / 8, bitHoles: bitHoles.length, holeBits: bits(bitHoles),
    paddingBytes: bits(gaps('padding', 'bytes')) / 8, paddingBits: bits(gaps('padding', 'bits')),
    leaves: leaves.length, whole, partly: leaves.filter((leaf) => leaf.travel !== undefined).length - whole,
    preservedBytes: coveredBytes(descriptions.flatMap((one) => one.ranges), 0, sizeBytes),
  };
}

/** Bytes that a member touches. */
function bytesOf({ sizeBytes, bits }: LayoutMember): number {
  return bits === undefined ? sizeBytes : Math.ceil((bits.offset + bits.size) / 8) - Math.floor(bits.offset / 8);
}

/** Members that are not spelled out in place, depth first; an array counts as one. */
export function leavesOf(entries: readonly LayoutEntry[]): readonly LayoutMember[] {
  return entries.flatMap((entry) => (entry.kind !== 'member' ? [] : entry.opened === undefined || entry.opened.repeated ? [entry] : leavesOf(entry.opened.entries)));
}

function kindOf(record: Record): 'struct' | 'union' {
  return record.union ? 'union' : 'struct';
}
