/**
 * Records what gcc answers for the golden test beside it, so that the plain run needs no cross compilers:
 *   node .build/bundle.mjs test/golden/c/record.ts out/record.js && node out/record.js
 */
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { Refused, compile, compilers } from '../../differential/compilers';
import { bitRun, words } from '../../differential/elfObject';
import { constantExpression, constantPrelude } from '../../differential/randomConstants';
import { prelude, print, recordChoice } from '../../differential/randomStructs';
import type { Printed } from '../../differential/randomStructs';
import { layoutQuestions } from '../../differential/questions';
import type { GoldenFile } from './goldenFile';

const seed = 71;
for (const compiler of compilers) {
  const printed: Printed[] = [];
  for (const choice of fc.sample(recordChoice, { numRuns: 70, seed })) {
    printed.push(print(choice, printed.length, printed.slice(-6), { longBits: compiler.has128 ? 64 : 32, has128: compiler.has128 }));
  }
  const types = prelude(compiler.has128) + printed.map((p) => p.text).join('');
  const probes = printed.map((p) => `const unsigned long long n_${p.name}[] = { ${layoutQuestions(p, compiler).join(', ')} };\n`
    + p.bits.map((bit, i) => `const ${p.union ? 'union' : 'struct'} ${p.name} b_${p.name}_${i} = { .${bit.path} = ${bit.bool ? 1 : -1} };\n`).join('')).join('');
  const object = compile(compiler, types + probes);
  const expressions = fc.sample(constantExpression, { numRuns: 70, seed }).filter((e) => {
    try {
      compile(compiler, `${constantPrelude}const unsigned long long v[] = { (unsigned long long)(${e}) };\n`);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return false;
    }
  });
  const constants = compile(compiler, constantPrelude + expressions.map((e, i) => `const unsigned long long v${i}[] = { (unsigned long long)(${e}) };\n`).join(''));
  const golden: GoldenFile = {
    target: compiler.target,
    prelude: types,
    records: printed.map((p) => ({
      name: p.name, union: p.union, questions: layoutQuestions(p, compiler), answers: words(object, `n_${p.name}`).map(String),
      bits: p.bits.map((bit, i) => {
        const run = bitRun(object.symbols.get(`b_${p.name}_${i}`) ?? new Uint8Array(), object.bigEndian);
        return { path: bit.path, first: run.first, count: run.count };
      }),
    })),
    constantPrelude,
    constants: expressions.map((expression, i) => ({ expression, value: String(words(constants, `v${i}`)[0]) })),
  };
  writeFileSync(`test/golden/c/${compiler.target}.json`, `${JSON.stringify(golden)}\n`);
}
