/** One row of the table beside what the simulator says of the same handover. */
import type { ScenarioResult } from '../engine/handover/result';
import type { Scenario } from '../model/scenario/scenario';
import { chanceIn, claims } from './crossVersionClaims';
import type { Check, Measured } from './crossVersionClaims';
import { comparable } from './crossVersionLog';
import type { Row } from './crossVersionRow';
import { finalizeRequests, scenarioOf } from './crossVersionScenario';
import type { Difference } from './imageCompare';
import { BadTruth } from './replayTruth';

export interface RowCompared {
  readonly passed: number;
  readonly differences: readonly Difference[];
  /** What is not compared, or only in part, with the reason. */
  readonly leftOut: readonly string[];
}

/** What nobody here reads (a kernel, a sentence) is a difference of its own; the rest is compared all the same. */
export function compareRow(row: Row, name: string, run: (scenario: Scenario) => ScenarioResult): RowCompared {
  const made = read('kernels', `${row.from} -> ${row.to}`, () => scenarioOf(row, name));
  if ('key' in made) return { passed: 0, differences: [made], leftOut: [] };
  const scenario = made.value;
  const result = run(scenario);
  const [hop] = result.hops;
  if (hop === undefined) return { passed: 0, differences: [{ key: 'hops', expected: '1', found: '0' }], leftOut: [] };
  const leftOut: string[] = [];
  const checks: Check[] = [
    equal('verdict', row.verdict, hop.verdict), equal('kho_revived', row.revived, hop.revived), equal('handed_over', row.handedOver, hop.handedOver), equal('corruption', row.corruption, hop.corruption),
    ...messages(row, result.log.filter((line) => line.kernel === 1).map((line) => line.text), leftOut),
  ];
  const answers = read('finalize', row.finalize.join(', '), () => row.finalize.flatMap(answer));
  checks.push(...('key' in answers ? [answers] : lists('finalize', answers.value, requests(row, result))));
  const measured: Measured = { scenario, result, hop, withoutSessions: () => withoutSessions(scenario, run) ?? hop };
  for (const list of ['restored', 'lost'] as const) {
    for (const sentence of row[list]) {
      const claimed = read(list, sentence, () => claims(list, sentence, measured));
      if ('key' in claimed) {
        checks.push(claimed);
        continue;
      }
      const found = claimed.value;
      if ('leftOut' in found) leftOut.push(`${list}: ${found.leftOut}`);
      else checks.push(...found.map((one) => (one === undefined ? undefined : { ...one, key: `${list}: ${one.key}` })));
      const chance = chanceIn(sentence);
      if (chance !== undefined) leftOut.push(`${list}: ${chance}: what that machine measured; compared is whether there were some`);
    }
  }
  return { passed: checks.filter((one) => one === undefined).length, differences: checks.filter((one) => one !== undefined), leftOut };
}

/** What is made of a part of the row, or the difference that it is when nobody reads it. */
function read<T>(key: string, said: string, make: () => T): { readonly value: T } | Difference {
  try {
    return { value: make() };
  } catch (error) {
    if (!(error instanceof BadTruth)) throw error;
    return { key, expected: said, found: error.message };
  }
}

function equal(key: string, expected: string | boolean, found: string | boolean): Check {
  return expected === found ? undefined : { key, expected: String(expected), found: String(found) };
}

function lists(key: string, expected: readonly string[], found: readonly string[]): Check[] {
  return Array.from({ length: Math.max(expected.length, found.length) }, (_, i) => equal(`${key}[${String(i)}]`, expected[i] ?? 'no more', found[i] ?? 'no more'));
}

const TEST = 'test_kho: ';

/**
 * Lines in their order. Where nothing of a tree was reserved, what test_kho reads there is whatever the pages hold by then: the tree as it was, or nothing of the kind (as in the runs of
 * the table, whose kernel had taken the root's page again). Of its lines only that none says it succeeded is compared then.
 */
function messages(row: Row, log: readonly string[], leftOut: string[]): Check[] {
  const [expected, found] = [comparable(row.messages), comparable(log)];
  if (!row.corruption) return lists('messages', expected, found);
  const others = (all: readonly string[]): readonly string[] => all.filter((line) => !line.startsWith(TEST));
  leftOut.push(`messages: ${found.filter((line) => line.startsWith(TEST)).join(', ') || 'nothing'} of test_kho beside ${expected.filter((line) => line.startsWith(TEST)).join(', ') || 'nothing'}: what it finds in pages that were free is chance; compared is whether it succeeded`);
  return [...lists('messages', others(expected), others(found)), equal('messages: test_kho succeeded', expected.some(succeeded), found.some(succeeded))];
}

function succeeded(line: string): boolean {
  return line.startsWith(TEST) && line.endsWith('succeeded');
}

const DONE = 'done';

/** What debugfs answered: an error's name, or that it was done; nothing where nobody asked. */
function answer(line: string): readonly string[] {
  if (line.includes('skipped')) return [];
  if (/No such file or directory$/.test(line)) return ['ENOENT'];
  if (/File exists$/.test(line)) return ['EEXIST'];
  if (/-> 1 *$/.test(line)) return [DONE];
  throw new BadTruth(`finalize: nobody here reads "${line}"`);
}

/** What the simulated one answered. LUO's reboot finalizes on its own: only as many as userspace asked for count, and none when it did not ask. */
function requests(row: Row, { events }: ScenarioResult): readonly string[] {
  const asked = events.filter((one) => one.kernel === 0 && one.call.includes('finalize')).map((one) => one.error ?? DONE);
  return finalizeRequests(row) === 0 && row.luo ? [] : asked;
}

function withoutSessions(scenario: Scenario, run: (scenario: Scenario) => ScenarioResult): ScenarioResult['hops'][number] | undefined {
  const [from, ...more] = scenario.kernels;
  // Sessions need the live update orchestrator, whose own pages go with it; without it userspace has to finalize.
  const kernels = from === undefined ? [] : [{ ...from, liveupdate: false }, ...more];
  const handovers = scenario.handovers.map((one) => ({ ...one, finalize: Math.max(1, one.finalize) }));
  return run({ ...scenario, kernels, handovers, participants: scenario.participants.filter((one) => one.kind !== 'session' && one.kind !== 'flb') }).hops[0];
}
