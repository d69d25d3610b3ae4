import assert from 'node:assert/strict';
import { checkUnit } from '../../../server/rules/index';
import { otherFileOf } from '../../../server/rules/otherFile';
import { DRIVER } from '../../contract/sample';
import { modelOf } from '../model/readC';

describe('other files as plain data', () => {
  const twin = DRIVER.replaceAll('lamp', 'torch');
  const cases: readonly (readonly [string, string, number])[] = [
    ['a twin with the same ids and instances', twin, 2],
    ['other instances', twin.replaceAll(', 5)', ', 6)'), 0],
    ['other ids', twin.replace('KSTATE_TEST_ID,', '77,').replace('KSTATE_TEST_ID_V2', '78'), 0],
    ['nothing', 'int x;\n', 0],
  ];
  for (const [what, text, count] of cases) {
    it(`say the same as models: ${what}`, () => {
      const model = modelOf(DRIVER, { path: '/t/lamp.c' });
      const other = modelOf(text, { path: '/t/torch.c' });
      const byModel = checkUnit(model, [other]);
      const plain = structuredClone(otherFileOf(other));
      assert.deepEqual(checkUnit(model, [plain]), byModel);
      assert.equal(byModel.filter((finding) => finding.code === 'kstate-duplicate-id').length, count, JSON.stringify(byModel.map((f) => f.message)));
      assert.equal(byModel.length, count);
    });
  }
});
