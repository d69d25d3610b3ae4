/**
 * Every preserved block: a table of which only the rows in sight are drawn and only the pages around them asked for. One tab stop; the rows are walked
 * with the keys of a grid.
 */
import type { BlockQuery, BlockRows, BlockSort, OwnerSummary } from '../../server/decode/blockTable';
import type { CopyContext } from '../../server/shared/protocol';
import type { DumpBlocksResult, DumpFailure } from '../../server/shared/requests';
import { cls, h } from '../dom';
import { counted, grouped, sizeText } from '../model/bytes';
import { copyContext, orderWords, physOf, typedAddress } from '../model/dumpWords';
import type { RowsAt } from '../model/virtualRows';
import { heightPx, rowsInSight, scrollTopFor } from '../model/virtualRows';
import { reason } from '../page';
import type { CopySource } from './copy';

const ROW_PX = 20;
/** Rows of one request, and requests whose answers are kept. */
const PAGE_ROWS = 500;
const MOST_PAGES = 60;

/** What a person set up: it outlives hiding. */
export interface BlocksState {
  readonly query: BlockQuery;
  /** `0x…` of the selected block. */
  readonly selected?: string;
  readonly scrollTop: number;
}

export interface BlocksActions {
  readonly pageBytes: number;
  readonly owners: readonly OwnerSummary[];
  ask(query: BlockQuery, from: number, count: number, find?: string): Promise<DumpBlocksResult>;
  refused(failure: DumpFailure): void;
  /** A block was selected: show its bytes. */
  select(phys: string, sizeBytes: number): void;
  changed(state: BlocksState): void;
  say(text: string): void;
}

interface Block { readonly pfn: number; readonly order: number; readonly owner: number }

const columns: readonly { readonly name: string; readonly sort?: BlockSort }[] = [{ name: 'phys', sort: 'phys' }, { name: 'pfn' }, { name: 'order', sort: 'order' }, { name: 'pages' }, { name: 'size' }, { name: 'owner', sort: 'owner' }];

export class BlocksPart implements CopySource {
  readonly element = h('div', { class: 'blocks' });
  private readonly owner = h('select', { attrs: { 'aria-label': 'Owner' } });
  private readonly find = h('input', { attrs: { type: 'text', placeholder: 'Address, or pfn N', 'aria-label': 'Go to the block at an address', spellcheck: 'false' } });
  private readonly summary = h('p', { class: 'bsum dim' });
  private readonly headings = h('div', { class: 'brow bhead', attrs: { role: 'row', 'aria-rowindex': 1 } });
  private readonly space = h('div', { class: 'bspace', attrs: { role: 'presentation' } });
  private readonly grid = h('div', { class: 'bgrid', attrs: { role: 'grid', tabindex: 0, 'aria-label': 'Preserved blocks' } });
  private readonly names: ReadonlyMap<number, string>;
  private pages = new Map<number, BlockRows | 'asked'>();
  private total = 0;
  private current = -1;
  private drawing = false;
  /** Of the grid; 0: hidden. */
  private height = 0;
  private inSight = false;

  constructor(private readonly actions: BlocksActions, private state: BlocksState) {
    const { owners } = actions;
    this.names = new Map(owners.map(({ owner, name }) => [owner, name]));
    const count = owners.reduce((sum, { blocks }) => sum + blocks, 0);
    this.owner.append(new Option(`All owners (${grouped(count)})`, 'all'), ...owners.map(({ owner, name, blocks }) => new Option(`${name} (${grouped(blocks)})`, String(owner))));
    this.owner.addEventListener('change', () => { this.choose(this.owner.value === 'all' ? undefined : Number(this.owner.value)); });
    this.find.addEventListener('keydown', (e) => { if (e.key === 'Enter') void this.goTo(typedAddress(this.find.value, actions.pageBytes)); });
    this.grid.append(this.headings, this.space);
    this.grid.addEventListener('scroll', () => { this.schedule(); }, { passive: true });
    this.grid.addEventListener('keydown', (e) => { this.key(e); });
    this.space.addEventListener('click', (e) => { this.point(e.target as Element); });
    new ResizeObserver(() => {
      // A hidden pane keeps no scroll position; and a row that was in sight stays so when the pane becomes smaller.
      const height = this.grid.clientHeight;
      if (this.height === 0 && height > 0) this.grid.scrollTop = this.state.scrollTop;
      if (height > 0 && this.current >= 0 && (this.height === 0 || this.inSight)) this.grid.scrollTop = scrollTopFor(this.current, this.sight);
      this.height = height;
      this.schedule();
    }).observe(this.grid);
    this.element.append(h('div', { class: 'bbar' }, h('label', {}, h('span', { class: 'dim' }, 'Owner '), this.owner), this.find), this.summary, this.grid);
  }

