/** Hover on a struct or union and on its members: where the bytes are, and which of them a description preserves. */
import { descriptionText, gapText } from '../compat/layoutText';
import type { LayoutEntry, LayoutMember, LayoutView } from '../shared/layoutView';
import type { Context } from './context';
import { looksLikeTypedef, memberAt, recordAt, recordPlace } from './layoutPlace';
import { cBlock, code, escape, plural } from './markdown';
import type { Word } from './words';

/** The client's command: takes a URI and the name of a struct. */
export const SHOW_LAYOUT_COMMAND = 'kexecHandover.showLayout';
/** Rows of a struct in a hover; the panel has them all. */
const MAX_ROWS = 18;

/** Markdown; undefined when the word names neither a struct nor a member of one where it is defined. `text`: of the document. */
export function layoutBlock(context: Context, path: string, text: string, word: Word): string | undefined {
  let place = recordPlace(text, word, word.start);
  // A typedef is looked up where the unit is read anyway, else only when its name looks like one.
  if ((place === undefined || place.within) && (looksLikeTypedef(word) || (place === undefined && context.analysis.of(path) !== undefined))) {
    const unit = context.layouts.unitOf(path);
    if (unit?.lookup(word.text)?.kind === 'typedef') place = { name: { tag: word.text, union: undefined }, within: false };
  }
  if (place === undefined) return undefined;
  const unit = context.layouts.unitOf(path);
  const record = unit === undefined ? undefined : recordAt(unit, place);
  if (unit === undefined || record === undefined) return undefined;
  const name = record.tag === place.name.tag ? `${record.union ? 'union' : 'struct'} ${record.tag}` : place.name.tag;
  const member = place.within ? memberAt(unit, record, path, word) : undefined;
  if (place.within && member === undefined) return undefined;
  const view = context.layouts.view(unit, record, name);
  if (!view.known) return `**${escape(name)}** · layout not known: ${escape(view.why)}`;
  return member === undefined ? recordLines(context, path, view.value).join('\n') : memberLines(context, path, view.value, member.path).join('\n');
}

function recordLines(context: Context, path: string, view: LayoutView): string[] {
  const { totals } = view;
  const facts = [
    plural(view.sizeBytes, 'byte'), `aligned to ${String(view.alignBytes)}`, plural(totals.lines, 'cache line'),
    totals.holes + totals.bitHoles > 0 && `${plural(totals.holes + totals.bitHoles, 'hole')} (${bytesAndBits(totals.holeBytes, totals.holeBits)})`,
    totals.paddingBytes + totals.paddingBits > 0 && `padding ${bytesAndBits(totals.paddingBytes, totals.paddingBits)}`,
  ].filter((fact) => fact !== false);
  const rows = view.entries.slice(0, MAX_ROWS).map((entry) => row(view, entry));
  const more = view.entries.length - rows.length;
  if (more > 0) rows.push(`/* … ${String(more)} more */`);
  return [`**${escape(view.name)}** · ${facts.join(', ')}`, cBlock(rows.join('\n')), ...preserved(view), ...assumed(view), layoutLink(context, path, view.name)].filter((line) => line !== '');
}

function row(view: LayoutView, entry: LayoutEntry): string {
  if (entry.kind !== 'member') return `/* ${String(Math.floor(entry.offsetBits / 8)).padStart(5)}      */ /* ${gapText(entry)} */`;
  const { bits, opened, travel } = entry;
  const size = bits === undefined ? String(entry.sizeBytes) : `${String(bits.size)}b`;
  const offset = bits === undefined ? String(entry.offsetBytes) : `${String(entry.offsetBytes)}:${String(bits.inUnit)}`;
  const declaration = opened === undefined ? entry.declaration : `${opened.kind} { … }${entry.declaration === '' ? '' : ` ${entry.declaration}`}`;
  const how = travel === undefined || view.descriptions.length === 0 ? '' : `  // ${[...new Set(travel.by.map((one) => one.how))].join('; ')}`;
  return `/* ${offset.padStart(5)} ${size.padStart(4)} */ ${declaration};${how}`;
}

function memberLines(context: Context, path: string, view: LayoutView, wanted: string): string[] {
  const member = find(view.entries, wanted);
  if (member === undefined) return [];
  const line = Math.floor(member.offsetBytes / view.lineBytes);
  const last = Math.floor((member.offsetBytes + Math.max(1, member.sizeBytes) - 1) / view.lineBytes);
  const bits = member.bits === undefined ? '' : ` · ${plural(member.bits.size, 'bit')} from bit ${String(member.bits.inUnit)}`;
  const lines = [
    `**${escape(wanted)}** · ${code(member.opened === undefined ? member.type : `${member.opened.kind} { … }`)} of ${code(view.name)}, ${plural(view.sizeBytes, 'byte')}`,
    `- Offset ${String(member.offsetBytes)} · size ${plural(member.sizeBytes, 'byte')}${bits} · cache line ${line === last ? String(line) : `${String(line)} to ${String(last)}`}`,
  ];
  for (const one of member.travel?.by ?? []) {
    const description = view.descriptions.find((each) => each.variable === one.variable);
    lines.push(`- Preserved by ${code(one.variable)}${description?.version === undefined ? '' : `, version ${String(description.version)}`}: ${escape(one.how)}`);
  }
  if (view.descriptions.length > 0 && member.travel === undefined && member.opened === undefined) {
    lines.push(`- Not preserved by ${view.descriptions.map((one) => code(one.variable)).join(', ')}`);
  }
  return [...lines, ...assumed(view), layoutLink(context, path, view.name)].filter((text) => text !== '');
}

function find(entries: readonly LayoutEntry[], path: string): LayoutMember | undefined {
  for (const entry of entries) {
    if (entry.kind !== 'member') continue;
    if (entry.path === path) return entry;
    const inner = entry.opened === undefined ? undefined : find(entry.opened.entries, path);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function preserved(view: LayoutView): string[] {
  if (view.descriptions.length === 0) return [];
  const { whole, partly, leaves, preservedBytes } = view.totals;
  return [
    `- Preserved: ${String(whole)} of ${plural(leaves, 'member')}${partly === 0 ? '' : `, ${String(partly)} in part`}, ${String(preservedBytes)} of ${plural(view.sizeBytes, 'byte')}`,
    ...view.descriptions.map((one) => `  - ${escape(descriptionText(one))}`),
  ];
}

function assumed(view: LayoutView): string[] {
  const stands = view.standIn ? ['- Read from a built-in header, which has only what the interface needs: the real struct differs.'] : [];
  return [...stands, ...(view.assumptions.length === 0 ? [] : [`- Assumes ${view.assumptions.map((one) => code(one)).join(', ')}`])];
}

/** A link only where the client has the command behind it. */
export function layoutLink(context: Context, path: string, name: string): string {
  if (!context.hasLayoutPanel) return '';
  // A parenthesis of a file's name would end the link.
  const args = encodeURIComponent(JSON.stringify([context.documents.uriOf(path), name])).replace(/[()]/g, (one) => (one === '(' ? '%28' : '%29'));
  return `\n[Show Layout](command:${SHOW_LAYOUT_COMMAND}?${args} "Open the layout panel of ${name}")`;
}

function bytesAndBits(bytes: number, bits: number): string {
  return [bytes > 0 && plural(bytes, 'byte'), bits > 0 && plural(bits, 'bit')].filter((part) => part !== false).join(' and ');
}
