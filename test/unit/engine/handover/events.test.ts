/** What events say of pages. */
import assert from 'node:assert/strict';
import { scenarioJson } from '../../../../server/compat/scenarioJson';
import { scenarioText } from '../../../../server/compat/scenarioText';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { EventPages, ScenarioResult } from '../../../../server/engine/handover/result';
import type { Participant } from '../../../../server/model/scenario/scenario';
import { driver, folios, kernel, memfd, scenario } from './scenarios';

function pagesOf(result: ScenarioResult, who: string, became: EventPages['became']): readonly EventPages[] {
  return result.events.flatMap((event) => (event.who === who && event.pages?.became === became ? [event.pages] : []));
}

describe('events of pages', () => {
  it('name the first frame that came back, which is the first that was handed over', () => {
    const result = runScenario(scenario([kernel('7.1'), kernel('7.1')], [driver('nic', [folios(4), folios(2, 3)]), { kind: 'session', name: 'vm', files: [memfd(1n, 16384n), memfd(2n, 8192n)] }]));
    for (const who of ['nic', 'vm/0x1', 'vm/0x2']) {
      const [allocated] = pagesOf(result, who, 'allocated');
      const [restored] = pagesOf(result, who, 'restored');
      assert.ok((allocated?.firstPfn ?? 0) > 0, who);
      assert.equal(restored?.firstPfn, allocated?.firstPfn, who);
    }
    const firsts = ['vm/0x1', 'vm/0x2'].map((who) => pagesOf(result, who, 'restored')[0]?.firstPfn);
    assert.notEqual(firsts[0], firsts[1]);
  });

  it('name no frame where no block came back', () => {
    const result = runScenario(scenario([kernel('7.1'), kernel('7.1')], [{ kind: 'session', name: 'vm', files: [memfd(1n, 0n)] }]));
    assert.deepEqual(pagesOf(result, 'vm/0x1', 'restored'), [{ became: 'restored', blocks: 0, pages: 0, byOrder: {} }]);
  });
});

describe('events without number', () => {
  const one = scenario([kernel('7.1'), kernel('7.1')], [driver('nic', [folios(4)])]);

  it('are cut where the limit is, counted, and the report says how many are missing', () => {
    const whole = runScenario(one);
    const cut = runScenario(one, undefined, 5);
    assert.equal(whole.eventsLeftOut, 0);
    assert.ok(whole.events.length > 10);
    assert.deepEqual(cut.events, whole.events.slice(0, 5));
    assert.equal(cut.eventsLeftOut, whole.events.length - 5);
    // What became of everything does not hang on them.
    assert.deepEqual(cut.hops, whole.hops);
    assert.deepEqual(cut.log, whole.log);
    const line = `events    the first 5; ${String(whole.events.length - 5)} more are left out of what happened and of the progression`;
    assert.ok(scenarioText(cut, one).split('\n').includes(line), scenarioText(cut, one));
    assert.ok(!scenarioText(whole, one).includes('left out'));
    assert.equal(scenarioJson('one', cut, '').eventsLeftOut, whole.events.length - 5);
  });

  it('are none when all fit exactly', () => {
    const count = runScenario(one).events.length;
    assert.equal(runScenario(one, undefined, count).eventsLeftOut, 0);
    assert.equal(runScenario(one, undefined, count - 1).eventsLeftOut, 1);
  });
});

describe('lib/test_kho', () => {
  it('gives every folio that it restored back to the allocator', () => {
    const test: Participant = { kind: 'test_kho', name: 'kho_test', folios: [folios(5), folios(2, 3)] };
    // An allocation that no machine has room for says how many pages are free.
    const probe = driver('probe', [], { states: { CONCLUDE: [{ do: 'alloc', area: 'all', folios: [folios(2 ** 20, 10)], migrate: 'unmovable', write: false }] } });
    const freeIn = (without: readonly string[]): number => {
      const { events } = runScenario(scenario([kernel('7.1'), kernel('7.1', { without })], [test, probe]));
      return Number(/(\d+) pages are free/.exec(events.find((event) => event.who === 'probe' && event.error === 'ENOMEM')?.what ?? '')?.[1]);
    };
    // 5 of one page and 2 of 8.
    assert.equal(freeIn([]) - freeIn(['kho_test']), 21);
  });
});
