/** The list of tests of a scenario is what running it answers. */
import assert from 'node:assert/strict';
import { expectationsOf } from '../../../../server/model/scenario/outline';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import { readScenario } from '../../../../server/model/scenario/read';

describe('outline of a scenario', () => {
  it('names the expectations that a run answers, in its order, and each stands somewhere in the text', () => {
    const text = JSON.stringify({
      machine: { memory: '512M', reserve_mem: ['1M:4096:trace'] }, kernels: ['7.1', '7.1', '7.1'], participants: [{ kind: 'test_kho' }],
      expect: { verdict: 'works', verdicts: ['works', 'works'], corruption: false, fates: { trace: 'kept', test_kho: { kept: 8, lost: 0 } }, messages: ['KHO: found'], noMessages: ['panic'], blocks: { 0: 3, 8: 1 } },
    });
    const read = readScenario(text, { name: 'x' });
    assert.ok(read.scenario, JSON.stringify(read.problems));
    const outline = expectationsOf(read.scenario.expect);
    assert.deepEqual(outline.map((one) => one.path), runScenario(read.scenario).expectations.map((one) => one.path));
    for (const { path } of outline) assert.ok(read.place(path), path.join('.'));
    assert.equal(new Set(outline.map((one) => one.label)).size, outline.length);
  });
});
