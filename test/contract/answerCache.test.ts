import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { Diagnostic } from 'vscode-languageserver/node';
import { AnswerCache } from '../../server/lsp/answerCache';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL } from './client';
import { DRIVER } from './sample';

const TEXT = DRIVER.replace('u16, 3)', 'u16, OWN_VERSION)').replace('#include <linux/init.h>', '#include <linux/init.h>\n#include <own.h>');
const FAULT = 'kstate-field-version-above-version';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('answers kept on disk', () => {
  let folder: Folder;
  let cacheFolder: string;
  let uri: string;
  beforeEach(() => {
    folder = new Folder().write({ 'include/own.h': '#define OWN_VERSION 4\n' });
    cacheFolder = folder.path('cache');
    uri = pathToFileURL(folder.path('lamp.c')).href;
  });
  afterEach(() => { folder.remove(); });

  /** A start of the server, one answer, and an orderly end. */
  async function start(text = TEXT, settings: unknown = {}, cached = true): Promise<Diagnostic[]> {
    const client = new Client(cached ? { cacheFolder } : {});
    try {
      await client.initialize(PULL, folder.root, settings);
      await client.open(uri, text);
      return await client.pull(uri);
    } finally {
      await client.stop();
    }
  }
  const codes = (diagnostics: readonly Diagnostic[]): unknown[] => diagnostics.map((d) => d.code);
  const file = (): string => path.join(cacheFolder, readdirSync(cacheFolder)[0] ?? '');

  /** Makes the kept answer tell that it is one, checksum and all. */
  function mark(): void {
    const body = readFileSync(file(), 'utf8').split('\n').slice(1).join('\n').replace(`"code":"${FAULT}"`, '"code":"kept"');
    writeFileSync(file(), `${digest(body)}\n${body}`);
  }

  it('are those of a fresh start, and are used', async () => {
    const fresh = await start();
    assert.deepEqual(codes(fresh), [FAULT]);
    assert.deepEqual(await start(), fresh);
    assert.deepEqual(await start(TEXT, {}, false), fresh);
    mark();
    assert.deepEqual(codes(await start()), ['kept']);
  });

  it('give way to the file itself once it has been read', async () => {
    await start();
    mark();
    const client = new Client({ cacheFolder });
    await client.initialize(PULL, folder.root);
    await client.open(uri, TEXT);
    assert.deepEqual(codes(await client.pull(uri)), ['kept']);
    assert.deepEqual(codes(await client.pull(uri)), [FAULT]);
    await client.change(uri, [{ text: TEXT.replace('OWN_VERSION)', '3)') }]);
    assert.deepEqual(await client.pull(uri), []);
    await client.stop();
  });

  it('are void when the text, a setting or a header is another', async () => {
    await start();
    mark();
    assert.deepEqual(await start(TEXT.replace('OWN_VERSION)', '2)')), []);
    await start();
    mark();
    assert.deepEqual(await start(TEXT, { diagnostics: { severity: { [FAULT]: 'off' } } }), []);
    await start();
    mark();
    folder.write({ 'include/own.h': '#define OWN_VERSION 3 /* no longer above */\n' });
    assert.deepEqual(await start(), []);
  });

  it('are void when a header of the same size has another time', async () => {
    await start();
    mark();
    const { mtimeMs } = statSync(folder.path('include/own.h'));
    folder.write({ 'include/own.h': '#define OWN_VERSION 3\n' });
    utimesSync(folder.path('include/own.h'), new Date(), new Date(mtimeMs + 5000));
    assert.deepEqual(await start(), []);
  });

  it('are void when a header comes to stand before another', async () => {
    const text = TEXT.replace('<own.h>', '"own.h"');
    assert.deepEqual(codes(await start(text)), [FAULT]);
    mark();
    assert.deepEqual(codes(await start(text)), ['kept']);
    folder.write({ 'own.h': '#define OWN_VERSION 3\n' });
    assert.deepEqual(await start(text), []);
  });

  it('are passed over while another document is open', async () => {
    await start();
    mark();
    const client = new Client({ cacheFolder });
    await client.initialize(PULL, folder.root);
    await client.open(pathToFileURL(folder.path('include/own.h')).href, '#define OWN_VERSION 3\n');
    await client.open(uri, TEXT);
    assert.deepEqual(await client.pull(uri), []);
    await client.stop();
  });

  it('count as absent when they are cut short or altered anywhere', async function () {
    this.timeout(60_000);
    const fresh = await start();
    const name = file();
    const whole = readFileSync(name);
    await fc.assert(fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), async (at, change, cut) => {
      const bytes = Buffer.from(cut ? whole.subarray(0, at) : whole);
      if (!cut) bytes[at] = (bytes[at] ?? 0) ^ change;
      writeFileSync(name, bytes);
      assert.deepEqual(await start(), fresh);
    }), { numRuns: 40 });
  });

  it('stay within their size, the oldest gone first', async () => {
    const cache = new AnswerCache(cacheFolder, '1', path.resolve('package.json'));
    const message = 'x'.repeat(3_500_000);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
    for (let i = 0; i < 12; i++) cache.keep({ path: `/f${String(i)}.c`, text: '', circumstances: [] }, new Map(), [{ range, message }]);
    await cache.written();
    assert.equal(readdirSync(cacheFolder).length, 9);
    assert.ok(cache.find({ path: '/f11.c', text: '', circumstances: [] }, () => 'missing') !== undefined);
  });

  it('do no harm where nothing can be written', async () => {
    folder.write({ cache: 'a file where the folder should be' });
    assert.deepEqual(codes(await start()), [FAULT]);
    assert.deepEqual(codes(await start()), [FAULT]);
  });
});
