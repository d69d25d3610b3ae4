import assert from 'node:assert';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bitMember, itemValues, openText } from '../../differential/questions';
import type { GoldenFile } from './goldenFile';

/** Answers of gcc 12.2 for six targets, recorded by record.ts beside this file. */
describe('layouts and constants as recorded from gcc', () => {
  for (const target of ['x86_64', 'arm64', 'riscv64', 's390x', 'arm', 'i386']) {
    const golden = JSON.parse(readFileSync(path.resolve(`test/golden/c/${target}.json`), 'utf8')) as GoldenFile; // written by record.ts only
    it(`${target}: ${golden.records.length} records`, () => {
      const probes = golden.records.map((r) => `const unsigned long long n_${r.name}[] = { ${r.questions.join(', ')} };\n`).join('');
      const unit = openText(golden.prelude + probes, golden.target);
      assert.ok(golden.records.length > 60);
      for (const r of golden.records) {
        assert.deepStrictEqual(itemValues(unit, `n_${r.name}`), r.answers, r.name);
        const record = unit.record(r.name, r.union);
        for (const bit of r.bits) {
          assert.deepStrictEqual(record === undefined ? undefined : bitMember(unit, record, bit.path.split('.')), { first: bit.first, count: bit.count }, bit.path);
        }
      }
    });
    it(`${target}: ${golden.constants.length} constants`, () => {
      const unit = openText(golden.constantPrelude + golden.constants.map((c, i) => `const unsigned long long v${i}[] = { (unsigned long long)(${c.expression}) };\n`).join(''), golden.target);
      assert.ok(golden.constants.length > 50);
      golden.constants.forEach((c, i) => assert.deepStrictEqual(itemValues(unit, `v${i}`), [c.value], c.expression));
    });
  }
});
