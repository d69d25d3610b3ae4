/** `compat` and `check --base` on the command line: operands, JSON, exit codes, history. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { runCli } from '../../../server/cli/run';
import { Folder } from '../workspace/helpers';

interface Direction { verdict: string; reasons: { code: string; message: string; file: string; line: number }[] }
interface Item { kind: string; name: string; forward: Direction; backward: Direction }
interface HistoryJson { revisions: { ref: string; refs: string[]; forward?: Direction }[]; matrix: { saved: string; restored: string; verdict: string }[] }

const corpus = (name: string, side: string): string => fs.readFileSync(path.resolve('test/fixtures/corpora/kstate-compat', name, `${side}.c`), 'utf8');
const [old, next] = [corpus('dropped-without-trace', 'old'), corpus('dropped-without-trace', 'new')];
const isNoNote = ({ code }: { readonly code: string }): boolean => !code.startsWith('note-');
const lineOf = (text: string, needle: string): number => text.split('\n').findIndex((line) => line.includes(needle)) + 1;

describe('compat on the command line', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  async function run(...words: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    let [out, err] = ['', ''];
    const code = await runCli(words, { cwd: folder.root, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
    return { code, out, err };
  }
  async function items(...words: string[]): Promise<{ readonly code: number; readonly items: Item[] }> {
    const { code, out, err } = await run('compat', ...words, '--format', 'json');
    assert.notEqual(out, '', err);
    return { code, ...(JSON.parse(out) as { items: Item[] }) }; // the shape is what the tests check
  }

  it('two files, whatever they are called', async () => {
    folder.write({ 'a.c': old, 'b.c': next });
    const { code, items: [item] } = await items('a.c', 'b.c');
    assert.equal(code, 1);
    assert.deepEqual([item?.kind, item?.name, item?.forward.verdict, item?.backward.verdict], ['kstate', 'plough_state', 'corrupts', 'corrupts']);
    const reason = item?.forward.reasons.find((one) => one.code === 'field-removed');
    assert.deepEqual([reason?.file, reason?.line], ['a.c', lineOf(old, 'KSTATE_BASE_TYPE(wear')]);
    assert.equal((await run('compat', 'a.c', 'a.c')).code, 0);
    assert.match((await run('compat', 'a.c', 'b.c')).out, /update {4}a\.c → b\.c: corrupts/);
  });

  it('what may be so beside stands with either direction, and by itself in the text', async () => {
    const pointer = `#include <linux/kstate.h>
struct lamp { u32 *hours; };
static struct kstate_description lamp_state = {
\t.name = "lamp", .id = KSTATE_TEST_ID, .version_id = 1,
\t.fields = (const struct kstate_field[]) {
\t\tKSTATE_POINTER(hours, struct lamp),
\t\tKSTATE_END_OF_LIST()
\t},
};
`;
    folder.write({ 'a.c': pointer, 'b.c': pointer });
    const { code, items: [item] } = await items('a.c', 'b.c');
    assert.equal(code, 0, 'a note changes no verdict');
    for (const direction of [item?.forward, item?.backward]) {
      const note = direction?.reasons.filter((one) => one.code === 'note-pointer-null');
      assert.deepEqual(note?.map((one) => [one.file, one.line]), [['b.c', lineOf(pointer, 'KSTATE_POINTER')]], 'once, though both sides say it');
    }
    assert.match((await run('compat', 'a.c', 'b.c')).out, /\n {2}notes\n[^]*hours must not be NULL[^]*\[note-pointer-null\]/);
  });

  it('folders: files by name, and by what they describe when they were renamed; what one side alone has', async () => {
    folder.write({ 'v1/d/plough.c': old, 'v1/x.c': corpus('member-renamed', 'old'), 'v2/d/plough.c': next, 'v2/y.c': corpus('member-renamed', 'new'), 'v2/z.c': corpus('another-id', 'new') });
    const { items: all } = await items('v1', 'v2');
    assert.deepEqual(all.map((item) => [item.name, item.forward.verdict, item.backward.verdict]), [
      ['tongs_state', 'loads', 'loads'], ['anvil_state', 'loads', 'loads'], ['plough_state', 'corrupts', 'corrupts'],
    ]);
    assert.deepEqual(all[1]?.forward.reasons.filter(isNoNote).map((one) => [one.code, one.file]), [['description-added', 'v2/z.c']]);
    assert.deepEqual(all[1].backward.reasons.filter(isNoNote).map((one) => one.code), ['description-removed']);
  });

  it('git revisions, on either side, and the base when only one operand is given', async () => {
    folder.git('init', '-q');
    folder.write({ 'drivers/plough.c': old }).commitAll('one');
    folder.git('tag', 'v1');
    folder.write({ 'drivers/plough.c': next }).commitAll('two');
    for (const words of [['v1', 'HEAD'], ['v1', 'drivers'], ['v1', 'drivers/plough.c'], ['drivers/plough.c', '--base', 'v1']]) {
      const { code, items: [item] } = await items(...words);
      assert.deepEqual([code, item?.name, item?.forward.verdict], [1, 'plough_state', 'corrupts'], words.join(' '));
      assert.equal(item?.forward.reasons[0]?.file, 'v1:drivers/plough.c');
    }
    assert.equal((await items('drivers')).code, 0, 'HEAD is the base, and nothing changed since');
    const { code, err } = await run('compat', 'v9', 'drivers');
    assert.equal(code, 2);
    assert.match(err, /v9: no such file or folder, and as a git revision: "v9" names no commit/);
  });

  it('history: a revision for each text, the changes between them, and a matrix', async () => {
    folder.git('init', '-q');
    folder.write({ 'drivers/plough.c': old }).commitAll('one');
    for (const tag of ['v1', 'v2']) folder.git('tag', tag);
    folder.git('mv', 'drivers/plough.c', 'drivers/ard.c');
    folder.write({ 'drivers/ard.c': next }).commitAll('two');
    folder.git('tag', 'v10');
    const { code, out } = await run('compat', '--history', 'plough_state', '--format', 'json');
    assert.equal(code, 1);
    const history = JSON.parse(out) as HistoryJson; // the shape is what the test checks
    assert.deepEqual(history.revisions.map((one) => [one.ref, one.refs, one.forward?.verdict]), [['v1', ['v1', 'v2'], undefined], ['v10', ['v10'], 'corrupts']]);
    assert.deepEqual(history.matrix.map((one) => `${one.saved} ${one.restored} ${one.verdict}`), ['v1 v1 loads', 'v1 v10 corrupts', 'v10 v1 corrupts', 'v10 v10 loads']);
    assert.match((await run('compat', '--history', 'plough_state')).out, /v1 … v2: drivers\/plough\.c, version 1/);
    assert.equal((await run('compat', '--history', 'no_state')).code, 2);
  });

  it('check --base tells what a change breaks; a base without the file breaks nothing', async () => {
    folder.git('init', '-q');
    folder.write({ 'plough.c': old }).commitAll('one');
    folder.write({ 'plough.c': next, 'base/plough.c': old, 'new.c': corpus('another-id', 'new') });
    for (const base of ['HEAD', 'base']) {
      const { code, out, err } = await run('check', 'plough.c', 'new.c', '--base', base);
      assert.equal(code, 1);
      assert.match(out, /^plough\.c:\d+:\d+: error: plough_state: update from (HEAD|base) corrupts state: .*\[kstate-field-removed\]$/m);
      assert.match(err, /new\.c/);
    }
    assert.equal((await run('check', 'plough.c')).code, 0);
    assert.equal((await run('check', 'plough.c', '--base', 'v9')).code, 2);
  });
});
