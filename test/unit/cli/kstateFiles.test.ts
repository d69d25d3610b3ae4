import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import { filesFirst } from '../../../server/cli/kstateFiles';
import type { CliIo } from '../../../server/cli/io';
import { runCli } from '../../../server/cli/run';
import { DRIVER, FAULTY } from '../../contract/sample';
import { Folder } from '../workspace/helpers';

describe('folders on the command line', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  async function check(operands: readonly string[], more: Partial<CliIo> = {}): Promise<{ code: number; err: string; files: string[]; stats: Record<string, number> }> {
    let out = '';
    let err = '';
    const code = await runCli(['check', ...operands, '--format', 'json'], { cwd: folder.root, stdout: (text) => { out += text; }, stderr: (text) => { err += text; }, ...more });
    const answer = (out === '' ? { findings: [], stats: {} } : JSON.parse(out)) as { findings: { file: string }[]; stats: Record<string, number> }; // the shape of `check`
    return { code, err, files: answer.findings.map((finding) => finding.file), stats: answer.stats };
  }

  it('are looked through by words, in order of files, then folders', async () => {
    folder.write({ 'src/b/x.c': FAULTY, 'src/a.c': FAULTY, 'src/z.c': FAULTY, 'src/b.c': DRIVER, 'src/b/none.c': 'int linkstate;', 'src/b/a/y.c': FAULTY });
    const { code, files, stats } = await check(['src']);
    assert.equal(code, 1);
    assert.deepEqual(files, ['src/a.c', 'src/z.c', 'src/b/x.c', 'src/b/a/y.c']);
    assert.deepEqual([stats['files'], stats['parsed']], [6, 5]);
  });

  it('count a file named twice once, and take links to files', async () => {
    folder.write({ 'src/a.c': FAULTY });
    symlinkSync('a.c', folder.path('src/link.c'));
    symlinkSync('.', folder.path('src/loop'));
    assert.deepEqual((await check(['src', 'src/a.c'])).files, ['src/a.c', 'src/link.c']);
  });

  it('leave out what git ignores, but not what it tracks all the same', async () => {
    folder.write({ '.gitignore': '*.gen.c\n', 'tracked.gen.c': FAULTY, 'other.c': DRIVER }).git('init', '-q');
    folder.git('add', '-f', 'tracked.gen.c', 'other.c');
    folder.write({ 'made.gen.c': FAULTY });
    const { files, stats } = await check(['.']);
    assert.deepEqual(files, ['tracked.gen.c']);
    assert.equal(stats['files'], 2);
  });

  it('are not a whole machine or home', async () => {
    for (const [operand, why] of [['/', 'the root of the file system'], [os.homedir(), 'the home folder']] as const) {
      const { code, err } = await check([operand]);
      assert.equal(code, 2);
      assert.match(err, new RegExp(`${operand} is ${why} and is not scanned`));
    }
  });

  it('show progress to who watches, and clear it', async () => {
    folder.write({ 'src/a.c': DRIVER });
    const lines: (string | undefined)[] = [];
    assert.equal((await check(['src'], { progress: (line) => { lines.push(line); } })).code, 0);
    assert.equal(lines.at(-1), undefined);
    assert.equal(lines.at(-2), 'src: 1 C files');
  });

  it('end with 130 and no answer when the person stops them', async () => {
    for (let i = 0; i < 50; i++) mkdirSync(folder.path(`src/${String(i)}/${String(i)}`), { recursive: true });
    let taken = 0;
    const { code, err, stats } = await check(['src'], { onInterrupt: (stop) => { stop(); return () => { taken++; }; } });
    assert.deepEqual([code, err, stats, taken], [130, '', {}, 1]);
  });

  it('are ordered as a walk meets them', () => {
    const wanted = ['/t/b.c', '/t/z.c', '/t/a/x.c', '/t/a/b/c.c', '/t/ab/a.c'];
    assert.deepEqual([...wanted].reverse().sort(filesFirst), wanted);
  });
});
