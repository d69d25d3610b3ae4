/** Expectations of what arrives, held against reports told by hand and against runs. */
import assert from 'node:assert/strict';
import { checkExpectations } from '../../../../server/engine/handover/expectations';
import type { HopReport, ParticipantReport } from '../../../../server/engine/handover/result';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { Expectations } from '../../../../server/model/scenario/scenario';
import { driver, folios, kernel, memfd, scenario } from './scenarios';

const nothing: Expectations = { verdict: undefined, verdicts: undefined, corruption: undefined, fates: {}, arrives: {}, changed: {}, messages: [], noMessages: [], blocks: undefined };

const report = (name: string, more: Partial<ParticipantReport>): ParticipantReport => ({
  name, kind: 'memfd', fate: 'kept', pages: { kept: 1, lost: 0, leaked: 0, overwritten: 0, refused: 0 }, reasons: [], runs: [], runsLeftOut: 0, changed: [], ...more,
});

const hop = (handover: number, participants: readonly ParticipantReport[]): HopReport => ({
  handover, from: handover - 1, to: handover, verdict: 'works', handedOver: true, revived: true, corruption: false, summary: '', participants, leakedPages: 0,
});

const file = report('vm/0x1', { arrived: { sizeBytes: '16384', pos: '1', seals: ['SEAL', 'WRITE'] }, changed: ['seals SEAL, WRITE arrive as SEAL', 'position 4 arrives as 1'] });
const lost = report('vm/0x2', { fate: 'leaked' });
const hops = [hop(1, [report('vm/0x1', { arrived: { sizeBytes: '1', pos: '2', seals: [] } })]), hop(2, [file, lost])];

/** Path, what was expected and found, and whether that is right. */
function answers(expect: Partial<Expectations>): readonly string[] {
  return checkExpectations({ ...nothing, ...expect }, hops, [], []).map(({ path, expected, found, passed }) => `${path.slice(1).join(' ')}: ${expected} | ${found} | ${passed ? 'passed' : 'failed'}`);
}

const any = { sizeBytes: undefined, pos: undefined, seals: undefined };

describe('expectations of what arrives', () => {
  it('compare each property with the file of the last handover', () => {
    assert.deepEqual(answers({ arrives: { 'vm/0x1': { sizeBytes: 16384n, pos: 1n, seals: ['WRITE', 'SEAL', 'WRITE'] } } }), [
      'arrives vm/0x1 size: 16384 bytes | 16384 bytes | passed', 'arrives vm/0x1 pos: 1 byte | 1 byte | passed', 'arrives vm/0x1 seals: SEAL, WRITE | SEAL, WRITE | passed',
    ]);
    assert.deepEqual(answers({ arrives: { 'vm/0x1': { sizeBytes: 16385n, pos: 2n, seals: [] } } }), [
      'arrives vm/0x1 size: 16385 bytes | 16384 bytes | failed', 'arrives vm/0x1 pos: 2 bytes | 1 byte | failed', 'arrives vm/0x1 seals: none | SEAL, WRITE | failed',
    ]);
    assert.deepEqual(answers({ arrives: { 'vm/0x1': { ...any, seals: ['SEAL'] } } }), ['arrives vm/0x1 seals: SEAL | SEAL, WRITE | failed']);
    assert.deepEqual(answers({ arrives: { 'vm/0x1': any } }), ['arrives vm/0x1: a file | a file | passed']);
  });

  it('say of a file that nobody has what became of it', () => {
    assert.deepEqual(answers({ arrives: { 'vm/0x2': { ...any, pos: 0n }, 'vm/0x3': any } }), [
      'arrives vm/0x2 pos: 0 bytes | no file: leaked | failed', 'arrives vm/0x3: a file | nothing of that name was to be handed over | failed',
    ]);
  });

  it('find texts in what changed, nothing, or something', () => {
    assert.deepEqual(answers({ changed: { 'vm/0x1': ['position', 'size', 'arrive as SEAL'], 'vm/0x2': ['seals'] } }), [
      'changed vm/0x1 0: position | position 4 arrives as 1 | passed', 'changed vm/0x1 1: size | seals SEAL, WRITE arrive as SEAL; position 4 arrives as 1 | failed',
      'changed vm/0x1 2: arrive as SEAL | seals SEAL, WRITE arrive as SEAL | passed', 'changed vm/0x2 0: seals | nothing changed | failed',
    ]);
    for (const none of [false, []]) {
      assert.deepEqual(answers({ changed: { 'vm/0x1': none, 'vm/0x2': none, vm: none } }), [
        'changed vm/0x1: nothing changed | seals SEAL, WRITE arrive as SEAL; position 4 arrives as 1 | failed', 'changed vm/0x2: nothing changed | nothing changed | passed',
        'changed vm: nothing changed | nothing of that name was to be handed over | failed',
      ]);
    }
    assert.deepEqual(answers({ changed: { 'vm/0x1': true, 'vm/0x2': true, vm: true } }), [
      'changed vm/0x1: something changed | seals SEAL, WRITE arrive as SEAL; position 4 arrives as 1 | passed', 'changed vm/0x2: something changed | nothing changed | failed',
      'changed vm: something changed | nothing of that name was to be handed over | failed',
    ]);
  });

  it('are met by a run as the facts have it: 6.19 carries no seals, and the position is that of the freeze', () => {
    const participants = [
      { kind: 'session' as const, name: 'vm', files: [memfd(1n, 8192n, { seals: ['SHRINK', 'GROW'], pos: 1n, posAtFreeze: 4096n })] },
      driver('nic', [folios(1)], { states: { ...driver('nic', [folios(1)]).states, CONCLUDE: [{ do: 'fail', error: 'EIO' }] } }),
    ];
    const expected = (seals: Expectations['arrives'][string]['seals'], changed: Expectations['changed']): Expectations => ({ ...nothing, arrives: { 'vm/0x1': { sizeBytes: 8192n, pos: 4096n, seals } }, changed });
    for (const [generation, seals, changed] of [
      ['6.19', ['SEAL'], { 'vm/0x1': ['SHRINK, GROW', 'as SEAL'], vm: ['vm/0x1: seals'], nic: ['CONCLUDE', '-EIO'], 'kexec-metadata': false }], ['7.1', ['SHRINK', 'GROW'], { 'vm/0x1': [], vm: [], nic: true, 'kexec-metadata': [] }],
    ] as const) {
      const { expectations } = runScenario(scenario([kernel(generation), kernel(generation)], participants, { expect: expected(seals, changed) }));
      // 6.19 hands over no metadata: nothing of that name.
      assert.deepEqual(expectations.filter((one) => !one.passed).map((one) => one.path.join(' ')), generation === '6.19' ? ['expect changed kexec-metadata'] : [], generation);
      assert.ok(expectations.length >= 7);
    }
  });
});
