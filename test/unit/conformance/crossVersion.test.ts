/** Reading and comparing the table of real handovers, with results made by hand. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { compareRow } from '../../../server/conformance/crossVersionCompare';
import { comparable } from '../../../server/conformance/crossVersionLog';
import { readRows } from '../../../server/conformance/crossVersionRow';
import type { Row } from '../../../server/conformance/crossVersionRow';
import { scenarioOf } from '../../../server/conformance/crossVersionScenario';
import { BadTruth, readReplay } from '../../../server/conformance/replayTruth';
import { parseExact } from '../../../server/decode/exactJson';
import type { HopReport, ParticipantReport, ScenarioResult, SimEvent } from '../../../server/engine/handover/result';
import type { Fate, HandoverVerdict, Scenario } from '../../../server/model/scenario/scenario';
import { truthOf } from '../../golden/decode/images';

const rows = readRows(parseExact(readFileSync('test/fixtures/cross-version.json', 'utf8')));
const none: Readonly<Record<Fate, number>> = { kept: 0, lost: 0, leaked: 0, overwritten: 0, refused: 0 };

function report(name: string, fate: Fate, more: Partial<ParticipantReport> = {}): ParticipantReport {
  return { name, kind: '', fate, pages: { ...none, [fate]: 4 }, reasons: [], runs: [], runsLeftOut: 0, changed: [], ...more };
}

interface Said { readonly verdict: HandoverVerdict; readonly participants: readonly ParticipantReport[]; readonly log: readonly string[]; readonly events?: readonly SimEvent[]; readonly hop?: Partial<HopReport> }

function result({ verdict, participants, log, events = [], hop = {} }: Said): ScenarioResult {
  return {
    name: '', passed: true, expectations: [], jumps: [], events, eventsLeftOut: 0,
    log: [
      { handover: 1, kernel: 0, state: 'RUNNING', level: 'info', text: 'KHO: said by the kernel before' },
      ...log.map((text) => ({ handover: 1, kernel: 1, state: 'RESUME' as const, level: 'info' as const, text })),
    ],
    hops: [{ handover: 1, from: 0, to: 1, verdict, handedOver: true, revived: verdict !== 'refused', corruption: false, summary: '', participants, leakedPages: 0, ...hop }],
  };
}

const differing = (row: Row, run: (scenario: Scenario) => ScenarioResult): readonly string[] => compareRow(row, 'row', run).differences.map((one) => one.key);

function rowOf(from: string, to: string, luo: boolean): Row {
  return rows.find((row) => row.from === from && row.to === to && row.luo === luo) ?? assert.fail();
}

describe('the table of real handovers', () => {
  it('is read whole: seventeen rows with what was asked of the kernels', () => {
    assert.equal(rows.length, 17);
    assert.deepEqual(rows.filter((row) => row.corruption).map((row) => [row.from, row.to]), [['6.19', '6.18.2'], ['6.19', '6.18.2']]);
    assert.deepEqual(rows.filter((row) => !row.handedOver).map((row) => [row.from, row.to]), [['6.18.2', '6.18.2']]);
    assert.throws(() => readRows([{ from: '6.19', verdict: 'maybe' }]), BadTruth);
  });

  it('every row becomes a scenario of its kernels, machine and participants', () => {
    for (const [i, row] of rows.entries()) {
      const scenario = scenarioOf(row, String(i));
      assert.equal(scenario.handovers.length, 1);
      assert.deepEqual(scenario.kernels.map((kernel) => kernel.release.replace('-kho715', '')), [row.from, row.to]);
    }
    const pressed = rows.map((row) => scenarioOf(row, '').kernels[1]?.pressure);
    assert.deepEqual(pressed.flatMap((one, i) => (one === 0 ? [] : [i])), [13, 14, 15]);
    assert.deepEqual(rows.map((row) => new Set(scenarioOf(row, '').machine.ram.map((one) => one.node)).size).flatMap((nodes, i) => (nodes === 1 ? [i] : [])), [13]);
    assert.deepEqual(rows.map((row) => scenarioOf(row, '').handovers[0]?.finalize), [0, 0, 2, 0, 0, 2, 2, 2, 0, 2, 1, 0, 0, 0, 0, 2, 0]);
    assert.throws(() => scenarioOf({ ...rowOf('6.19', '6.19', true), to: '5.0' }, ''), /no generation is known for the kernel 5\.0/);
  });

  it('sessions are those of the real images', () => {
    const { participants } = scenarioOf(rowOf('7.1.5', '7.1.5', true), '');
    const sealBits = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 16, EXEC: 32 };
    const ours = participants.flatMap((one) => (one.kind === 'session' ? [{
      name: one.name, files: one.files.flatMap((file) => (file.kind === 'memfd' ? [{
        token: file.token, pos: file.posAtFreeze, size: file.sizeBytes, seals: file.seals.reduce((sum, seal) => sum | sealBits[seal], 0),
        // Folios as the file is made of, and the pages that nobody wrote to.
        folios: Math.ceil(Number(file.sizeBytes) / (4096 * 2 ** file.folioOrder)), order: file.folioOrder,
        holes: file.holes.flatMap(({ at, sizeBytes }) => Array.from({ length: Number(sizeBytes / 4096n) }, (_, i) => Number(at / 4096n) + i)),
      }] : [])),
    }] : []));
    const dirty = new Map((readReplay(truthOf('6.19')).luo?.sessions ?? []).flatMap(({ files }) => files.map((file) => [file.token, file])));
    const real = (readReplay(truthOf('7.1.5')).luo?.sessions ?? []).map(({ name, files }) => ({
      name, files: files.flatMap((file) => {
        const other = dirty.get(file.token);
        return 'memfd' in file && other !== undefined && 'memfd' in other ? [{
          token: file.token, pos: file.memfd.pos, size: file.memfd.size, seals: file.memfd.seals, folios: file.memfd.folios.length, order: file.memfd.folios[0]?.order ?? 0,
          holes: other.memfd.folios.filter((folio) => folio.flags === 2).map((folio) => folio.index),
        }] : [];
      }),
    }));
    assert.deepEqual(ours, real);
  });
});

describe('lines of a kernel, made comparable', () => {
  it('masks addresses, reduces a warning to its function', () => {
    assert.deepEqual(comparable([
      "KHO: setup: handover FDT (0x2ea3000) is incompatible with 'kho-v3': 1", 'KHO: disabling KHO revival: -22',
      'WARNING: CPU: 0 PID: 0 at kernel/kexec_handover.c:247 kho_restore_page+0xb5/0x170', 'RIP: 0010:kho_restore_page+0xb5/0x170', ' kho_restore_folio+0x9/0x60', ' kho_memory_init+0x29b/0x5f0',
    ]), ["KHO: setup: handover FDT (0x…) is incompatible with 'kho-v3': 1", 'KHO: disabling KHO revival: -22', 'WARNING: kho_restore_page']);
    assert.deepEqual(comparable(['WARNING: CPU: 0 PID: 0 at kernel/kexec_handover.c:247 kho_restore_page']), ['WARNING: kho_restore_page']);
    assert.deepEqual(comparable(['WARNING: CPU: 0 PID: 0 at mm/a.c:1 one+0x1/0x2', 'RIP: 0010:other+0x1/0x2']), ['WARNING: one', 'RIP: other']);
  });
});

describe('a row beside a result', () => {
  const files = ['vm-a/0x1001', 'vm-a/0x1002', 'vm-a/0xdeadbeefcafef00d', 'vm-b/0x1', 'vm-b/0x2', 'vm-b/0x2002'];
  const kept = ['kho_test', 'trace', 'pstate', 'vm-a', 'vm-b', ...files].map((name) => report(name, 'kept'));
  const unsealed = kept.map((one) => (['vm-a/0x1002', 'vm-b/0x1', 'vm-b/0x2', 'vm-b/0x2002'].includes(one.name) ? { ...one, changed: ['seals: SEAL in place of others'] } : one));
  const same619 = rowOf('6.19', '6.19', true);
  const said: Said = { verdict: 'works', participants: unsealed, log: same619.messages };

  it('passes when everything is as it was measured', () => {
    const { differences, passed, leftOut } = compareRow(same619, 'row', () => result(said));
    assert.deepEqual(differences, []);
    assert.ok(passed > 30, String(passed));
    assert.deepEqual(leftOut.map((one) => one.split(':')[0]), ['lost']);
    assert.match(leftOut[0] ?? '', /st_blocks .*: the accounting of shmem is no part of the engine$/);
  });

  it('names what is otherwise', () => {
    const { log, participants } = said;
    const without = (name: string, more: ParticipantReport[] = []): readonly ParticipantReport[] => [...participants.filter((one) => one.name !== name), ...more];
    const cases: readonly (readonly [Said, readonly string[]])[] = [
      [{ ...said, verdict: 'partly' }, ['verdict']],
      [{ ...said, hop: { revived: false } }, ['kho_revived']],
      [{ ...said, hop: { handedOver: false } }, ['handed_over']],
      [{ ...said, hop: { corruption: true } }, ['corruption']],
      [{ ...said, log: log.slice(0, -1) }, ['messages[5]']],
      [{ ...said, log: [...log, 'KHO: one more'] }, ['messages[6]']],
      [{ ...said, log: [log[1] ?? '', log[0] ?? '', ...log.slice(2)] }, ['messages[0]', 'messages[1]']],
      [{ ...said, participants: without('trace', [report('trace', 'leaked')]) }, ['restored: trace: fate']],
      [{ ...said, participants: without('kho_test') }, ['restored: kho_test: fate']],
      [{ ...said, participants: without('vm-b', [report('vm-b', 'lost')]) }, ['restored: vm-b: fate']],
      [{ ...said, participants: without('vm-b/0x2', [report('vm-b/0x2', 'kept')]) }, ['lost: vm-b/0x2: seals']],
      [{ ...said, participants: without('vm-a/0x1001', [report('vm-a/0x1001', 'kept', { changed: ['seals'] })]) }, ['lost: vm-a/0x1001: seals']],
    ];
    for (const [one, expected] of cases) assert.deepEqual(differing(same619, () => result(one)), expected);
  });

  it('a refusal: nothing kept, nothing leaked, and sessions that are not there', () => {
    const row = rowOf('7.1.5', '6.19', true);
    const gone = ['kho_test', 'trace', 'pstate', 'kexec-metadata', 'liveupdate-test-flb-v0', 'liveupdate-test-flb-v1', 'liveupdate-test-flb-v2', 'vm-a', 'vm-b', ...files].map((name) => report(name, 'refused'));
    const retrieve = (who: string, error: 'ENOENT' | 'EINVAL'): SimEvent => ({ handover: 1, kernel: 1, state: 'POST-RESUME', who, call: 'LIVEUPDATE_IOCTL_RETRIEVE_SESSION', what: '', error });
    const refused: Said = { verdict: 'refused', participants: gone, log: row.messages, events: [retrieve('vm-a', 'ENOENT'), retrieve('vm-b', 'ENOENT')] };
    assert.deepEqual(differing(row, () => result(refused)), []);
    assert.deepEqual(differing(row, () => result({ ...refused, events: [retrieve('vm-a', 'ENOENT'), retrieve('vm-b', 'EINVAL')] })), ['lost: vm-b: RETRIEVE_SESSION']);
    assert.deepEqual(differing(row, () => result({ ...refused, hop: { leakedPages: 1 } })), ['lost: leaked pages']);
    assert.deepEqual(differing(row, () => result({ ...refused, participants: [...gone.slice(1), report('kho_test', 'kept')] })), ['lost: kho_test: fate', 'lost: kho_test: pages kept or leaked']);
  });

  it('what LUO leaks is told apart from what leaks without it: 8624 KiB are 2156 pages', () => {
    const row = rows.find((one) => one.verdict === 'partly' && one.luo) ?? assert.fail();
    const participants = [...kept.slice(0, 3), ...['vm-a', 'vm-b', ...files].map((name) => report(name, 'leaked'))];
    const run = (pages: number) => (scenario: Scenario): ScenarioResult => result({
      verdict: 'partly', participants, log: row.messages, hop: { leakedPages: scenario.participants.some((one) => one.kind === 'session') ? pages : 3 },
    });
    assert.deepEqual(differing(row, run(2159)), []);
    assert.deepEqual(differing(row, run(2160)), ['lost: KiB that stay reserved because of LUO']);
  });

  it('corruption: some pages overwritten, however many they were there', () => {
    const row = rows.find((one) => one.corruption) ?? assert.fail();
    const participants = [report('kho_test', 'lost'), report('trace', 'overwritten'), report('pstate', 'overwritten')];
    const corrupted: Said = { verdict: 'partly', participants, log: row.messages, hop: { corruption: true } };
    const { differences, leftOut } = compareRow(row, 'row', () => result(corrupted));
    assert.deepEqual(differences, []);
    assert.match(leftOut[0] ?? '', /^messages: nothing of test_kho beside nothing: /);
    assert.match(leftOut[1] ?? '', /^lost: 49 of 1024 pages of trace already overwritten at boot, 512 after filling 85% of memory: what that machine measured/);
    assert.deepEqual(differing(row, () => result({ ...corrupted, participants: [...participants.slice(0, 2), report('pstate', 'overwritten', { pages: none })] })), ['lost: pstate: pages overwritten']);
  });

  it('what debugfs answered', () => {
    const row = rowOf('6.18.2', '6.18.2', false);
    const asked = (error?: 'EEXIST'): SimEvent => ({ handover: 1, kernel: 0, state: 'STOP', who: 'userspace', call: 'kho/out/finalize', what: '', ...(error === undefined ? {} : { error }) });
    const done: Said = { verdict: 'works', participants: kept, log: row.messages, events: [asked(), asked('EEXIST')] };
    assert.deepEqual(differing(row, () => result(done)), []);
    assert.deepEqual(differing(row, () => result({ ...done, events: [asked(), asked()] })), ['finalize[1]']);
  });

  it('what nobody reads is a difference, and the rest is compared all the same', () => {
    const run = (): ScenarioResult => result(said);
    const { passed } = compareRow(same619, 'row', run);
    const moon = compareRow({ ...same619, restored: [...same619.restored, 'the moon'] }, 'row', run);
    assert.deepEqual([moon.passed, moon.differences], [passed, [{ key: 'restored', expected: 'the moon', found: 'restored: no rule reads "the moon"' }]]);
    assert.deepEqual(compareRow({ ...same619, finalize: ['FINALIZE later'] }, 'row', run).differences.map((one) => [one.key, one.expected]), [['finalize', 'FINALIZE later']]);
    assert.deepEqual(compareRow({ ...same619, to: '5.0' }, 'row', run).differences.map((one) => [one.key, one.expected]), [['kernels', '6.19 -> 5.0']]);
  });
});
