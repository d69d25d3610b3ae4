/** Half-typed and hostile C through the whole house: an answer, in bounded time, with places inside the file. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { runHandover } from '../../server/compat/handover';
import { checkUnit } from '../../server/rules/index';
import { readC } from '../golden/kstate/readC';

const sample = (name: string): string => fs.readFileSync(path.resolve('test/fixtures/sample/new/drivers', name), 'utf8');

/** Everything that a keystroke and a click run. */
function runAll(text: string): { readonly codes: readonly string[]; readonly descriptions: readonly string[] } {
  const { model } = readC(text, 'v3');
  const findings = checkUnit(model);
  for (const { range, code } of findings) {
    if (range.path !== model.unit.main.path) continue;
    assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, `${code} at ${range.start}..${range.end} of ${text.length}`);
  }
  const { update, rollback } = runHandover(model, model);
  for (const { save } of [update, rollback]) {
    assert.deepEqual(save.limits.filter((limit) => limit.why.startsWith('The engine stopped')), [], text.slice(-80));
  }
  return { codes: findings.map((f) => f.code), descriptions: model.descriptions.map((d) => d.variable) };
}

describe('bad input', () => {
  for (const name of ['demo.c', 'meter.c', 'ring.c']) {
    it(`takes ${name} as it is typed, character by character`, () => {
      const text = sample(name);
      for (let end = 0; end <= text.length; end += 7) runAll(text.slice(0, end));
    });
    it(`takes ${name} with a piece missing anywhere`, () => {
      const text = sample(name);
      for (let at = 0; at < text.length; at += 11) runAll(text.slice(0, at) + text.slice(at + 9));
    });
  }

  const all = ['fdt_location_state', 'demo_n_state', 'demo_state'];
  const deep = 20_000;
  const doubling = Array.from({ length: 60 }, (_, i) => (i === 0 ? '#define A0 x' : `#define A${i} A${i - 1} A${i - 1}`)).join('\n');
  const hostile: readonly (readonly [what: string, text: string])[] = [
    ['braces that never close', `${sample('demo.c')}${'{'.repeat(deep)}`],
    ['parentheses that never close', `${sample('demo.c')}int q = ${'('.repeat(deep)}1;\n`],
    ['structs in structs without end', `${sample('demo.c')}${'struct a {'.repeat(deep)}`],
    ['a pointer to a pointer to a pointer', `${sample('demo.c')}int ${'*'.repeat(deep)}p;\n`],
    ['a sum of many terms', `${sample('demo.c')}enum { q = ${'1+'.repeat(deep)}1 };\n`],
    ['macros that double sixty times', `${doubling}\nint q[] = { A59 };\n${sample('demo.c')}`],
    ['macros that call each other', `#define f(x) g(x) f(x)\n#define g(x) f(x) g(x)\nint z = f(g(1));\n${sample('demo.c')}`],
    ['conditions that never end', `${'#if 1\n'.repeat(2000)}${sample('demo.c')}`],
    ['bytes that are no text', `${sample('demo.c')}${'\0\ufffd\ud800'.repeat(2000)}`],
  ];
  for (const [what, text] of hostile) {
    it(`still finds every description beside ${what}`, () => {
      const { codes, descriptions } = runAll(text);
      assert.deepEqual(descriptions.filter((d) => all.includes(d)), all);
      assert.deepEqual(codes, what.startsWith('macros that double') ? ['kstate-not-read'] : []);
    });
  }

  it('says which token stopped it', () => {
    const text = sample('ring.c').replace('.version_id = 4', '.version_id = ring_version()');
    const { model } = readC(text, 'v3');
    const [finding] = checkUnit(model).filter((f) => f.code === 'kstate-not-evaluated');
    assert.ok(finding);
    assert.match(finding.message, /ring_version/);
    assert.equal(text.slice(finding.range.start, finding.range.end).includes('ring_version'), true);
  });

  it('takes a structure that contains itself', () => {
    assert.deepEqual(runAll(sample('ring.c').replace('struct ring {', 'struct ring { struct ring inner;')).descriptions, ['ring_state']);
  });
});
