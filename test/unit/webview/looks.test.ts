import assert from 'node:assert/strict';
import fs from 'node:fs';
import { inkOn, luminance, parseColour } from '../../../webview/model/ink';
import { keyClass } from '../../../webview/model/keys';
import { kernelsOf, proseParts, verdictLook, worseDirection } from '../../../webview/model/words';
import { demoView } from './demo';

describe('ink on owner colours', () => {
  it('reads the spellings of a colour', () => {
    assert.deepEqual(parseColour(' #3d9EFF '), [61, 158, 255]);
    assert.deepEqual(parseColour('#abc'), [170, 187, 204]);
    assert.deepEqual(parseColour('#11223344'), [17, 34, 51]);
    assert.deepEqual(parseColour('rgb(1, 2, 3)'), [1, 2, 3]);
    assert.deepEqual(parseColour('rgba(1 2 3 / 50%)'), [1, 2, 3]);
    assert.equal(parseColour('salmon'), undefined);
  });
  it('takes black on light and white on dark', () => {
    assert.equal(inkOn('#ffffff'), '#000000');
    assert.equal(inkOn('#000000'), '#ffffff');
    assert.equal(inkOn('#6ce6e8'), '#000000');
    assert.equal(inkOn('#1b4fc4'), '#ffffff');
    assert.equal(inkOn('nothing'), '#ffffff');
  });
  it('reaches a contrast of 4.5 on every contributed colour', () => {
    const { contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { contributes: { colors: { defaults: Record<string, string> }[] } };
    for (const value of contributes.colors.flatMap((c) => Object.values(c.defaults))) {
      const rgb = parseColour(value);
      assert.ok(rgb);
      const y = luminance(rgb);
      const ratio = inkOn(value) === '#000000' ? (y + 0.05) / 0.05 : 1.05 / (y + 0.05);
      assert.ok(ratio >= 4.5, `${value}: ${ratio}`);
    }
  });
});

describe('member colours', () => {
  it('are never cycled: from 7 on they share one, in two strengths', () => {
    assert.deepEqual([1, 2, 3, 4, 5, 6, 7].map(keyClass), ['k1', 'k2', 'k3', 'k4', 'k5', 'k6', 'k7']);
    assert.deepEqual([8, 9, 200].map(keyClass), ['k7 soft alt', 'k7 soft', 'k7 soft alt']);
    assert.deepEqual([undefined, 0].map(keyClass), ['plain', 'plain']);
  });
});

describe('words', () => {
  it('look at the worse direction first', () => {
    const view = demoView();
    assert.equal(worseDirection(view), 'rollback');
    assert.equal(worseDirection({ ...view, update: view.rollback, rollback: view.update }), 'update');
    assert.equal(worseDirection({ ...view, rollback: view.update }), 'update');
  });
  it('know who saves and who restores', () => {
    const view = demoView();
    assert.deepEqual([kernelsOf(view, 'update').saver.label, kernelsOf(view, 'rollback').saver.label], ['HEAD', 'working tree']);
  });
  it('give every verdict a word and an icon of its own where they differ in kind', () => {
    assert.equal(verdictLook('corrupts').icon, 'corrupted');
    assert.equal(verdictLook('warns').tone, 'good');
    assert.equal(verdictLook('refused').tone, 'refused');
  });
  it('mark code between backticks, and leave a lone one', () => {
    assert.deepEqual(proseParts('the `gone` member'), [{ text: 'the ', code: false }, { text: 'gone', code: true }, { text: ' member', code: false }]);
    assert.deepEqual(proseParts('a ` b'), [{ text: 'a ` b', code: false }]);
    assert.deepEqual(proseParts(''), []);
  });
});
