/** Lines of early boot. Those of KHO and LUO are held to real logs in test/unit/engine/incoming/. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { messages } from '../../../../server/engine/handover/messages';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import { parseKhoScratch } from '../../../../server/formats/cmdline';
import type { GenerationId } from '../../../../server/formats/generations';
import { generations } from '../../../../server/formats/generations';
import { kernel, machine, scenario } from './scenarios';

const asked = (id: GenerationId, value: string): string => {
  const rules = generations.find((one) => one.id === id)?.scratch;
  assert.ok(rules !== undefined);
  const parsed = parseKhoScratch(value, rules);
  assert.ok(parsed.ok);
  return messages.scratchAsked(parsed.value, rules);
};

describe('lines of a kernel', () => {
  it('say which scratch was asked for, as the kernel does', () => {
    assert.equal(asked('7.1', '32M,64M,32M'), 'KHO: scratch areas: lowmem: 32MiB global: 64MiB pernode: 32MiB');
    assert.equal(asked('7.1', '200%'), 'KHO: scratch scale is 200%');
    assert.equal(asked('v4', '512M,256M'), 'KHO: scratch areas: global: 512MB pernode: 256MB');
    assert.equal(asked('v4', '50%'), 'KHO: scratch scale is 50 percent');
  });

  it('say which area of scratch found no room, and that KHO is off', () => {
    const lines = (khoScratch: string): readonly string[] => runScenario(scenario([kernel('7.1', { khoScratch }), kernel('7.1')], [])).log.filter(({ level, kernel: of }) => level === 'err' && of === 0).map(({ text }) => text);
    const off = 'KHO: Failed to reserve scratch area, disabling kexec handover';
    // Each node has 384 MiB.
    assert.deepEqual(lines('2G,1M,1M'), ['KHO: Failed to reserve lowmem scratch buffer', off]);
    assert.deepEqual(lines('1M,2G,1M'), ['KHO: Failed to reserve global scratch buffer', off]);
    assert.deepEqual(lines('1M,1M,600M'), ['KHO: Failed to reserve nid 0 scratch buffer', off]);
    assert.equal(messages.scratchFailed('array'), 'KHO: Failed to reserve scratch array');
  });

  it('say what the memory map takes when scratch has no room for it', () => {
    const large = { ...machine, ram: [{ start: 0n, sizeBytes: 64n << 30n, node: 0 }] };
    const { log } = runScenario(scenario([kernel('7.1', { khoScratch: '48M,64M,32M' }), kernel('7.1')], [], { machine: large }));
    // 2^36 bytes are 2^24 pages of 4 KiB, each with 64 bytes of struct page.
    assert.deepEqual(log.filter(({ level }) => level === 'panic').map(({ text }) => text), ['Kernel panic - not syncing: Failed to allocate 1073741824 bytes for the memory map of node 0']);
  });

  it('are all made in messages.ts', () => {
    const words = /['"`](?:KHO|luo|memfd_luo|test_kho|Kernel panic[^:]*|WARNING|liveupdate test): /;
    const others = ['server/engine/handover', 'server/engine/machine', 'server/engine/kho'].flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => path.join(folder, String(name)))).filter((name) => name.endsWith('.ts') && !name.endsWith('messages.ts'));
    assert.ok(others.length > 40);
    for (const name of others) for (const line of readFileSync(name, 'utf8').split('\n')) if (words.test(line)) assert.fail(`${name}: ${line.trim()}`);
    assert.match(readFileSync('server/engine/handover/messages.ts', 'utf8'), words);
  });
});
