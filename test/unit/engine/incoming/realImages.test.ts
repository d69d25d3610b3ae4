/** Successors of each generation in the memory that real kernels handed over; what they print is what real successors printed, but for addresses. */
import assert from 'node:assert/strict';
import type { ExactJson } from './truth';
import { truth } from './truth';
import { khoDataOfSetup } from '../../../../server/engine/handover/incoming/bootRecord';
import type { BootOptions, Booted } from './boot';
import { boot, realImage, successor } from './boot';

const gib: BootOptions = { ram: [{ start: 0n, sizeBytes: 1n << 30n, node: 0 }], regions: [{ name: 'trace', size: 4n << 20n, align: 4096n }, { name: 'pstate', size: 64n << 10n, align: 4096n }] };
const testFlbs = [0, 1, 2].map((i) => ({ name: `liveupdate-test-flb-v${String(i)}`, handler: 'memfd-v2', dataBytes: 0 }));

const khoData = (of: ExactJson) => {
  const { fdt_addr, fdt_size, scratch_addr, scratch_size } = of.at('kho_data').numbers();
  assert.ok(fdt_addr !== undefined && fdt_size !== undefined && scratch_addr !== undefined && scratch_size !== undefined);
  return { fdt_addr, fdt_size, scratch_addr, scratch_size };
};
const start = (id: '6.18' | '6.19' | '7.1', image: '6.19' | '7.1.5', options: BootOptions = {}): Booted => boot(id, realImage(image), khoData(truth(image)), { ...gib, ...options });
const walked = ({ kernel: { reserved: { blocks } } }: Booted): [number, number][] => Array.from({ length: blocks.count }, (_, i) => [(blocks.pfns[i] ?? 0) * 4096, blocks.orders[i] ?? 0]);

/** Sessions, files, folios as the truth has them, taken by userspace; then finished. */
function takeAll({ sessions }: Booted, of: ExactJson): void {
  assert.equal(sessions.open(), undefined);
  for (const session of of.at('luo', 'luo_session', 'sessions').list()) {
    const name = session.at('name').text();
    assert.equal(sessions.retrieve(name), undefined);
    for (const file of session.at('files').list()) {
      const { result } = sessions.retrieveFd(name, file.at('token').number());
      assert.ok(result !== 'faults' && result.ok && result.value.kind === 'memfd');
      const { memfd } = result.value;
      assert.equal(memfd.pos, file.at('memfd', 'pos').number());
      assert.equal(memfd.sizeBytes, file.at('memfd', 'size').number());
      assert.equal(memfd.seals, file.at('memfd').has('seals') ? Number(file.at('memfd', 'seals').number()) : 1);
      const folios = Array.from(memfd.folios.pfns, (pfn, i) => [pfn * 4096, memfd.orders[i], memfd.folios.flags[i], memfd.folios.indexes[i]]);
      assert.deepEqual(folios, file.at('memfd', 'folios').list().map((folio) => folio.list().map((one) => Number(one.number()))));
    }
  }
}

