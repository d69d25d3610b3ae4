/** A layout as text: the struct as C writes it, with offsets, sizes, gaps, cache lines and what travels in comments beside it. */
import type { LayoutDescription, LayoutEntry, LayoutGap, LayoutMember, LayoutView } from '../shared/layoutView';

/** Declarations are padded to the longest one, up to here. */
const MAX_DECLARATION = 52;
const INDENT = '    ';

interface Line {
  readonly left: string;
  /** Offset and size; empty for a line that has none. */
  readonly numbers: string;
  readonly note: string;
}

/** `shownFile`: a file's name as the person knows it. */
export function layoutText(view: LayoutView, shownFile: (file: string) => string = (file) => file): string {
  const lines = new Lines(view);
  lines.entries(view.entries, 1);
  const body = lines.list;
  const width = Math.min(MAX_DECLARATION, Math.max(24, ...body.map((line) => (line.numbers === '' ? 0 : line.left.length))));
  const head = `${view.name} {`;
  return [
    ...placeLines(view, shownFile),
    `${head.padEnd(width)}  /* offset  size */`,
    ...body.map(({ left, numbers, note }) => (numbers === '' ? left : `${left.padEnd(width)}  ${numbers}${note === '' ? '' : `  ${note}`}`)),
    '',
    ...totalLines(view).map((line) => `${INDENT}/* ${line} */`),
    '};',
    '',
  ].join('\n');
}

class Lines {
  readonly list: Line[] = [];
  /** Cache lines begun so far. */
  private line = 0;

  constructor(private readonly view: LayoutView) {}

  entries(entries: readonly LayoutEntry[], depth: number): void {
    for (const entry of entries) {
      if (entry.kind === 'member') this.member(entry, depth);
      else this.whole(`/* ${gapText(entry)} */`, depth);
    }
  }

  private member(member: LayoutMember, depth: number): void {
    this.boundary(member.bits === undefined ? member.offsetBytes : Math.floor(member.bits.offset / 8), depth);
    const indent = INDENT.repeat(depth);
    if (member.opened !== undefined) {
      this.whole(`${member.opened.kind} {`, depth);
      this.entries(member.opened.entries, depth + 1);
      this.list.push({ left: `${indent}}${member.declaration === '' ? '' : ` ${member.declaration}`};`, numbers: numbers(member), note: member.opened.repeated ? travelText(this.view, member) : '' });
      return;
    }
    this.list.push({ left: `${indent}${member.declaration};`, numbers: numbers(member), note: travelText(this.view, member) });
  }

  /** Says once where each cache line begins; a member may begin behind that place. */
  private boundary(offsetBytes: number, depth: number): void {
    const { lineBytes } = this.view;
    const line = Math.floor(offsetBytes / lineBytes);
    if (line <= this.line) return;
    this.line = line;
    const past = offsetBytes % lineBytes;
    this.whole(`/* ---- cache line ${String(line)}, from byte ${String(line * lineBytes)}${past === 0 ? '' : `: ${count(past, 'byte')} before this member`} ---- */`, depth);
  }

  private whole(text: string, depth: number): void {
    this.list.push({ left: `${INDENT.repeat(depth)}${text}`, numbers: '', note: '' });
  }
}

function placeLines(view: LayoutView, shownFile: (file: string) => string): string[] {
  const { source } = view;
  const at = view.standIn ? 'from a built-in header: the tree\'s own was not found' : source === undefined ? '' : `${shownFile(source.file)}:${String(source.line)}`;
  return [`/* ${[at, view.target].filter((part) => part !== '').join(', ')} */`, ...view.assumptions.map((one) => `/* assumes ${one} */`)];
}

function numbers(member: LayoutMember): string {
  const { bits } = member;
  if (bits === undefined) return `/* ${String(member.offsetBytes).padStart(6)}${String(member.sizeBytes).padStart(6)} */`;
  return `/* ${`${String(member.offsetBytes)}:${String(bits.inUnit)}`.padStart(6)}${`${String(bits.size)}b`.padStart(6)} */`;
}

export function gapText(gap: LayoutGap): string {
  return `${gap.kind} of ${gap.unit === 'bytes' ? count(gap.sizeBits / 8, 'byte') : count(gap.sizeBits, 'bit')}`;
}

/** What travels of a member, and by which description when there is more than one; `-` where others travel. */
function travelText(view: LayoutView, member: LayoutMember): string {
  if (view.descriptions.length === 0) return '';
  const { travel } = member;
  if (travel === undefined) return '-';
  const by = travel.by.map(({ variable, how }) => (view.descriptions.length > 1 ? `${how} (${variable})` : how));
  const part = member.bits === undefined && travel.bytes < member.sizeBytes ? `${String(travel.bytes)} of ${count(member.sizeBytes, 'byte')}: ` : '';
  return `* ${part}${[...new Set(by)].join('; ')}`;
}

/** Size and gaps, then what travels, a line each. */
export function totalLines(view: LayoutView): string[] {
  const { totals } = view;
  const bitFields = totals.bitFieldBits === 0 ? '' : ` and ${count(totals.bitFieldBits, 'bit')}`;
  const last = totals.lastLineBytes === 0 || totals.lines === 0 ? '' : `, ${totals.lines === 1 ? 'of which it fills' : 'the last with'} ${String(totals.lastLineBytes)}`;
  const lines = [
    `size: ${count(view.sizeBytes, 'byte')}, aligned to ${String(view.alignBytes)}; ${count(totals.lines, 'cache line')} of ${String(view.lineBytes)} bytes${last}`,
    `members: ${String(totals.members)}${view.kind === 'union' ? '' : `, together ${count(totals.memberBytes, 'byte')}${bitFields}`}`,
  ];
  const gaps = [
    totals.holes > 0 && `holes: ${String(totals.holes)}, ${count(totals.holeBytes, 'byte')}`,
    totals.bitHoles > 0 && `bit holes: ${String(totals.bitHoles)}, ${count(totals.holeBits, 'bit')}`,
    totals.paddingBytes + totals.paddingBits > 0
      && `padding: ${[totals.paddingBits > 0 && count(totals.paddingBits, 'bit'), totals.paddingBytes > 0 && count(totals.paddingBytes, 'byte')].filter((part) => part !== false).join(' and ')}`,
  ].filter((part) => part !== false);
  if (gaps.length > 0) lines.push(gaps.join('; '));
  return [...lines, ...preservedLines(view)];
}

/** `preserved: 5 of 7 members, 34 of 64 bytes`, then each description; none without one. */
export function preservedLines(view: LayoutView): string[] {
  if (view.descriptions.length === 0) return [];
  const { whole, partly, leaves, preservedBytes } = view.totals;
  return [
    `preserved: ${String(whole)} of ${count(leaves, 'member')}${partly > 0 ? ` and ${String(partly)} in part` : ''}, ${String(preservedBytes)} of ${count(view.sizeBytes, 'byte')}`,
    ...view.descriptions.map(descriptionText),
  ];
}

export function descriptionText(one: LayoutDescription): string {
  const version = one.version === undefined ? 'version not known' : `version ${String(one.version)}`;
  return `${one.variable}, ${version}${one.subsectionOf === undefined ? '' : `, subsection of ${one.subsectionOf}`}: ${count(one.bytes, 'byte')}`;
}

function count(n: number, noun: string): string {
  return `${String(n)} ${noun}${n === 1 ? '' : 's'}`;
}
