/** Scenario files by the language server: problems, names, and runs in a thread. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import type { CompletionItem } from 'vscode-languageserver/node';
import { requests } from '../../server/shared/requests';
import type { RunScenarioResult, ScenarioOutlineResult } from '../../server/shared/requests';
import { Folder } from '../unit/workspace/helpers';
import { Client, PULL, PUSH, applyEdits, place } from './client';

const WORKER = path.resolve('out/test/contract/scenarioWorker.js');
const SCHEMA = { ...PULL, experimental: { kexecHandoverScenarioSchema: true }, textDocument: { ...PULL.textDocument, completion: { dynamicRegistration: true } } };

const GOOD = `{
  "name": "Guests stay",
  "machine": { "memory": "512M", "reserve_mem": ["1M:4096:trace"] },
  "kernels": ["7.1", "7.1"],
  "participants": [
    { "kind": "session", "name": "vm-a", "files": [{ "token": "0x1001", "size": "64K" }] },
    { "kind": "driver", "name": "iommu", "states": { "PREPARE": [{ "alloc": "tables" }, { "preserve": "tables" }, "add subtree"] } }
  ],
  "faults": [{ "participant": "iommu", "state": "PREPARE", "handover": 1 }],
  "expect": { "verdict": "crashes", "fates": { "vm-a": "kept", "trace": "kept" } }
}
`;

describe('scenarios by the language server', () => {
  let folder: Folder;
  let client: Client;
  before(async () => {
    execFileSync(process.execPath, ['.build/bundle.mjs', 'server/scenarioWorker.ts', WORKER]);
    folder = new Folder().write({ 'good.handover.json': GOOD, 'long.handover.json': LONG, 'kstate.handover.json': KSTATE, 'device.c': 'int x;\n' });
    client = new Client({ scenarioWorker: WORKER });
    await client.initialize(SCHEMA, folder.root);
  });
  after(async () => {
    await client.stop();
    folder.remove();
  });
  const uri = (name: string): string => pathToFileURL(folder.path(name)).href;
  const run = (name: string): Promise<RunScenarioResult> => client.connection.sendRequest(requests.runScenario, { uri: uri(name) });

  it('leaves to the schema what the schema says, and says the rest', async () => {
    const text = GOOD.replace('"vm-a": "kept"', '"vm-b": "kept"').replace('"64K"', '"64Q"');
    await client.open(uri('open.handover.json'), text);
    const found = await client.pull(uri('open.handover.json'));
    assert.deepEqual(found.map((one) => [one.code, one.severity, one.range.start]), [['unknown-name', 1, place(text, '"vm-b"')]]);
    assert.match(String(found[0]?.message), /^expect\.fates\.vm-b: expected the fate of one of "vm-a"/);
    // A correction, as it is typed.
    await client.change(uri('open.handover.json'), [{ range: { start: place(text, 'vm-b'), end: place(text, 'vm-b', 4) }, text: 'vm-a' }]);
    assert.deepEqual(await client.pull(uri('open.handover.json')), []);
    await client.close(uri('open.handover.json'));
  });

  it('says all of it to editors without the schema, pushed', async () => {
    const plain = new Client({});
    await plain.initialize(PUSH, folder.root);
    const name = uri('push.handover.json');
    await plain.open(name, GOOD.replace('"64K"', '"64Q"').replace('"vm-a": "kept"', '"vm-b": "kept"'));
    assert.deepEqual((await plain.pushed(name, 1)).diagnostics.map((one) => one.code), ['schema', 'unknown-name']);
    await plain.stop();
  });

  it('takes a scenario that speaks of KSTATE for no C', async () => {
    await client.open(uri('kstate.handover.json'), KSTATE);
    assert.deepEqual(await client.pull(uri('kstate.handover.json')), []);
    assert.deepEqual(await client.symbols(uri('kstate.handover.json')), null);
    await client.close(uri('kstate.handover.json'));
  });

  it('puts a lens on top, and outlines the expectations', async () => {
    const lenses = await client.lenses(uri('good.handover.json'));
    assert.deepEqual(lenses, [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, command: { title: '$(play) Run handover', command: 'kexecHandover.runScenario', arguments: [uri('good.handover.json')] } }]);
    const outline: ScenarioOutlineResult = await client.connection.sendRequest(requests.scenarioOutline, { uri: uri('good.handover.json') });
    assert.deepEqual(outline?.expectations.map((one) => [one.label, one.range.start]), [
      ['verdict: crashes', place(GOOD, '"crashes"')], ['vm-a: kept', place(GOOD, '"kept"')], ['trace: kept', place(GOOD, '"kept" } }')],
    ]);
    assert.deepEqual([outline.name, outline.range.start], ['Guests stay', place(GOOD, '"Guests')]);
    assert.equal(await client.connection.sendRequest(requests.scenarioOutline, { uri: uri('gone.handover.json') }), null);
  });

  it('explains and finds names', async () => {
    const at = place(GOOD, '"participant": "iommu"', 18);
    const hover = await client.hover(uri('good.handover.json'), at.line, at.character);
    assert.deepEqual(hover?.contents, { kind: 'markdown', value: '`iommu`: driver, subtree `iommu-v1`' });
    const definition = await client.definition(uri('good.handover.json'), at.line, at.character);
    assert.deepEqual(definition?.range.start, place(GOOD, '"iommu"'));
    const trace = place(GOOD, '"trace": "kept"', 2);
    assert.deepEqual((await client.definition(uri('good.handover.json'), trace.line, trace.character))?.range.start, place(GOOD, '"1M:4096'));
    const mixed = GOOD.replace('"size": "64K" }', '"size": "64K", "folios": [8, { "order": 3 }] }').replace('"expect": {', '"expect": { "arrives": { "vm-a/0x1001": {} },');
    await client.open(uri('mixed.handover.json'), mixed);
    const key = place(mixed, '"vm-a/0x1001": {}', 3);
    assert.deepEqual((await client.hover(uri('mixed.handover.json'), key.line, key.character))?.contents, { kind: 'markdown', value: '`vm-a/0x1001`: memfd of 64 KiB (8 of order 0, 1 of order 3) in session `vm-a`' });
    assert.deepEqual((await client.definition(uri('mixed.handover.json'), key.line, key.character))?.range.start, place(mixed, '"0x1001"'));
    await client.close(uri('mixed.handover.json'));
    const area = place(GOOD, '"preserve": "tables"', 14);
    assert.deepEqual((await client.definition(uri('good.handover.json'), area.line, area.character))?.range.start, place(GOOD, '"tables"'));
  });

  it('completes names, only in scenarios', async () => {
    assert.ok(client.registered.some((one) => one.includes('"pattern":"**/*.handover.json"') && one.includes('triggerCharacters')), client.registered.join());
    const text = GOOD.replace('"participant": "iommu"', '"participant": ""').replace('"vm-a": "kept", ', '"": "kept", ').replace('{ "preserve": "tables" }', '{ "preserve": }')
      .replace('"expect": {', '"expect": { "arrives": { "": {} }, "changed": { "": [] },');
    await client.open(uri('typed.handover.json'), text);
    const complete = (needle: string, into: number): Promise<CompletionItem[]> => {
      const at = place(text, needle, into);
      return client.at('textDocument/completion', uri('typed.handover.json'), at.line, at.character);
    };
    const names = await complete('"participant": ""', 16);
    assert.deepEqual(names.map((one) => one.label), ['vm-a', 'iommu']);
    const edit = names[1]?.textEdit;
    assert.ok(edit !== undefined && 'range' in edit);
    assert.match(applyEdits(text, [edit]), /"participant": "iommu", "state"/);
    assert.deepEqual((await complete('"": "kept"', 1)).map((one) => one.label), ['vm-a', 'iommu', 'vm-a/0x1001', 'trace', 'kexec-metadata']);
    assert.deepEqual((await complete('"": {} }', 1)).map((one) => one.label), ['vm-a/0x1001']);
    assert.deepEqual((await complete('"": [] }', 1)).map((one) => one.label), ['vm-a', 'iommu', 'vm-a/0x1001', 'trace', 'kexec-metadata']);
    assert.deepEqual((await complete('"preserve": }', 12)).map((one) => one.label), ['tables']);
    assert.deepEqual(await complete('"memory": "512M"', 12), []);
    await client.close(uri('typed.handover.json'));
  });

  it('runs a scenario as it stands in the editor, and says what was expected and found', async () => {
    const closed = await run('good.handover.json');
    assert.ok(closed.ok, JSON.stringify(closed));
    assert.equal(closed.passed, false);
    assert.deepEqual(closed.expectations.map((one) => [one.path.join('.'), one.passed]), [['expect.verdict', false], ['expect.fates.vm-a', true], ['expect.fates.trace', true]]);
    assert.match(closed.report, /^Guests stay: FAILED/);
    // As wide as a panel.
    assert.ok(closed.report.split('\n').every((line) => line.length <= 80));
    assert.ok(closed.report.split('\n').some((line) => line.length > 60));
    const found = closed.expectations[0]?.found ?? '';
    await client.open(uri('good.handover.json'), GOOD.replace('"crashes"', JSON.stringify(found)));
    const open = await run('good.handover.json');
    assert.ok(open.ok && open.passed, JSON.stringify(open));
    await client.close(uri('good.handover.json'));
  });

  it('says where a scenario is wrong in place of running it', async () => {
    const wrong = GOOD.replace('"1M:4096:trace"', '"0:4096:trace"').replace('"trace": "kept"', '"kexec-metadata": "kept"');
    await client.open(uri('wrong.handover.json'), wrong);
    const answer = await run('wrong.handover.json');
    assert.ok(!answer.ok);
    assert.deepEqual([answer.reason, answer.range?.start], ['invalid', place(wrong, '0:4096')]);
    await client.close(uri('wrong.handover.json'));
    assert.deepEqual(await run('gone.handover.json'), { ok: false, reason: 'failed', message: 'There is no such file.' });
  });

  it('ends the thread of a run that is cancelled, and answers others meanwhile', async () => {
    const source = new CancellationTokenSource();
    const long = client.connection.sendRequest(requests.runScenario, { uri: uri('long.handover.json') }, source.token);
    const other = await run('good.handover.json');
    assert.ok(other.ok);
    source.cancel();
    await assert.rejects(Promise.resolve(long), /cancelled/);
  });
});

/** Some seconds of work. */
const LONG = JSON.stringify({
  machine: { memory: '2T' }, kernels: ['7.1', '7.1', '7.1', '7.1', '7.1', '7.1'],
  participants: [0, 1, 2, 3].map((i) => ({ kind: 'session', name: `vm-${String(i)}`, files: [0, 1, 2, 3].map((token) => ({ token, size: '8G', placement: 'scattered' })) })),
});
const KSTATE = '{ "machine": { "memory": "512M" }, "kernels": ["7.1", "7.1"], "participants": [{ "kind": "kstate", "name": "device", "sources": ["device.c"] }], "description": "kstate_description" }';
