/** The struct of both kernels, eight bytes a row: what travels is numbered and coloured, what does not is hatched. */
import type { KernelView, StructView } from '../../server/shared/simulationView';
import type { Context } from '../context';
import { cls, h } from '../dom';
import { counted } from '../model/bytes';
import { keyClass } from '../model/keys';
import { structLines } from '../model/structRows';
import type { LayoutLine, LayoutRow, RowPiece } from '../model/structRows';
import { roving } from '../roving';
import { chip, dim, foldButton, section } from './common';

/** Rows shown of a large struct before a click: the stream and the members should not lie many screens below. */
const firstLines = 32;

export function structLayout(ctx: Context): HTMLElement {
  return section('layout', 'Struct layout', dim('one row is 8 bytes; numbered members travel, the others and hatched bytes do not'),
    h('div', { class: 'lay' }, side(ctx, ctx.view.old, 'old'), side(ctx, ctx.view.new, 'new')));
}

function side(ctx: Context, kernel: KernelView, which: 'old' | 'new'): HTMLElement {
  const struct = kernel.struct;
  const caption = h('figcaption', {}, h('b', {}, kernel.label), dim(`version ${kernel.versionId}`),
    struct && h('code', { class: 'dim' }, struct.name), struct && dim(facts(struct)));
  if (struct === undefined) return h('figure', {}, caption, h('p', { class: 'dim' }, 'The layout of this struct could not be worked out from the source.'));
  // Both sides fold apart: the prefix keeps their memory apart too.
  const prefix = `${which}:`;
  const open = new Set([...ctx.unfolded].filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length)));
  const all = structLines(struct, open);
  // Both sides show and hide their tails together, so that they can be compared.
  const whole = ctx.unfolded.has('layout') || all.length <= firstLines + 4;
  const shown = whole ? all : all.slice(0, firstLines);
  const lines = shown.map((line) => drawLine(ctx, line, prefix));
  const gone = struct.gone.map((g) => h('div', { class: 'cells gone', data: { key: g.key } },
    h('span', { class: 'o' }), h('div', { class: 'c none' }, chip(g.key), h('span', { class: 'nm mono' }, g.name), h('span', { class: 'ty' }, g.note))));
  const figure = h('figure', { class: 'side' }, caption,
    h('div', { class: 'rows', attrs: { role: 'group', 'aria-label': `${struct.name}, ${kernel.label}, ${facts(struct)}` } }, lines, gone),
    !whole && foldButton(ctx, 'layout', 'layout', counted(all.length - shown.length, 'more row')));
  roving(figure, 'button.c, button.fold');
  return figure;
}

function facts(struct: StructView): string {
  const holes = struct.holes === 0 ? 'no holes' : `${counted(struct.holes, 'hole')} (${counted(struct.holeBytes, 'byte')})`;
  return [counted(struct.sizeBytes, 'byte'), holes, struct.paddingBytes > 0 && `padding ${struct.paddingBytes}`].filter((s) => s !== false).join(', ');
}

function drawLine(ctx: Context, line: LayoutLine, prefix: string): HTMLElement {
  const offset = h('span', { class: 'o mono' }, String(line.offsetBytes));
  if (line.kind === 'row') return drawRow(line, offset);
  if (line.kind === 'fold') {
    return h('div', { class: 'cells', data: { key: line.key } }, offset, foldButton(ctx, 'layout', prefix + line.id, line.text, cls('span', keyClass(line.key))));
  }
  const travels = line.cell.key !== undefined;
  return h('div', { class: 'cells', data: { key: line.cell.key } }, offset, h('div', { class: 'c none' },
    travels && chip(line.cell.key), h('span', { class: 'nm mono' }, line.cell.name), h('span', { class: 'ty' }, `${line.cell.type}, no bytes of its own`)));
}

function drawRow(line: LayoutRow, offset: HTMLElement): HTMLElement {
  return h('div', { class: cls('cells', line.lanes > 1 && 'laned') }, offset, line.pieces.map(drawPiece));
}

function drawPiece(piece: RowPiece): HTMLElement {
  const { cell } = piece;
  const place = `at${piece.column} w${piece.widthBytes} lane${piece.lane}`;
  if (cell.kind !== 'member') {
    const text = `${cell.kind} ${piece.fromByte === 0 ? cell.sizeBytes : ''}`.trim();
    return h('div', { class: `c hole ${place}`, title: `${cell.kind}, offset ${cell.offsetBytes}, ${counted(cell.sizeBytes, 'byte')}` }, h('span', { class: 'nm' }, text));
  }
  const said = `${cell.name}, ${cell.type}, offset ${cell.offsetBytes}, ${counted(cell.sizeBytes, 'byte')}, ${cell.key === undefined ? 'does not travel' : `travels as member ${cell.key}`}`;
  const name = h('span', { class: 'nm mono' }, cell.name);
  const type = piece.fromByte === 0 ? h('span', { class: 'ty' }, cell.type) : h('span', { class: 'ty more' }, `+${piece.fromByte}`);
  if (cell.key === undefined) return h('div', { class: `c plain ${place}`, title: said }, name, type);
  return h('button', { class: cls('c', keyClass(cell.key), place), title: said, attrs: { type: 'button', 'aria-label': said, 'aria-pressed': 'false' }, data: { key: cell.key } }, chip(cell.key), name, type);
}
