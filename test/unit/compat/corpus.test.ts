/** Every pair of the corpus kstate-compat, both directions: `ok` = loads, `warns` = warns, `breaks` = any other. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { compareModels } from '../../../server/compat/compareModels';
import type { Explained } from '../../../server/compat/compare/explain';
import { readC } from '../../golden/kstate/readC';

interface Expectation {
  readonly description: string;
  readonly forward: string;
  readonly backward: string;
  readonly also_ok?: readonly string[];
}

const corpus = path.resolve('test/fixtures/corpora/kstate-compat');
const word = ({ verdict }: Explained): string => (verdict === 'loads' ? 'ok' : verdict === 'warns' ? 'warns' : 'breaks');

describe('corpus kstate-compat', () => {
  for (const entry of fs.readdirSync(corpus, { withFileTypes: true }).filter((one) => one.isDirectory())) {
    const folder = path.join(corpus, entry.name);
    const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
    // The corpus' own format.
    const expected = JSON.parse(read('expect.json')) as Expectation;
    it(entry.name, () => {
      const items = compareModels(readC(read('old.c'), 'v3', 'old.c').model, readC(read('new.c'), 'v3', 'new.c').model);
      const item = items.find((one) => one.name === expected.description);
      assert.ok(item !== undefined, `no item ${expected.description} among ${items.map((one) => one.name).join(', ')}`);
      for (const direction of ['forward', 'backward'] as const) {
        assert.equal(word(item[direction]), expected[direction], `${direction}: ${item[direction].reasons.map((reason) => `${reason.code}: ${reason.message}`).join('\n')}`);
        assert.equal(item[direction].reasons.some((reason) => reason.verdict !== 'loads'), expected[direction] !== 'ok', direction);
        assert.ok(item[direction].reasons.every((reason) => reason.range !== undefined && reason.code !== 'unexplained'), item[direction].reasons.map((reason) => reason.code).join(', '));
      }
    });
  }
});
