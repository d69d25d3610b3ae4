import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { EntryTable } from '../../../server/workspace/treeIndex/entryTable';
import type { FileEntry } from '../../../server/workspace/treeIndex/entries';
import { maybeContract } from '../../../server/workspace/treeIndex/contractMacro';
import { buildIndex } from '../../../server/workspace/treeIndex/treeIndex';
import type { IndexOptions, TreeIndex } from '../../../server/workspace/treeIndex/treeIndex';
import { isScannable } from '../../../server/workspace/treeScan/scannable';
import { diskFs } from '../../../server/workspace/treeScan/scanFs';
import { scanTree } from '../../../server/workspace/treeScan/scanTree';
import { makeTree, write } from '../treeScan/makeTree';

const call = (name: string): string => `void f(void)\n{\n\t${name}();\n}\n`;

describe('treeIndex: a tree', () => {
  let undo: (() => void) | undefined;
  const tree = (files: Readonly<Record<string, string>>): string => {
    const made = makeTree(files);
    undo = () => { made.undo(); };
    return made.root;
  };
  afterEach(() => { undo?.(); });

  async function indexed(root: string, options: IndexOptions = {}): Promise<TreeIndex> {
    const built = await buildIndex(root, { workers: 0, ...options });
    if (!built.ok) throw new Error(built.message);
    return built.index;
  }
  const all = (index: TreeIndex): string[] => index.table.find(() => true, 1000).map(({ path: file, name }) => `${path.relative(index.root, file)} ${name}`);

  it('has the entries of all files with a word, in order of path, and none of ignored ones', async () => {
    const index = await indexed(tree({
      '.gitignore': '/out/\n', 'b.c': call('kho_b'), 'a/x.c': call('luo_x'), 'out/y.c': call('kho_no'), 'z.c': 'int kho_only_named;', 'plain.c': 'int x;',
      'regs.h': '#define FOO_COMPATIBLE 3\n#define BAR_COMPATIBLE\t"bar-v1"\n', 'long.h': '#define FOO_COMPATIBLE 3\n',
    }));
    assert.deepEqual(all(index), ['a/x.c luo_x', 'b.c kho_b', 'regs.h BAR_COMPATIBLE']);
    assert.deepEqual(index.table.paths().map((file) => path.basename(file)), ['x.c', 'b.c', 'long.h', 'regs.h', 'z.c']);
    assert.deepEqual(index.table.counts(), { description: 0, registration: 0, contract: 1, call: 2, function: 0, macro: 0 });
  });

  it('looks again at one file only, and knows files that came, changed and went', async () => {
    const root = tree({ 'a.c': call('kho_a'), 'b.c': call('kho_b'), 'd/c.c': call('kho_c'), '.gitignore': '*.mod.c\n', 'd/.gitignore': '/gen.c\n' });
    const index = await indexed(root);
    write(root, 'a.c', call('kho_a2'));
    write(root, 'b.c', call('kho_unseen'));
    write(root, 'new.h', call('luo_new'));
    write(root, 'a.mod.c', call('kho_no'));
    write(root, 'd/gen.c', call('kho_no'));
    for (const name of ['a.c', 'new.h', 'a.mod.c', 'd/gen.c', '../elsewhere.c']) index.update(`${root}/${name}`);
    assert.deepEqual(all(index), ['a.c kho_a2', 'b.c kho_b', 'd/c.c kho_c', 'new.h luo_new']);
    write(root, 'a.c', 'int nothing;');
    fs.rmSync(path.join(root, 'd'), { recursive: true });
    assert.equal(index.update(`${root}/a.c`), true);
    assert.equal(index.update(`${root}/d`), true);
    assert.equal(index.update(`${root}/plain.c`), false);
    assert.deepEqual(all(index), ['b.c kho_b', 'new.h luo_new']);
  });

  it('takes the text of an editor before the disk\'s until it is given back', async () => {
    const root = tree({ 'a.c': call('kho_a') });
    const index = await indexed(root);
    index.edit(`${root}/a.c`, call('kho_typed'));
    write(root, 'a.c', call('kho_written'));
    assert.equal(index.update(`${root}/a.c`), false);
    assert.deepEqual(all(index), ['a.c kho_typed']);
    index.edit(`${root}/a.c`, undefined);
    assert.deepEqual(all(index), ['a.c kho_written']);
    index.edit(`${root}/a.c`, 'no words');
    assert.deepEqual(all(index), []);
  });

  it('finds every place of a name as a token', async () => {
    const root = tree({ 'a.c': `/* kho_a */\n${call('kho_a')}int *p = kho_a; char *s = "kho_a";\n`, 'b.h': 'int kho_a(void);\nint kho_ab;\n' });
    const index = await indexed(root);
    assert.deepEqual(index.references('kho_a', 100).map(({ path: file, line, character }) => `${path.basename(file)}:${String(line)}:${String(character)}`),
      ['a.c:3:1', 'a.c:5:9', 'b.h:0:4']);
    assert.equal(index.references('kho_a', 2).length, 2);
  });

  it('tells of files that vanish before they are read, and goes on', async () => {
    const root = tree({ 'a.c': call('kho_a'), 'b.c': call('kho_b') });
    const built = await buildIndex(root, { fs: { ...diskFs, close: (fd) => { diskFs.close(fd); fs.rmSync(path.join(root, 'b.c'), { force: true }); } } });
    assert.ok(built.ok);
    assert.deepEqual(all(built.index), ['a.c kho_a']);
    assert.deepEqual(built.problems.map(({ kind }) => kind), ['vanished']);
    assert.equal(built.problemCount, 1);
  });

  it('stops when told, before and during, and refuses what the scan refuses', async () => {
    const root = tree({ 'a.c': call('kho_a') });
    const early = await buildIndex(root, { signal: AbortSignal.abort() });
    assert.equal(early.ok ? '' : early.reason, 'aborted');
    const whole = await buildIndex('/', {});
    assert.equal(whole.ok ? '' : whole.message, '/ is the root of the file system and is not scanned; open a kernel tree instead');
    const home = await buildIndex(root, { home: root });
    assert.equal(home.ok ? '' : home.reason, 'refused');
  });

  it('gives the same from a cache as without, also when the cache is damaged', async () => {
    const root = tree({ 'src/a.c': call('kho_a'), 'src/b.h': '#define B_COMPATIBLE "b-v1"' });
    const cacheDir = path.join(root, 'cache');
    const settled = { ...diskFs, stamp: (file: string) => { const { size, mtimeMs, ino } = fs.statSync(file); return { size, mtimeMs: mtimeMs - 1e6, ctimeMs: mtimeMs - 1e6, ino }; } };
    const fresh = all(await indexed(path.join(root, 'src')));
    for (const damaged of [false, false, true]) {
      const file = fs.existsSync(cacheDir) ? path.join(cacheDir, fs.readdirSync(cacheDir)[0] ?? '') : undefined;
      if (damaged && file !== undefined) fs.truncateSync(file, 50);
      assert.deepEqual(all(await indexed(path.join(root, 'src'), { cacheDir, fs: settled })), fresh);
    }
  });
});

