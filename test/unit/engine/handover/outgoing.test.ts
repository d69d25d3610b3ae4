/** Calls of a kernel that runs, without a scenario around them. */
import assert from 'node:assert/strict';
import { behaviours } from '../../../../server/engine/handover/behaviour';
import { Outgoing } from '../../../../server/engine/handover/outgoing';
import { CallFailed, Recorder } from '../../../../server/engine/handover/recorder';
import { generations } from '../../../../server/formats/generations';

const SCRATCH = { start: 4096, end: 6144 };

/** A kernel of 7.1 whose pages come from frame 65536 on, and what it has free again. */
function kernel71(): { readonly outgoing: Outgoing; readonly freed: { readonly pfn: number; readonly order: number }[]; readonly recorder: Recorder } {
  const generation = generations.find((one) => one.id === '7.1');
  assert.ok(generation !== undefined);
  const recorder = new Recorder();
  const freed: { pfn: number; order: number }[] = [];
  let next = 65536;
  const outgoing = new Outgoing({ generation, order: 'little', pageShift: 12 }, {
    behaviour: behaviours['7.1'], recorder, debug: true, rootCompatible: undefined,
    allocate: (order) => (next += 2 ** order) - 2 ** order,
    free: (pfn, order) => { freed.push({ pfn, order }); },
    write: () => undefined, nodeOf: () => 0,
    scratchAt: (pfn, pages) => pfn < SCRATCH.end && pfn + pages > SCRATCH.start,
  });
  return { outgoing, freed, recorder };
}

describe('outgoing KHO', () => {
  it('refuses a range that touches scratch anywhere, however large it is, and marks nothing of it', () => {
    const ranges = [[SCRATCH.start, 1], [SCRATCH.start - 1, 2], [SCRATCH.end - 1, 2], [0, 16384], [SCRATCH.start - 2048, 3000]] as const;
    for (const [pfn, pages] of ranges) {
      const { outgoing, recorder } = kernel71();
      assert.throws(() => { outgoing.markRange(outgoing.physOf(pfn), BigInt(pages) << 12n, 'range'); }, (problem) => problem instanceof CallFailed && problem.errno === 'EINVAL', `${String(pages)} pages from ${String(pfn)}`);
      assert.deepEqual(outgoing.preservedBlocks().filter(({ owner }) => owner === 'range'), []);
      assert.deepEqual(recorder.log.map(({ level }) => level), ['warn']);
    }
    const { outgoing } = kernel71();
    outgoing.markRange(outgoing.physOf(SCRATCH.end), 1n << 12n, 'range');
    outgoing.markRange(outgoing.physOf(SCRATCH.start - 1), 1n << 12n, 'range');
    assert.equal(outgoing.preservedBlocks().filter(({ owner }) => owner === 'range').length, 2);
  });

  it('gives a folio back to its kernel when it is no longer preserved', () => {
    const { outgoing, freed } = kernel71();
    const phys = outgoing.preserve(new Uint8Array(8192), 'blob');
    outgoing.unpreserveFree(phys, 1);
    assert.deepEqual(freed, [{ pfn: outgoing.pfnOf(phys), order: 1 }]);
    assert.equal(outgoing.isPreserved(outgoing.pfnOf(phys), 1), false);
  });
});
