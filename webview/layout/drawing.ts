/** The bytes of the record, a cache line or a part of one in each row: members with their names, bits side by side, holes hatched. */
import type { LayoutView } from '../../server/shared/layoutView';
import { cls, h } from '../dom';
import { counted } from '../model/bytes';
import { keyClass } from '../model/keys';
import { layoutCells } from '../model/layoutCells';
import type { BitCell, LayoutCell } from '../model/layoutCells';
import { structLines } from '../model/structRows';
import type { LayoutLine, LayoutRow, RowPiece } from '../model/structRows';
import { dim, foldButton, section } from '../parts/common';
import { roving } from '../roving';
import type { LayoutContext } from './context';
import { isPlain } from './context';

/** Members of a union that lie one below the other; more are counted, and stand in the table. */
const maxLanes = 8;
/** A name needs about this many pixels; narrower pieces show none and have it in their title. */
const narrowBytes = { 64: 2, 32: 1, 16: 0 } as const;

export function drawing(ctx: LayoutContext): HTMLElement {
  const { view, rowBytes } = ctx;
  const lines = structLines({ sizeBytes: view.sizeBytes, cells: layoutCells(view) }, ctx.unfolded, { rowBytes, foldQuiet: false, maxLanes });
  const words = `${rowBytes >= view.lineBytes ? 'a row is' : `${String(view.lineBytes / rowBytes)} rows are`} a cache line of ${String(view.lineBytes)} bytes`;
  const figure = h('div', { class: `bytesOf row${String(rowBytes)}`, attrs: { role: 'group', 'aria-label': `${view.name}, byte by byte` } }, lines.map((line) => drawLine(ctx, line)));
  roving(figure, 'button.c, button.bit, button.fold');
  return section('layout', 'Bytes', dim(view.descriptions.length > 0 ? `${words}; coloured members are preserved` : words), figure);
}

function drawLine(ctx: LayoutContext, line: LayoutLine<LayoutCell>): HTMLElement {
  const begins = line.offsetBytes % ctx.view.lineBytes === 0;
  const gutter = h('span', { class: 'gut' }, h('span', { class: 'o mono' }, String(line.offsetBytes)), begins && line.kind !== 'empty' && dim(`line ${String(line.offsetBytes / ctx.view.lineBytes)}`));
  if (line.kind === 'row') return drawRow(ctx, line, gutter, begins);
  if (line.kind === 'fold') return h('div', { class: 'brow' }, gutter, foldButton(ctx, 'layout', line.id, line.text, cls('whole', line.key !== undefined && keyClass(line.key))));
  return h('div', { class: 'brow' }, gutter, h('div', { class: 'whole none' }, h('span', { class: 'nm mono' }, line.cell.name), h('span', { class: 'ty' }, `${line.cell.type}, no bytes of its own`)));
}

function drawRow(ctx: LayoutContext, line: LayoutRow<LayoutCell>, gutter: HTMLElement, begins: boolean): HTMLElement {
  const row = h('div', { class: cls('brow', begins && line.offsetBytes > 0 && 'begins', line.lanes > 1 && 'laned') }, gutter, line.pieces.map((piece) => drawPiece(ctx, piece)));
  if (line.hidden > 0) row.append(h('span', { class: 'hid dim' }, `and ${counted(line.hidden, 'member')} more in these bytes: see the table`));
  return row;
}

function drawPiece(ctx: LayoutContext, piece: RowPiece<LayoutCell>): HTMLElement {
  const { cell } = piece;
  const element = cell.kind !== 'member' ? drawGap(piece) : cell.bits !== undefined ? drawBits(ctx, cell, cell.bits, piece) : drawMember(ctx, piece);
  // Through the CSSOM: the content security policy refuses style attributes.
  element.style.gridColumn = `${String(piece.column + 2)} / span ${String(piece.widthBytes)}`;
  element.style.gridRow = String(piece.lane + 1);
  return element;
}

function drawGap({ cell, fromByte, widthBytes }: RowPiece<LayoutCell>): HTMLElement {
  const text = `${cell.kind}, offset ${String(cell.offsetBytes)}, ${counted(cell.sizeBytes, 'byte')}`;
  return h('div', { class: 'c hole', title: text }, h('span', { class: 'nm' }, fromByte > 0 ? '' : widthBytes > 3 ? `${cell.kind} ${String(cell.sizeBytes)}` : String(cell.sizeBytes)));
}

function drawMember(ctx: LayoutContext, piece: RowPiece<LayoutCell>): HTMLElement {
  const { cell, fromByte, widthBytes } = piece;
  const said = `${cell.name}, ${cell.type}, offset ${String(cell.offsetBytes)}, ${counted(cell.sizeBytes, 'byte')}${fate(ctx.view, cell.id, ctx)}`;
  const narrow = widthBytes <= narrowBytes[ctx.rowBytes === 64 ? 64 : ctx.rowBytes === 32 ? 32 : 16];
  const shown = narrow ? [] : [h('span', { class: 'nm mono' }, cell.name), fromByte === 0 ? h('span', { class: 'ty' }, cell.type) : h('span', { class: 'ty more' }, `+${String(fromByte)}`)];
  return button(ctx, cell.id, cls('c', cell.key === undefined ? (isPlain(ctx.view, undefined) ? 'plain' : 'solid') : keyClass(cell.key), narrow && 'narrow'), said, ...shown);
}

/** The bits of a row's part of the cell, each as wide as it has bits. */
function drawBits(ctx: LayoutContext, cell: LayoutCell, bits: readonly BitCell[], piece: RowPiece<LayoutCell>): HTMLElement {
  const box = h('div', { class: 'c bits' });
  const from = piece.fromByte * 8;
  const to = from + piece.widthBytes * 8;
  let at = 0;
  for (const bit of bits) {
    const start = Math.max(at, from);
    const width = Math.min(at + bit.bits, to) - start;
    at += bit.bits;
    if (width <= 0) continue;
    const said = bit.id === undefined ? `${counted(bit.bits, 'bit')} unused` : `${bit.name}, ${counted(bit.bits, 'bit')} from bit ${String(at - bit.bits)} of byte ${String(cell.offsetBytes)}${fate(ctx.view, bit.id, ctx)}`;
    const part = bit.id === undefined ? h('span', { class: 'bit unused', title: said })
      : button(ctx, bit.id, cls('bit', bit.key === undefined ? (isPlain(ctx.view, undefined) ? 'plain' : 'solid') : keyClass(bit.key)), said, h('span', { class: 'nm mono' }, bit.name));
    part.style.flexGrow = String(width);
    box.append(part);
  }
  return box;
}

function button(ctx: LayoutContext, id: number | undefined, className: string, said: string, ...content: HTMLElement[]): HTMLElement {
  return h('button', { class: className, title: said, attrs: { type: 'button', 'aria-label': said, 'aria-pressed': 'false' }, data: { key: id, focus: id === undefined ? undefined : `cell-${String(id)}` }, onclick: () => { if (id !== undefined) ctx.choose(id); } }, content);
}

function fate(view: LayoutView, id: number | undefined, ctx: LayoutContext): string {
  if (view.descriptions.length === 0 || id === undefined) return '';
  const found = ctx.entries.find((one) => one.id === id)?.entry;
  const travel = found?.kind === 'member' ? found.travel : undefined;
  return travel === undefined ? ', not preserved' : `, preserved: ${travel.by.map((one) => one.how).join('; ')}`;
}
