/** Wires the layout panel: asks the host for the struct, draws it, and keeps what the person did. */
import './style/base.css';
import './style/layout.css';
import './style/table.css';
import './style/layoutPanel.css';
import { layoutText } from '../server/compat/layoutText';
import type { LayoutView } from '../server/shared/layoutView';
import type { LayoutTarget } from '../server/shared/protocol';
import type { LayoutResult } from '../server/shared/requests';
import type { SourceLink } from '../server/shared/simulationView';
import { linkText, linkTitle } from './context';
import { h } from './dom';
import { Host, RequestFailed } from './host';
import { icon } from './icons';
import { LayoutScreen } from './layout/screen';
import { facts } from './layout/summary';
import { makePage, reason } from './page';
import { broken, button, frame } from './parts/states';
import { prose } from './parts/common';
import { followTheme } from './theme';
import { registerToolkit } from './toolkit';

interface LayoutState {
  readonly target: LayoutTarget | undefined;
  readonly selected: number | undefined;
  readonly unfolded: readonly string[];
  readonly scrollTop: number;
}

registerToolkit();
followTheme();

const host = new Host<LayoutState>((event) => { if (event === 'changed') void run('changed'); });
const saved = host.state;
const state = { selected: saved?.selected, unfolded: new Set(saved?.unfolded ?? []) };
let target = saved?.target;
let screen: LayoutScreen | undefined;
let latestRun = 0;
let restoreScroll = saved?.scrollTop ?? 0;

const { stage, say } = makePage(() => remember());
const remember = (): void => { host.state = { target, selected: state.selected, unfolded: [...state.unfolded], scrollTop: stage.scrollTop }; };
const openSource = (link: SourceLink): void => { host.request('openSource', link).catch((e: unknown) => say(reason(e))); };
const copy = (view: LayoutView): void => { host.request('copy', { text: layoutText(view) }).then(() => say('Copied'), (e: unknown) => say(reason(e))); };
const retry = (): void => void run('asked');

new ResizeObserver(() => screen?.resize(stage.clientWidth)).observe(stage);

function show(element: HTMLElement): void {
  screen = undefined;
  stage.replaceChildren(element);
}

async function run(why: 'first' | 'asked' | 'changed'): Promise<void> {
  const mine = ++latestRun;
  stage.setAttribute('aria-busy', 'true');
  if (screen) screen.header.setFreshness('stale');
  else if (why !== 'changed') show(frame('loading', h('h2', {}, h('vscode-progress-ring', { attrs: { 'aria-label': 'Reading' } }), 'Reading the struct')));
  try {
    const answer = await host.request('layout', null);
    if (mine !== latestRun) return;
    target = answer.target;
    const result = answer.layout;
    if (result.ok) {
      const scrollTop = screen ? stage.scrollTop : restoreScroll;
      screen = new LayoutScreen(result.view, state, stage.clientWidth, { openSource, copy, changed: remember, say });
      stage.replaceChildren(screen.element);
      stage.scrollTop = scrollTop;
      restoreScroll = 0;
      say(`${result.view.name}: ${facts(result.view)}`);
    } else if (screen && why === 'changed') {
      // Half-typed code: the last good layout stays, and the header says that it is old.
      screen.header.setFreshness({ failed: result.message.replaceAll('`', '') });
      say(result.message);
    } else {
      show(failed(result));
      say(result.message);
    }
    remember();
  } catch (e) {
    if (mine !== latestRun) return;
    const error = e instanceof RequestFailed ? e.error : { reason: 'failed' as const, message: reason(e) };
    if (screen && why === 'changed') screen.header.setFreshness({ failed: error.message });
    else show(broken(error, { retry }, 'layout'));
    say(error.message);
  } finally {
    if (mine === latestRun) stage.removeAttribute('aria-busy');
  }
}

function failed(result: Extract<LayoutResult, { ok: false }>): HTMLElement {
  const titles = { 'no-struct': 'No such struct', unknown: 'The layout is not known', failed: 'The layout failed' } as const;
  const { where } = result;
  return frame('error', h('h2', {}, h('span', { class: 'tone bad' }, icon('lost')), titles[result.reason]), h('p', {}, prose(result.message)),
    where !== undefined && h('dl', {}, h('dt', {}, 'where'), h('dd', {}, h('button', { class: 'link', title: linkTitle(where), attrs: { type: 'button' }, onclick: () => openSource(where) }, linkText(where)))),
    h('div', { class: 'acts' }, button('Retry', 'primary', retry)));
}

void run('first');
