/** Handovers of every generation, read by a successor of the same: everything arrives, in the order of the walk, and nothing else. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memoryOfPages } from '../../../../server/formats/physicalMemory';
import { memfdHandler } from '../../../../server/engine/handover/incoming/memfd';
import type { Made, Plan } from '../../decode/randomHandover';
import { machineOf, makeHandover, plans } from '../../decode/randomHandover';
import type { Booted } from './boot';
import { boot, recordOf } from './boot';

/** Blocks by how they are compared: order and frame. */
const ascending = (a: readonly [number, number], b: readonly [number, number]): number => a[1] - b[1] || a[0] - b[0];

function start(plan: Plan, made: Made): Booted {
  const { generation, order, pageShift } = plan;
  const { bitmapBytes, depthFix } = machineOf(plan);
  const flbs = made.luo?.flbs.map(({ name }) => ({ name, handler: generation.memfd?.id ?? '', dataBytes: 0 })) ?? [];
  const luo = plan.luo?.ser === undefined || plan.luo.ser === '' || generation.luo?.id !== 'luo_ser with blocks' ? {} : { luo: plan.luo.ser };
  return boot(generation.id, memoryOfPages(made.image.pages), recordOf(made.rootPhys, 1 << pageShift), {
    order, pageShift, bitmapBytes, depthFix, flbs, compatible: luo, regions: made.regions.map(({ name, size }) => ({ name, size, align: 1n })),
    ...(generation.memfd === undefined ? {} : { handlers: [memfdHandler(generation.memfd.id, generation.memfd.id === 'memfd-v1' ? 'memfd-v1' : 'memfd-v2')] }),
  });
}

/** v4 keeps ranges, not blocks. Trees of 16K pages without the depth fix cannot hold what they are given: another test's matter. */
const whole = plans.filter((plan) => plan.generation.root.id !== 'v4' && (plan.pageShift !== 14 || (machineOf(plan).depthFix ?? plan.generation.depthFix) !== false));

describe('engine/handover/incoming', () => {
  it('reserves the blocks that were preserved, in the order of its tracker', () => {
    fc.assert(fc.property(whole, (plan) => {
      const made = makeHandover(plan);
      const { kernel } = start(plan, made);
      assert.ok(kernel.isKhoBoot);
      const { blocks, end, odd } = kernel.reserved;
      assert.equal(end, undefined);
      assert.deepEqual(odd, []);
      const found = Array.from({ length: blocks.count }, (_, i) => [blocks.pfns[i] ?? 0, blocks.orders[i] ?? 0] as const);
      const wanted = [...new Map(made.image.blocks.map(({ pfn, order }) => [`${String(pfn)}/${String(order)}`, [pfn, order] as const])).values()].sort(ascending);
      // Chunks: orders ascending; keys of a radix tree: descending. Addresses ascend in both.
      assert.deepEqual(found, kernel.form.map?.of === 'radix' ? wanted.sort((a, b) => b[1] - a[1] || a[0] - b[0]) : wanted);
    }), { numRuns: 40 });
  });

  it('v4: every range of a mem property, and v5: its chunks besides', () => {
    fc.assert(fc.property(plans.filter(({ generation: { id } }) => id === 'v4' || id === 'v5'), (plan) => {
      const made = makeHandover(plan);
      const { kernel } = start(plan, made);
      assert.deepEqual(kernel.reserved.ranges, plan.generation.id === 'v4' ? made.regions.map(({ name, start: addr, size }) => ({ path: `/reserve_mem/${name}`, addr, size })) : []);
      assert.equal(kernel.reserved.trackerPages.length > 0, plan.generation.id === 'v5' && made.image.blocks.length > 0);
    }), { numRuns: 40 });
  });

  it('gives regions, folios and files back to their owners; only blobs stay', () => {
    fc.assert(fc.property(whole, (plan) => {
      const made = makeHandover(plan);
      const { kernel, regions, test, sessions, flbs, previous } = start(plan, made);
      assert.deepEqual(regions, made.regions.map((region) => ({ revived: region })));
      const shift = BigInt(plan.pageShift);
      assert.equal(test.succeeded, made.testFolios === undefined ? undefined : true);
      assert.deepEqual(test.folios.map(({ pfn, order }) => ({ phys: BigInt(pfn) << shift, order })), made.testFolios ?? []);
      assert.deepEqual(previous, made.metadata ? { release: '7.1.5-test', kexecCount: 3 } : undefined);
      assert.equal(sessions.open(), undefined);
      const files = made.luo?.sessions.flatMap((session) => session.files) ?? [];
      for (const session of made.luo?.sessions ?? []) retrieve(session, sessions, plan);
      for (const { name, data, count } of made.luo?.flbs ?? []) {
        assert.deepEqual(flbs.get(name), { ok: true, value: data });
        assert.equal(flbs.put(name), undefined, `${name} is used by ${String(count)} files`);
      }
      const finished = (made.luo?.sessions ?? []).map(({ name }) => sessions.close(name));
      assert.ok(finished.every((one) => one.ok));
      // Each file lets go of each object once.
      const wanted = made.luo?.flbs.filter(({ count }) => count <= BigInt(files.length)).map(({ name }) => name) ?? [];
      assert.deepEqual(finished.flatMap((one) => (one.ok ? one.value.flbs.map(({ name }) => name) : [])).sort(), wanted.sort());
      for (const { pfn } of made.unowned) assert.equal(typeof kernel.restorePage(pfn), 'number');
      const left = kernel.preserved.remaining();
      const owners = new Map(made.image.blocks.map(({ pfn, owner }) => [pfn, owner]));
      const stay = new Set(['KHO root FDT', 'memblock FDT', 'reserve_mem', 'kho_test FDT', 'kexec-metadata', 'LUO FDT', 'luo_ser', 'LUO FLB header', 'LUO session header']);
      for (let i = 0; i < left.count; i++) assert.ok(stay.has(owners.get(left.pfns[i] ?? 0) ?? ''), owners.get(left.pfns[i] ?? 0));
    }), { numRuns: 40 });
  });
});

function retrieve(session: NonNullable<Made['luo']>['sessions'][number], sessions: Booted['sessions'], plan: Plan): void {
  const { name, files } = session;
  assert.equal(sessions.retrieve(name), undefined);
  assert.equal(sessions.retrieve(name), 'EINVAL');
  for (const { token, memfd } of files.slice(0, 2)) {
    const { result } = sessions.retrieveFd(name, token);
    assert.ok(result !== 'faults' && result.ok && result.value.kind === 'memfd');
    const { pos, sizeBytes, seals, folios, orders } = result.value.memfd;
    assert.deepEqual([pos, sizeBytes, seals], [memfd.pos, memfd.size, plan.generation.memfd?.id === 'memfd-v1' ? 1 : memfd.seals]);
    assert.deepEqual(Array.from(folios.pfns, (pfn, i) => ({ pfn, order: orders[i], flags: folios.flags[i], index: folios.indexes[i] })), memfd.folios.map((one) => (one.pfn === 0 ? { ...one, order: 0 } : one)));
    assert.deepEqual(sessions.retrieveFd(name, token).result, result, 'asked again, the same file');
  }
}
