/** What a driver does, in the order of the states: on areas that it has, and on the side of the jump where the call makes sense. */
import type { DriverAction, DriverParticipant, State } from '../scenario';
import { STATES, STATES_BEFORE } from '../scenario';
import type { CheckInput } from './check';
import { oneOfNames, say } from './check';

const onlyBehind: readonly DriverAction['do'][] = ['restore', 'retrieve subtree', 'adopt'];

export function checkDrivers(input: CheckInput): void {
  for (const participant of input.scenario.participants) {
    if (participant.kind === 'driver') checkDriver(input, participant);
  }
}

function checkDriver(input: CheckInput, driver: DriverParticipant): void {
  /** Areas by name, and whether they are there still. */
  const areas = new Map<string, boolean>();
  /** Behind the jump: those of the old kernel that nothing has restored. */
  const left = new Set<string>();
  for (const state of STATES) {
    if (state === 'RESUME') for (const [name, there] of areas) if (there) left.add(name);
    const actions = driver.states[state] ?? [];
    if (state === 'KEXEC' && actions.length > 0) say(input, driver, ['states', 'KEXEC'], 'nobody-acts', 'nothing: no driver acts in the jump', `${String(actions.length)} ${actions.length === 1 ? 'action' : 'actions'}`);
    for (const action of actions) checkAction(input, action, state, areas, left);
  }
}

function checkAction(input: CheckInput, action: DriverAction, state: State, areas: Map<string, boolean>, left: Set<string>): void {
  if (onlyBehind.includes(action.do) && STATES_BEFORE.includes(state)) say(input, action, [], 'before-the-jump', `${JSON.stringify(action.do)} behind the jump: in RESUME, POST-RESUME or CONCLUDE`, `it in ${state}`);
  if (!('area' in action)) return;
  const { area } = action;
  if (action.do === 'alloc') {
    if (areas.get(area) === true && !left.delete(area)) say(input, action, ['alloc'], 'area-twice', 'a name of no other area that this driver has', JSON.stringify(area));
    areas.set(area, true);
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
  if (action.do === 'restore') left.delete(area);
  if (action.do === 'free') areas.set(area, false);
}

function needs(input: CheckInput, action: DriverAction, key: string, area: string, areas: ReadonlyMap<string, boolean>): void {
  if (areas.get(area) === true) return;
  const there = [...areas].filter(([, is]) => is).map(([name]) => name);
  say(input, action, [key], 'unknown-area', `an area that an earlier action took: ${oneOfNames(there, 'area here')}`, areas.has(area) ? `${JSON.stringify(area)}, which was freed` : JSON.stringify(area));
}
