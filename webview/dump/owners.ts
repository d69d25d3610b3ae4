/** Who preserved how much, and in blocks of which order. A row leads to the blocks of its owner. */
import type { OwnerSummary } from '../../server/decode/blockTable';
import { cls, h } from '../dom';
import type { Child } from '../dom';
import { grouped, sizeText } from '../model/bytes';
import { orderWords } from '../model/dumpWords';
import { roving } from '../roving';

export function ownersPart(owners: readonly OwnerSummary[], pageBytes: number, go: (owner: number | undefined) => void): HTMLElement {
  const cell = (name: string, ...content: Child[]): HTMLElement => h('td', { class: name, attrs: { role: 'gridcell' } }, content);
  const most = Math.max(1, ...owners.map(({ pages }) => pages));
  const row = (name: string, one: Omit<OwnerSummary, 'owner' | 'name'>, owner: number | undefined): HTMLElement => {
    const share = h('span', { class: 'share', attrs: { 'aria-hidden': 'true' } }, h('span', {}));
    if (owner !== undefined && share.firstElementChild instanceof HTMLElement) share.firstElementChild.style.width = `${String(Math.max(1, 100 * one.pages / most))}%`;
    const element = h('tr', { class: cls(owner === undefined && 'total', owner === 0 && 'nobody'), title: 'Show these blocks', attrs: { role: 'row' }, data: { owner: owner ?? 'all' }, onclick: () => { go(owner); } },
      cell('name', h('b', {}, name)), cell('num mono', grouped(one.blocks)), cell('num mono', grouped(one.pages)), cell('num', sizeText(one.pages * pageBytes)), cell('bar', owner !== undefined && share),
      cell('orders dim', orderWords(one, pageBytes).map((words) => [h('span', {}, words), ' '])));
    element.addEventListener('keydown', (e) => { if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); go(owner); } });
    return element;
  };
  const grid = h('table', { class: 'vt dt owners', attrs: { role: 'grid', 'aria-label': 'Owners of preserved blocks' } },
    h('thead', { attrs: { role: 'rowgroup' } }, h('tr', { attrs: { role: 'row' } }, ['owner', 'blocks', 'pages', 'size', '', 'by order'].map((name) => h('th', { class: `h-${name.replace(' ', '-')}`, attrs: { role: 'columnheader', scope: 'col' } }, name)))),
    h('tbody', { attrs: { role: 'rowgroup' } }, owners.map((one) => row(one.name, one, one.owner)), row('all', total(owners), undefined)));
  roving(grid, 'tbody tr');
  return grid;
}

function total(owners: readonly OwnerSummary[]): Omit<OwnerSummary, 'owner' | 'name'> {
  const byOrder = new Map<number, number>();
  for (const [order, blocks] of owners.flatMap((one) => one.byOrder)) byOrder.set(order, (byOrder.get(order) ?? 0) + blocks);
  return { blocks: owners.reduce((sum, one) => sum + one.blocks, 0), pages: owners.reduce((sum, one) => sum + one.pages, 0), byOrder: [...byOrder].sort(([a], [b]) => a - b) };
}
