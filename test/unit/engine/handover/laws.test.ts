/** What holds of every handover. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { ScenarioResult } from '../../../../server/engine/handover/result';
import type { ErrnoName, Fate, State } from '../../../../server/model/scenario/scenario';
import { driver, folios, generationIds, handover, kernel, machine, memfd, randomScenario, randomSources, scenario } from './scenarios';

/** Of the last handover. */
function fates(result: ScenarioResult): Readonly<Record<string, Fate>> {
  return Object.fromEntries(result.hops[result.hops.length - 1]?.participants.map((one) => [one.name, one.fate]) ?? []);
}

const verdicts = (result: ScenarioResult): readonly string[] => result.hops.map((hop) => hop.verdict);

describe('a handover', () => {
  it('works between kernels of one generation, whatever takes part, and again from the second to the third', function () {
    this.timeout(120_000);
    fc.assert(fc.property(randomScenario, (one) => {
      const result = runScenario(one, randomSources);
      // Some of them take more than the machine has.
      fc.pre(!result.events.some((event) => event.error === 'ENOMEM'));
      for (const hop of result.hops) assert.equal(hop.verdict, 'works', hop.summary);
      assert.deepEqual(result.hops.map((hop) => hop.corruption), result.hops.map(() => false));
    }), { numRuns: 30 });
  });

  it('is the same every time', () => {
    fc.assert(fc.property(randomScenario, (one) => {
      const [first, second] = [runScenario(one, randomSources), runScenario(one, randomSources)];
      assert.deepEqual(first.events, second.events);
      assert.deepEqual(first.hops, second.hops);
      assert.deepEqual(first.log, second.log);
    }), { numRuns: 8 });
  });

  it('is taken, refused or nothing at all, by generations; no page is kept in a kernel that did not take it, and each has one fate', () => {
    for (const from of generationIds) {
      for (const to of generationIds) {
        const one = scenario([kernel(from, { reserveMem: ['64K:4096:trace'] }), kernel(to, { reserveMem: ['64K:4096:trace'] })], [driver('nic', [folios(5), folios(2, 3)])]);
        const { hops: [hop] } = runScenario(one);
        assert.ok(hop !== undefined);
        assert.equal(hop.revived, hop.verdict !== 'refused' && hop.verdict !== 'crashes', `${from} to ${to}: ${hop.summary}`);
        for (const { name, pages, runs } of hop.participants) {
          if (!hop.revived) assert.equal(pages.kept + pages.leaked, 0, `${from} to ${to}: ${name}`);
          assert.equal(Object.values(pages).reduce((sum, count) => sum + count, 0), runs.reduce((sum, run) => sum + run.pages, 0), `${from} to ${to}: ${name}`);
        }
        const nic = hop.participants.find((report) => report.name === 'nic');
        assert.ok(hop.leakedPages >= 0 && hop.leakedPages <= 196_608, `${from} to ${to}: ${String(hop.leakedPages)} leaked`);
        if (nic !== undefined) assert.equal(Object.values(nic.pages).reduce((sum, count) => sum + count, 0), 21, `${from} to ${to}`);
      }
    }
  });
});

