/** `simulate` with scenario files. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import { run } from './runCli';

const schema: object = JSON.parse(readFileSync('docs/schemas/simulate.json', 'utf8')) as object;
const valid = new Ajv({ strict: false, allErrors: true }).compile(schema);

function held(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  assert.ok(valid(value), JSON.stringify(valid.errors?.slice(0, 5)));
  return value as Record<string, unknown>;
}

const scenario = (expect: string, more = ''): string => `{
  "machine": { "memory": "512M", "kho_scratch": "32M,64M,32M", "reserve_mem": ["1M:4096:trace"] },
  "kernels": ["7.1", "7.1"],
  "participants": [{ "kind": "session", "name": "vm-a", "files": [{ "token": "0x1001", "size": "64K" }] }],${more}
  "expect": ${expect}
}`;

describe('simulate with scenarios', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'scenario-')); });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });
  const file = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };

  it('exits 0 when everything is as expected, and prints the report', async () => {
    file('good.handover.json', scenario('{ "verdict": "works", "fates": { "vm-a": "kept", "trace": "kept" } }'));
    const { code, out, err } = await run(folder, ['simulate', 'good.handover.json']);
    assert.equal(err, '');
    assert.equal(code, 0, out);
    assert.match(out, /^good: passed, 3 expectations\n/);
  });

  it('prints as wide as the terminal is, 100 columns where there is none, and to programs always those', async () => {
    file('good.handover.json', scenario('{ "verdict": "works" }'));
    const strip = async (words: readonly string[], columns?: number): Promise<number | undefined> => {
      const { out } = await run(folder, ['simulate', 'good.handover.json', ...words], columns);
      const text = words.length > 0 ? String(held(out)['report']) : out;
      return text.split('\n').find((line) => line.startsWith('    |'))?.length;
    };
    // A strip leaves 20 columns free; its frame takes 6 of them.
    assert.deepEqual([await strip([]), await strip([], 80), await strip([], 60), await strip([], 140)], [86, 66, 46, 126]);
    assert.deepEqual([await strip(['--format=json']), await strip(['--format=json'], 60)], [86, 86]);
  });

  it('gives verdicts, events and report in the published form', async () => {
    file('good.handover.json', scenario('{ "verdict": "works" }'));
    const { code, out } = await run(folder, ['simulate', 'good.handover.json', '--format', 'json']);
    const json = held(out);
    assert.equal(code, 0);
    assert.deepEqual([json['name'], json['passed'], json['verdicts']], ['good', true, ['works']]);
    assert.ok(String(json['report']).startsWith('good: passed'));
    const events = json['events'] as { call: string; who: string }[];
    assert.ok(events.some((one) => one.call === 'LIVEUPDATE_SESSION_PRESERVE_FD'));
  });

  it('exits 1 when an expectation is not met, and says what was expected and found', async () => {
    file('bad.handover.json', scenario('{ "verdict": "refused", "messages": ["no kernel says this"] }'));
    const { code, out } = await run(folder, ['simulate', 'bad.handover.json', '--format=json']);
    assert.equal(code, 1);
    const json = held(out);
    assert.deepEqual(json['expectations'], [
      { path: ['expect', 'verdict'], expected: 'refused', found: 'works', passed: false },
      { path: ['expect', 'messages', 0], expected: 'no kernel says this', found: (json['expectations'] as { found: string }[])[1]?.found, passed: false },
    ]);
  });

  it('exits 2 for a file that is wrong, naming place, expected and found, and runs nothing', async () => {
    file('good.handover.json', scenario('{ "verdict": "works" }'));
    file('wrong.handover.json', scenario('{ "verdict": "works" }').replace('"7.1", "7.1"', '"7.1", "7.7"').replace('"64K"', '"64Q"'));
    const { code, out, err } = await run(folder, ['simulate', 'good.handover.json', 'wrong.handover.json']);
    assert.equal(code, 2);
    assert.equal(out, '');
    const lines = err.trim().split('\n');
    assert.match(lines[0] ?? '', /^wrong\.handover\.json:3:22: error: kernels\[1\]: expected one of "v4", .*found "7\.7" \[schema\]$/);
    assert.match(lines[1] ?? '', /^wrong\.handover\.json:4:\d+: error: participants\[0\]\.files\[0\]\.size: expected a size is .*found "64Q" \[schema\]$/);
    assert.equal(lines.length, 2);
    file('torn.handover.json', '{ "machine": ');
    const torn = await run(folder, ['simulate', 'torn.handover.json']);
    assert.equal(torn.code, 2);
    assert.match(torn.err, /^torn\.handover\.json:1:14: error: expected .*, found the end of the file \[syntax\]/);
    assert.equal((await run(folder, ['simulate', 'gone.handover.json'])).code, 2);
  });

  it('warns of what a kernel passes over, and runs', async () => {
    file('warned.handover.json', scenario('{ "verdict": "works" }').replace('32M,64M,32M', '32M;64M,32M'));
    const { code, err } = await run(folder, ['simulate', 'warned.handover.json']);
    assert.match(err, /^warned\.handover\.json:2:53: warning: machine\.kho_scratch: /);
    assert.equal(code, 0);
  });

  it('runs all below a folder, a line for each, and the reports of those that fail', async () => {
    file('a/good.handover.json', scenario('{ "verdict": "works" }'));
    file('a/b/bad.handover.json', scenario('{ "verdict": "crashes" }'));
    file('a/other.json', '{');
    const { code, out } = await run(folder, ['simulate', 'a']);
    assert.equal(code, 1);
    assert.match(out, /^ok {6}a\/good\.handover\.json\nFAILED {2}a\/b\/bad\.handover\.json\n\nbad: FAILED, 1 of 1 expectation\n/);
    assert.ok(out.endsWith('failed: a/b/bad.handover.json\n1 passed, 1 failed\n'));
    const json = held((await run(folder, ['simulate', 'a', '--format', 'json'])).out);
    assert.deepEqual([json['passed'], json['failed']], [1, 1]);
    assert.equal((await run(folder, ['simulate', '.', '--dump', 'x.elf'])).code, 2);
    rmSync(path.join(folder, 'a'), { recursive: true });
    assert.match((await run(folder, ['simulate', '.'])).err, /expected files \*\.handover\.json below it, found none/);
  });

  it('writes the memory at a jump, which decode reads to the same blocks and owners', async () => {
    file('good.handover.json', scenario('{ "verdicts": ["works"] }', ' "handovers": [{ "abortAfter": "PREPARE" }, {}],'));
    const { code, out } = await run(folder, ['simulate', 'good.handover.json', '--dump', 'jump.elf', '--format', 'json']);
    assert.equal(code, 0);
    const [jump] = held(out)['jumps'] as { handover: number; blocks: number; owners: { owner: string; order: number; blocks: number }[] }[];
    assert.equal(jump?.handover, 2);
    const decoded = await run(folder, ['decode', 'jump.elf', '--format', 'json']);
    const truth = JSON.parse(decoded.out) as { radix: { preserved_sorted?: unknown[]; preserved_in_key_order: unknown[] }; owners: Record<string, unknown>; unowned_preserved_blocks: unknown[] };
    assert.equal(truth.radix.preserved_in_key_order.length, jump.blocks);
    assert.deepEqual(truth.unowned_preserved_blocks, []);
    assert.equal((await run(folder, ['simulate', 'good.handover.json', '--dump', 'same.elf', '--handover', '2'])).code, 0);
    assert.deepEqual(readFileSync(path.join(folder, 'same.elf')), readFileSync(path.join(folder, 'jump.elf')));
    const first = await run(folder, ['simulate', 'good.handover.json', '--dump', 'x.elf', '--handover', '1']);
    assert.equal(first.code, 2);
    assert.match(first.err, /attempt does not jump; of good these do: 2/);
  });

  it('says which words do not go together', async () => {
    file('good.handover.json', scenario('{}'));
    for (const words of [['good.handover.json', '--old', 'x'], ['--dump', 'x.elf'], ['good.handover.json', '--handover', '1'], ['good.handover.json', '--dump', 'x', '--handover', '0']]) {
      assert.equal((await run(folder, ['simulate', ...words])).code, 2, words.join(' '));
    }
  });

  it('has room for the image in scratch by default: the kernel counts twice, though a PC has no room below 1 MiB', async () => {
    file('default.handover.json', '{ "machine": { "memory": "512M" }, "kernels": ["7.1", "7.1"], "expect": { "verdict": "works" } }');
    assert.equal((await run(folder, ['simulate', 'default.handover.json'])).code, 0);
  });

  it('reads C sources beside the scenario', async () => {
    file('device.c', 'int x;\n');
    file('k.handover.json', scenario('{}').replace('"participants": [', '"participants": [{ "kind": "kstate", "name": "device", "sources": ["device.c"] }, '));
    assert.equal((await run(folder, ['simulate', 'k.handover.json'])).code, 0);
    rmSync(path.join(folder, 'device.c'));
    assert.match((await run(folder, ['simulate', 'k.handover.json'])).err, /participants\[0\]\.sources\[0\]: expected a C file, relative to the scenario, found "device\.c", which is not there \[no-source\]/);
  });
});
