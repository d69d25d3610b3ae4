/** The structures as a tree: branches come when they are opened. One tab stop; the keys are those of every tree. */
import type { ViewNode } from '../../server/decode/view';
import type { CopyContext } from '../../server/shared/protocol';
import { cls, h } from '../dom';
import { icon } from '../icons';
import { grouped } from '../model/bytes';
import { addressOf, copyContext } from '../model/dumpWords';
import type { CopySource } from './copy';

/** Children that one click brings, and at most at once on the way to one of them. */
const BRANCH = 200;
const MOST_AT_ONCE = 1000;
/** Deeper nesting is indented no further. */
const maxIndent = 12;

export interface TreeActions {
  /** Children of a node from the given one on; undefined: they could not be had, and that has been said. */
  children(id: string, from: number, count: number): Promise<readonly ViewNode[] | undefined>;
  select(node: ViewNode): void;
  /** A branch was opened or closed. */
  changed(): void;
}

interface Row {
  readonly node: ViewNode;
  readonly element: HTMLElement;
}

export class Tree implements CopySource {
  readonly element = h('div', { class: 'tree', attrs: { role: 'tree', 'aria-label': 'Structures' } });
  private readonly rows = new Map<string, Row>();
  readonly open = new Set<string>();

  constructor(private readonly actions: TreeActions) {
    this.element.addEventListener('keydown', (e) => { this.key(e); });
  }

  /** Draws the top, its first branches and those that were open before. */
  async fill(root: ViewNode, opened: Iterable<string>): Promise<void> {
    this.element.replaceChildren(this.row(root));
    const first = this.rows.get(root.id);
    if (first !== undefined) first.element.tabIndex = 0;
    for (const id of new Set([root.id, ...opened])) await this.expand(id);
  }

  /** The number of the selected node; undefined: none is. */
  get selected(): string | undefined {
    return this.element.querySelector<HTMLElement>('[aria-selected="true"]')?.dataset['id'];
  }

  copies(): CopyContext {
    const node = this.rows.get(this.selected ?? '')?.node;
    return node === undefined ? {} : copyContext(node.label, '', addressOf(node));
  }

  point(target: Element): void {
    const id = target.closest<HTMLElement>('.trow')?.dataset['id'];
    if (id !== undefined && id !== this.selected) this.choose(id, true);
  }

  /** Selects a node, opening what it lies in. `quiet`: whoever asks shows it. */
  async reveal(id: string, quiet = false): Promise<void> {
    const parts = id.split('.');
    for (let i = 1; i < parts.length; i++) {
      const parent = parts.slice(0, i).join('.');
      await this.expand(parent);
      const wanted = Number(parts[i]);
      while (!this.rows.has(parts.slice(0, i + 1).join('.')) && await this.more(parent, Math.max(BRANCH, Math.min(MOST_AT_ONCE, wanted + 1))));
    }
    this.choose(id, false, quiet);
  }

  private row(node: ViewNode): HTMLElement {
    const level = node.id.split('.').length;
    const branch = node.childCount > 0;
    const own = node.findings.length;
    const below = node.findingsBelow;
    const element = h('div', {
      class: cls('trow', `lv${String(Math.min(level, maxIndent))}`), title: `${node.label}${node.detail === '' ? '' : `, ${node.detail}`}${node.phys === undefined ? '' : `, ${node.phys}`}`, data: { id: node.id },
      attrs: { role: 'treeitem', tabindex: -1, 'aria-level': level, 'aria-selected': 'false', 'aria-expanded': branch ? 'false' : undefined },
      onclick: (e) => {
        this.choose(node.id, true);
        if (e.target instanceof Element && e.target.closest('.twist') !== null) void this.toggle(node.id);
      },
    },
    h('span', { class: cls('twist', !branch && 'leaf'), attrs: { 'aria-hidden': 'true' } }),
    h('span', { class: 'tl' }, node.label), h('span', { class: 'td' }, node.detail),
    own + below > 0 && h('span', { class: cls('tf', own === 0 && 'below') }, h('span', { class: 'tone warn' }, icon('warning')), grouped(own + below), h('span', { class: 'sr' }, own > 0 ? ' findings' : ' findings below')));
    this.rows.set(node.id, { node, element });
    return element;
  }