describe('engine/handover/incoming on real images', () => {
  it('7.1 into 7.1.5: the order of the walk, and every line that a real successor printed', () => {
    const of = truth('7.1.5');
    const booted = start('7.1', '7.1.5', { flbs: testFlbs });
    assert.deepEqual(walked(booted), of.at('radix', 'preserved_in_key_order').list().map((pair) => pair.list().map((one) => Number(one.number()))));
    for (const { name } of testFlbs) assert.ok(booted.flbs.get(name).ok);
    for (const { name } of testFlbs) booted.flbs.put(name);
    takeAll(booted, of);
    for (const name of ['vm-a', 'vm-b']) assert.ok(booted.sessions.close(name).ok);
    assert.deepEqual(booted.lines, [
      'KHO: found kexec handover data.',
      "Revived memory reservation 'trace' from KHO",
      "Revived memory reservation 'pstate' from KHO",
      'luo: Retrieved live update data, liveupdate number: 1',
      'KHO: exec from: 7.1.5-kho715 (count 1)',
      'test_kho: KHO restore succeeded',
      'liveupdate test: liveupdate-test-flb-v0: found flb data from the previous boot',
      'liveupdate test: liveupdate-test-flb-v1: found flb data from the previous boot',
      'liveupdate test: liveupdate-test-flb-v2: found flb data from the previous boot',
      'liveupdate test: liveupdate-test-flb-v2: finish was triggered',
      'liveupdate test: liveupdate-test-flb-v1: finish was triggered',
      'liveupdate test: liveupdate-test-flb-v0: finish was triggered',
    ]);
    assert.deepEqual(booted.previous, { release: '7.1.5-kho715', kexecCount: 1 });
    assert.deepEqual(booted.test.folios.map(({ pfn, order }) => [pfn * 4096, order]), of.at('kho_test', 'folios').list().map((pair) => pair.list().map((one) => Number(one.number()))));
    // What nobody restores in 7.1: the root, the blobs, the array of FLBs, and the regions.
    const left = of.at('owners').list().filter((row) => ['KHO root FDT', 'kexec-metadata', 'memblock FDT', 'kho_test FDT', 'LUO FDT', 'LUO FLB header', 'reserve_mem'].includes(row.at('owner').text()));
    assert.equal(booted.kernel.preserved.blocks, left.reduce((sum, row) => sum + Number(row.at('blocks').number()), 0));
  });

  it('6.19 into 6.19: the order of the walk; seals do not arrive', () => {
    const of = truth('6.19');
    const booted = start('6.19', '6.19');
    assert.deepEqual(walked(booted), of.at('bitmap', 'preserved_in_walk_order').list().map((pair) => pair.list().map((one) => Number(one.number()))));
    takeAll(booted, of);
    assert.deepEqual(booted.lines, [
      'KHO: found kexec handover data.', "Revived memory reservation 'trace' from KHO", "Revived memory reservation 'pstate' from KHO",
      'luo: Retrieved live update data, liveupdate number: 1', 'test_kho: KHO restore succeeded',
    ]);
  });

  it('6.18 into 6.19: taken, the LUO subtree is passed over in silence and stays reserved; the root page is restored', () => {
    const booted = start('6.18', '6.19');
    assert.deepEqual(booted.lines, [
      'KHO: found kexec handover data. Will skip init for some devices', "Revived memory reservation 'trace' from KHO", "Revived memory reservation 'pstate' from KHO", 'test_kho: KHO restore succeeded',
    ]);
    assert.equal(booted.luo.state, 'off');
    assert.equal(booted.kernel.preserved.orderAt(48635904 / 4096), undefined);
  });

  it('refused, each with its own lines: 7.1 into 6.19, 6.19 and 6.18 into 7.1.5', () => {
    const refusals = [
      ['7.1', '6.19', "KHO: setup: handover FDT (0x2e62000) is incompatible with 'kho-v3': 1", 'KHO: disabling KHO revival'],
      ['6.19', '7.1.5', "KHO: setup: handover FDT (0x20016000) is incompatible with 'kho-v1': 1", 'KHO: disabling KHO revival: -22'],
      ['6.18', '7.1.5', "KHO: setup: handover FDT (0x20016000) is incompatible with 'kho-v1': 1", 'KHO: disabling KHO revival: -22'],
    ] as const;
    for (const [id, image, ...lines] of refusals) {
      const booted = start(id, image);
      assert.deepEqual(booted.lines, lines);
      assert.equal(booted.kernel.isKhoBoot, false);
      assert.equal(booted.kernel.reserved.blocks.count, 0);
      assert.deepEqual(booted.regions.map((one) => 'why' in one && one.why), ['no handover', 'no handover']);
      assert.equal(booted.sessions.open(), undefined);
      assert.equal(booted.sessions.retrieve('vm-a'), 'ENOENT');
    }
  });

  it('the boot record of a real successor leads to root and scratch areas', () => {
    const memory = realImage('7.1.5-early-boot');
    const of = truth('7.1.5');
    const [first] = of.at('setup_data_chain_kernel2').list();
    assert.ok(first);
    const data = khoDataOfSetup(memory, first.at('phys').number());
    assert.deepEqual(data, { ...khoData(of), next: 0n });
    const { kernel } = successor('7.1', memory, gib);
    assert.ok(kernel.populate(data));
    assert.deepEqual(kernel.scratch, of.at('scratch').list().map((area) => ({ addr: area.at('phys').number(), size: area.at('size').number() })));
  });
});
