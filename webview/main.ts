/** Wires the panel: asks the host for the simulation, shows it or the reason why there is none, and keeps what the person did. */
import './style/base.css';
import './style/layout.css';
import './style/stream.css';
import './style/table.css';
import type { PanelTarget } from '../server/shared/protocol';
import type { SourceLink } from '../server/shared/simulationView';
import { Host, RequestFailed } from './host';
import type { PanelState } from './host';
import { makePage, reason } from './page';
import { broken, failure, loading } from './parts/states';
import { Screen, focusOn, spoken } from './screen';
import type { ScreenState } from './screen';
import { followTheme } from './theme';
import { registerToolkit } from './toolkit';

registerToolkit();
followTheme();

const host = new Host<PanelState>((event) => { if (event === 'changed') void run('changed'); });
const saved = host.state;
const state: ScreenState = { direction: saved?.direction, selected: saved?.selected, unfolded: new Set(saved?.unfolded ?? []) };
let target: PanelTarget | undefined = saved?.target;
let screen: Screen | undefined;
let latestRun = 0;
let restoreScroll = saved?.scrollTop ?? 0;

const { stage, say } = makePage(() => remember());
const remember = (): void => {
  host.state = { target, direction: state.direction, selected: state.selected, unfolded: [...state.unfolded], scrollTop: stage.scrollTop };
};
const openSource = (link: SourceLink): void => { host.request('openSource', link).catch((e: unknown) => say(reason(e))); };
const actions = { run: () => void run('asked'), retry: () => void run('asked'), pickBase: () => void pickBase(), openSource, changed: remember, say };

function show(element: HTMLElement): void {
  screen = undefined;
  stage.replaceChildren(element);
}

/** `changed`: the source is newer than what is shown, which stays on the page until the new result is there. */
async function run(why: 'first' | 'asked' | 'changed'): Promise<void> {
  const mine = ++latestRun;
  stage.setAttribute('aria-busy', 'true');
  if (screen) screen.header.setFreshness('stale');
  else if (why !== 'changed') show(loading(target?.description));
  try {
    const answer = await host.request('simulate', null);
    if (mine !== latestRun) return; // a newer run is under way
    target = answer.target;
    const result = answer.simulation;
    if (result.ok) {
      const scrollTop = screen ? stage.scrollTop : restoreScroll;
      const focus = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['focus'] : undefined;
      const next = new Screen(result.view, state, actions);
      stage.replaceChildren(next.element);
      screen = next;
      stage.scrollTop = scrollTop;
      restoreScroll = 0;
      if (focus !== undefined) focusOn(stage, focus);
      say(spoken(result.view));
    } else if (screen && why === 'changed') {
      // Half-typed code: the last good run stays, and the header says that it is old.
      screen.header.setFreshness({ failed: result.message });
      say(result.message);
    } else {
      show(failure(result, actions));
      say(result.message);
    }
    remember();
  } catch (e) {
    if (mine !== latestRun) return;
    const error = e instanceof RequestFailed ? e.error : { reason: 'failed' as const, message: reason(e) };
    if (screen && why === 'changed') screen.header.setFreshness({ failed: error.message });
    else show(broken(error, actions));
    say(error.message);
  } finally {
    if (mine === latestRun) stage.removeAttribute('aria-busy');
  }
}

async function pickBase(): Promise<void> {
  try {
    target = await host.request('pickBase', null);
    remember();
    await run('asked');
  } catch (e) {
    say(reason(e));
  }
}

void run('first');
