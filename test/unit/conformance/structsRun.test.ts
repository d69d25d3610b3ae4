/** The whole run of conformance:structs: a small tree, a truth that holds, truths that do not, and no truth at all. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { RecordJson } from '../../../server/c/recordJson';
import { main } from '../../../server/conformance/structs';
import { Folder } from '../workspace/helpers';
import { saying } from './run';

/** By hand: two ints, eight bytes. */
const LAMP: RecordJson = { kind: 'struct', size: 8, members: [{ name: 'watts', type: 'int', offset: 0, size: 4 }, { name: 'hours', type: 'int', offset: 4, size: 4 }] };

describe('a run of conformance:structs', () => {
  let folder: Folder;
  beforeEach(() => {
    folder = new Folder();
    folder.write({ 'tree/Kconfig': '', 'tree/Kbuild': '', 'tree/include/linux/lamp.h': 'struct lamp { int watts; int hours; };\n', 'truth.json': JSON.stringify({ lamp: LAMP }) });
  });
  afterEach(() => { folder.remove(); });

  const run = (truth: string, ...more: string[]) => saying(main, [truth, '--tree', folder.path('tree'), ...more]);

  it('passes a truth that holds', () => {
    assert.deepEqual(run(folder.path('truth.json')), { code: 0, out: '1 passed, 0 failed\n', err: '' });
  });

  it('fails a type that the tree does not have, and one that is otherwise', () => {
    folder.write({ 'more.json': JSON.stringify({ lamp: { ...LAMP, size: 12 }, lantern: LAMP }) });
    const { code, out } = run(folder.path('more.json'));
    assert.equal(code, 1);
    assert.match(out, /^lamp: size: expected 12, found 8 /m);
    assert.match(out, /^lantern: definition: expected one, found none in the tree$/m);
    assert.match(out, /^0 passed, 2 failed$/m);
  });

  it('says what is wrong with a truth that is none, and exits 2', () => {
    folder.write({ 'cut.json': '{"lamp": {"kind"', 'other.json': '{"lamp": 1}', 'empty.json': '', 'none.json': '{}' });
    const cases: readonly (readonly [file: string, message: RegExp])[] = [
      [folder.path('missing.json'), /missing\.json: no such file/], [folder.path('tree'), /tree: expected a file, found a folder/], [folder.path('cut.json'), /cut\.json: expected struct layouts/],
      [folder.path('other.json'), /other\.json: expected struct layouts/], [folder.path('empty.json'), /empty\.json: expected struct layouts/], [folder.path('none.json'), /none\.json: .* found no type/], ['/dev/zero', /\/dev\/zero: cannot be read \(not a regular file\)/],
    ];
    for (const [file, message] of cases) {
      const { code, err } = run(file);
      assert.equal(code, 2, file);
      assert.match(err, message);
    }
    assert.match(run(folder.path('truth.json'), '--build', folder.path('nowhere')).err, /--build .*nowhere: no such folder/);
  });

  it('does so from npm, without a stack trace', () => {
    let status: unknown;
    let said = '';
    try {
      execFileSync(process.execPath, [path.resolve('.build/conformance.mjs'), 'structs', 'missing.json', '--tree', folder.path('tree')], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      if (!(error instanceof Error && 'status' in error && 'stderr' in error)) throw error;
      status = error.status;
      said = String(error.stderr);
    }
    assert.equal(status, 2);
    assert.match(said, /^missing\.json: no such file\n$/);
  });
});
