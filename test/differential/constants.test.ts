import assert from 'node:assert';
import fc from 'fast-check';
import { Refused, compile, compilers } from './compilers';
import type { Compiler } from './compilers';
import { words } from './elfObject';
import type { ElfObject } from './elfObject';
import { itemValues, openText } from './questions';
import { constantExpression, constantPrelude } from './randomConstants';

/** Random constant expressions evaluated by us and by gcc: value modulo 2^64 and exact type. COUNT, COUNT_CROSS, SEED as for layouts. */
const count = Number(process.env['COUNT'] ?? '600');
const countCross = Number(process.env['COUNT_CROSS'] ?? '200');
const seed = Number(process.env['SEED'] ?? '20262');
const batchSize = 500;

const typeNumber = (e: string): string => `_Generic((${e}), _Bool: 1, char: 2, signed char: 3, unsigned char: 4, short: 5, unsigned short: 6, int: 7, unsigned: 8, long: 9, unsigned long: 10, `
  + 'long long: 11, unsigned long long: 12, default: 0)';

const lineOf = (e: string, i: number): string => `const unsigned long long v${i}[] = { (unsigned long long)(${e}), ${typeNumber(e)}, sizeof(${e}) };\n`;

/** What gcc takes for constant; it refuses a few (overflow inside of what must be a strict integer constant expression). */
function accepted(compiler: Compiler, expressions: readonly string[]): { readonly kept: readonly string[]; readonly text: string; readonly object: ElfObject } {
  let kept = expressions;
  for (let round = 0; round < 4; round++) {
    const text = constantPrelude + kept.map(lineOf).join('');
    try {
      return { kept, text, object: compile(compiler, text) };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const before = constantPrelude.split('\n').length;
      kept = kept.filter((_, i) => !error.lines.has(i + before));
    }
  }
  throw new Error('the compiler refuses without naming lines');
}

function compareBatch(compiler: Compiler, asked: readonly string[]): string[] {
  const { kept: expressions, text, object } = accepted(compiler, asked);
  assert.ok(expressions.length * 4 > asked.length * 3, `only ${expressions.length} of ${asked.length} expressions are accepted`);
  const unit = openText(text, compiler.target);
  const wrong: string[] = [];
  expressions.forEach((e, i) => {
    const own = itemValues(unit, `v${i}`);
    words(object, `v${i}`).forEach((truth, k) => {
      if (own[k] !== String(truth)) wrong.push(`${compiler.target}: ${['value', 'type', 'size'][k] ?? ''} of ${e}: gcc ${String(truth)}, we ${own[k] ?? 'nothing'}`);
    });
  });
  return wrong;
}

describe('constant expressions beside gcc', function () {
  this.timeout(0);
  for (const compiler of compilers) {
    const wanted = compiler.target === 'x86_64' ? count : countCross;
    it(`${compiler.target}: ${wanted} random expressions`, () => {
      for (let done = 0; done < wanted; done += batchSize) {
        const expressions = fc.sample(constantExpression, { numRuns: Math.min(batchSize, wanted - done), seed: seed + done });
        const wrong = compareBatch(compiler, expressions);
        assert.ok(wrong.length === 0, `${wrong.length} answers differ:\n${wrong.slice(0, 8).join('\n')}`);
      }
    });
  }
});