describe('what goes wrong in a handover', () => {
  it('reserves for a misread order what the shifted int makes of it', () => {
    // 16K pages without the depth fix: the bit that says order 0 is lost, and the highest that is left makes order 34, of which 1 << (34 + 14) is 1 << 16, four pages.
    const spec = { khoScratch: '128M,512M,128M', imageBytes: 32n << 20n, depthFix: false, liveupdate: false };
    const one = scenario([kernel('7.1', spec), kernel('7.1', spec)], [driver('nic', [folios(5)], { states: { RUNNING: [{ do: 'alloc', area: 'data', folios: [folios(5)], migrate: 'unmovable', write: true }], PREPARE: [{ do: 'preserve', area: 'data' }] } })], {
      machine: { arch: 'arm64', pageBytes: 16384, order: 'little', kernelBytes: 64n << 20n, ram: [{ start: 1n << 30n, sizeBytes: 4n << 30n, node: 0 }] },
    });
    // Five folios, the root and kexec-metadata.
    assert.equal(runScenario(one).hops[0]?.leakedPages, 7 * 4);
  });

  const states: readonly State[] = ['PREPARE', 'PRE-STOP', 'STOP', 'RESUME', 'POST-RESUME', 'CONCLUDE'];

  it('leaves a driver that fails in a state without what that state would have done, and everybody else alone', () => {
    for (const state of states) {
      const nic = { ...driver('nic', [folios(4)]), states: { ...driver('nic', [folios(4)]).states } };
      const one = scenario([kernel('7.1'), kernel('7.1')], [nic, driver('other', [folios(3)])], { faults: [{ participant: 'nic', state, error: 'EIO', handover: 1 }] });
      const result = runScenario(one);
      if (state === 'STOP') {
        assert.deepEqual(verdicts(result), ['aborted'], state);
        continue;
      }
      assert.equal(fates(result)['other'], 'kept', state);
      assert.equal(fates(result)['nic'], { PREPARE: 'lost', RESUME: 'leaked' }[state as 'PREPARE'] ?? 'kept', state);
    }
  });

  it('gives a file that cannot be preserved back to its owner; one that cannot be frozen stops the reboot, and thaws those before it', () => {
    const session = { kind: 'session' as const, name: 'vm', files: [memfd(1n, 8192n), memfd(2n, 4096n)] };
    const preserve = runScenario(scenario([kernel('7.1'), kernel('7.1')], [session], { faults: [{ participant: 'vm/0x2', state: 'PREPARE', error: 'EBUSY', handover: 1 }] }));
    assert.equal(fates(preserve)['vm/0x1'], 'kept');
    assert.equal(fates(preserve)['vm/0x2'], 'lost');
    const freeze = runScenario(scenario([kernel('7.1'), kernel('7.1')], [session], { faults: [{ participant: 'vm/0x2', state: 'STOP', error: 'EIO', handover: 1 }], handovers: [handover('7.1'), handover('7.1')] }));
    assert.deepEqual(verdicts(freeze), ['aborted', 'works']);
    assert.ok(freeze.events.some((event) => event.who === 'vm/0x1' && event.call === 'unfreeze'));
  });

  it('undoes in a driver that fails what it did in that turn, in the tracker and in the tree', () => {
    const nic = driver('nic', [folios(4)], { states: { ...driver('nic', [folios(4)]).states, PREPARE: [{ do: 'preserve', area: 'data' }, { do: 'add subtree' }, { do: 'fail', error: 'ENOMEM' }], STOP: [] } });
    const [jump] = runScenario(scenario([kernel('7.1'), kernel('7.1')], [nic])).jumps;
    assert.deepEqual(jump?.owners.filter(({ owner }) => owner.startsWith('nic')), []);
  });

  it('is an error where a kernel gives one', () => {
    const errors = (generation: Parameters<typeof kernel>[0], more: Parameters<typeof scenario>[1], kernels = {}): readonly (ErrnoName | undefined)[] =>
      runScenario(scenario([kernel(generation, kernels), kernel(generation)], more)).events.map((event) => event.error).filter((error) => error !== undefined);
    const many = Array.from({ length: 80 }, (_, i) => driver(`drv${String(10 + i)}`, [folios(1)]));
    // KHO facts 1.7: 70 subtrees with names of six characters fit into the root's page, kexec-metadata among them; here names have five.
    assert.ok(errors('7.1', many).includes('ENOMEM'));
    const twice = { kind: 'session' as const, name: 'vm', files: [memfd(1n, 4096n), { ...memfd(1n, 4096n) }] };
    assert.ok(errors('7.1', [twice]).includes('EEXIST'));
    const late = driver('late', [folios(1)], { states: { ...driver('late', [folios(1)]).states, PREPARE: [], STOP: [{ do: 'preserve', area: 'data' }] } });
    assert.ok(errors('6.18', [late]).includes('EBUSY'));
    assert.ok(!errors('6.19', [late]).includes('EBUSY'));
    const inScratch = driver('cache', [folios(1)], { states: { ...driver('cache', []).states, RUNNING: [{ do: 'alloc', area: 'data', folios: [folios(1)], migrate: 'cma', write: true }] } });
    assert.ok(errors('7.1', [inScratch]).includes('EINVAL'));
    assert.ok(!errors('7.1', [inScratch], { debug: false }).includes('EINVAL'));
  });

  it('is that a second finalize is refused (until 6.18), made again (6.19), or asked of a file that is not there (7.1)', () => {
    const outcome = (generation: Parameters<typeof kernel>[0]): readonly unknown[] => runScenario(scenario([kernel(generation), kernel(generation)], [], { handovers: [handover(generation, { finalize: 2 })] }))
      .events.filter((event) => event.call.includes('finalize') && event.who !== 'LUO').map((event) => event.error ?? 'made').slice(0, 2);
    assert.deepEqual(outcome('6.18'), ['made', 'EEXIST']);
    assert.deepEqual(outcome('6.19'), ['made', 'made']);
    assert.deepEqual(outcome('7.1'), ['ENOENT', 'ENOENT']);
  });

  it('is a jump that does not happen when scratch has no room for the image, and a kernel that dies when it has none for the memory map', () => {
    const image = runScenario(scenario([kernel('7.1', { khoScratch: '8M,8M,8M' }), kernel('7.1', { imageBytes: 64n << 20n })], []));
    assert.deepEqual(verdicts(image), ['aborted']);
    assert.ok(image.events.some((event) => event.call === 'kexec_file_load' && event.error === 'EADDRNOTAVAIL'));
    const large = { ...machine, ram: [{ start: 0n, sizeBytes: 64n << 30n, node: 0 }] };
    const boot = runScenario(scenario([kernel('7.1', { khoScratch: '48M,64M,32M' }), kernel('7.1')], [], { machine: large }));
    assert.deepEqual(verdicts(boot), ['crashes']);
    assert.ok(boot.log.some((line) => line.level === 'panic'));
  });
});
