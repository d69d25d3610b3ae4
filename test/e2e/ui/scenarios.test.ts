/** Scenario files as a person sees them: problems while typing, the lens, the Test Explorer with what passed and what did not. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { makeSampleWorkspace } from '../../../.build/sample.mjs';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');

const FAILS = `{
  // The guests' memory is preserved, and nobody asks for it again.
  "name": "Nobody retrieves",
  "machine": { "memory": "1G", "nodes": 2, "kho_scratch": "32M,64M,32M" },
  "kernels": ["7.1", "7.1"],
  "participants": [
    { "kind": "session", "name": "vm-a", "files": [{ "token": "0x1001", "size": "16M" }] },
  ],
  "handovers": [{ "userspace": "none" }],
  "expect": {
    "corruption": false,
    "fates": { "vm-a": "kept" },
  },
}
`;

describe('scenarios in VS Code', () => {
  let window: Window;

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    const { folder } = await makeSampleWorkspace(path.resolve('out/sample-scenarios'));
    fs.mkdirSync(path.join(folder, 'scenarios'));
    for (const name of fs.readdirSync('scenarios').filter((file) => !file.startsWith('one-tebibyte'))) fs.copyFileSync(path.join('scenarios', name), path.join(folder, 'scenarios', name));
    fs.writeFileSync(path.join(folder, 'fails.handover.json'), FAILS);
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026', 'editor.minimap.enabled': false });
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  const test = (name: string | RegExp): Locator => window.page.locator('.test-explorer .monaco-list-row', { hasText: name }).first();

  it('validates by the schema, and says itself what no schema can', async () => {
    await window.openFile('fails.handover.json');
    await window.lens('Run handover').waitFor();
    const squiggle = window.editor.locator('.squiggly-error');
    assert.equal(await squiggle.count(), 0);
    await window.goTo(12, 17);
    await window.page.keyboard.press('Delete');
    await window.page.keyboard.press('Delete');
    await squiggle.first().waitFor();
    // The only problem of the file is ours: the schema has nothing to say against a name.
    await window.page.keyboard.press('F8');
    const problem = window.page.locator('.marker-widget', { hasText: 'expected the fate of one of "vm-a", "vm-a/0x1001", "kexec-metadata"' });
    await problem.waitFor();
    assert.equal(await squiggle.count(), 1);
    await window.shot('scenarios-1-problem-dark');
    await window.page.keyboard.press('Escape');
    await problem.waitFor({ state: 'detached' });
    await window.page.keyboard.press('Control+Z');
    await window.page.keyboard.press('Control+Z');
    await squiggle.first().waitFor({ state: 'detached' });
  });

  it('runs from the lens; what was expected and found stands at its place', async function () {
    this.timeout(60_000);
    await window.lens('Run handover').click();
    await window.page.locator('.xterm-rows', { hasText: /fates.vm-a: expected kept, found leaked/ }).first().waitFor();
    await window.shot('scenarios-2-report-dark');
    await window.runCommand('Testing: Focus on Test Explorer View');
    await test('Nobody retrieves').waitFor();
    await window.shot('scenarios-3-failed-dark');
  });

  it('runs all of them: the shipped ones pass', async function () {
    this.timeout(120_000);
    const stop = window.page.locator('.sidebar .action-label[aria-label^="Cancel Test Run"]').first();
    await window.runCommand('Test: Run All Tests');
    await stop.waitFor();
    await stop.waitFor({ state: 'hidden', timeout: 90_000 });
    const rows = await window.page.locator('.test-explorer .monaco-list-row').evaluateAll((all) => all.map((row) => row.getAttribute('aria-label') ?? ''));
    assert.ok(rows.length > 20, rows.join('\n'));
    // A row of the tree reads `fails.handover.json Nobody retrieves (Failed), in 25ms`.
    assert.deepEqual(rows.filter((row) => !/passed/i.test(row)).map((row) => row.includes('fails.handover.json')), [true], rows.join('\n'));
    await window.shot('scenarios-4-all-dark');
    await window.useTheme('Light 2026');
    await window.shot('scenarios-5-all-light');
  });
});
