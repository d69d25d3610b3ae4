/** The list of tests of a scenario is what running it answers. */
import assert from 'node:assert/strict';
import { expectationsOf } from '../../../../server/model/scenario/outline';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import { readScenario } from '../../../../server/model/scenario/read';

describe('outline of a scenario', () => {
  it('names the expectations that a run answers, in its order, and each stands somewhere in the text', () => {
    const text = JSON.stringify({
      machine: { memory: '512M', reserve_mem: ['1M:4096:trace'] }, kernels: ['7.1', '7.1', '7.1'], participants: [{ kind: 'test_kho' }, { kind: 'session', name: 'vm', files: [{ token: 1, size: '4K', seals: ['SEAL'], pos: 7 }, { token: 2, size: 0 }] }],
      expect: { verdict: 'works', verdicts: ['works', 'works'], corruption: false, fates: { trace: 'kept', test_kho: { kept: 8, lost: 0 } }, arrives: { 'vm/0x1': { seals: [], pos: 7, size: '4K' }, 'vm/0x2': {} }, changed: { vm: ['seals', 'position'], trace: [], test_kho: false, 'vm/0x2': true }, messages: ['KHO: found'], noMessages: ['panic'], blocks: { 0: 3, 8: 1 } },
    });
    const read = readScenario(text, { name: 'x' });
    assert.ok(read.scenario, JSON.stringify(read.problems));
    const outline = expectationsOf(read.scenario.expect);
    assert.deepEqual(outline.map((one) => one.path), runScenario(read.scenario).expectations.map((one) => one.path));
    for (const { path } of outline) assert.ok(read.place(path), path.join('.'));
    assert.equal(new Set(outline.map((one) => one.label)).size, outline.length);
  });
});
