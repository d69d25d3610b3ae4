/** The whole run of conformance:kstate: cases that hold, a case that does not, and folders that have none. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { main } from '../../../server/conformance/kstate';
import { parsed } from '../../../server/conformance/kstateCase';
import { tampered } from '../../../server/conformance/tamper';
import type { SaveRun } from '../../../server/engine/kstate/save';
import { Folder } from '../workspace/helpers';
import { saying } from './run';

const CASES = path.resolve('test/fixtures/kstate-cases');
const text = (name: string): string => readFileSync(path.join(CASES, `${name}.json`), 'utf8');

describe('a run of conformance:kstate', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  const run = (...words: string[]) => saying(main, words);

  it('passes cases that hold', () => {
    folder.write({ 'cases/a.json': text('v3_base_types'), 'cases/b.json': text('v2_custom'), 'cases/README.md': 'no case' });
    assert.deepEqual(run(folder.path('cases')), { code: 0, out: '2 passed, 0 failed\n', err: '' });
  });

  it('names case, key, expected and found of one that does not', () => {
    folder.write({ 'cases/a.json': text('v3_base_types').replace('"verdict": "ok"', '"verdict": "warned"'), 'cases/b.json': text('v2_custom') });
    assert.deepEqual(run(folder.path('cases')), { code: 1, out: 'v3_base_types: restore.verdict: expected "warned", found "ok"\n1 passed, 1 failed\n', err: '' });
  });

  it('fails a case whose C lacks what its objects name', () => {
    folder.write({ 'cases/a.json': text('v2_base').replace('"struct w"', '"struct gone"') });
    const { code, out } = run(folder.path('cases'));
    assert.equal(code, 1);
    assert.match(out, /^v2_base: run: expected "a handover", found "the C of the old kernel does not have struct gone"$/m);
  });

  it('says what is wrong with a folder that has no cases, and exits 2', () => {
    folder.write({ 'cut/a.json': '{"name"', 'list/a.json': '[]', 'dialect/a.json': '{"name": "a", "dialect": "v9"}', 'file': '', 'empty/README.md': '' });
    const wrong: readonly (readonly [folder: string, message: RegExp])[] = [
      ['gone', /gone: no such folder$/m], ['file', /file: expected a folder, found a file$/m], ['empty', /empty: expected reference cases \(NAME\.json\), found none$/m],
      ['cut', /a\.json: expected JSON: /], ['list', /a\.json: expected a reference case \(an object\), found a list$/m], ['dialect', /a\.json: dialect: expected v2, v3 or v3-posted$/m],
    ];
    for (const [name, message] of wrong) {
      const { code, err } = run(folder.path(name));
      assert.equal(code, 2, name);
      assert.match(err, message);
    }
    assert.match(run().err, /^usage: npm run conformance:kstate -- DIR$/m);
  });

  it('reads nothing of a case but its inputs', () => {
    const one = parsed(text('v3_whole_handover'.concat('_to_v1')));
    assert.ok(typeof one === 'object');
    folder.write({ 'cases/a.json': JSON.stringify({ ...one, stream_hex: '00', entries: [], preserved: [], notes: ['all is well'], description: '' }) });
    const { code, out } = run(folder.path('cases'));
    assert.equal(code, 1);
    assert.match(out, /stream_hex: expected "00", found "8c77373b/);
  });

  it('does so from npm, without a stack trace', () => {
    let status: unknown;
    let said = '';
    try {
      execFileSync(process.execPath, [path.resolve('.build/conformance.mjs'), 'kstate', folder.path('gone')], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      if (!(error instanceof Error && 'status' in error && 'stderr' in error)) throw error;
      status = error.status;
      said = String(error.stderr);
    }
    assert.equal(status, 2);
    assert.match(said, /gone: no such folder\n$/);
  });
});

describe('what was done to a stream on the way', () => {
  // Only what is handed over matters here.
  const handed = { blocks: [{ phys: 0x1000n, order: 0, bytes: Uint8Array.of(0x8c, 0x77, 3, 4) }], kstateOutPhys: undefined, streamPhys: 0x1000n };
  const save: SaveRun = { rc: 0, stream: new Uint8Array(0), entries: [], spans: [], preserved: [], messages: [], limits: [], damage: [], handed };
  const after = (words: string): string => Buffer.from(tampered(words, save, () => Uint8Array.of(9, 9)).blocks[0]?.bytes ?? []).toString('hex');

  it('is read from its words', () => {
    assert.equal(after('first byte of the magic flipped (0x8c to 0x8d) before restore'), '8d770304');
    assert.equal(after('byte 2 of the stream set to 255'), '8c77ff04');
    assert.equal(after('stream replaced by a v2 layout stream (same object) before restore'), '09090304');
    assert.throws(() => after('something was done'), /tamper: expected words/);
  });
});
