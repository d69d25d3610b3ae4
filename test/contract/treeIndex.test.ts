import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ClientCapabilities, Location, SymbolInformation } from 'vscode-languageserver/node';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, PUSH, place } from './client';
import { DRIVER } from './sample';

const WORKER = path.resolve('out/test/contract/treeIndexWorker.js');
const OTHER_FILES = path.resolve('out/test/contract/otherFilesWorker.js');
const PROGRESS: ClientCapabilities = { ...PULL, window: { workDoneProgress: true } };
const USER = `#include <linux/kexec_handover.h>

/* kho_preserve_folio(folio) in a comment */
static int hold(struct folio *folio)
{
	return kho_preserve_folio(folio);
}
`;

describe('the index of the workspace', () => {
  let folder: Folder;
  let client: Client;
  let lamp: string;
  let user: string;
  const start = (workerFile = WORKER): void => {
    client = new Client({ index: { workerFile, otherFilesWorker: OTHER_FILES, cacheFolder: folder.path('.cache/trees'), quietMs: 0 } });
  };
  const symbols = async (query: string): Promise<string[]> => {
    const found: SymbolInformation[] | null = await client.connection.sendRequest('workspace/symbol', { query });
    return (found ?? []).map(({ name, containerName, location }) =>
      `${name} (${containerName ?? ''}) ${path.basename(location.uri)}:${String(location.range.start.line + 1)}:${String(location.range.start.character + 1)}`);
  };
  const ready = (): Promise<unknown> => client.status(({ index }) => index.startsWith('Index:'));

  before(() => {
    execFileSync(process.execPath, ['.build/bundle.mjs', 'server/treeIndexWorker.ts', WORKER, 'server/otherFilesWorker.ts', OTHER_FILES]);
  });
  beforeEach(() => {
    folder = new Folder();
    folder.write({ 'drivers/lamp.c': DRIVER, 'mm/user.c': USER, 'include/abi.h': '#define LAMP_COMPATIBLE "lamp-v1"\n', 'mm/other.c': 'int x;\n' });
    lamp = pathToFileURL(folder.path('drivers/lamp.c')).href;
    user = pathToFileURL(folder.path('mm/user.c')).href;
    start();
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  it('gives descriptions, contracts, registrations and calls by name, of files that are not open', async () => {
    await client.initialize(PULL, folder.root);
    assert.deepEqual(await symbols('kho'), []);
    await client.open(lamp, DRIVER);
    const { index, health } = await client.status((status) => status.index.startsWith('Index:'));
    assert.equal(index, 'Index: 2 descriptions, 1 contract and 3 calls in 3 files of 4.');
    assert.equal(health, 'ready');
    assert.deepEqual(await symbols('lamp_'), ['lamp_extra (description) lamp.c:14:34', 'lamp_state (description) lamp.c:24:34', 'LAMP_COMPATIBLE (contract) abi.h:1:9']);
    assert.deepEqual(await symbols('kreg'), ['kstate_register (registration in lamp_init) lamp.c:57:8']);
    assert.deepEqual(await symbols('KHO_preserve'), ['kho_preserve_folio (call in hold) user.c:6:9']);
    assert.deepEqual(await symbols(''), ['lamp_extra (description) lamp.c:14:34', 'lamp_state (description) lamp.c:24:34', 'kstate_register (registration in lamp_init) lamp.c:57:8', 'LAMP_COMPATIBLE (contract) abi.h:1:9']);
  });

  it('follows what is typed and not saved, and the disk again after the document is closed', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(user, USER);
    await ready();
    const at = place(USER, 'return ');
    await client.change(user, [{ range: { start: at, end: at }, text: 'kho_is_enabled();\n\t' }]);
    assert.deepEqual(await symbols('kho_is'), ['kho_is_enabled (call in hold) user.c:6:2']);
    assert.deepEqual(await symbols('kho_preserve'), ['kho_preserve_folio (call in hold) user.c:7:9']);
    await client.close(user);
    assert.deepEqual(await symbols('kho'), ['kho_preserve_folio (call in hold) user.c:6:9']);
  });

  it('looks again at files that change on disk, and only where the scan would', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(lamp, DRIVER);
    await ready();
    folder.write({ '.gitignore': '*.mod.c\n', 'mm/other.c': 'void f(void)\n{\n\tluo_a();\n}\n', 'mm/new.c': 'void g(void)\n{\n\tluo_b();\n}\n', 'mm/x.mod.c': 'void h(void)\n{\n\tluo_c();\n}\n', 'mm/user.c': 'int y;\n' });
    const changes = ['other.c', 'new.c', 'x.mod.c', 'user.c'].map((name) => ({ uri: pathToFileURL(folder.path(`mm/${name}`)).href, type: 2 }));
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    assert.deepEqual(await symbols('luo'), ['luo_a (call in f) other.c:3:2', 'luo_b (call in g) new.c:3:2']);
    assert.deepEqual(await symbols('kho'), []);
  });

  it('answers references by name: everywhere but in comments and strings, with the definition or without', async () => {
    await client.initialize(PULL, folder.root);
    await client.open(lamp, DRIVER);
    await ready();
    const references = async (uri: string, position: { line: number; character: number }, includeDeclaration: boolean): Promise<string[] | undefined> => {
      const found: Location[] | null = await client.connection.sendRequest('textDocument/references', { textDocument: { uri }, position, context: { includeDeclaration } });
      return found?.map(({ uri: file, range }) => `${path.basename(file)}:${String(range.start.line + 1)}:${String(range.start.character + 1)}-${String(range.end.character + 1)}`);
    };
    const name = place(DRIVER, 'lamp_extra', 2);
    assert.deepEqual(await references(lamp, name, true), ['lamp.c:14:34-44', 'lamp.c:38:4-14']);
    assert.deepEqual(await references(lamp, name, false), ['lamp.c:38:4-14']);
    await client.open(user, USER);
    assert.deepEqual(await references(user, place(USER, 'kho_preserve_folio(folio);'), true), ['user.c:6:9-27']);
    assert.equal(await references(lamp, place(DRIVER, 'hours'), true), undefined);
  });

  describe('tells of ids that files of the tree share which are not open', () => {
    const codes = (): string[] => (client.published.get(lamp)?.diagnostics ?? []).map((d) => `${String(d.code)} ${/both have id \d+|in \w+\.c/.exec(JSON.stringify(d.message))?.[0] ?? ''}`);

    it('when both are of one tree, until the other one changes', async () => {
      folder.write({ 'include/linux/lamp.h': '', 'drivers/twin.c': DRIVER });
      await client.initialize(PUSH, folder.root);
      await client.open(lamp, DRIVER);
      await client.status(({ findings }) => findings === 2);
      assert.deepEqual(codes(), ['kstate-duplicate-id in twin.c', 'kstate-duplicate-id in twin.c']);
      folder.write({ 'drivers/twin.c': DRIVER.replace('KSTATE_TEST_ID,', '77,').replace('KSTATE_TEST_ID_V2', '78') });
      const later = client.nextStatus(({ findings }) => findings === 0);
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(folder.path('drivers/twin.c')).href, type: 2 }] });
      await later;
      assert.deepEqual(codes(), []);
    });

    it('not when they lie in no tree: programs of their own', async () => {
      folder.write({ 'drivers/twin.c': DRIVER });
      await client.initialize(PUSH, folder.root);
      await client.open(lamp, DRIVER);
      await client.status(({ index }) => index.startsWith('Index: 4 descriptions'));
      // The tree of the files that were read is none, whenever that is known.
      assert.deepEqual(codes(), []);
    });
  });

  describe('at work', () => {
    /** Kinds of progress in order; resolves at its end. `onBegin` may stop it. */
    const progress = (onBegin: (token: string) => void): Promise<string[]> => new Promise((resolve) => {
      const kinds: string[] = [];
      let created: string | undefined;
      client.connection.onRequest('window/workDoneProgress/create', ({ token }: { token: string }) => { created = token; return null; });
      client.connection.onNotification('$/progress', ({ token, value }: { token: string; value: { kind: string; cancellable?: boolean; message?: string } }) => {
        assert.equal(token, created);
        kinds.push(value.kind);
        if (value.kind === 'begin') {
          assert.equal(value.cancellable, true);
          onBegin(token);
        }
        if (value.kind === 'end') resolve(kinds);
      });
    });
    /** In place of the worker: gets to 40 percent and waits until it is stopped. */
    const patient = `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ kind, build }) => {
        if (kind === 'build') parentPort.postMessage({ kind: 'progress', build, percent: 40, scanned: 12 });
        if (kind === 'cancel') parentPort.postMessage({ kind: 'failed', build, reason: 'aborted', message: 'the index of w was stopped' });
      });`;

    it('shows its progress, and its end', async () => {
      await client.initialize(PROGRESS, folder.root);
      const kinds = progress(() => undefined);
      await client.open(lamp, DRIVER);
      const seen = await kinds;
      assert.equal(seen[0], 'begin');
      await ready();
    });

    it('can be stopped from the editor, says so, and the server goes on', async () => {
      await client.stop();
      folder.write({ 'patient.js': patient });
      start(folder.path('patient.js'));
      await client.initialize(PROGRESS, folder.root);
      const kinds = progress((token) => {
        void client.status(({ message }) => message === 'Indexing 40 %.').then((status) => {
          assert.equal(status.health, 'working');
          return client.connection.sendNotification('window/workDoneProgress/cancel', { token });
        });
      });
      await client.open(lamp, DRIVER);
      assert.deepEqual((await kinds).at(-1), 'end');
      const { index, health } = await client.status((status) => status.index.startsWith('No index'));
      assert.equal(index, 'No index: the index of w was stopped.');
      assert.equal(health, 'ready');
      assert.deepEqual(await client.pull(lamp), []);
    });

    it('waits for the first file, and is not begun when the setting is off', async () => {
      folder.write({ 'told.js': 'throw new Error("begun");' });
      await client.stop();
      start(folder.path('told.js'));
      await client.initialize(PUSH, folder.root, { index: { enabled: false } });
      await client.open(lamp, DRIVER);
      await client.status(({ openFiles }) => openFiles === 1);
      assert.deepEqual(await symbols('lamp'), []);
      assert.deepEqual(client.logs, []);
    });

    it('that fails costs the index only, and is logged', async () => {
      folder.write({ 'broken.js': 'throw new Error("no such luck");' });
      await client.stop();
      start(folder.path('broken.js'));
      await client.initialize(PULL, folder.root);
      await client.open(lamp, DRIVER);
      const { index } = await client.status((status) => status.index.startsWith('No index'));
      assert.equal(index, 'No index: The index failed: no such luck.');
      assert.match(client.logs.join(''), /no such luck/);
      assert.deepEqual(await client.pull(lamp), []);
    });

    it('refuses a workspace that is the whole machine', async () => {
      await client.initialize(PULL, '/');
      await client.open(lamp, DRIVER);
      const { index } = await client.status((status) => status.index.startsWith('No index'));
      assert.equal(index, 'No index: / is the root of the file system and is not scanned; open a kernel tree instead.');
    });
  });
});
