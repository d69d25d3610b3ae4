import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { diskFs, type ScanFs } from '../../../server/workspace/treeScan/scanFs';
import { scanTree } from '../../../server/workspace/treeScan/scanTree';
import { wordIds } from '../../../server/workspace/treeScan/words';
import { makeTree, namesOf, scanned, write } from './makeTree';

const here = { workers: 0 } as const;

describe('treeScan: a tree', () => {
  let undo: (() => void) | undefined;
  const tree = (files: Readonly<Record<string, string>>): string => {
    const made = makeTree(files);
    undo = () => { made.undo(); };
    return made.root;
  };
  afterEach(() => { undo?.(); });

  it('tells each file with its words, sorted by path', async () => {
    const root = tree({ 'b/x.c': 'kho_a();\nKSTATE_X', 'a.h': '#define A_COMPATIBLE "a"', 'none.c': 'int x;', 'text.txt': 'kho_a' });
    const result = await scanned(root, here);
    assert.deepEqual(namesOf(result), ['a.h', 'b/x.c']);
    assert.deepEqual(result.files.map((file) => wordIds(file.words)), [['COMPATIBLE'], ['KSTATE', 'kho']]);
    assert.equal(result.files[0]?.sizeBytes, 24);
    assert.equal(result.stats.files, 3);
    assert.deepEqual(result.problems, []);
  });

  it('finds a word at any place around the border of the read buffer', async () => {
    const border = 256 * 1024;
    const files: Record<string, string> = {};
    for (let shift = -16; shift <= 16; shift++) {
      files[`hit${String(shift + 50)}.c`] = `${' '.repeat(border + shift)}kexec_handover ${' '.repeat(40)}`;
      files[`miss${String(shift + 50)}.c`] = `${' '.repeat(border + shift)}xkexec_handover kexec_handovers`;
    }
    files['exact.c'] = `${' '.repeat(border - 3)}kho`;
    const result = await scanned(tree(files), here);
    assert.equal(namesOf(result).filter((name) => name.startsWith('hit')).length, 33);
    assert.deepEqual(namesOf(result).filter((name) => !name.startsWith('hit')), ['exact.c']);
  });

  it('skips what git ignores, hidden files and build output', async () => {
    const result = await scanned(tree({
      '.gitignore': '*.mod.c\n/out/\n', 'a.mod.c': 'kho_a', 'out/x.c': 'kho_a', 'sub/.gitignore': '!b.mod.c\nno.c\n', 'sub/b.mod.c': 'kho_a', 'sub/no.c': 'kho_a',
      '.git/x.c': 'kho_a', '.hidden.c': 'kho_a', 'node_modules/x.c': 'kho_a', 'include/generated/autoconf.h': 'kho_a', 'arch/x86/include/generated/y.h': 'kho_a',
      'obj/.config': '', 'obj/include/generated/autoconf.h': '', 'obj/x.c': 'kho_a', 'src/.config': '', 'src/Kconfig': '', 'src/include/generated/autoconf.h': '', 'src/x.c': 'kho_a',
    }), here);
    assert.deepEqual(namesOf(result), ['src/x.c', 'sub/b.mod.c']);
  });

  it('takes ignored files too when told so', async () => {
    const result = await scanned(tree({ '.gitignore': '*.c', 'x.c': 'kho_a' }), { ...here, useIgnoreFiles: false });
    assert.deepEqual(namesOf(result), ['x.c']);
  });

  it('honours the ignore files of the repository around the root', async () => {
    const root = tree({ '.git/info/exclude': 'local.c\n', '.gitignore': '/drivers/no.c\n', 'drivers/no.c': 'kho_a', 'drivers/yes.c': 'kho_a', 'drivers/local.c': 'kho_a' });
    assert.deepEqual(namesOf(await scanned(path.join(root, 'drivers'), here)), ['yes.c']);
  });

  it('follows no links, loops least of all', async () => {
    const root = tree({ 'a/x.c': 'kho_a' });
    fs.symlinkSync('..', path.join(root, 'a', 'loop'));
    fs.symlinkSync('x.c', path.join(root, 'a', 'link.c'));
    assert.deepEqual(namesOf(await scanned(root, here)), ['a/x.c']);
  });

  it('reports a file that vanishes before it is read, one that cannot be read, and goes on', async () => {
    const root = tree({ 'a.c': 'kho_a', 'b.c': 'kho_a', 'c.c': 'kho_a' });
    const files: ScanFs = {
      ...diskFs,
      open(file) {
        if (file.endsWith('a.c')) fs.rmSync(file);
        if (file.endsWith('b.c')) throw Object.assign(new Error('no'), { code: 'EACCES' });
        return diskFs.open(file);
      },
    };
    const result = await scanned(root, { fs: files });
    assert.deepEqual(namesOf(result), ['c.c']);
    assert.deepEqual(result.problems.map((problem) => [path.basename(problem.path), problem.kind]).sort(), [['a.c', 'vanished'], ['b.c', 'unreadable']]);
    assert.equal(result.problemCount, 2);
  });

  it('closes each file that it opened, even when reading fails', async () => {
    let open = 0;
    const files: ScanFs = {
      ...diskFs,
      open: (file) => { open++; return diskFs.open(file); },
      close: (fd) => { open--; diskFs.close(fd); },
      read: () => { throw Object.assign(new Error('no'), { code: 'EIO' }); },
    };
    const result = await scanned(tree({ 'a.c': 'kho', 'b.c': 'kho' }), { fs: files });
    assert.equal(open, 0);
    assert.equal(result.problemCount, 2);
  });

  it('gives the same with worker threads, and with the caller helping', async () => {
    const files: Record<string, string> = {};
    for (let i = 0; i < 300; i++) files[`d${String(i % 23)}/e${String(i % 7)}/f${String(i)}.c`] = i % 3 === 0 ? 'luo_x()' : 'int x;';
    const root = tree(files);
    const workerFile = path.resolve('out/test/treeScanWorker.js');
    buildSync({ entryPoints: ['server/treeScanWorker.ts'], outfile: workerFile, bundle: true, platform: 'node', target: 'node20', format: 'cjs' });
    const alone = namesOf(await scanned(root, here));
    assert.equal(alone.length, 100);
    for (const callerHelps of [false, true]) {
      const result = await scanned(root, { workers: 3, workerFile, callerHelps });
      // A caller that helps may be done before it has started any.
      assert.ok(callerHelps ? [0, 3].includes(result.stats.workers) : result.stats.workers === 3);
      assert.equal(result.stats.files, 300);
      assert.deepEqual(namesOf(result), alone);
    }
  });

  it('stops when told: before the start, and in the middle', async () => {
    const root = tree({ 'a/x.c': 'kho', 'b/x.c': 'kho', 'c/x.c': 'kho' });
    const before = await scanTree(root, { ...here, signal: AbortSignal.abort() });
    assert.equal(before.ok ? '' : before.reason, 'aborted');
    const controller = new AbortController();
    let opened = 0;
    const during = await scanTree(root, { signal: controller.signal, fs: { ...diskFs, open: (file) => { opened++; controller.abort(); return diskFs.open(file); } } });
    assert.equal(during.ok ? '' : during.reason, 'aborted');
    assert.equal(opened, 1);
  });

  it('tells its progress at the end, and gives up on too many files', async () => {
    const root = tree({ 'a.c': '', 'b.c': '', 'd/c.c': '' });
    let files = 0;
    await scanned(root, { ...here, onProgress: (done) => { files = done.files; } });
    assert.equal(files, 3);
    const result = await scanTree(root, { ...here, maxFiles: 2 });
    assert.equal(result.ok ? '' : result.reason, 'too-many-files');
  });

  it('refuses the whole machine, the home folder and what holds it, in words', async () => {
    const root = tree({ 'home/me/x.c': 'kho', 'home/me/linux/y.c': 'kho' });
    const home = path.join(root, 'home', 'me');
    for (const [what, why] of [['/', 'the root of the file system'], [home, 'the home folder'], [path.dirname(home), 'a folder above the home folder']] as const) {
      const result = await scanTree(what, { ...here, home });
      assert.equal(result.ok, false);
      if (!result.ok) {
        assert.equal(result.reason, 'refused');
        assert.equal(result.message, `${what} is ${why} and is not scanned; open a kernel tree instead`);
      }
    }
    fs.symlinkSync(home, path.join(root, 'alias'));
    const link = await scanTree(path.join(root, 'alias'), { ...here, home });
    assert.equal(link.ok ? '' : link.reason, 'refused');
    assert.deepEqual(namesOf(await scanned(path.join(home, 'linux'), { ...here, home })), ['y.c']);
    const missing = await scanTree(path.join(root, 'nowhere'), here);
    assert.equal(missing.ok ? '' : missing.reason, 'missing');
    const file = await scanTree(path.join(home, 'x.c'), { ...here, home });
    assert.equal(file.ok ? '' : file.reason, 'not-a-folder');
  });
});

