/** Puts the parts of one layout on the page and redraws them when a fold opens or the width changes. */
import type { LayoutView } from '../../server/shared/layoutView';
import type { SourceLink } from '../../server/shared/simulationView';
import { h } from '../dom';
import { highlight } from '../highlight';
import { numbered, rowBytesFor } from '../model/layoutCells';
import type { NumberedEntry } from '../model/layoutCells';
import type { LayoutContext } from './context';
import { drawing } from './drawing';
import { header, summary } from './summary';
import type { LayoutHeader } from './summary';
import { table } from './table';

export interface LayoutScreenState {
  selected: number | undefined;
  readonly unfolded: Set<string>;
}

export interface LayoutActions {
  openSource(link: SourceLink): void;
  copy(view: LayoutView): void;
  /** Something worth remembering changed. */
  changed(): void;
  say(text: string): void;
}

export class LayoutScreen {
  readonly element: HTMLElement;
  readonly header: LayoutHeader;
  private readonly entries: readonly NumberedEntry[];
  private readonly ring;
  private drawn: HTMLElement;
  private listed: HTMLElement;
  private rowBytes: number;

  constructor(private readonly view: LayoutView, private readonly state: LayoutScreenState, widthPx: number, private readonly actions: LayoutActions) {
    this.entries = numbered(view);
    this.rowBytes = rowBytesFor(widthPx, view.lineBytes);
    const ctx = this.context();
    this.header = header(ctx);
    this.drawn = drawing(ctx);
    this.listed = table(ctx);
    this.element = h('div', { class: 'ks' }, this.header.element, h('main', {}, summary(ctx), this.drawn, this.listed));
    // The parts say themselves what a click does.
    this.ring = highlight(this.element, () => undefined);
    if (state.selected !== undefined) this.ring.select(state.selected);
  }

  resize(widthPx: number): void {
    const rowBytes = rowBytesFor(widthPx, this.view.lineBytes);
    if (rowBytes === this.rowBytes) return;
    this.rowBytes = rowBytes;
    this.redrawBytes();
  }

  private context(): LayoutContext {
    return {
      view: this.view, entries: this.entries, rowBytes: this.rowBytes, unfolded: this.state.unfolded,
      unfold: (id, part) => {
        this.state.unfolded.add(id);
        if (part === 'members') this.redrawTable();
        else this.redrawBytes();
        this.actions.changed();
      },
      openSource: (link) => this.actions.openSource(link),
      choose: (id) => this.choose(id),
      copy: () => this.actions.copy(this.view),
    };
  }

  private choose(id: number): void {
    this.state.selected = id;
    this.ring.select(id);
    const entry = this.entries.find((one) => one.id === id)?.entry;
    if (entry?.kind === 'member') {
      this.actions.say(`${entry.path ?? 'anonymous'}, offset ${String(entry.offsetBytes)}, size ${String(entry.sizeBytes)}`);
      if (entry.source !== undefined) this.actions.openSource(entry.source);
    }
    this.actions.changed();
  }

  private redrawBytes(): void {
    const next = drawing(this.context());
    this.drawn.replaceWith(next);
    this.drawn = next;
    this.ring.refresh();
  }

  private redrawTable(): void {
    const next = table(this.context());
    this.listed.replaceWith(next);
    this.listed = next;
    this.ring.refresh();
  }
}
