/** What a driver does, in the order of the states: on areas that it has, and on the side of the jump where the call makes sense. */
import type { DriverAction, DriverParticipant, State } from '../scenario';
import { STATES, STATES_BEFORE } from '../scenario';
import type { CheckInput } from './check';
import { oneOfNames, say } from './check';

const onlyBehind: readonly DriverAction['do'][] = ['restore', 'retrieve subtree', 'adopt'];

type Areas = Map<string, 'taken' | 'preserved' | 'left behind' | 'freed'>;

export function checkDrivers(input: CheckInput): void {
  for (const participant of input.scenario.participants) {
    if (participant.kind === 'driver') checkDriver(input, participant);
  }
}

function checkDriver(input: CheckInput, driver: DriverParticipant): void {
  const areas: Areas = new Map();
  for (const state of STATES) {
    // What was not preserved is another kernel's free memory now: using it is a mistake that a scenario may be about, taking its name again is none.
    if (state === 'KEXEC') for (const [name, area] of areas) if (area === 'taken') areas.set(name, 'left behind');
    const actions = driver.states[state] ?? [];
    if (state === 'KEXEC' && actions.length > 0) say(input, driver, ['states', 'KEXEC'], 'nobody-acts', 'nothing: no driver acts in the jump', `${String(actions.length)} ${actions.length === 1 ? 'action' : 'actions'}`);
    for (const action of actions) checkAction(input, action, state, areas);
  }
}

function checkAction(input: CheckInput, action: DriverAction, state: State, areas: Areas): void {
  if (onlyBehind.includes(action.do) && STATES_BEFORE.includes(state)) say(input, action, [], 'before-the-jump', `${JSON.stringify(action.do)} behind the jump: in RESUME, POST-RESUME or CONCLUDE`, `it in ${state}`);
  if (!('area' in action)) return;
  const { area } = action;
  if (action.do === 'alloc') {
    const before = areas.get(area);
    if (before === 'taken' || before === 'preserved') say(input, action, ['alloc'], 'area-twice', 'a name of no other area that this driver has', JSON.stringify(area));
    areas.set(area, 'taken');
    for (const group of action.folios) {
      if (group.order > 20) say(input, action, ['folios'], 'order', 'a possible order', String(group.order));
    }
    return;
  }
  needs(input, action, action.do, area, areas);
  if (action.do === 'copy') {
    needs(input, action, 'to', action.to, areas);
    if (action.to === area) say(input, action, ['to'], 'copy-onto-itself', 'another area');
  }
  if (action.do === 'free') areas.set(area, 'freed');
  else if (action.do === 'preserve') areas.set(area, 'preserved');
  else if (action.do === 'unpreserve') areas.set(area, 'taken');
}

function needs(input: CheckInput, action: DriverAction, key: string, area: string, areas: Areas): void {
  const found = areas.get(area);
  if (found !== undefined && found !== 'freed') return;
  const there = [...areas].filter(([, is]) => is !== 'freed').map(([name]) => name);
  say(input, action, [key], 'unknown-area', `an area that an earlier action took: ${oneOfNames(there, 'area here')}`, found === 'freed' ? `${JSON.stringify(area)}, which was freed` : JSON.stringify(area));
}