  /** Draws what the state says; resolves when the first rows are there. */
  async start(): Promise<void> {
    const { selected, scrollTop } = this.state;
    await this.reset();
    if (selected === undefined) this.grid.scrollTop = scrollTop;
    else await this.goTo(selected, scrollTop);
  }

  /** Blocks of one owner, 0: of nobody; undefined: all. */
  choose(owner: number | undefined): void {
    const { sort, descending } = this.state.query;
    if (owner === this.state.query.owner) return;
    this.set({ query: { sort, descending, ...(owner === undefined ? {} : { owner }) }, scrollTop: 0 });
    void this.reset();
  }

  /** Selects the block that covers an address; among all owners' when those shown have none there. */
  async goTo(phys: string | undefined, scrollTop?: number): Promise<void> {
    if (phys === undefined) {
      this.actions.say('Expected an address in hex, or pfn and a page frame number in hex.');
      return;
    }
    try {
      let answer = await this.actions.ask(this.state.query, 0, 1, phys);
      if (answer.ok && answer.row === undefined && this.state.query.owner !== undefined) {
        this.choose(undefined);
        answer = await this.actions.ask(this.state.query, 0, 1, phys);
      }
      if (!answer.ok) { this.actions.refused(answer); return; }
      this.find.setCustomValidity(answer.row === undefined ? 'none' : '');
      if (answer.row === undefined) { this.actions.say(`No preserved block covers ${phys}.`); this.summary.textContent = `No preserved block covers ${phys}.`; return; }
      this.total = answer.rows.total;
      if (scrollTop !== undefined) this.grid.scrollTop = scrollTop;
      await this.select(answer.row);
    } catch (e) { this.actions.say(reason(e)); }
  }

  focus(): void {
    this.grid.focus({ preventScroll: true });
  }

  copies(): CopyContext {
    const block = this.at(this.current);
    if (block === undefined) return {};
    const { pageBytes } = this.actions;
    const row = [physOf(block.pfn, pageBytes), `0x${block.pfn.toString(16)}`, String(block.order), String(2 ** block.order), this.names.get(block.owner) ?? ''];
    return copyContext(row.join('\t'), '', row[0] ?? '');
  }

  point(target: Element): void {
    const row = target.closest<HTMLElement>('[data-row]')?.dataset['row'];
    if (row !== undefined) void this.select(Number(row));
  }

  private set(change: Partial<BlocksState>): void {
    this.actions.changed(this.state = { ...this.state, ...change });
  }

  /** Another query: nothing of the last one holds. */
  private async reset(): Promise<void> {
    const { query } = this.state;
    this.pages = new Map();
    this.current = -1;
    this.grid.removeAttribute('aria-activedescendant');
    this.owner.value = query.owner === undefined ? 'all' : String(query.owner);
    this.headings.replaceChildren(...columns.map(({ name, sort }) => {
      const sorted = sort !== undefined && sort === query.sort;
      const direction = sorted ? (query.descending ? 'descending' : 'ascending') : undefined;
      return h('span', { class: `c-${name}`, attrs: { role: 'columnheader', 'aria-sort': direction } }, sort === undefined ? name : h('button', { class: cls('sort', direction), attrs: { type: 'button' }, onclick: () => {
        this.set({ query: { ...query, sort, descending: sorted && !query.descending }, scrollTop: 0 });
        this.grid.scrollTop = 0;
        void this.reset();
      } }, name));
    }));
    const shown = this.actions.owners.filter(({ owner }) => query.owner === undefined || owner === query.owner);
    this.summary.textContent = shown.length === 1 && shown[0] !== undefined ? orderWords(shown[0], this.actions.pageBytes).join(' · ') : `${counted(shown.length, 'owner')}, ${sizeText(shown.reduce((sum, { pages }) => sum + pages, 0) * this.actions.pageBytes)}`;
    await this.load(0);
  }