describe('treeIndex: one file by the rules of the scan', () => {
  it('is looked at exactly when the scan looks at it', async () => {
    const files: Record<string, string> = {
      '.gitignore': '*.mod.c\n/out/\n!keep.mod.c\n', 'a.c': '', 'a.mod.c': '', 'keep.mod.c': '', 'out/x.c': '', 'sub/.gitignore': 'no.*\n', 'sub/no.h': '', 'sub/yes.h': '', '.hidden/x.c': '', '.x.c': '',
      'node_modules/x.c': '', 'include/generated/autoconf.h': '', 'include/generated/y.h': '', 'arch/x86/include/generated/y.h': '', 'lib/include/generated/y.h': '', 'obj/.config': '', 'obj/include/generated/autoconf.h': '', 'obj/deep/x.c': '', 'note.txt': '',
    };
    for (const name of Object.keys(files)) if (/\.[ch]$/.test(name)) files[name] = 'kho_x';
    const made = makeTree(files);
    try {
      const scan = await scanTree(made.root, { workers: 0 });
      assert.ok(scan.ok);
      const scanned = new Set(scan.files.map((file) => file.path));
      assert.deepEqual([...scanned].map((file) => path.relative(made.root, file)).sort(), ['a.c', 'keep.mod.c', 'lib/include/generated/y.h', 'sub/yes.h']);
      for (const name of Object.keys(files)) assert.equal(isScannable(made.root, `${made.root}/${name}`), scanned.has(`${made.root}/${name}`), name);
    } finally {
      made.undo();
    }
  });
});

describe('treeIndex: the table', () => {
  const entry = (name: string, line: number): FileEntry => ({ kind: 'call', name, container: `in_${name}`, line, character: 7 });

  it('gives back what it was given, and forgets', () => {
    const table = new EntryTable();
    table.set('/a.c', [entry('kho_a', 1), { ...entry('kho_b', 900_000), kind: 'macro', character: 70_000 }]);
    assert.deepEqual(table.of('/a.c'), [{ path: '/a.c', ...entry('kho_a', 1) }, { path: '/a.c', ...entry('kho_b', 900_000), kind: 'macro', character: 70_000 }]);
    table.set('/a.c', [entry('kho_c', 2)]);
    assert.deepEqual(table.find(() => true, 10).map((e) => e.name), ['kho_c']);
    assert.equal(table.entryCount, 1);
    assert.equal(table.delete('/a.c'), true);
    assert.equal(table.delete('/a.c'), false);
    assert.equal(table.entryCount, 0);
  });

  it('is bounded: files past the limit keep no entries, and it says so', () => {
    const table = new EntryTable(3);
    table.set('/a.c', [entry('kho_a', 1), entry('kho_b', 2)]);
    assert.equal(table.truncated, false);
    table.set('/b.c', [entry('kho_c', 1), entry('kho_d', 2)]);
    assert.equal(table.truncated, true);
    assert.equal(table.entryCount, 2);
    assert.deepEqual(table.paths(), ['/a.c', '/b.c']);
  });

  it('stays right when names are swept, over ten thousand changes of one file', () => {
    const table = new EntryTable();
    table.set('/kept.c', [entry('kho_kept', 1)]);
    for (let i = 0; i < 10_000; i++) table.set('/a.c', [entry(`kho_${String(i)}`, i)]);
    assert.deepEqual(table.find(() => true, 10).map((e) => `${e.path} ${e.name} ${e.container}`), ['/kept.c kho_kept in_kho_kept', '/a.c kho_9999 in_kho_9999']);
  });
});

describe('treeIndex: the short way past register lists', () => {
  it('lets every text through in which a contract may be', () => {
    for (const text of ['A_COMPATIBLE "x"', 'A_COMPATIBLE_B(x, y)\t\\\n "x"', 'A_COMPATIBLE /* why */ "x"', 'COMPATIBLE"x"']) assert.ok(maybeContract.test(text), text);
    for (const text of ['A_COMPATIBLE 3\n"x"', 'A_COMPATIBLE, "x"']) assert.ok(!maybeContract.test(text), text);
  });
});
