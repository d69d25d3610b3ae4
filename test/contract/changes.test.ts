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
    const { command } = await client.resolve(lens);
    // What may be so is counted behind it.
    assert.equal(command?.title.replace(/ · \d+ notes?$/, ''), 'stream 65 B · 4 of 6 members preserved · loads from HEAD ✓ · rolls back to v6.18 ✗ (hours removed)');
  });

  it('hints say where each field stands, when they are asked for', async () => {
    const hints = async (): Promise<InlayHint[] | null> => await client.connection.sendRequest('textDocument/inlayHint', { textDocument: { uri }, range: { start: { line: 0, character: 0 }, end: { line: 200, character: 0 } } });
    await client.open(uri, DRIVER);
    assert.deepEqual(await hints(), []);
    client.settings = { inlayHints: { enabled: true } };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { kexecHandover: client.settings } });
    const labels = (await hints())?.map((hint) => hint.label);
    // Facts 3.1: magic 4, header 20; then in the order of the list. The subsection's header stands behind the section.
    assert.deepEqual(labels, ['+24, 4 B', '+28, 6 B', '+34, 8 B', 'no bytes (deprecated)', '+42, 2 B', '+64, 1 B']);
  });
});