  private get sight(): RowsAt {
    return { count: this.total, rowPx: ROW_PX, viewportPx: Math.max(ROW_PX, this.grid.clientHeight - ROW_PX), scrollTop: this.grid.scrollTop };
  }

  private schedule(): void {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => { this.drawing = false; this.draw(); });
  }

  private draw(): void {
    const { sight } = this;
    const { from, to, topPx } = rowsInSight(sight);
    this.space.style.height = `${String(heightPx(this.total, ROW_PX))}px`;
    this.grid.setAttribute('aria-rowcount', String(this.total + 1));
    const rows: HTMLElement[] = [];
    for (let i = from; i < to; i++) {
      const row = this.row(i);
      row.style.transform = `translateY(${String(topPx + (i - from) * ROW_PX)}px)`;
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
    for (let page = Math.floor(from / PAGE_ROWS); page * PAGE_ROWS < to; page++) if (!this.pages.has(page)) void this.load(page);
    if (this.height === 0) return;
    this.inSight = this.current >= from && this.current < to;
    if (this.state.scrollTop !== sight.scrollTop) this.set({ scrollTop: sight.scrollTop });
  }

  private row(i: number): HTMLElement {
    const block = this.at(i);
    const { pageBytes } = this.actions;
    const cell = (name: string, text: string): HTMLElement => h('span', { class: `c-${name}`, attrs: { role: 'gridcell' } }, text);
    const cells = block === undefined ? [cell('phys', '…')] : [
      cell('phys', physOf(block.pfn, pageBytes)), cell('pfn', `0x${block.pfn.toString(16)}`), cell('order', String(block.order)), cell('pages', grouped(2 ** block.order)),
      cell('size', sizeText(2 ** block.order * pageBytes)), cell('owner', this.names.get(block.owner) ?? '')];
    return h('div', { class: cls('brow', i === this.current && 'sel', block?.owner === 0 && 'nobody'), id: `block-${String(i)}`, attrs: { role: 'row', 'aria-rowindex': i + 2, 'aria-selected': String(i === this.current) }, data: { row: i } }, cells);
  }

  private at(i: number): Block | undefined {
    const page = this.pages.get(Math.floor(i / PAGE_ROWS));
    if (page === undefined || page === 'asked') return undefined;
    const k = i - page.from;
    const [pfn, order, owner] = [page.pfns[k], page.orders[k], page.owners[k]];
    return pfn === undefined || order === undefined || owner === undefined ? undefined : { pfn, order, owner };
  }

  private async load(page: number): Promise<void> {
    const { pages } = this;
    pages.set(page, 'asked');
    for (const oldest of pages.keys()) if (pages.size > MOST_PAGES) pages.delete(oldest);
    try {
      const answer = await this.actions.ask(this.state.query, page * PAGE_ROWS, PAGE_ROWS);
      if (pages !== this.pages) return;
      if (answer.ok) {
        pages.set(page, answer.rows);
        this.total = answer.rows.total;
        this.draw();
      } else this.actions.refused(answer);
    } catch (e) {
      pages.delete(page);
      this.actions.say(reason(e));
    }
  }

  private async select(i: number): Promise<void> {
    if (i < 0 || i >= this.total) return;
    this.current = i;
    this.space.style.height = `${String(heightPx(this.total, ROW_PX))}px`;
    this.grid.scrollTop = scrollTopFor(i, this.sight);
    this.grid.setAttribute('aria-activedescendant', `block-${String(i)}`);
    if (this.at(i) === undefined) await this.load(Math.floor(i / PAGE_ROWS));
    this.draw();
    const block = this.at(i);
    if (block === undefined || this.current !== i) return;
    const phys = physOf(block.pfn, this.actions.pageBytes);
    this.set({ selected: phys });
    this.actions.select(phys, 2 ** block.order * this.actions.pageBytes);
  }

  private key(e: KeyboardEvent): void {
    if (e.target !== this.grid || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(this.sight.viewportPx / ROW_PX) - 1);
    const to = { ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page, PageUp: this.current - page, Home: 0, End: this.total - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    void this.select(Math.max(0, Math.min(this.total - 1, to)));
  }
}
