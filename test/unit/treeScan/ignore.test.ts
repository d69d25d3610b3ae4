/** Expectations from gitignore(5). */
import assert from 'node:assert/strict';
import { isIgnored, parseIgnore } from '../../../server/workspace/treeScan/ignore';

function ignored(text: string, path: string, isFolder = false): boolean {
  const slash = path.lastIndexOf('/');
  return isIgnored([{ folder: '/t', rules: parseIgnore(text) }], slash < 0 ? '/t' : `/t/${path.slice(0, slash)}`, path.slice(slash + 1), isFolder);
}

describe('treeScan: .gitignore', () => {
  const files: readonly (readonly [string, string, boolean])[] = [
    ['*.mod.c', 'a/b/x.mod.c', true],
    ['*.mod.c', 'a/b/x.c', false],
    ['x.c', 'deep/er/x.c', true],
    ['/x.c', 'x.c', true],
    ['/x.c', 'a/x.c', false],
    ['a/x.c', 'a/x.c', true],
    ['a/x.c', 'b/a/x.c', false],
    ['a/*.c', 'a/x.c', true],
    ['a/*.c', 'a/b/x.c', false],
    ['a/**/x.c', 'a/x.c', true],
    ['a/**/x.c', 'a/b/c/x.c', true],
    ['**/x.c', 'a/b/x.c', true],
    ['a/**', 'a/b/x.c', true],
    ['*.tab.[ch]', 'x.tab.h', true],
    ['*.tab.[!c]', 'x.tab.c', false],
    ['x?.c', 'x1.c', true],
    ['x[0-9].c', 'xa.c', false],
    ['x[[:digit:]].c', 'x7.c', true],
    ['*.c\n!keep.c', 'keep.c', false],
    ['!keep.c\n*.c', 'keep.c', true],
    ['# *.c', 'x.c', false],
    ['\\#x.c', '#x.c', true],
    ['\\!x.c', '!x.c', true],
    ['x.c   ', 'x.c', true],
    ['x.c\r', 'x.c', true],
    ['x.c/', 'x.c', false],
    ['x[.c', 'x[.c', false],
    ['*.o', 'x.c', false],
    ['*\n!*.c', 'x.c', false],
    ['*\n!*.c', 'x.h', true],
  ];
  for (const [text, path, expected] of files) {
    it(`${JSON.stringify(text)} ${expected ? 'ignores' : 'leaves'} ${path}`, () => { assert.equal(ignored(text, path), expected); });
  }

  it('knows folders from files', () => {
    assert.equal(ignored('out/', 'out', true), true);
    assert.equal(ignored('/out', 'a/out', true), false);
    assert.equal(ignored('*.dir', 'x.dir', true), true);
    assert.equal(ignored('*\n!/**/', 'a/b', true), false);
    assert.equal(ignored('*\n!/**/', 'a/b/x.c'), true);
  });

  it('lets the deeper file win', () => {
    const levels = [{ folder: '/t', rules: parseIgnore('*.c') }, { folder: '/t/a', rules: parseIgnore('!x.c') }];
    assert.equal(isIgnored(levels, '/t/a', 'x.c', false), false);
    assert.equal(isIgnored(levels, '/t/a', 'y.c', false), true);
  });
});
