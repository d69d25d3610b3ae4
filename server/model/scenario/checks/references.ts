/** Names that faults, userspace and expectations use, and expectations that exclude each other. */
import { canonicalName, fateNamesOf, fileNamesOf, memfdNamesOf, participantNamed, sessionsOf } from '../names';
import type { Expectations, HandoverSpec, State } from '../scenario';
import { STATES } from '../scenario';
import { keyNode } from '../tree';
import { takesPartIn } from '../takesPart';
import type { CheckInput } from './check';
import { oneOfNames, say } from './check';

export function checkReferences(input: CheckInput): void {
  const { scenario } = input;
  checkFaults(input);
  for (const handover of scenario.handovers) checkUserspace(input, handover);
  if (scenario.expect !== undefined) {
    checkFates(input, scenario.expect);
    checkArrives(input, scenario.expect);
    checkVerdicts(input, scenario.expect);
    checkMessages(input, scenario.expect);
  }
}

function checkFaults(input: CheckInput): void {
  const { scenario } = input;
  const names = scenario.participants.map((one) => one.name);
  for (const fault of scenario.faults) {
    const participant = participantNamed(scenario, fault.participant);
    if (participant === undefined) {
      say(input, fault, ['participant'], 'unknown-name', oneOfNames(names, 'participants'));
      continue;
    }
    const states = takesPartIn(participant);
    if (!states.includes(fault.state)) {
      say(input, fault, ['state'], 'no-part', `a state in which ${JSON.stringify(participant.name)} has its turn: ${states.length === 0 ? 'there is none' : states.join(', ')}`);
    }
    const handover = scenario.handovers[fault.handover - 1];
    if (handover === undefined) say(input, fault, ['handover'], 'no-handover', `one of the ${String(scenario.handovers.length)} handovers, from 1`);
    else if (handover.abortAfter !== undefined && isBehind(fault.state, handover.abortAfter)) {
      say(input, fault, ['state'], 'after-abort', `a state up to ${handover.abortAfter}, behind which handover ${String(fault.handover)} is given up`);
    }
  }
}

function isBehind(state: State, other: State): boolean {
  return STATES.indexOf(state) > STATES.indexOf(other);
}

function checkUserspace(input: CheckInput, handover: HandoverSpec): void {
  const { scenario } = input;
  const sessions = sessionsOf(scenario).map((one) => one.name);
  const files = fileNamesOf(scenario);
  const drivers = scenario.participants.filter((one) => one.kind === 'driver').map((one) => one.name);
  const { retrieve, finish, opensPlain } = handover.userspace;
  if (typeof retrieve !== 'string') {
    for (const [i, name] of retrieve.entries()) {
      if (!sessions.includes(name) && !files.includes(name)) say(input, handover, ['userspace', 'retrieve', i], 'unknown-name', nearest(name, files) ?? oneOfNames([...sessions, ...files], 'sessions'));
    }
  }
  if (typeof finish !== 'string') {
    for (const [i, name] of finish.entries()) {
      if (!sessions.includes(name)) say(input, handover, ['userspace', 'finish', i], 'unknown-name', oneOfNames(sessions, 'sessions'));
    }
  }
  for (const [i, name] of opensPlain.entries()) {
    if (!drivers.includes(name)) say(input, handover, ['userspace', 'opensPlain', i], 'unknown-name', oneOfNames(drivers, 'drivers'));
  }
}

function checkFates(input: CheckInput, expect: Expectations): void {
  const names = fateNamesOf(input.scenario);
  checkNames(input, expect, 'fates', names, 'names', 'the fate of ');
  checkNames(input, expect, 'changed', names, 'names', 'what changed of ');
}

function checkNames({ reading }: CheckInput, expect: Expectations, key: 'fates' | 'arrives' | 'changed', names: readonly string[], what: string, about: string): void {
  for (const name of Object.keys(expect[key])) {
    if (names.includes(name)) continue;
    const expected = `${about}${nearest(name, names) ?? oneOfNames(names, what)}`;
    reading.problems.add(keyNode(reading.place(expect, key, name)), { code: 'unknown-name', expected, found: JSON.stringify(name) });
  }
}

/** A file whose pages nobody got, and that arrives all the same. */
function checkArrives(input: CheckInput, expect: Expectations): void {
  checkNames(input, expect, 'arrives', memfdNamesOf(input.scenario), 'memfds', 'the file ');
  for (const name of Object.keys(expect.arrives)) {
    const fate = expect.fates[name];
    if (fate === 'lost' || fate === 'leaked' || fate === 'refused') {
      input.reading.problems.add(keyNode(input.reading.place(expect, 'arrives', name)), { code: 'arrives-exclude', expected: 'a file that `fates` has as kept or overwritten', found: `${JSON.stringify(name)}, which it has as ${fate}` });
    }
  }
}

/** Tokens of files are spelled in one way, so that a report's names are the scenario's. */
function nearest(name: string, names: readonly string[]): string | undefined {
  const canonical = canonicalName(name);
  return names.includes(canonical) ? JSON.stringify(canonical) : undefined;
}

function checkVerdicts(input: CheckInput, expect: Expectations): void {
  const { handovers } = input.scenario;
  const jumps = handovers.filter((one) => one.abortAfter === undefined).length;
  const { verdict, verdicts } = expect;
  const last = handovers.at(-1);
  if (verdict !== undefined && verdict !== 'aborted' && last?.abortAfter !== undefined) say(input, expect, ['verdict'], 'is-aborted', '"aborted": the last handover is given up');
  if (verdicts === undefined) return;
  if (verdicts.length !== jumps) say(input, expect, ['verdicts'], 'verdict-count', `${String(jumps)}, one for each handover that jumps`, String(verdicts.length));
  else if (verdict !== undefined && last?.abortAfter === undefined && verdicts.at(-1) !== verdict) {
    say(input, expect, ['verdicts', verdicts.length - 1], 'verdicts-exclude', `${JSON.stringify(verdict)}, as \`verdict\` has it`);
  }
}

function checkMessages(input: CheckInput, expect: Expectations): void {
  for (const [i, text] of expect.noMessages.entries()) {
    const message = expect.messages.find((one) => one.includes(text));
    if (message !== undefined) say(input, expect, ['noMessages', i], 'messages-exclude', `a text that no line of \`messages\` holds`, `${JSON.stringify(text)}, which is in ${JSON.stringify(message)}`);
  }
}
