/** A change of a driver as a person makes it: remove a field, see the error and its fix, apply it, see the lens change. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { makeSampleWorkspace } from '../../../.build/sample.mjs';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');

describe('a change in VS Code', () => {
  let window: Window;
  let folder = '';
  /** Of the file as it was opened: VS Code saves by itself. */
  let source: readonly string[] = [];

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    ({ folder } = await makeSampleWorkspace(path.resolve('out/sample-ui-changes')));
    source = fs.readFileSync(path.join(folder, 'drivers/demo.c'), 'utf8').split('\n');
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026', 'editor.minimap.enabled': false, 'kexecHandover.inlayHints.enabled': true });
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  const lens = (text: string | RegExp): Locator => window.lens(text);
  const lineOf = (needle: string): number => source.findIndex((text) => text.includes(needle)) + 1;

  it('the lens says how many members travel and what loads where', async () => {
    await window.openFile('demo.c');
    await window.goTo(lineOf('kstate_description demo_state'), 1);
    await lens('4 of 4 members preserved').first().waitFor();
    await lens(/loads from HEAD ! \(version\) · rolls back to HEAD ✗ \(gone removed\)/).first().waitFor();
    await window.shot('10-lens-dark');
  });

  it('a field is removed: an error in its place', async () => {
    await window.goTo(lineOf('KSTATE_POINTER(cnt'), 1);
    await window.page.keyboard.press('Control+Shift+K');
    await window.editor.locator('.squiggly-error').first().waitFor();
    await lens(/loads from HEAD ✗ \(cnt removed\)/).first().waitFor();
    await window.page.keyboard.press('Control+Z');
    await window.editor.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await window.goTo(lineOf('KSTATE_BASE_TYPE(tag'), 1);
    await window.page.keyboard.press('Control+Shift+K');
    await window.editor.locator('.squiggly-error').first().waitFor();
    // Before the focus leaves the editor: VS Code then forgets that it was going to ask for lenses, until the focus comes back.
    await lens(/loads from HEAD ✗ \(tag removed\)/).first().waitFor();
    const rows = await window.showProblems();
    await rows.filter({ hasText: 'kstate-field-removed' }).filter({ hasText: 'update from HEAD corrupts state: tag' }).first().waitFor();
    await window.shot('11-field-removed-dark');
    await window.hidePanel();
  });

  it('its fix is applied, the error goes, and the lens changes', async () => {
    await window.goTo(lineOf('KSTATE_BASE_TYPE(tag'), 10); // what stands in its place now
    const choice = await window.quickFix('Keep tag as a deprecated entry of version 1');
    await window.shot('12-field-removed-fix-dark');
    await choice.click();
    await window.editor.locator('.view-line', { hasText: 'KSTATE_BASE_TYPE_DEPRECATED(tag' }).first().waitFor();
    await window.editor.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    await lens(/3 of 4 members preserved · loads from HEAD ! \(version\)/).first().waitFor();
    await window.shot('13-fixed-dark');
  });

  it('is readable in a light theme', async () => {
    await window.goTo(lineOf('KSTATE_BASE_TYPE(tag'), 10);
    await window.useTheme('Light 2026');
    await lens(/3 of 4 members preserved/).first().waitFor();
    await window.shot('14-fixed-light');
  });
});
