import assert from 'node:assert';
import fc from 'fast-check';
import { compile, compilers } from './compilers';
import type { Compiler } from './compilers';
import { bitRun, words } from './elfObject';
import { bitMember, itemValues, layoutQuestions, openText } from './questions';
import { prelude, print, recordChoice } from './randomStructs';
import type { Printed } from './randomStructs';

/**
 * Random records laid out by us and by gcc. COUNT: how many for x86_64 (default 300); COUNT_CROSS: for each other target
 * (default 100). SEED: of the generator.
 */
const count = Number(process.env['COUNT'] ?? '300');
const countCross = Number(process.env['COUNT_CROSS'] ?? '100');
const seed = Number(process.env['SEED'] ?? '20261');
const batchSize = 250;

/** Compares one batch; gives what differs, in words. */
function compareBatch(compiler: Compiler, printed: readonly Printed[]): string[] {
  const types = prelude(compiler.has128) + printed.map((p) => p.text).join('');
  const numbers = printed.map((p) => `const unsigned long long n_${p.name}[] = { ${layoutQuestions(p, compiler).join(', ')} };\n`).join('');
  const bits = printed.flatMap((p) => p.bits.map((bit, i) => `const ${p.union ? 'union' : 'struct'} ${p.name} b_${p.name}_${i} = { .${bit.path} = ${bit.bool ? 1 : -1} };\n`)).join('');
  const object = compile(compiler, types + numbers + bits);
  const unit = openText(types + numbers, compiler.target);
  const wrong: string[] = [];
  for (const p of printed) {
    const truth = words(object, `n_${p.name}`);
    const own = itemValues(unit, `n_${p.name}`);
    layoutQuestions(p, compiler).forEach((question, i) => {
      if (own[i] !== String(truth[i])) wrong.push(`${compiler.target}: ${question}: gcc ${String(truth[i])}, we ${own[i] ?? 'nothing'}\n${p.text}`);
    });
    const record = unit.record(p.name, p.union);
    p.bits.forEach((bit, i) => {
      const expected = bitRun(object.symbols.get(`b_${p.name}_${i}`) ?? new Uint8Array(), object.bigEndian);
      const got = record === undefined ? undefined : bitMember(unit, record, bit.path.split('.'));
      if (got?.first !== expected.first || got.count !== expected.count) {
        wrong.push(`${compiler.target}: bits of ${bit.path}: gcc ${expected.first}+${expected.count}, we ${got === undefined ? 'nothing' : `${got.first}+${got.count}`}\n${p.text}`);
      }
    });
  }
  return wrong;
}

describe('record layout beside gcc', function () {
  this.timeout(0);
  for (const compiler of compilers) {
    const wanted = compiler.target === 'x86_64' ? count : countCross;
    it(`${compiler.target}: ${wanted} random records`, () => {
      for (let done = 0; done < wanted; done += batchSize) {
        const choices = fc.sample(recordChoice, { numRuns: Math.min(batchSize, wanted - done), seed: seed + done });
        const printed: Printed[] = [];
        choices.forEach((choice, i) => {
          // Records used inside others come from the last few, so that types nest but stay small.
          printed.push(print(choice, done + i, printed.slice(-6), { longBits: compiler.has128 ? 64 : 32, has128: compiler.has128 }));
        });
        const wrong = compareBatch(compiler, printed);
        assert.ok(wrong.length === 0, `${wrong.length} answers differ:\n${wrong.slice(0, 3).join('\n')}`);
      }
    });
  }
});
