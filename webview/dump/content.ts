/** Shows the bytes of one thing, a node of the tree or a piece of memory, with the field that is selected in them. */
import type { ViewContent, ViewGoto } from '../../server/decode/view';
import type { CopyContext } from '../../server/shared/protocol';
import type { DumpFailure, DumpNodeResult } from '../../server/shared/requests';
import { h } from '../dom';
import { counted, sizeText } from '../model/bytes';
import { addressOf, copyContext, hexPart } from '../model/dumpWords';
import { reason } from '../page';
import { bytesPart } from './bytes';
import type { CopySource } from './copy';

/** Bytes drawn at first, with each click, and at most. */
const FIRST_BYTES = 1024;
const MORE_BYTES = 8192;
const MOST_BYTES = 65536;
/** Bytes in front of a place that is jumped to, when the start is too far away to be drawn. */
const BEFORE_BYTES = 256;

export type Shown = { readonly kind: 'node'; readonly id: string } | { readonly kind: 'memory'; readonly phys: string; readonly sizeBytes: number };
/** A place in what is shown: the field of that name there, or the one over that byte. */
export interface Mark { readonly offsetBytes: number; readonly field: string }

export interface ContentActions {
  readonly pageBytes: number | undefined;
  ask(shown: Shown, offsetBytes: number, lengthBytes: number): Promise<DumpNodeResult>;
  refused(failure: DumpFailure): void;
  /** Go to a node. */
  follow(id: string): void;
  copy(text: string): void;
  /** A field was selected: by its offset. */
  selected(offsetBytes: number | undefined): void;
}

export class ContentPane implements CopySource {
  readonly element = h('div', { class: 'dbytes' });
  private content: ViewContent | undefined;
  private field: number | undefined;
  private latest = 0;

  constructor(private readonly actions: ContentActions) {
    const mark = (e: Event): void => { if (e.target instanceof Element) this.point(e.target); };
    this.element.addEventListener('click', mark);
    this.element.addEventListener('focusin', mark);
  }

  /** On the field that is selected, else on the bytes. What had the focus may be gone or hidden. */
  focus(): void {
    (this.element.querySelector<HTMLElement>('tr.sel') ?? this.element.querySelector<HTMLElement>('.dhex'))?.focus({ preventScroll: true });
  }

  /** Resolves when it is drawn. What was shown stays until then. */
  async show(shown: Shown, mark?: Mark): Promise<void> {
    const far = mark !== undefined && mark.offsetBytes + BEFORE_BYTES > MOST_BYTES;
    const from = far ? Math.floor((mark.offsetBytes - BEFORE_BYTES) / 16) * 16 : 0;
    await this.load(shown, from, mark === undefined || far ? FIRST_BYTES : Math.max(FIRST_BYTES, Math.min(MOST_BYTES, mark.offsetBytes + BEFORE_BYTES)), mark);
  }

  private async load(shown: Shown, from: number, lengthBytes: number, mark?: Mark): Promise<void> {
    const mine = ++this.latest;
    try {
      const answer = await this.actions.ask(shown, from, lengthBytes);
      if (mine !== this.latest) return;
      if (answer.ok) this.draw(answer, shown, from, lengthBytes, mark);
      else {
        this.element.replaceChildren(h('p', {}, answer.message));
        this.actions.refused(answer);
      }
    } catch (e) {
      if (mine === this.latest) this.element.replaceChildren(h('p', {}, reason(e)));
    }
  }

  private draw(content: ViewContent, shown: Shown, from: number, lengthBytes: number, mark: Mark | undefined): void {
    this.content = content;
    this.field = undefined;
    const { pageBytes, follow } = this.actions;
    this.element.replaceChildren();
    this.element.append(this.head(content), h('div', { class: 'dbody' }, bytesPart(content, pageBytes, {
      follow, fromStart: () => void this.load(shown, 0, FIRST_BYTES),
      more: () => void this.load(shown, from, Math.min(MOST_BYTES, lengthBytes + MORE_BYTES)),
    })));
    this.offer();
    const index = mark === undefined ? -1 : markedField(content, mark);
    if (index >= 0) {
      this.select(index);
      this.element.querySelector(`.dhex [data-field="${String(index)}"]`)?.scrollIntoView({ block: 'center' });
    }
  }

