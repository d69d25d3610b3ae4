/** A driver that hands over copies: what it wrote into the originals afterwards does not arrive, and the report says so. */
import assert from 'node:assert/strict';
import { scenarioText } from '../../../../server/compat/scenarioText';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { DriverAction, DriverParticipant, HandoverSpec, State } from '../../../../server/model/scenario/scenario';
import { folios, handover, kernel, scenario } from './scenarios';

const alloc = (area: string, write: boolean): DriverAction => ({ do: 'alloc', area, folios: [folios(8)], migrate: 'unmovable', write });
const copy: DriverAction = { do: 'copy', area: 'tables', to: 'frozen' };
const write = (area: string): DriverAction => ({ do: 'write', area });

/** As the shipped scenario iommu-copied-at-pre-stop has it: tables in plain memory, a preserved copy made at PRE-STOP. */
const plain: Partial<Record<State, readonly DriverAction[]>> = {
  RUNNING: [alloc('tables', true)],
  PREPARE: [alloc('frozen', false), { do: 'preserve', area: 'frozen' }],
  'PRE-STOP': [copy],
  STOP: [{ do: 'add subtree' }],
  RESUME: [{ do: 'retrieve subtree' }, { do: 'restore', area: 'frozen' }],
};

function run(more: Partial<Record<State, readonly DriverAction[]>>, handovers: readonly HandoverSpec[] = [handover('7.1')], kernels = [kernel('7.1'), kernel('7.1')]) {
  const iommu: DriverParticipant = { kind: 'driver', name: 'iommu', compatible: 'iommu-v1', states: { ...plain, ...more } };
  const one = scenario(kernels, [iommu], { handovers });
  const result = runScenario(one);
  const report = result.hops[result.hops.length - 1]?.participants.find(({ name }) => name === 'iommu');
  return { changed: report?.changed ?? [], fate: report?.fate, text: scenarioText(result, one) };
}

describe('a copy that is handed over', () => {
  it('is said to be stale when its original was written after it was made, with the states of both', () => {
    const { changed, fate, text } = run({ STOP: [write('tables'), { do: 'add subtree' }] });
    assert.deepEqual(changed, ['frozen holds tables as it was in PRE-STOP: tables was written after that, in STOP']);
    assert.equal(fate, 'kept');
    assert.match(text, /but frozen holds tables as it was in PRE-STOP: tables was written after that, in STOP/);
  });

  it('is said to be stale after a write in the same state, and by the last of several writes', () => {
    assert.deepEqual(run({ 'PRE-STOP': [copy, write('tables')] }).changed, ['frozen holds tables as it was in PRE-STOP: tables was written after that, in PRE-STOP']);
    assert.deepEqual(run({ 'PRE-STOP': [copy, write('tables')], STOP: [write('tables'), { do: 'add subtree' }] }).changed, ['frozen holds tables as it was in PRE-STOP: tables was written after that, in STOP']);
  });

  it('is up to date when nothing was written since, or it was made again', () => {
    assert.deepEqual(run({}).changed, []);
    assert.deepEqual(run({ 'PRE-STOP': [write('tables'), copy] }).changed, []);
    assert.deepEqual(run({ STOP: [write('tables'), copy, { do: 'add subtree' }] }).changed, []);
    assert.deepEqual(run({ STOP: [write('tables'), write('frozen'), { do: 'add subtree' }] }).changed, [], 'what it writes itself is no copy');
  });

  it('is followed through a copy of a copy', () => {
    const through = { PREPARE: [alloc('half', false), alloc('frozen', false), { do: 'preserve', area: 'frozen' } as const], 'PRE-STOP': [{ ...copy, to: 'half' } as const, { do: 'copy', area: 'half', to: 'frozen' } as const] };
    assert.deepEqual(run(through).changed, []);
    assert.deepEqual(run({ ...through, STOP: [write('tables'), { do: 'add subtree' }] }).changed, ['frozen holds tables as it was in PRE-STOP: tables was written after that, in STOP']);
    assert.deepEqual(run({ ...through, STOP: [write('half'), { do: 'add subtree' }] }).changed, ['frozen holds half as it was in PRE-STOP: half was written after that, in STOP']);
  });

  it('misses nothing when the original is handed over itself, or was freed', () => {
    const both = { STOP: [write('tables'), { do: 'preserve', area: 'tables' } as const, { do: 'add subtree' } as const] };
    assert.deepEqual(run(both).changed, []);
    assert.deepEqual(run({ STOP: [{ do: 'free', area: 'tables' }, alloc('tables', true), { do: 'add subtree' }] }).changed, [], 'another area of that name is not the original');
  });

  it('is what it was before an attempt that was given up, until the next one makes it again', () => {
    const states = { STOP: [{ do: 'add subtree' } as const] };
    assert.deepEqual(run({ ...states, PREPARE: [write('tables'), alloc('frozen', false), { do: 'preserve', area: 'frozen' }] }, [handover('7.1', { abortAfter: 'PRE-STOP' }), handover('7.1')]).changed, []);
  });

  it('was not made when the turn failed that made it: what arrives are zeros', () => {
    const { changed } = run({ 'PRE-STOP': [copy, { do: 'fail', error: 'EIO' }] });
    assert.equal(changed[0], 'frozen holds zeros: nothing was written or copied into it');
    assert.equal(changed.length, 2, 'and what failed');
  });

  it('is no longer news where it does not arrive', () => {
    const stale = { STOP: [write('tables'), { do: 'add subtree' } as const] };
    assert.deepEqual(run({ ...stale, RESUME: [] }).changed, []);
    assert.deepEqual(run(stale, undefined, [kernel('7.1'), kernel('6.18')]).changed, []);
  });

  it('can be copied back behind the jump and handed over again, as often as one likes', () => {
    const round = { 'POST-RESUME': [alloc('tables', false), { do: 'copy', area: 'frozen', to: 'tables' } as const], CONCLUDE: [{ do: 'free', area: 'frozen' } as const] };
    const kernels = [kernel('7.1'), kernel('7.1'), kernel('7.1')];
    const twice = [handover('7.1'), handover('7.1')];
    assert.deepEqual(run(round, twice, kernels).changed, []);
    assert.deepEqual(run({ ...round, STOP: [write('tables'), { do: 'add subtree' }] }, twice, kernels).changed, ['frozen holds tables as it was in PRE-STOP: tables was written after that, in STOP']);
  });
});
