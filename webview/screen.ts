/** Puts the parts of one simulation on the page and redraws single parts when a fold opens or the direction changes. */
import type { SimulationView, SourceLink } from '../server/shared/simulationView';
import type { Context, PartName } from './context';
import { h } from './dom';
import { highlight } from './highlight';
import { grouped } from './model/bytes';
import { verdictLook, worseDirection } from './model/words';
import type { Direction } from './model/words';
import { header } from './parts/header';
import type { Header, HeaderActions } from './parts/header';
import { hex } from './parts/hex';
import { members } from './parts/members';
import { limits, messages, notes, preserved } from './parts/messages';
import { stream } from './parts/stream';
import { structLayout } from './parts/structLayout';
import { verdicts } from './parts/verdicts';

/** What the person did to the screen; outlives redraws and restarts. */
export interface ScreenState {
  direction: Direction | undefined;
  selected: number | undefined;
  unfolded: Set<string>;
}

export interface ScreenActions extends HeaderActions {
  readonly openSource: (link: SourceLink) => void;
  /** Something worth remembering changed. */
  readonly changed: () => void;
  /** Say it to screen readers. */
  readonly say: (text: string) => void;
}

const draw: Readonly<Record<PartName, (ctx: Context) => HTMLElement>> = { layout: structLayout, stream, hex, members };

export class Screen {
  readonly element: HTMLElement;
  readonly header: Header;
  private readonly parts: Record<PartName, HTMLElement>;
  private readonly ring;

  constructor(private readonly view: SimulationView, private readonly state: ScreenState, private readonly actions: ScreenActions) {
    const ctx = this.context();
    this.header = header(ctx, actions);
    this.parts = { layout: structLayout(ctx), stream: stream(ctx), hex: hex(ctx), members: members(ctx) };
    this.element = h('div', { class: 'ks' }, this.header.element,
      h('main', {}, verdicts(ctx), this.parts.layout, this.parts.stream, this.parts.hex, this.parts.members,
        messages(ctx), preserved(ctx), limits(ctx), notes(ctx)));
    this.ring = highlight(this.element, (key) => this.select(key));
    if (state.selected !== undefined && view.members.some((m) => m.key === state.selected)) this.ring.select(state.selected);
  }

  private context(): Context {
    return {
      view: this.view,
      direction: this.state.direction ?? worseDirection(this.view),
      selected: this.state.selected,
      unfolded: this.state.unfolded,
      setDirection: (direction) => {
        this.state.direction = direction;
        this.redraw('stream', `direction-${direction}`);
        this.redraw('hex');
        this.actions.say(`Stream of the ${direction}: ${grouped(this.view[direction].stream.sizeBytes)} bytes`);
        this.actions.changed();
      },
      unfold: (id, part) => {
        this.state.unfolded.add(id);
        this.redraw(part);
        this.actions.changed();
      },
      select: (key) => this.select(key),
      openSource: this.actions.openSource,
    };
  }

  private select(key: number): void {
    this.state.selected = this.state.selected === key ? undefined : key;
    this.ring.select(this.state.selected);
    const member = this.view.members.find((m) => m.key === key);
    if (member) {
      const fate = (f: typeof member.update): string => (f === undefined ? 'not in this direction' : f.text);
      this.actions.say(this.state.selected === undefined ? `${member.name} no longer selected` : `Member ${key}, ${member.name}. Update: ${fate(member.update)}. Rollback: ${fate(member.rollback)}.`);
    }
    this.actions.changed();
  }

  private redraw(part: PartName, focus?: string): void {
    const next = draw[part](this.context());
    this.parts[part].replaceWith(next);
    this.parts[part] = next;
    this.ring.refresh();
    if (focus !== undefined) focusOn(next, focus);
  }
}

/** Focuses the element that carries this name, if it is still there. */
export function focusOn(root: ParentNode, name: string): void {
  const element = root.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  if (!(element instanceof HTMLElement)) return;
  // A toolkit radio gets its tab index from its group only after this frame; without one it takes no focus.
  if (element.localName === 'vscode-radio') element.tabIndex = 0;
  element.focus({ preventScroll: true });
}

/** `Update: arrives, with a warning. Rollback: silent corruption.` */
export function spoken(view: SimulationView): string {
  return `Update: ${verdictLook(view.update.verdict).word}. Rollback: ${verdictLook(view.rollback.verdict).word}.`;
}
