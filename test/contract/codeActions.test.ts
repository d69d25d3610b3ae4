import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, applyEdits, place } from './client';
import { DRIVER } from './sample';

describe('code actions', () => {
  let folder: Folder;
  let client: Client;
  let uri: string;
  beforeEach(async () => {
    folder = new Folder();
    client = new Client();
    uri = pathToFileURL(folder.path('lamp.c')).href;
    await client.initialize(PULL, folder.root);
  });
  afterEach(async () => {
    await client.stop();
    folder.remove();
  });
  const at = (text: string, needle: string) => ({ start: place(text, needle), end: place(text, needle) });

  it('take a finding back with a comment, which counts when it has a reason', async () => {
    const text = DRIVER.replace('.id = KSTATE_TEST_ID,', '.id = 40,');
    await client.open(uri, text);
    assert.deepEqual((await client.pull(uri)).map((d) => d.code), ['kstate-raw-id']);
    const actions = await client.actions(uri, at(text, '40,'), ['quickfix']);
    assert.deepEqual(actions?.map((a) => [a.title, a.isPreferred]), [['Ignore kstate-raw-id here (the reason is yours to write)', false]]);
    const edited = applyEdits(text, actions?.[0]?.edit?.changes?.[uri] ?? []);
    assert.ok(edited.includes('\t/* kexec-handover: ignore kstate-raw-id -- */\n\t.id = 40,'));
    await client.change(uri, [{ text: edited }]);
    assert.deepEqual((await client.pull(uri)).map((d) => d.code), ['kstate-suppression', 'kstate-raw-id']);
    await client.change(uri, [{ text: edited.replace('-- */', '-- agreed with the others */') }]);
    assert.deepEqual(await client.pull(uri), []);
  });

  it('change a description safely and say what it costs', async () => {
    await client.open(uri, DRIVER);
    const actions = await client.actions(uri, at(DRIVER, 'hours, struct lamp'), ['refactor']);
    assert.deepEqual(actions?.map((a) => a.title.replace(/update \w+/, 'update …')), [
      'Remove hours safely (update …, rollback corrupts)', 'Widen hours to u64 safely (update …, rollback corrupts; the value of hours in older streams is dropped)',
    ]);
    const removed = applyEdits(DRIVER, actions?.[0]?.edit?.changes?.[uri] ?? []);
    assert.ok(removed.includes('KSTATE_BASE_TYPE_DEPRECATED(hours, u32, 3),') && removed.includes('.version_id = 4,'));
    await client.change(uri, [{ text: removed }]);
    assert.deepEqual(await client.pull(uri), []);
  });

  it('do not simulate for the light bulb of every cursor move', async () => {
    await client.open(uri, DRIVER);
    const actions = await client.connection.sendRequest('textDocument/codeAction', { textDocument: { uri }, range: at(DRIVER, 'hours, struct lamp'), context: { diagnostics: [], triggerKind: 2 } });
    assert.deepEqual(actions, []);
  });

  it('are not needed for notes, which stand in the hover', async () => {
    await client.open(uri, DRIVER);
    const hover = await client.connection.sendRequest<{ contents: { value: string } } | null>('textDocument/hover', { textDocument: { uri }, position: place(DRIVER, 'cycles, struct lamp') });
    assert.match(hover?.contents.value ?? '', /- Note: cycles must not be NULL when the handover is finalized/);
  });
});
