import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { alternatives } from '../../../../server/engine/alternatives/alternatives';
import type { ApproachReport } from '../../../../server/engine/alternatives/alternatives';
import type { ApproachId } from '../../../../server/engine/alternatives/approaches';
import type { AlternativesSpec, KernelSpec, Participant, Scenario } from '../../../../server/model/scenario/scenario';

const MiB = 1n << 20n;

const kernel = (generation: KernelSpec['generation'], reserveMem: readonly string[] = []): KernelSpec => ({
  generation, release: generation, kho: true, liveupdate: true, khoScratch: undefined, reserveMem, debug: false, bootBytes: 0n, pressure: 0, imageBytes: 0n,
  compatible: {}, bitmapBytes: undefined, depthFix: undefined, without: [],
});

const guest: Participant = {
  name: 'vm-a', kind: 'session',
  files: [{ kind: 'memfd', token: 1n, sizeBytes: 8n * MiB, holes: [], seals: [], folioOrder: 0, placement: 'scattered', pos: 0n, posAtFreeze: 0n }],
};
const tables: Participant = {
  name: 'smmu', kind: 'driver', compatible: 'smmu-v1',
  states: {
    PREPARE: [
      { do: 'alloc', area: 'tables', folios: [{ order: 0, count: 512, placement: 'packed' }], migrate: 'unmovable', write: true },
      { do: 'alloc', area: 'notes', folios: [{ order: 9, count: 1, placement: 'packed' }], migrate: 'unmovable', write: true },
      { do: 'preserve', area: 'tables' }, { do: 'preserve', area: 'notes' },
    ],
    'PRE-STOP': [{ do: 'unpreserve', area: 'notes' }],
  },
};

const scenarioOf = (participants: readonly Participant[], kernels: readonly KernelSpec[] = [kernel('7.1'), kernel('7.1')]): Scenario => ({
  name: 'n', description: undefined, machine: { arch: 'x86_64', pageBytes: 4096, order: 'little', ram: [{ start: 0n, sizeBytes: 1024n * MiB, node: 0 }], kernelBytes: 48n * MiB },
  kernels, participants, handovers: [], faults: [], expect: undefined,
});

const run = (scenario: Scenario, spec: AlternativesSpec): ReadonlyMap<ApproachId, ApproachReport> => new Map(alternatives(scenario, spec).map((one) => [one.approach.id, one]));
const fates = (reports: ReadonlyMap<ApproachId, ApproachReport>): Record<string, Record<string, string>> => Object.fromEntries(
  [...reports].map(([id, report]) => [id, Object.fromEntries(report.participants.map((one) => [one.name, one.fate]))]),
);
const whyOf = (reports: ReadonlyMap<ApproachId, ApproachReport>, id: ApproachId, name: string): string => reports.get(id)?.participants.find((one) => one.name === name)?.why.map((one) => `${one.ground}: ${one.text}`).join('\n') ?? '';

