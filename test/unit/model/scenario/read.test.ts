/** What a scenario file says, with its defaults. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { ReadScenario } from '../../../../server/model/scenario/read';
import { readScenario } from '../../../../server/model/scenario/read';
import type { Scenario } from '../../../../server/model/scenario/scenario';
import { scenarioProblemText } from '../../../../server/model/scenario/problems';
import { FULL } from './samples';

const texts = ({ problems }: ReadScenario): readonly string[] => problems.map((one) => `${one.code} ${scenarioProblemText(one)}`);

function good(text: string): Scenario {
  const read = readScenario(text, { name: 'file' });
  assert.deepEqual(texts(read), []);
  assert.ok(read.scenario);
  return read.scenario;
}

const MIB = 1n << 20n;

describe('reading scenarios', () => {
  it('fills in what a kernel developer expects', () => {
    const scenario = good('{ "machine": { "memory": "1G", "nodes": 2 }, "kernels": ["6.18", "7.1"] }');
    assert.equal(scenario.name, 'file');
    assert.equal(scenario.machine.pageBytes, 4096);
    assert.equal(scenario.machine.kernelBytes, 48n * MIB);
    // 0 to 0x9f000, the hole, and two nodes of 512 MiB.
    assert.deepEqual(scenario.machine.ram, [
      { start: 0n, sizeBytes: 0x9f000n, node: 0 }, { start: 0x100000n, sizeBytes: 0x1ff00000n, node: 0 }, { start: 0x20000000n, sizeBytes: 0x20000000n, node: 1 },
    ]);
    const [old, next] = scenario.kernels;
    assert.deepEqual([old?.release, old?.liveupdate, next?.release, next?.liveupdate, next?.kho, next?.debug], ['6.18.2', false, '7.1.5', true, true, false]);
    assert.deepEqual(scenario.handovers, [{ abortAfter: undefined, finalize: 1, userspace: { retrieve: 'all', finish: 'all', opensPlain: [], preservesAgain: true } }]);
    assert.deepEqual([scenario.participants, scenario.faults, scenario.expect], [[], [], undefined]);
  });

  it('puts what does not fit below 3 GiB from 4 GiB on, and shares it between nodes', () => {
    const { machine } = good('{ "machine": { "memory": "8G", "nodes": 4 }, "kernels": ["7.1", "7.1"] }');
    const GIB = 1n << 30n;
    assert.deepEqual(machine.ram, [
      { start: 0n, sizeBytes: 0x9f000n, node: 0 }, { start: MIB, sizeBytes: 2n * GIB - MIB, node: 0 }, { start: 2n * GIB, sizeBytes: GIB, node: 1 }, { start: 4n * GIB, sizeBytes: GIB, node: 1 },
      { start: 5n * GIB, sizeBytes: 2n * GIB, node: 2 }, { start: 7n * GIB, sizeBytes: 2n * GIB, node: 3 },
    ]);
    const { machine: arm } = good('{ "machine": { "arch": "arm64", "pageSize": "16K", "memory": "2G" }, "kernels": ["7.1", "7.1"] }');
    assert.deepEqual(arm.ram, [{ start: GIB, sizeBytes: 2n * GIB, node: 0 }]);
  });

  it('shares any memory between any nodes: no byte twice, none lost but the hole', () => {
    fc.assert(fc.property(fc.integer({ min: 4, max: 4096 }), fc.integer({ min: 1, max: 8 }), (mib, nodes) => {
      const { machine } = good(`{ "machine": { "memory": "${String(mib)}M", "nodes": ${String(nodes)}, "kernelSize": 0 }, "kernels": ["7.1", "7.1"] }`);
      const total = machine.ram.reduce((sum, range) => sum + range.sizeBytes, 0n);
      assert.equal(total, BigInt(mib) * MIB - (0x100000n - 0x9f000n));
      assert.equal(new Set(machine.ram.map((range) => range.node)).size, nodes);
    }), { numRuns: 200 });
  });

  it('reads every part', () => {
    const scenario = good(JSON.stringify(FULL));
    assert.deepEqual(scenario.machine.ram, [{ start: 0n, sizeBytes: 640n * 1024n, node: 0 }, { start: MIB, sizeBytes: 511n * MIB, node: 0 }, { start: 512n * MIB, sizeBytes: 512n * MIB, node: 1 }]);
    assert.equal(scenario.kernels[1]?.pressure, 0.5);
    assert.deepEqual(scenario.kernels[1]?.compatible, { memfd: 'memfd-v3' });
    assert.deepEqual([scenario.kernels[0]?.khoScratch, scenario.kernels[1]?.khoScratch], ['32M,64M,32M', '200%']);
    assert.deepEqual(scenario.participants.map((one) => [one.kind, one.name]), [
      ['test_kho', 'test_kho'], ['session', 'vm-a'], ['flb', 'flb-v1'], ['vmalloc', 'ring'], ['kstate', 'device'], ['driver', 'iommu'],
    ]);
    assert.deepEqual(scenario.participants[0], { kind: 'test_kho', name: 'test_kho', folios: [{ order: 0, count: 8, placement: 'packed' }, { order: 2, count: 3, placement: 'scattered' }] });
    const [, session, , , , driver] = scenario.participants;
    assert.ok(session?.kind === 'session' && driver?.kind === 'driver');
    assert.deepEqual(session.files, [
      { kind: 'memfd', token: 0x1001n, sizeBytes: 16n * MIB, holes: [{ at: 4096n, sizeBytes: 8192n }], seals: ['SEAL', 'WRITE'], folioOrder: 9, placement: 'scattered', pos: 4096n, posAtFreeze: 0x2000n },
      { kind: 'file', token: 4098n, compatible: 'own-v1', dataBytes: 64 },
      {
        kind: 'memfd', token: 4099n, sizeBytes: 40960n, holes: [{ at: 8192n, sizeBytes: 8192n }], seals: [], folioOrder: 0, placement: 'packed', pos: 0n, posAtFreeze: 0n,
        folios: [{ order: 0, count: 2, placement: 'packed' }, { order: 1, count: 2, placement: 'scattered' }, { order: 0, count: 2, placement: 'packed' }],
      },
    ]);
    assert.deepEqual(driver.states['PRE-STOP'], [{ do: 'copy', area: 'tables', to: 'frozen' }]);
    assert.deepEqual(driver.states.PREPARE, [{ do: 'preserve', area: 'frozen' }, { do: 'add subtree' }]);
    assert.deepEqual(scenario.handovers.map((one) => [one.abortAfter, one.finalize, one.userspace.retrieve]), [['PREPARE', 2, 'all'], [undefined, 0, ['vm-a/0x1001']], [undefined, 0, 'none']]);
    assert.deepEqual(scenario.faults, [{ participant: 'iommu', state: 'STOP', error: 'ENOMEM', handover: 2 }]);
    assert.deepEqual(scenario.expect?.fates, { 'vm-a/0x1001': 'kept', trace: { kept: 1024, lost: 0 } });
    assert.deepEqual(scenario.expect.arrives, { 'vm-a/0x1001': { sizeBytes: 16n * MIB, pos: 0x2000n, seals: ['WRITE', 'SEAL'] }, 'vm-a/0x1003': { sizeBytes: undefined, pos: undefined, seals: undefined } });
    assert.deepEqual(scenario.expect.changed, { 'vm-a': ['seals'], iommu: false });
    assert.deepEqual(scenario.expect.blocks, { 0: 12, 9: 1 });
    assert.deepEqual(scenario.alternatives, { carvedOutBytes: 256n * MIB, samePlace: false });
  });

  it('takes comments and a comma behind the last, and keeps tokens of 64 bits', () => {
    const scenario = good(`{ // the machine
      "machine": { "memory": "64M", "kernelSize": "8M", }, "kernels": ["7.1", "7.1",], /* who */
      "participants": [{ "kind": "session", "name": "s", "files": [{ "token": "0xfffffffffffffffe", "size": 0 }, { "token": "18446744073709551615", "size": "4K" }] }],
    }`);
    const [session] = scenario.participants;
    assert.ok(session?.kind === 'session');
    assert.deepEqual(session.files.map((file) => file.token), [0xfffffffffffffffen, 0xffffffffffffffffn]);
  });

  it('reads the rest of half-typed text', () => {
    const read = readScenario('{ "machine": { "memory": "64M" }, "kernels": ["7.1", {"generation": "7.1", "rel], \n"participants": [{ "kind": "test_kho" }]', { name: 'file' });
    assert.equal(read.scenario, undefined);
    assert.equal(read.draft?.kernels.length, 2);
    assert.ok(read.problems.some((one) => one.code === 'syntax' && one.bySchema));
  });

  it('ends with problems for any prefix, and any byte taken out', () => {
    const whole = JSON.stringify(FULL, null, 1);
    fc.assert(fc.property(fc.nat(whole.length), fc.boolean(), (at, prefix) => {
      const text = prefix ? whole.slice(0, at) : whole.slice(0, at) + whole.slice(at + 1);
      const read = readScenario(text, { name: 'file' });
      if (prefix && at < whole.length) assert.ok(read.problems.length > 0);
      for (const one of read.problems) assert.ok(one.offset >= 0 && one.offset + one.length <= text.length, `${one.code} ${String(one.offset)}+${String(one.length)} of ${String(text.length)}`);
    }), { numRuns: 400 });
  });

  it('reads the examples of docs/scenarios.md', () => {
    const blocks = [...readFileSync('docs/scenarios.md', 'utf8').matchAll(/```json\n([\s\S]*?)```/g)];
    assert.equal(blocks.length, 2);
    const scenario = good(blocks[0]?.[1] ?? '');
    const result = runScenario(scenario);
    assert.ok(result.passed, JSON.stringify(result.expectations));
    const mixed = good(`{ "machine": { "memory": "1G" }, "kernels": ["7.1", "7.1"], "participants": [{ "kind": "session", "name": "s", "files": [${blocks[1]?.[1] ?? ''}] }], "expect": { "fates": { "s": { "kept": 2176 } } } }`);
    assert.ok(runScenario(mixed).passed);
  });

  it('says no to what is deep or long, without running out of stack', () => {
    for (const [text, code] of [['['.repeat(200_000), 'too-deep'], ['{"a":'.repeat(100_000), 'too-deep'], [' '.repeat((4 << 20) + 1), 'too-large'], ['', 'syntax'], ['[]', 'schema'], ['{}', 'schema']] as const) {
      const read = readScenario(text, { name: 'file' });
      assert.equal(read.scenario, undefined);
      assert.equal(read.problems[0]?.code, code, text.slice(0, 20));
    }
  });
});
