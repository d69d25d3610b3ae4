import assert from 'node:assert/strict';
import { checkUnit } from '../../../server/rules';
import { fixture, lineOf, modelOf } from '../model/readC';
import { pairs } from './pairs';

const head = `#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/types.h>
#include <linux/vmalloc.h>
`;
const headers: readonly (readonly [string, readonly string[]])[] = [
  ['built-in headers', []],
  ['headers of its own', [fixture('corpora/stubs'), fixture('corpora/stubs/include')]],
];

/** Each text marks with a code in a comment the lines that deserve a finding; nothing else may be found in it. */
describe('pairs', () => {
  for (const [title, includePaths] of headers) {
    describe(title, () => {
      for (const [name, text, words] of pairs) {
        it(name, () => {
          const whole = head + text;
          const expected = whole.split('\n').flatMap((line, i) => [...line.matchAll(/\/\* (kstate-[\w-]+) \*\//g)].map((m) => `${i + 1} ${m[1] ?? ''}`));
          const found = checkUnit(modelOf(whole, { includePaths }));
          assert.deepEqual(found.map((f) => `${lineOf(whole, f.range)} ${f.code}`), expected, found.map((f) => f.message).join('\n'));
          for (const word of words ?? []) assert.ok(found.some((f) => f.message.includes(word)), `${word} in ${found.map((f) => f.message).join('\n')}`);
        });
      }
    });
  }
});
