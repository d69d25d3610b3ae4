/** The scan against ripgrep on generated trees: the same files, whatever the words, ignore rules and folders are. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { ripgrepWord } from '../bench/ripgrep';
import { makeTree, namesOf, scanned } from '../unit/treeScan/makeTree';

const hasRipgrep = spawnSync('rg', ['--version']).status === 0;

const piece = fc.constantFrom('kho', 'KHO', 'luo', 'LUO', 'khoser', 'KHOSER', 'kstate', 'KSTATE', 'liveupdate', 'LIVEUPDATE', 'kexec_handover', 'COMPATIBLE', '_', '_', ' ', '\n', 'x', '7', '(', '-', '/', 'INCOMPATIBLE', 'blackhole');
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));
const folder = fc.constantFrom('', 'a/', 'b/', 'a/a/', 'a/out/', 'out/', 'include/', 'q.c/', 'gen-1/');
const file = fc.constantFrom('x.c', 'y.h', 'z.mod.c', 'w.tab.h', 'v.txt', 'u.S', 'x7.c', '.hidden.c');
const pattern = fc.constantFrom('*.mod.c', '/out/', 'out', 'a/*.c', '!x.c', '*.c', '**/y.h', '*.tab.[ch]', 'x[0-9].c', 'gen-*', '# note', 'a/**/x.c', '!/a/x.c', 'a/', '*.o', 'x?.c', '\\x.c', '/*.h', 'a/**', '*', '!/**/', '!*/', '!*.c', '/**/', '!a/**');
const ignores = fc.array(pattern, { maxLength: 4 }).map((lines) => lines.join('\n'));

describe('treeScan beside ripgrep', function () {
  this.timeout(120_000);
  before(function () {
    if (!hasRipgrep) throw new Error('ripgrep (rg) is not installed: the differential test of the tree scan cannot run');
  });

  it('lists the same files', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.tuple(folder, file, text), { minLength: 1, maxLength: 12 }), fc.array(fc.tuple(fc.constantFrom('', 'a/', 'a/a/'), ignores), { maxLength: 3 }),
      async (files, ignoreFiles) => {
        const all: Record<string, string> = {};
        for (const [dir, name, content] of files) all[dir + name] = content;
        for (const [dir, content] of ignoreFiles) all[`${dir}.gitignore`] = content;
        const made = makeTree(all);
        try {
          const rg = spawnSync('rg', ripgrepWord(['--no-require-git', '--no-ignore-global', '--no-ignore-parent', '--no-ignore-dot']), { cwd: made.root, encoding: 'utf8' });
          // A kept pattern (`!*.c`) brings hidden files back for ripgrep; the scan never reads them.
          const expected = rg.stdout.split('\n').filter((line) => /\.[ch]$/.test(line) && !/\/\./.test(line)).map((line) => line.replace(/^\.\//, '')).sort();
          const found = namesOf(await scanned(made.root, { workers: 0 })).sort();
          assert.deepEqual(found, expected, JSON.stringify(all));
        } finally {
          made.undo();
        }
      },
    ), { numRuns: 300 });
  });
});
