/** What lies about on disks: `check` names it and goes on with the rest. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { runCli } from '../../../server/cli/run';
import { parseOptions } from '../../../server/cli/options';
import { Session } from '../../../server/cli/session';
import { check } from '../../../server/cli/check';
import { kstateFiles, openListed } from '../../../server/cli/kstateFiles';
import { FAULTY } from '../../contract/sample';
import { Folder } from '../workspace/helpers';

interface Answer {
  readonly findings: readonly { readonly code: string; readonly file: string; readonly message: string; readonly line: number }[];
  readonly stats: { readonly files: number; readonly parsed: number };
}

const fifos = process.platform !== 'win32';

describe('bad input on disk', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  async function run(...words: string[]): Promise<{ code: number; answer: Answer | undefined; err: string }> {
    let out = '';
    let err = '';
    const code = await runCli(['check', '--format', 'json', ...words], { cwd: folder.root, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
    return { code, answer: out === '' ? undefined : JSON.parse(out) as Answer, err }; // the shape is the published one
  }
  async function inFile(name: string, ...words: string[]): Promise<string[]> {
    const { answer } = await run(...(words.length === 0 ? ['.'] : words));
    return (answer?.findings ?? []).filter((f) => f.file.endsWith(name)).map((f) => f.message);
  }
  /** FAULTY has one finding; what else is found is about the lines put before it. */
  const own = 1;

  it('is found wanting as it is, for comparison', async () => {
    folder.write({ 'a.c': FAULTY });
    assert.equal((await inFile('a.c')).length, own);
  });

  it('an include cycle ends, is named, and the file is checked', async () => {
    folder.write({ 'a.c': `#include "x.h"\n${FAULTY}`, 'x.h': '#include "y.h"\n', 'y.h': '#include "x.h"\n', 'b.c': `#include "b.c"\n${FAULTY}` });
    assert.equal((await inFile('a.c')).length, own);
    const self = await inFile('b.c');
    assert.ok(self.some((m) => /"b\.c" includes itself without end; it is left out here/.test(m)), self.join('\n'));
    assert.ok(self.length > own);
  });

  it('a header that is a folder, cannot be read, is a device or has an endless name is named, and the file is checked', async () => {
    mkdirSync(folder.path('dir.h'));
    symlinkSync('loop.h', folder.path('loop.h'));
    const cases: (readonly [include: string, message: RegExp])[] = [
      ['"dir.h"', /dir\.h: is a folder/], ['"loop.h"', /loop\.h: cannot be read \(too many symbolic links\)/], ['</dev/zero>', /\/dev\/zero: cannot be read \(not a regular file\)/],
      [`"${'n'.repeat(5000)}.h"`, /cannot be read \(the name is too long\)/],
    ];
    if (fifos) {
      execFileSync('mkfifo', [folder.path('pipe.h')]);
      cases.push(['"pipe.h"', /pipe\.h: cannot be read \(not a regular file\)/]);
    }
    if (process.getuid?.() !== 0) {
      folder.write({ 'secret.h': 'int a;\n' });
      chmodSync(folder.path('secret.h'), 0);
      cases.push(['"secret.h"', /secret\.h: cannot be read \(permission denied\)/]);
    }
    for (const [include, message] of cases) {
      folder.write({ 'a.c': `#include ${include}\n${FAULTY}` });
      const found = await inFile('a.c', 'a.c');
      assert.ok(found.some((m) => message.test(m)), `${include.slice(0, 40)}: ${found.join('\n')}`);
      assert.equal(found.length, own + 1);
    }
  });

  it('reads CRLF, a byte order mark, Latin-1 and NULs as they are, and an empty file as empty', async () => {
    folder.write({
      'crlf.c': FAULTY.replace(/\n/g, '\r\n'), 'cr.c': FAULTY.replace(/\n/g, '\r'), 'bom.c': `\ufeff${FAULTY}`,
      'latin.c': Buffer.concat([Buffer.from('/* \xe9\xff */\n', 'latin1'), Buffer.from(FAULTY)]), 'nul.c': `/* \0 */\n${FAULTY}`, 'empty.c': '',
    });
    const { answer, code, err } = await run('.');
    assert.equal(code, 1);
    assert.equal(err, '');
    assert.deepEqual(answer?.stats.files, 6);
    for (const name of ['crlf.c', 'bom.c', 'latin.c', 'nul.c']) assert.equal((await inFile(name)).length, own, name);
    const line = async (name: string): Promise<number | undefined> => (await run(name)).answer?.findings[0]?.line;
    assert.equal(await line('crlf.c'), await line('bom.c'));
    assert.equal(await line('latin.c'), (await line('bom.c') ?? 0) + 1);
  });

  it('does not run in circles through links, nor wait for a FIFO, nor read a device', async () => {
    folder.write({ 'a.c': FAULTY });
    symlinkSync('.', folder.path('again'));
    symlinkSync('loop.c', folder.path('loop.c'));
    symlinkSync('gone.c', folder.path('dangling.c'));
    symlinkSync('/dev/zero', folder.path('zero.c'));
    mkdirSync(folder.path('dir.c'));
    if (fifos) execFileSync('mkfifo', [folder.path('pipe.c')]);
    const { code, answer, err } = await run('.');
    assert.equal(code, 1);
    assert.equal(err, '');
    assert.equal(answer?.stats.files, 1);
    for (const [operand, message] of [['loop.c', /loop\.c: cannot be read \(too many symbolic links\)/], ['dangling.c', /no such file/], ['zero.c', /zero\.c: not a regular file/], ...(fifos ? [['pipe.c', /pipe\.c: not a regular file/] as const] : [])] as const) {
      const refused = await run(operand);
      assert.equal(refused.code, 2, operand);
      assert.match(refused.err, message);
    }
  });

  it('takes names with spaces, line breaks and quotes, and names what has no name in UTF-8', async () => {
    const names = ['with space.c', 'line\nbreak.c', 'quo"te\'s.c', '-dash.c', 'ünï.c'];
    for (const name of names) folder.write({ [name]: FAULTY });
    let strange = true;
    try {
      writeFileSync(Buffer.concat([Buffer.from(`${folder.root}/bad`), Buffer.from([0xff, 0xfe]), Buffer.from('.c')]), FAULTY);
    } catch {
      strange = false; // a file system that takes UTF-8 only
    }
    const { answer, err } = await run('.');
    assert.deepEqual([...new Set(answer?.findings.map((f) => f.file))].sort(), [...names].sort());
    if (strange) assert.match(err, /bad\ufffd+\.c: the name is not valid UTF-8; it is left out/);
    for (const format of ['text', 'sarif', 'github', 'checkpatch']) {
      let out = '';
      assert.equal(await runCli(['check', '.', '--format', format], { cwd: folder.root, stdout: (text) => { out += text; }, stderr: () => undefined }), 1);
      assert.notEqual(out, '');
    }
  });

  it('names a file that goes between listing and reading, takes one that grows, and checks the rest', async () => {
    folder.write({ 'a.c': FAULTY, 'b.c': FAULTY, 'c.c': FAULTY, 'd.c': FAULTY });
    let err = '';
    const io = { cwd: folder.root, stdout: () => undefined, stderr: (text: string) => { err += text; } };
    const session = new Session(parseOptions(check, ['.'], folder.root), io);
    try {
      const { files } = await kstateFiles(['.'], session, io);
      assert.equal(files.length, 4);
      rmSync(folder.path('b.c'));
      rmSync(folder.path('c.c'));
      if (fifos) execFileSync('mkfifo', [folder.path('c.c')]);
      appendFileSync(folder.path('d.c'), '/* more */\n');
      const opened = openListed(files, session, io);
      assert.deepEqual(opened.map((file) => file.path.slice(folder.root.length + 1)), ['a.c', 'd.c']);
      assert.match(err, /b\.c: no such file/);
      assert.match(err, fifos ? /c\.c: not a regular file/ : /c\.c: no such file/);
    } finally {
      session.dispose();
    }
  });
});
