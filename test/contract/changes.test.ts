/** What a change breaks against the base, as the editor sees it: findings after a pause, fixes, lenses, hints. */
import assert from 'node:assert/strict';
import type { CodeAction, Diagnostic, InlayHint } from 'vscode-languageserver/node';
import { Client, PUSH } from './client';
import { DRIVER } from './sample';
import { pathToFileURL } from 'node:url';
import { Folder } from '../unit/workspace/helpers';

describe('changes since the base', () => {
  let folder: Folder;
  let client: Client;
  let uri = '';

  beforeEach(async () => {
    folder = new Folder();
    folder.write({ 'drivers/lamp.c': DRIVER });
    folder.git('init', '-q', '-b', 'main');
    folder.git('add', '-A');
    folder.git('commit', '-q', '-m', 'first');
    folder.git('tag', 'v6.18');
    client = new Client();
    await client.initialize(PUSH, folder.root);
    uri = pathToFileURL(`${folder.root}/drivers/lamp.c`).href;
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });

  const removed = DRIVER.replace('\t\tKSTATE_BASE_TYPE(hours, struct lamp, u32),\n', '');
  const changesIn = (diagnostics: readonly Diagnostic[]): Diagnostic[] => diagnostics.filter((one) => one.code === 'kstate-field-removed');

  it('come when typing has paused, with a fix that takes them away', async () => {
    await client.open(uri, removed);
    const found = changesIn((await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length > 0)).diagnostics);
    assert.equal(found.length, 1);
    const [first] = found;
    assert.ok(first);
    assert.match(String(first.message), /^lamp_state: update from HEAD corrupts state: hours \(u32, 4 bytes\)/);
    assert.match(first.codeDescription?.href ?? '', /docs\/changes\.md#kstate-field-removed$/);
    const actions: CodeAction[] | null = await client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range: first.range, context: { diagnostics: found } });
    const fix = actions?.find((action) => action.title.startsWith('Keep hours as a deprecated entry of version 3'));
    assert.ok(fix?.edit, JSON.stringify(actions));

    // While somebody types elsewhere they stay, at their line.
    const shifted = `\n${removed}`;
    const version = await client.change(uri, [{ text: shifted }]);
    const moved = await client.pushed(uri, version);
    assert.equal(changesIn(moved.diagnostics)[0]?.range.start.line, first.range.start.line + 1);
    await client.change(uri, [{ text: DRIVER }]);
    await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length === 0);
  });

  it('lenses name the base, the newest tag, and why', async () => {
    folder.write({ 'drivers/lamp.c': removed });
    folder.git('commit', '-q', '-a', '-m', 'second');
    await client.open(uri, removed);
    const lens = (await client.lenses(uri))?.[1];
    assert.ok(lens);
    const { command } = lens;
    // What may be so is counted behind it.
    assert.equal(command?.title.replace(/ · \d+ notes?$/, ''), 'stream 65 B · 4 of 6 members preserved · loads from HEAD ✓ · rolls back to v6.18 ✗ (hours removed)');
  });

  it('lenses are asked for anew only when one of them reads otherwise: a click must not lose its lens', async () => {
    await client.stop();
    client = new Client();
    await client.initialize({ ...PUSH, workspace: { codeLens: { refreshSupport: true } } }, folder.root);
    await client.open(uri, removed);
    const before = await client.lensTitles(uri);
    assert.match(before[1] ?? '', /loads from HEAD ✗ \(hours removed\)/);
    // Findings came, files elsewhere changed: what the lenses say is the same.
    await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length > 0);
    const elsewhere = { uri: pathToFileURL(`${folder.root}/drivers/other.c`).href, type: 1 };
    for (let i = 0; i < 5; i++) await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [elsewhere] });
    await client.hover(uri, 0, 0);
    assert.equal(client.lensRefreshes, 0);
    // A commit makes the base another.
    const refreshed = client.lensRefresh();
    folder.write({ 'drivers/lamp.c': removed });
    folder.git('commit', '-q', '-a', '-m', 'second');
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(`${folder.root}/.git/logs/HEAD`).href, type: 2 }] });
    await refreshed;
    assert.equal(client.lensRefreshes, 1);
    assert.match((await client.lensTitles(uri))[1] ?? '', /loads from HEAD ✓ · rolls back to v6\.18 ✗ \(hours removed\)/);
    assert.equal(client.lensRefreshes, 1);
  });

  it('a folder outside of the workspace as the base: watched, and looked at again when something is typed', async () => {
    const outside = new Folder();
    try {
      outside.write({ 'drivers/lamp.c': DRIVER });
      await client.stop();
      client = new Client();
      client.settings = { base: outside.root };
      const capabilities = { ...PUSH, workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } } };
      await client.initialize(capabilities, folder.root);
      await client.settled();
      await client.open(uri, removed);
      await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length > 0);
      assert.ok(client.registered.some((options) => options.includes(`"baseUri":"${pathToFileURL(outside.path('drivers')).href}"`) && options.includes('"pattern":"lamp.c"')), client.registered.join('\n'));
      // Nobody tells that the base has lost the member, too.
      outside.write({ 'drivers/lamp.c': removed });
      await client.change(uri, [{ text: `${removed}\n` }]);
      await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length === 0 && params.version === 2);
      outside.write({ 'drivers/lamp.c': DRIVER });
      await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(outside.path('drivers/lamp.c')).href, type: 2 }] });
      await client.publishedWhere(uri, (params) => changesIn(params.diagnostics).length > 0);
    } finally {
      outside.remove();
    }
  });

  it('hints say where each field stands, when they are asked for', async () => {
    const hints = async (): Promise<InlayHint[] | null> => await client.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 200, character: 0 } } });
    await client.open(uri, DRIVER);
    assert.deepEqual(await hints(), []);
    client.settings = { inlayHints: { enabled: true } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { kexecHandover: client.settings } });
    const labels = (await hints())?.map((hint) => hint.label);
    // Of the struct's six members none carries `log`. Facts 3.1: magic 4, header 20; then in the order of the list. The subsection's header stands behind the section.
    assert.deepEqual(labels, ['not preserved', '+24, 4 B', '+28, 6 B', '+34, 8 B', 'no bytes (deprecated)', '+42, 2 B', '+64, 1 B']);
  });
});
