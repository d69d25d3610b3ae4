import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'mocha';
import { scenarioText } from '../../../server/compat/scenarioText';
import { runScenario } from '../../../server/engine/handover/runScenario';
import { scenarioProblemText } from '../../../server/model/scenario/problems';
import { PICTURED, documentWithPictures, readShipped, runShipped, shippedNames, sourceText } from './run';

/** Whatever the width, the same is said: every word of the wide report stands in the narrow one, but for strips, bars and what says how wide a column is. */
function assertTold(narrow: string, wide: string): void {
  const words = (text: string): Set<string> => new Set(text.split('\n').filter((line) => !/^ +\||──|a column is /.test(line)).flatMap((line) => line.split(/[\s║]+/)));
  const told = words(narrow);
  for (const word of words(wide)) assert.ok(told.has(word), `"${word}" is missing at 80 columns`);
}

describe('the scenarios that come with the package', () => {
  for (const name of shippedNames()) {
    it(`${name} says which question it answers, and passes`, () => {
      const read = readShipped(name);
      assert.deepEqual(read.problems.map(scenarioProblemText), []);
      assert.match(read.scenario?.description ?? '', /\?|option/);
      const { scenario, result } = runShipped(name);
      assert.ok(result.expectations.length > 0, 'it expects something');
      const text = scenarioText(result, scenario);
      assert.ok(result.passed, text);
      for (const columns of [undefined, 80, 76, 60, 40]) {
        for (const line of scenarioText(result, scenario, columns === undefined ? {} : { columns }).split('\n')) assert.ok(line.length <= (columns ?? 100), `${String(columns)}: ${line}`);
      }
      assertTold(scenarioText(result, scenario, { columns: 80 }), text);
    });
  }

  it('fail when their expectations are turned around', () => {
    for (const name of ['update-7.1', 'never-finalized-6.19-to-6.18']) {
      const { scenario, result } = runShipped(name);
      const fates = Object.fromEntries(Object.keys(scenario.expect?.fates ?? {}).map((of) => [of, 'leaked'] as const));
      const turned = { arrives: {}, changed: {}, messages: [], noMessages: [], blocks: undefined, verdicts: undefined, ...scenario.expect, verdict: 'crashes' as const, corruption: scenario.expect?.corruption !== true, fates };
      const failed = runScenario({ ...scenario, expect: turned }, sourceText);
      assert.equal(failed.passed, false);
      assert.deepEqual(failed.expectations.filter((one) => !one.passed).map((one) => one.path[1]), ['verdict', 'corruption', ...Object.keys(fates).map(() => 'fates')]);
      assert.equal(result.passed, true);
    }
  });

  it('are what docs/kho.md shows and names', () => {
    const document = readFileSync(PICTURED, 'utf8');
    for (const name of shippedNames()) assert.ok(document.includes(name), `${name} is not in ${PICTURED}`);
    assert.equal(document, documentWithPictures());
  });
});
