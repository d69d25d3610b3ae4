/** The bytes of one structure: hex with a name under each field's first byte, and the table that is its twin. */
import type { ViewField } from '../../server/decode/view';
import type { DumpNodeResult } from '../../server/shared/requests';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { counted, grouped, sizeText } from '../model/bytes';
import { dumpRows } from '../model/dumpRows';
import type { DumpRow, DumpRun } from '../model/dumpRows';
import { roving } from '../roving';

export type ShownNode = Extract<DumpNodeResult, { ok: true }>;

export interface BytesActions {
  /** Draw more bytes. */
  more(): void;
}

export function bytesPart(shown: ShownNode, actions: BytesActions): HTMLElement {
  const { node, fields, fieldCount, bytes } = shown;
  const place = node.phys ?? (node.fileOffset === undefined ? undefined : `offset ${grouped(node.fileOffset)} of the file`);
  const head = h('p', { class: 'dhead' }, h('b', {}, node.label), node.detail !== '' && ` ${node.detail}`, place !== undefined && h('span', { class: 'mono' }, ` ${place}`), node.sizeBytes > 0 && `, ${node.sizeBytes < 1024 ? counted(node.sizeBytes, 'byte') : sizeText(node.sizeBytes)}`);
  if (node.sizeBytes === 0) return h('div', {}, head, h('p', { class: 'dim' }, node.childCount > 0 ? `A group of ${counted(node.childCount, 'structure')}; it has no bytes of its own.` : 'It has no bytes of its own.'));
  if (bytes === undefined) return h('div', {}, head, h('p', { class: 'dim' }, 'Its content is not in the file: memory images leave out what no structure needs.'), fields.length > 0 && table(fields));
  const drawn = bytes.hex.length / 2;
  const rows = dumpRows(bytes.hex, bytes.offsetBytes, fields);
  return h('div', {}, head,
    h('div', { class: 'dhex mono', attrs: { role: 'group', 'aria-label': `Bytes in hex, ${counted(drawn, 'byte')}`, tabindex: 0 } }, rows.map((row) => drawRow(row, fields))),
    drawn < node.sizeBytes && h('button', { class: 'link more', attrs: { type: 'button' }, onclick: () => { actions.more(); } }, `${grouped(node.sizeBytes - drawn)} more bytes`),
    fields.length > 0 ? table(fields) : h('p', { class: 'dim' }, 'Nothing names these bytes: they are content.'),
    fieldCount > fields.length && h('p', { class: 'dim' }, `${grouped(fieldCount - fields.length)} more fields are not listed.`));
}

function drawRow(row: DumpRow, fields: readonly ViewField[]): HTMLElement {
  const offset = h('span', { class: 'of' }, row.offsetBytes.toString(16).padStart(4, '0'));
  if (row.kind === 'zeros') return h('div', { class: 'dr' }, offset, h('span', { class: 'fold' }, `${counted(row.rows, 'row')} of zeros`));
  return h('div', { class: 'dr' }, offset, h('span', { class: 'by' }, row.runs.map((run) => drawRun(run, fields))), h('span', { class: 'as', attrs: { 'aria-hidden': 'true' } }, row.runs.map((run) => run.ascii).join('')));
}

function drawRun(run: DumpRun, fields: readonly ViewField[]): HTMLElement {
  const field = run.field === undefined ? undefined : fields[run.field];
  return h('span', { class: cls('dx', `n${String(run.bytes.length)}`, field === undefined ? 'plain' : (run.field ?? 0) % 2 === 0 ? 'odd' : 'even'), title: field && `${field.structure}.${field.name}, +${String(field.offsetBytes)}, ${counted(field.sizeBytes, 'byte')}`, data: { field: run.field } },
    h('span', { class: 'bb' }, run.bytes.map((byte, i) => [i > 0 ? ' ' : '', byte === '00' ? h('i', {}, byte) : byte])), h('span', { class: 'nm' }, run.starts ? field?.name ?? '' : ''));
}

function table(fields: readonly ViewField[]): HTMLElement {
  const cell = (name: string, ...content: Child[]): HTMLElement => h('td', { class: name, attrs: { role: 'gridcell' } }, content);
  const grid = h('table', { class: 'vt dt', attrs: { role: 'grid', 'aria-label': 'Fields' } },
    h('thead', { attrs: { role: 'rowgroup' } }, h('tr', { attrs: { role: 'row' } }, ['off', 'size', 'name', 'value'].map((name) => h('th', { class: `h-${name}`, attrs: { role: 'columnheader', scope: 'col' } }, name)))),
    h('tbody', { attrs: { role: 'rowgroup' } }, fields.map((field, i) => h('tr', { attrs: { role: 'row', 'aria-selected': 'false' }, data: { field: i } },
      cell('num mono', grouped(field.offsetBytes)), cell('num mono', grouped(field.sizeBytes)),
      cell('mono', h('b', { title: `${field.structure}${field.meaning === '' ? '' : `: ${field.meaning}`}` }, field.name)), cell('mono val', field.value)))));
  roving(grid, 'tr[data-field]');
  return grid;
}

/** Selecting a field marks it in the drawing and in the table. */
export function followFields(part: HTMLElement): void {
  const mark = (e: Event): void => {
    const field = e.target instanceof Element ? e.target.closest<HTMLElement>('[data-field]')?.dataset['field'] : undefined;
    if (field === undefined) return;
    for (const one of part.querySelectorAll<HTMLElement>('[data-field]')) {
      const on = one.dataset['field'] === field;
      one.classList.toggle('sel', on);
      if (one instanceof HTMLTableRowElement) one.setAttribute('aria-selected', String(on));
    }
  };
  part.addEventListener('click', mark);
  part.addEventListener('focusin', mark);
}