  private head({ node, inside = [] }: ViewContent): HTMLElement {
    const address = addressOf(node);
    const act = (text: string, label: string, of: keyof CopyContext): HTMLElement =>
      h('button', { class: 'act', title: label, attrs: { type: 'button' }, data: { copy: of }, onclick: () => { this.actions.copy(this.copies()[of] ?? ''); } }, text);
    return h('header', { class: 'dhead' },
      h('div', { class: 'dtitle' }, h('b', {}, node.label), address !== '' && h('span', { class: 'mono' }, address), address !== '' && node.phys === undefined && h('span', { class: 'dim' }, 'in the file'),
        node.sizeBytes > 0 && h('span', { class: 'dim' }, node.sizeBytes < 1024 ? counted(node.sizeBytes, 'byte') : sizeText(node.sizeBytes)), node.detail !== '' && h('span', { class: 'dim' }, node.detail)),
      node.sizeBytes > 0 && h('div', { class: 'dacts' }, h('span', { class: 'dim' }, 'Copy'), act('value', 'Copy the value of the selected field', 'kexecHandoverValue'), act('bytes', 'Copy the bytes of the selected field, or all that are shown, as hex', 'kexecHandoverBytes'),
        act('address', 'Copy the address of the selected field, or of the structure', 'kexecHandoverAddress')),
      inside.length > 0 && h('p', { class: 'din dim' }, 'Here: ', inside.map(({ id, label }, i) => [i > 0 && ', ', h('button', { class: 'link', title: 'Show in the tree', attrs: { type: 'button' }, onclick: () => { this.actions.follow(id); } }, label)])));
  }

  copies(): CopyContext {
    if (this.content === undefined) return {};
    const { node, fields, bytes } = this.content;
    const field = this.field === undefined ? undefined : fields[this.field];
    const hex = bytes === undefined ? '' : field === undefined ? bytes.hex : hexPart(bytes.hex, bytes.offsetBytes, field.offsetBytes, field.sizeBytes);
    return copyContext(field?.value ?? '', hex, addressOf(node, field?.offsetBytes ?? 0));
  }

  point(target: Element): void {
    const field = target.closest<HTMLElement>('[data-field]')?.dataset['field'];
    if (field === undefined || Number(field) === this.field) return;
    this.select(Number(field));
    this.actions.selected(this.content?.fields[Number(field)]?.offsetBytes);
  }

  private select(index: number): void {
    this.field = index;
    for (const one of this.element.querySelectorAll<HTMLElement>('[data-field]')) {
      const on = one.dataset['field'] === String(index);
      one.classList.toggle('sel', on);
      if (one instanceof HTMLTableRowElement) one.setAttribute('aria-selected', String(on));
    }
    this.offer();
  }

  /** Only what there is can be copied. */
  private offer(): void {
    const copies = this.copies();
    for (const one of this.element.querySelectorAll<HTMLElement>('[data-copy]')) one.toggleAttribute('disabled', !Object.hasOwn(copies, one.dataset['copy'] ?? ''));
  }
}

/** The first field of that name from the place on, else the one that lies over it; -1: none. */
function markedField({ fields }: ViewContent, { offsetBytes, field }: Mark): number {
  const named = fields.findIndex((one) => one.offsetBytes >= offsetBytes && field !== '' && (one.name === field || one.name.endsWith(`.${field}`)));
  // A name that is met only far behind belongs to the next structure.
  if (named >= 0 && (fields[named]?.offsetBytes ?? 0) < offsetBytes + 4096) return named;
  return fields.findIndex((one) => one.offsetBytes <= offsetBytes && offsetBytes < one.offsetBytes + one.sizeBytes);
}

/** What a finding leads to, as something to show. */
export function shownOf(goto: Exclude<ViewGoto, { readonly kind: 'block' }>): Shown {
  return goto.kind === 'node' ? { kind: 'node', id: goto.id } : { kind: 'memory', phys: goto.phys, sizeBytes: 4096 };
}
