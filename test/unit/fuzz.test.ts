/** What fuzzing found stays found: each case of test/fixtures/fuzz through the target that found it. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { openUnit } from '../../server/c/unit';
import { MAX_READ_TOKENS } from '../../server/c/longFile';
import { checkUnit } from '../../server/rules';
import { c } from '../fuzz/c';
import { mutate } from '../fuzz/mutate';
import { minimise } from '../fuzz/minimise';
import { Random } from '../fuzz/random';
import { seedTexts } from '../fuzz/seeds';
import type { Case } from '../fuzz/target';
import { readC } from '../golden/kstate/readC';

const folder = path.resolve('test/fixtures/fuzz');
/** A hang took minutes; a busy machine is slow, too. */
const PATIENCE_MS = 20_000;

describe('what fuzzing found', () => {
  for (const name of readdirSync(folder).sort()) {
    const one = JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Case; // written by the fuzzer
    it(`${name}: ${one.label}`, async () => {
      const started = performance.now();
      await c.run(one, () => undefined);
      assert.ok(performance.now() - started < PATIENCE_MS);
    });
  }
});

describe('the fuzzer', () => {
  it('makes the same case from the same numbers', () => {
    for (let index = 0; index < 60; index++) assert.deepEqual(c.make(new Random(7, index)), c.make(new Random(7, index)));
    const text = seedTexts()[0] ?? '';
    assert.notEqual(text, '');
    assert.equal(mutate(new Random(1, 1), text, seedTexts(), 9, 1e6), mutate(new Random(1, 1), text, seedTexts(), 9, 1e6));
  });

  it('makes a case as small as its fault', async () => {
    const big: Case = { label: '', files: [['main.c', `${'int a;\n'.repeat(50)}FAULT${'int b;\n'.repeat(50)}`], ['a.h', 'int c;']], edits: [{ at: 1, remove: 1, insert: 'x' }], way: 'unit' };
    const small = await minimise(big, (one) => Promise.resolve((one.files[0]?.[1] ?? '').includes('FAULT')), Infinity);
    assert.deepEqual(small, { ...big, files: [['main.c', 'FAULT']], edits: [] });
  });

  it('fails on a place outside of the text, an exception, and an answer that reuse changes', async () => {
    // A self-check of its demands: the same case on a unit whose answers are bent.
    const { exercise, holdsRanges } = await import('../fuzz/exercise');
    const { unit } = readC('int a;\n', 'v3');
    exercise(unit);
    holdsRanges(unit, []);
    const at = (start: number, end: number, file = unit.main.path): Parameters<typeof holdsRanges>[1] => [{ code: 'x', severity: 'error', message: '', range: { path: file, start, end }, related: [], fixes: [] }];
    for (const bad of [at(0, 8), at(-1, 0), at(3, 2), at(0.5, 1), at(0, 0, 'elsewhere.c')]) assert.throws(() => { holdsRanges(unit, bad); });
  });
});

describe('a very long file', () => {
  it('is read up to a limit, says so, and what comes after a table that is too long is read, and what is asked for by name', () => {
    const rows = '{ 1, 2 },\n'.repeat(MAX_READ_TOKENS / 6 + 10);
    const text = `struct r { int a, b; };\nstatic const struct r t[] = {\n${rows}};\nint after;\n`;
    const { unit, model } = readC(text, 'v3');
    const names = unit.declarations.flatMap((d) => ('name' in d ? [d.name] : []));
    assert.deepEqual(names, ['after']);
    const [finding, ...more] = checkUnit(model);
    assert.deepEqual(more, []);
    assert.equal(finding?.code, 'kstate-not-read');
    assert.equal(text.slice(finding.range.start, finding.range.end), 'static');
    assert.equal(unit.lookup('t')?.name, 't');
  });

  it('of a size that kernels have is read whole', () => {
    // The longest table of Linux 7.1.5 has 1.8 MB.
    const text = `struct r { int a, b; };\nstatic const struct r t[] = {\n${'\t{ 0x1a0, 0x18 },\n'.repeat(110_000)}};\n`;
    assert.ok(text.length > 1_800_000);
    const unit = openUnit({ source: { read: () => ({ ok: true, text, identity: '1' }) }, path: 'm.c', target: 'x86_64', includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: new Map() });
    const t = unit.lookup('t');
    assert.ok(t?.init !== undefined);
    const init = unit.resolveInit(t.type, t.init);
    assert.ok(init.kind === 'array' && init.length === 110_000);
    assert.deepEqual(unit.problems, []);
  });
});