  private choose(id: string, focus: boolean, quiet = false): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    for (const one of this.element.querySelectorAll<HTMLElement>('[aria-selected="true"], [tabindex="0"]')) {
      one.setAttribute('aria-selected', 'false');
      one.tabIndex = -1;
    }
    row.element.setAttribute('aria-selected', 'true');
    row.element.tabIndex = 0;
    if (focus) row.element.focus();
    row.element.scrollIntoView({ block: 'nearest' });
    if (!quiet) this.actions.select(row.node);
  }

  private async toggle(id: string): Promise<void> {
    if (this.open.has(id)) this.collapse(id);
    else await this.expand(id);
  }

  private async expand(id: string): Promise<void> {
    const row = this.rows.get(id);
    if (row === undefined || row.node.childCount === 0 || this.open.has(id)) return;
    this.open.add(id);
    row.element.setAttribute('aria-expanded', 'true');
    await this.more(id);
    this.actions.changed();
  }

  /** Draws the next children of a branch; false when there are none. */
  private async more(id: string, count = BRANCH): Promise<boolean> {
    const row = this.rows.get(id);
    if (row === undefined || !this.open.has(id)) return false;
    const drawn = this.drawnChildren(id);
    if (drawn >= row.node.childCount) return false;
    const nodes = await this.actions.children(id, drawn, count);
    if (nodes === undefined || nodes.length === 0 || !this.open.has(id) || this.drawnChildren(id) !== drawn) return false;
    const button = this.element.querySelector(`[data-more="${id}"]`);
    const after = button ?? this.lastBelow(id);
    after?.after(...nodes.map((node) => this.row(node)));
    button?.remove();
    const left = row.node.childCount - drawn - nodes.length;
    if (left > 0) {
      const last = this.lastBelow(id);
      last?.after(h('button', { class: cls('trow', 'link', `lv${String(Math.min(id.split('.').length + 1, maxIndent))}`), attrs: { type: 'button', tabindex: -1 }, data: { more: id }, onclick: () => void this.more(id) }, `${grouped(left)} more`));
    }
    return true;
  }

  private collapse(id: string): void {
    this.open.delete(id);
    this.rows.get(id)?.element.setAttribute('aria-expanded', 'false');
    for (const one of [...this.element.querySelectorAll<HTMLElement>('.trow')]) {
      const at = one.dataset['id'] ?? one.dataset['more'] ?? '';
      if (!at.startsWith(`${id}.`) && one.dataset['more'] !== id) continue;
      this.open.delete(at);
      this.rows.delete(at);
      one.remove();
    }
    this.actions.changed();
  }

  private drawnChildren(id: string): number {
    const depth = id.split('.').length + 1;
    let count = 0;
    for (const one of this.rows.keys()) if (one.startsWith(`${id}.`) && one.split('.').length === depth) count++;
    return count;
  }

  /** The last row that belongs to a branch. */
  private lastBelow(id: string): Element | undefined {
    let last: Element | undefined = this.rows.get(id)?.element;
    while (last?.nextElementSibling instanceof HTMLElement && (last.nextElementSibling.dataset['id'] ?? last.nextElementSibling.dataset['more'] ?? '').startsWith(`${id}.`)) last = last.nextElementSibling;
    return last;
  }

  private key(e: KeyboardEvent): void {
    if (!(e.target instanceof HTMLElement) || e.ctrlKey || e.metaKey || e.altKey) return;
    const items = [...this.element.querySelectorAll<HTMLElement>('.trow')];
    const at = items.indexOf(e.target);
    const id = e.target.dataset['id'];
    const go = (to: HTMLElement | undefined): void => {
      if (to?.dataset['id'] !== undefined) this.choose(to.dataset['id'], true);
      else to?.focus();
    };
    switch (e.key) {
      case 'ArrowDown': go(items[at + 1]); break;
      case 'ArrowUp': go(items[at - 1]); break;
      case 'Home': go(items[0]); break;
      case 'End': go(items.at(-1)); break;
      case 'ArrowRight':
        if (id !== undefined && this.open.has(id)) go(items[at + 1]);
        else if (id !== undefined) void this.expand(id);
        break;
      case 'ArrowLeft':
        if (id !== undefined && this.open.has(id)) this.collapse(id);
        else go(this.rows.get((id ?? e.target.dataset['more'] ?? '').replace(/\.\d+$/, ''))?.element);
        break;
      case 'Enter': case ' ':
        if (id === undefined) return;
        this.choose(id, true);
        void this.toggle(id);
        break;
      default: return;
    }
    e.preventDefault();
  }
}
