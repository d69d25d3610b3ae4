/** The bytes of one structure: hex with a name under each field's first byte, and the table that is its twin. */
import type { ViewBytes, ViewContent, ViewField } from '../../server/decode/view';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { counted, grouped } from '../model/bytes';
import { dumpRows } from '../model/dumpRows';
import type { DumpRow, DumpRun } from '../model/dumpRows';
import { sizeBeside } from '../model/dumpWords';
import { roving } from '../roving';

export interface BytesActions {
  /** Draw more bytes behind those shown. */
  more(): void;
  /** Draw from the start. */
  fromStart(): void;
  /** Go to the node at the address that a value is. */
  follow(id: string): void;
}

/** Bytes, and their fields below. */
export function bytesPart({ node, fields, bytes }: ViewContent, pageBytes: number | undefined, actions: BytesActions): readonly Child[] {
  if (node.sizeBytes === 0) return [h('p', { class: 'dim' }, node.childCount > 0 ? `A group of ${counted(node.childCount, 'structure')}; it has no bytes of its own.` : 'It has no bytes of its own.')];
  if (bytes === undefined) return [h('p', { class: 'dim' }, 'The image does not carry these bytes.'), fields.length > 0 && table(fields, pageBytes, actions)];
  const end = bytes.offsetBytes + bytes.hex.length / 2;
  return [
    bytes.offsetBytes > 0 && h('button', { class: 'link more', attrs: { type: 'button' }, onclick: () => { actions.fromStart(); } }, `${counted(bytes.offsetBytes, 'byte')} before these; show from the start`),
    drawing(bytes, fields),
    end < node.sizeBytes && h('button', { class: 'link more', attrs: { type: 'button' }, onclick: () => { actions.more(); } }, `${grouped(node.sizeBytes - end)} more bytes`),
    fields.length > 0 ? table(fields, pageBytes, actions) : h('p', { class: 'dim' }, 'Nothing names these bytes: they are content.'),
  ];
}

function drawing(bytes: ViewBytes, fields: readonly ViewField[]): HTMLElement {
  const digits = Math.max(4, (bytes.offsetBytes + bytes.hex.length / 2).toString(16).length);
  return h('div', { class: 'dhex mono', attrs: { role: 'group', 'aria-label': `Bytes in hex, ${counted(bytes.hex.length / 2, 'byte')}`, tabindex: 0 } }, dumpRows(bytes.hex, bytes.offsetBytes, fields).map((row) => drawRow(row, fields, digits)));
}

function drawRow(row: DumpRow, fields: readonly ViewField[], digits: number): HTMLElement {
  const offset = h('span', { class: 'of' }, row.offsetBytes.toString(16).padStart(digits, '0'));
  if (row.kind === 'zeros') return h('div', { class: 'dr' }, offset, h('span', { class: 'fold' }, `${counted(row.rows, 'row')} of zeros`));
  return h('div', { class: cls('dr', row.runs.some((run) => run.starts) && 'named') }, offset, h('span', { class: 'by' }, row.runs.map((run) => drawRun(run, fields))),
    h('span', { class: 'as', attrs: { 'aria-hidden': 'true' } }, row.runs.map((run) => run.ascii).join('')));
}

function drawRun(run: DumpRun, fields: readonly ViewField[]): HTMLElement {
  const field = run.field === undefined ? undefined : fields[run.field];
  return h('span', { class: cls('dx', `n${String(run.bytes.length)}`, field === undefined ? 'plain' : (run.field ?? 0) % 2 === 0 ? 'odd' : 'even'), title: field && `${field.structure}.${field.name}, +${String(field.offsetBytes)}, ${counted(field.sizeBytes, 'byte')}`, data: { field: run.field } },
    h('span', { class: 'bb' }, run.bytes.map((byte, i) => [i > 0 ? ' ' : '', byte === '00' ? h('i', {}, byte) : byte])), h('span', { class: 'nm' }, run.starts && run.bytes.length > 1 ? shortName(field?.name ?? '') : ''));
}

/** The last part of a dotted name: what is around it stands in the table. */
function shortName(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function table(fields: readonly ViewField[], pageBytes: number | undefined, actions: BytesActions): HTMLElement {
  const cell = (name: string, ...content: Child[]): HTMLElement => h('td', { class: name, attrs: { role: 'gridcell' } }, content);
  const several = fields.some((field) => field.structure !== fields[0]?.structure);
  const rows = fields.flatMap((field, i) => {
    const beside = [sizeBeside(field, pageBytes), field.note ?? ''].filter((text) => text !== '').join(', ');
    const { target } = field;
    const value: Child = target === undefined ? field.value : h('button', { class: 'link', title: 'Show the structure at this address', attrs: { type: 'button', tabindex: -1 }, data: { follow: target }, onclick: () => { actions.follow(target); } }, field.value);
    const row = h('tr', { attrs: { role: 'row', 'aria-selected': 'false' }, data: { field: i, follow: target } },
      cell('num mono', `0x${field.offsetBytes.toString(16)}`), cell('num mono', grouped(field.sizeBytes)), cell('name mono', h('b', {}, field.name)),
      cell('val', field.value === '' ? h('span', { class: 'dim' }, 'not in the image') : h('span', { class: 'mono' }, value), beside !== '' && h('span', { class: 'dim' }, beside)), cell('mean dim', field.meaning));
    const begins = several && field.structure !== fields[i - 1]?.structure;
    return begins ? [h('tr', { class: 'of', attrs: { role: 'row' } }, h('td', { attrs: { role: 'gridcell', colspan: 5 } }, field.structure)), row] : [row];
  });
  const grid = h('table', { class: 'vt dt', attrs: { role: 'grid', 'aria-label': 'Fields' } },
    h('thead', { attrs: { role: 'rowgroup' } }, h('tr', { attrs: { role: 'row' } }, ['offset', 'size', 'field', 'value', 'meaning'].map((name) => h('th', { class: `h-${name}`, attrs: { role: 'columnheader', scope: 'col' } }, name)))),
    h('tbody', { attrs: { role: 'rowgroup' } }, rows));
  grid.addEventListener('keydown', (e) => {
    const follow = e.target instanceof HTMLElement && e.target.matches('tr') ? e.target.dataset['follow'] : undefined;
    if (e.key === 'Enter' && follow !== undefined) actions.follow(follow);
  });
  roving(grid, 'tr[data-field]');
  return grid;
}
