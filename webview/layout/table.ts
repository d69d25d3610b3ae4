/** The text twin of the drawing: every member and gap in a row of its own. */
import { gapText } from '../../server/compat/layoutText';
import type { LayoutMember } from '../../server/shared/layoutView';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { counted } from '../model/bytes';
import { keyClass } from '../model/keys';
import type { NumberedEntry } from '../model/layoutCells';
import { dim, foldButton, section } from '../parts/common';
import { roving } from '../roving';
import type { LayoutContext } from './context';

/** Rows drawn before a click is asked for, and by each click. */
const firstRows = 400;
/** Deeper nesting is indented no further. */
const maxIndent = 6;

export function table(ctx: LayoutContext): HTMLElement {
  const all = ctx.entries;
  const shown = ctx.unfolded.has('rows') ? all : all.slice(0, firstRows);
  const columns = ['offset', 'size', 'line', 'member', ...(ctx.view.descriptions.length > 0 ? ['preserved'] : [])];
  const grid = h('table', { class: 'vt lt', attrs: { role: 'grid', 'aria-labelledby': 'h-members', 'aria-rowcount': all.length + 1 } },
    h('thead', { attrs: { role: 'rowgroup' } }, h('tr', { attrs: { role: 'row' } }, columns.map((name) => h('th', { class: `h-${name}`, attrs: { role: 'columnheader', scope: 'col' } }, name)))),
    h('tbody', { attrs: { role: 'rowgroup' } }, shown.map((one) => row(ctx, one))));
  roving(grid, 'tr[data-key]');
  grid.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' && e.key !== ' ') return;
    if (!(e.target instanceof HTMLTableRowElement)) return;
    e.preventDefault();
    ctx.choose(Number(e.target.dataset['key']));
  });
  return section('members', 'Members', dim('a click opens the source'), grid,
    all.length > shown.length && foldButton(ctx, 'members', 'rows', counted(all.length - shown.length, 'more row')));
}

function row(ctx: LayoutContext, { id, depth, entry }: NumberedEntry): HTMLElement {
  const cell = (name: string, ...content: Child[]): HTMLElement => h('td', { class: name, attrs: { role: 'gridcell' } }, content);
  const indent = `in${String(Math.min(depth, maxIndent))}`;
  const has = ctx.view.descriptions.length > 0;
  if (entry.kind !== 'member') {
    const bits = entry.unit === 'bits';
    return h('tr', { class: 'gap', attrs: { role: 'row' } },
      cell('num mono', bits ? `${String(Math.floor(entry.offsetBits / 8))}:${String(entry.offsetBits % 8)}` : String(entry.offsetBits / 8)),
      cell('num mono', bits ? `${String(entry.sizeBits)} b` : String(entry.sizeBits / 8)),
      cell('num mono', ''), cell(`what ${indent}`, gapText(entry)), has && cell('by', ''));
  }
  return h('tr', { attrs: { role: 'row', 'aria-selected': 'false' }, data: { key: id, focus: `row-${String(id)}` }, onclick: () => { if (id !== undefined) ctx.choose(id); } },
    cell('num mono', entry.bits === undefined ? String(entry.offsetBytes) : `${String(entry.offsetBytes)}:${String(entry.bits.inUnit)}`),
    cell('num mono', entry.bits === undefined ? String(entry.sizeBytes) : `${String(entry.bits.size)} b`),
    cell('num mono dim', lineText(ctx, entry)),
    cell(`what mono ${indent}`, entry.opened === undefined ? declaration(entry) : opened(entry)),
    has && cell('by', preserved(entry)));
}

function lineText(ctx: LayoutContext, { offsetBytes, sizeBytes, bits }: LayoutMember): string {
  const { lineBytes } = ctx.view;
  const from = bits === undefined ? offsetBytes : Math.floor(bits.offset / 8);
  const to = bits === undefined ? offsetBytes + Math.max(1, sizeBytes) - 1 : Math.floor((bits.offset + bits.size - 1) / 8);
  const [first, last] = [Math.floor(from / lineBytes), Math.floor(to / lineBytes)];
  return first === last ? String(first) : `${String(first)}\u2013${String(last)}`;
}

/** The name in the strong colour, the type around it in the weak one. */
function declaration({ declaration: text, path }: LayoutMember): Child {
  const name = path?.slice(path.lastIndexOf('.') + 1) ?? '';
  const at = name === '' ? -1 : new RegExp(`\\b${name}\\b(?!.*\\b${name}\\b)`).exec(text)?.index ?? -1;
  if (at < 0) return text;
  return [dim(text.slice(0, at)), h('b', {}, name), dim(text.slice(at + name.length))];
}

function opened({ opened: inside, declaration: text }: LayoutMember): Child {
  return [dim(`${inside?.kind ?? 'struct'} { `), dim('\u2026 }'), text === '' ? '' : ' ', text !== '' && h('b', {}, text)];
}

function preserved({ travel, opened: inside, sizeBytes, bits }: LayoutMember): Child {
  if (travel === undefined) return inside === undefined ? dim('no') : '';
  const part = bits === undefined && travel.bytes < sizeBytes ? `${String(travel.bytes)} of ${counted(sizeBytes, 'byte')}: ` : '';
  return [h('span', { class: cls('dot', keyClass(travel.key)) }), `${part}${[...new Set(travel.by.map((one) => one.how))].join('; ')}`, dim(` ${[...new Set(travel.by.map((one) => one.variable))].join(', ')}`)];
}
