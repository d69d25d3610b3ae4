import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { StreamMessageReader, StreamMessageWriter, createProtocolConnection } from 'vscode-languageserver/node';
import type { PublishDiagnosticsParams } from 'vscode-languageserver/node';
import { CLI, SERVER, buildBundles } from './bundles';
import { Folder } from '../unit/workspace/helpers';
import { DRIVER, FAULTY } from './sample';

describe('the bundles', () => {
  let folder: Folder;
  before(buildBundles);
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  it('serve a client over stdio, from another folder, to an orderly end', async () => {
    const child = spawn(process.execPath, [SERVER, '--stdio'], { cwd: folder.root, stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve); });
    const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
    const uri = pathToFileURL(folder.path('lamp.c')).href;
    const published = new Promise<PublishDiagnosticsParams>((resolve) => { connection.onNotification('textDocument/publishDiagnostics', resolve); });
    connection.listen();
    await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} });
    await connection.sendNotification('initialized', {});
    await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'c', version: 1, text: FAULTY } });
    const { diagnostics } = await published;
    assert.deepEqual(diagnostics.map((d) => d.code), ['kstate-field-version-above-version']);
    const doc = diagnostics[0]?.codeDescription?.href ?? '';
    assert.equal(doc, `${pathToFileURL(path.resolve('docs/diagnostics.md')).href}#kstate-field-version-above-version`);
    await connection.sendRequest('shutdown');
    await connection.sendNotification('exit');
    assert.equal(await ended, 0);
    connection.dispose();
  });

  it('end when the client goes away without a word', async () => {
    const child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => { child.on('exit', resolve); });
    child.stdin.end();
    assert.equal(await ended, 1);
  });

  it('say how to start the server when no transport is named', () => {
    const run = spawnSync(process.execPath, [SERVER], { encoding: 'utf8' });
    assert.equal(run.status, 2);
    assert.match(run.stderr, /--stdio/);
  });

  it('give the exit codes of the command line', () => {
    folder.write({ 'good.c': DRIVER, 'bad.c': FAULTY });
    const run = (...words: string[]): number | null => spawnSync(process.execPath, [CLI, ...words], { cwd: folder.root }).status;
    assert.equal(run('check', 'good.c'), 0);
    assert.equal(run('check', 'bad.c'), 1);
    assert.equal(run('check', 'none.c'), 2);
    assert.equal(run('simulate', '--old', 'good.c', '--new', 'good.c'), 0);
    assert.equal(run('--version'), 0);
    assert.equal(run('frobnicate'), 2);
  });

  it('list a tree through npm run realtree\'s script', () => {
    folder.write({ 'good.c': DRIVER });
    const run = spawnSync(process.execPath, [path.resolve('.build/realtree.mjs'), '.'], { cwd: folder.root, encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    assert.match(run.stdout, /2 descriptions, 6 fields/);
  });
});