describe('treeScan: the cache', () => {
  let undo: (() => void) | undefined;
  const setUp = (): { root: string; cacheDir: string } => {
    const made = makeTree({ 'tree/a.c': 'kho_a', 'tree/b.c': 'int x;', 'tree/d/c.c': 'luo_x' });
    undo = () => { made.undo(); };
    const root = path.join(made.root, 'tree');
    return {
      root, cacheDir: path.join(made.root, 'cache'),
    };
  };
  afterEach(() => { undo?.(); });
  /** Pretends that all files were written long ago; their ctime cannot be set. */
  const settled: ScanFs = { ...diskFs, stamp: (file) => { const { size, mtimeMs, ino } = fs.statSync(file); return { size, mtimeMs: mtimeMs - 1e6, ctimeMs: mtimeMs - 1e6, ino }; } };
  const cacheFile = (cacheDir: string): string => path.join(cacheDir, fs.readdirSync(cacheDir)[0] ?? '');

  it('reads nothing again that has not changed, and what has', async () => {
    const { root, cacheDir } = setUp();
    const first = await scanned(root, { cacheDir, fs: settled });
    assert.equal(first.stats.fromCache, 0);
    const second = await scanned(root, { cacheDir, fs: { ...settled, open: () => { throw new Error('read'); } } });
    assert.equal(second.stats.fromCache, 3);
    assert.deepEqual(second.files.map(({ path: file, words, sizeBytes }) => [file, words, sizeBytes]), first.files.map(({ path: file, words, sizeBytes }) => [file, words, sizeBytes]));
    write(root, 'b.c', 'int kho_y;');
    fs.rmSync(path.join(root, 'a.c'));
    const third = await scanned(root, { cacheDir, fs: settled });
    assert.equal(third.stats.fromCache, 1);
    assert.deepEqual(namesOf(third), ['b.c', 'd/c.c']);
    assert.equal((await scanned(root, { cacheDir, fs: settled })).stats.fromCache, 2);
  });

  it('does not trust a file that was changed a moment ago', async () => {
    const { root, cacheDir } = setUp();
    await scanned(root, { ...here, cacheDir });
    assert.equal((await scanned(root, { ...here, cacheDir })).stats.fromCache, 0);
  });

  for (const [what, spoil, why] of [
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 20), 'is too short'],
    ['without its end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 5), 'has lost its end'],
    ['with one bit changed', (bytes: Buffer) => { bytes[40] = (bytes[40] ?? 0) ^ 1; return bytes; }, 'is damaged'],
    ['of another version', (bytes: Buffer) => { bytes.writeUInt32LE(99, 4); return bytes; }, 'has version 99'],
    ['that is something else', (bytes: Buffer) => bytes.fill('kho '), 'is no tree scan cache'],
  ] as const) {
    it(`passes over a cache ${what}, says so, and writes a good one`, async () => {
      const { root, cacheDir } = setUp();
      await scanned(root, { cacheDir, fs: settled });
      const file = cacheFile(cacheDir);
      fs.writeFileSync(file, spoil(fs.readFileSync(file)));
      const result = await scanned(root, { cacheDir, fs: settled });
      assert.deepEqual(namesOf(result), ['a.c', 'd/c.c']);
      assert.equal(result.stats.fromCache, 0);
      assert.deepEqual(result.problems.map((problem) => problem.kind), ['cache']);
      assert.ok(result.problems[0]?.message.includes(why), result.problems[0]?.message);
      assert.equal((await scanned(root, { cacheDir, fs: settled })).stats.fromCache, 3);
    });
  }

  it('is not used for other words', async () => {
    const { root, cacheDir } = setUp();
    await scanned(root, { cacheDir, fs: settled });
    const result = await scanned(root, { cacheDir, fs: settled, families: [{ id: 'int', topic: 'kho', stems: ['int'] }] });
    assert.deepEqual(namesOf(result), ['b.c']);
    assert.ok(result.problems[0]?.message.includes('was made for other words'));
  });

  it('that cannot be written costs a message only', async () => {
    const { root, cacheDir } = setUp();
    fs.writeFileSync(cacheDir, 'a file in the way');
    const result = await scanned(root, { cacheDir, fs: settled });
    assert.deepEqual(namesOf(result), ['a.c', 'd/c.c']);
    assert.deepEqual(result.problems.map((problem) => problem.kind), ['cache']);
  });
});
