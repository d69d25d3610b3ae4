/** The whole stream in hex, sixteen bytes a row, coloured by field. */
import type { Context } from '../context';
import { cls, h } from '../dom';
import { counted } from '../model/bytes';
import { hexLines } from '../model/hexRows';
import type { HexLine, HexRun } from '../model/hexRows';
import { keyClass } from '../model/keys';
import { kernelsOf } from '../model/words';
import { dim, foldButton, section } from './common';

/** Rows drawn at first, and with each click: the members below should not lie many screens away. */
const firstRows = 48;
const rowsPerClick = 512;

export function hex(ctx: Context): HTMLElement {
  const { stream } = ctx.view[ctx.direction];
  const { saver } = kernelsOf(ctx.view, ctx.direction);
  const open = new Set([...ctx.unfolded].filter((id) => id.startsWith('hex:')).map((id) => id.slice(4)));
  const lines = hexLines(stream, open);
  let shown = firstRows;
  while (ctx.unfolded.has(`hexrows@${shown}`)) shown += rowsPerClick;
  const box = h('div', { class: 'hexbox', attrs: { role: 'group', 'aria-label': `Stream in hex, ${counted(stream.sizeBytes, 'byte')}`, tabindex: 0 } },
    lines.slice(0, shown).map((line) => drawLine(ctx, line)));
  if (lines.length > shown) box.append(foldButton(ctx, 'hex', `hexrows@${shown}`, counted(lines.length - shown, 'more row')));
  return section('hex', 'Stream in hex', dim(`${ctx.direction === 'update' ? 'update' : 'rollback'}, as ${saver.label} wrote it`), box);
}

function drawLine(ctx: Context, line: HexLine): HTMLElement {
  const offset = h('span', { class: 'of' }, line.offsetBytes.toString(16).padStart(6, '0'));
  if (line.kind === 'fold') return h('div', { class: 'hr', data: { key: line.key } }, offset, foldButton(ctx, 'hex', `hex:${line.id}`, line.text));
  const named = line.runs.some((r) => r.starts);
  return h('div', { class: cls('hr', !named && 'cont') }, offset, h('span', { class: 'by' }, line.runs.map((r) => drawRun(r, named))),
    h('span', { class: 'as', attrs: { 'aria-hidden': 'true' } }, line.runs.map((r) => h('span', { class: cls(keyClass(r.cell?.key)), data: { key: r.cell?.key } }, r.ascii))));
}

function drawRun(run: HexRun, named: boolean): HTMLElement {
  const { cell } = run;
  const name = cell === undefined ? '' : cell.key === undefined ? cell.label : `${cell.key}\u2002${cell.label}`;
  const zeros = run.bytes.every((b) => b === '00');
  return h('span', {
    class: cls('hx', `n${run.bytes.length}`, keyClass(cell?.key), run.openLeft && 'openl', run.openRight && 'openr', run.misread && 'misread', zeros && cell?.key === undefined && 'zero'),
    title: cell === undefined ? undefined : `${cell.label}, +${cell.offsetBytes}${cell.misread ? `. ${cell.misread.note}` : ''}`,
    data: { key: cell?.key },
  }, h('span', { class: 'bb' }, run.misread ? h('b', { class: 'mis' }, run.bytes.join(' ')) : run.bytes.join(' ')), named && h('span', { class: 'nm' }, run.starts ? name : ''));
}
