/** The stream as entries: header cells and named data, with what the other kernel misreads marked on the bytes. */
import type { StreamCell, StreamEntryView } from '../../server/shared/simulationView';
import type { Context } from '../context';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { icon } from '../icons';
import { cellLimits, counted, foldBytes, grouped } from '../model/bytes';
import { keyClass } from '../model/keys';
import { kernelsOf } from '../model/words';
import type { Direction } from '../model/words';
import { roving } from '../roving';
import { dim, foldButton, section } from './common';

/** Cells drawn before a click is asked for: a stream of hundreds of fields must not hold up the screen. */
const firstCells = 120;

export function stream(ctx: Context): HTMLElement {
  const { stream: data } = ctx.view[ctx.direction];
  const { saver, restorer } = kernelsOf(ctx.view, ctx.direction);
  const body = h('div', { class: 'strm' });
  const aside = [directionControl(ctx), dim(`${counted(data.sizeBytes, 'byte')}, saved by ${saver.label} (version ${saver.versionId}), read by ${restorer.label} (version ${restorer.versionId})`)];
  if (data.sizeBytes === 0) body.append(h('p', { class: 'dim' }, 'Nothing was saved: the stream is empty.'));
  let budget = ctx.unfolded.has('cells') ? Infinity : firstCells;
  let hidden = 0;
  if (data.magic) body.append(bytesCell(data.magic));
  let nested = false;
  for (const entry of data.entries) {
    if (budget <= 0) { hidden += entry.cells.length; continue; }
    if (nested || entry.depth > 0) body.append(h('span', { class: 'brk' }));
    nested = entry.depth > 0;
    body.append(drawEntry(entry, budget));
    budget -= entry.cells.length;
    if (budget < 0) hidden -= budget;
  }
  if (hidden > 0) body.append(foldButton(ctx, 'stream', 'cells', `${counted(hidden, 'more cell')}`));
  if (data.end && nested) body.append(h('span', { class: 'brk' }));
  if (data.end) body.append(bytesCell(data.end));
  roving(body, 'button');
  return section('stream', 'Stream', aside, body);
}

/** Which of the two streams is shown. */
function directionControl(ctx: Context): HTMLElement {
  const option = (direction: Direction, text: string): HTMLElement =>
    h('vscode-radio', { class: 'segment', attrs: { value: direction, name: 'direction' }, data: { focus: `direction-${direction}` } }, text);
  const group = h('vscode-radio-group', { class: 'seg', attrs: { orientation: 'horizontal', 'aria-label': 'Stream shown', value: ctx.direction } },
    option('update', 'Update'), option('rollback', 'Rollback'));
  group.addEventListener('change', () => {
    const value = 'value' in group ? group.value : undefined;
    if ((value === 'update' || value === 'rollback') && value !== ctx.direction) ctx.setDirection(value);
  });
  return group;
}

function drawEntry(entry: StreamEntryView, budget: number): HTMLElement {
  const depth = Math.min(entry.depth, 4);
  return h('div', { class: cls('ent', depth > 0 && `depth${depth}`), attrs: { role: 'group', 'aria-label': `${entry.title}, ${entry.detail}` } },
    h('div', { class: 'tt' }, entry.depth > 0 && dim('in the data: '), h('span', {}, entry.title), ' ', dim(entry.detail)),
    h('div', { class: 'run' },
      entry.cells.slice(0, Math.max(0, budget)).map(bytesCell),
      entry.empty.map((e) => h('span', { class: cls('bytes empty', keyClass(e.key)), data: { key: e.key } }, h('span', { class: 'l' }, e.key !== undefined && `${e.key}\u2002`, e.text)))));
}

function bytesCell(cell: StreamCell): HTMLElement {
  const sizeBytes = cell.hex.length / 2;
  const bytes = foldBytes(cell.hex, cellLimits, cell.misread).map((run): Child => {
    if (run.kind === 'gap') return h('span', { class: 'gap' }, `${run.from > 0 ? ' ' : ''}… ${grouped(run.count)} more …`);
    const text = run.bytes.join(' ');
    const lead = run.from > 0 && !run.marked ? ' ' : '';
    return run.marked ? [run.from > 0 && ' ', h('b', { class: 'mis' }, text)] : lead + text;
  });
  const named = cell.key === undefined ? cell.label : `${cell.key}\u2002${cell.label}`;
  const label = h('span', { class: 'l' }, named, sizeBytes > cellLimits.whole && dim(`\u2002${counted(sizeBytes, 'byte')}`));
  const said = `${cell.label}, ${counted(sizeBytes, 'byte')} at +${cell.offsetBytes}`;
  const wrong = cell.misread && h('span', { class: 'l wrong' }, h('span', { class: 'tone bad' }, icon('corrupted')), h('span', {}, cell.misread.note));
  const title = cell.misread ? `${said}. ${cell.misread.note}` : said;
  const content = [h('span', { class: 'b mono' }, bytes), label, wrong];
  if (cell.key === undefined) return h('span', { class: cls('bytes hd', cell.misread && 'misread'), title }, content);
  return h('button', { class: cls('bytes data', keyClass(cell.key), cell.misread && 'misread'), title, attrs: { type: 'button', 'aria-pressed': 'false', 'aria-label': `Member ${cell.key}, ${title}` }, data: { key: cell.key } }, content);
}