describe('what the alternatives to KHO would have kept', () => {
  it('of a memfd of several groups is what lies together when all of them do', () => {
    const [file] = guest.kind === 'session' ? guest.files : [];
    assert.ok(file?.kind === 'memfd');
    for (const placement of ['packed', 'scattered'] as const) {
      const mixed: Participant = { name: 'vm-a', kind: 'session', files: [{ ...file, placement: 'packed', folios: [{ order: 9, count: 3, placement: 'packed' }, { order: 0, count: 512, placement }] }] };
      const reports = run(scenarioOf([mixed]), { carvedOutBytes: 64n * MiB, samePlace: true });
      assert.equal(reports.get('memory pools')?.participants[0]?.bytes, 8n * MiB);
      assert.equal(whyOf(reports, 'memory pools', 'vm-a').includes('its pages are spread over memory'), placement === 'scattered', placement);
    }
  });

  it('is nothing where nobody set memory aside, or where the new kernel is not told the place', () => {
    const scenario = scenarioOf([guest, tables]);
    for (const spec of [{ carvedOutBytes: 0n, samePlace: true }, { carvedOutBytes: 64n * MiB, samePlace: false }]) {
      for (const [id, each] of Object.entries(fates(run(scenario, spec)))) assert.deepEqual(each, { 'vm-a': 'not kept', smmu: 'not kept' }, id);
    }
    assert.match(whyOf(run(scenario, { carvedOutBytes: 64n * MiB, samePlace: false }), 'PRMEM', 'smmu'), /posting: the metadata has a fixed place, named on the command line/);
  });

  it('PKRAM takes pages of userspace where they are, and nothing of the kernel', () => {
    const reports = run(scenarioOf([guest, tables]), { carvedOutBytes: 64n * MiB, samePlace: true });
    assert.deepEqual(fates(reports).PKRAM, { 'vm-a': 'kept', smmu: 'not kept' });
    const pkram = reports.get('PKRAM');
    assert.equal(pkram?.setAsideBytes, 4096n);
    assert.equal(pkram.participants[0]?.copiedBytes, 0n);
    assert.match(whyOf(reports, 'PKRAM', 'smmu'), /^posting: .*data of the kernel is not among them/);
  });

  it('a region of fixed size is full when it is full; one that can be resized goes on', () => {
    // 8 MiB of guest memory and 2 MiB of tables (the notes were unpreserved) into 9 MiB.
    const reports = run(scenarioOf([guest, tables]), { carvedOutBytes: 9n * MiB, samePlace: true });
    assert.deepEqual(fates(reports)['memory pools'], { 'vm-a': 'kept', smmu: 'not kept' });
    assert.deepEqual(fates(reports).pkernfs, { 'vm-a': 'kept', smmu: 'not kept' });
    assert.deepEqual(fates(reports).PRMEM, { 'vm-a': 'kept', smmu: 'kept' });
    assert.match(whyOf(reports, 'memory pools', 'smmu'), /scenario: full: it needs 2 MiB and 1 MiB of 9 MiB are left\nposting: the region is preallocated/);
    assert.equal(reports.get('PRMEM')?.participants[1]?.copiedBytes, 2n * MiB);
  });

  it('says of pages all over memory that a region must have them copied', () => {
    assert.match(whyOf(run(scenarioOf([guest]), { carvedOutBytes: 64n * MiB, samePlace: true }), 'memory pools', 'vm-a'), /scenario: its pages are spread over memory: they must be copied/);
  });

  it('has nobody who refuses a layout that changed', () => {
    const memfd = run(scenarioOf([guest], [kernel('6.19'), kernel('7.1')]), { carvedOutBytes: 64n * MiB, samePlace: true });
    assert.equal(fates(memfd)['memory pools']?.['vm-a'], 'misread');
    assert.match(whyOf(memfd, 'memory pools', 'vm-a'), /^scenario: the old kernel writes memfd-v1, the new one reads memfd-v2\nassumption: /);
    // Its own list of pages is no record of memfd.
    assert.equal(fates(memfd).PKRAM?.['vm-a'], 'kept');
  });

  it('an object without data of its own is the kernel\'s all the same', () => {
    const reports = run(scenarioOf([{ kind: 'flb', name: 'flb', handler: 'memfd', dataBytes: 0 }]), { carvedOutBytes: MiB, samePlace: true });
    assert.deepEqual(fates(reports), { 'memory pools': { flb: 'kept' }, PRMEM: { flb: 'kept' }, pkernfs: { flb: 'kept' }, PKRAM: { flb: 'not kept' } });
  });

  it('asks for regions of reserve_mem, too', () => {
    const reports = run(scenarioOf([], [kernel('7.1', ['4M:4096:trace', 'nonsense']), kernel('7.1')]), { carvedOutBytes: 64n * MiB, samePlace: true });
    assert.deepEqual(fates(reports), { 'memory pools': { trace: 'kept' }, PRMEM: { trace: 'kept' }, pkernfs: { trace: 'kept' }, PKRAM: { trace: 'not kept' } });
    assert.equal(reports.get('PRMEM')?.participants[0]?.keptBytes, 4n * MiB);
  });
});
