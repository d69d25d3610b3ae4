/** A memory image that a real kernel left, opened in its editor: the tree, the bytes of a record, the keyboard, narrow and wide. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');

describe('decoded files in VS Code', () => {
  let window: Window;

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    const folder = path.resolve('out/sample-dump');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, 'kexec.elf'), gunzipSync(fs.readFileSync('test/fixtures/images/7.1.5.elf.gz')));
    fs.writeFileSync(path.join(folder, 'broken.dtb'), 'not a tree');
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026' });
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  it('opens a core from the explorer and shows the bytes of a file record', async () => {
    const { page, webview } = window;
    const command = page.getByRole('menuitem', { name: /Open Memory Image or FDT/ });
    // A window that has just opened knows its extensions a moment later.
    for (let attempt = 1; attempt <= 5 && !(await command.isVisible()); attempt++) {
      await page.keyboard.press('Escape');
      await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'kexec.elf' }).click({ button: 'right' });
      await command.waitFor({ timeout: 3_000 }).catch(() => undefined);
    }
    await command.click();
    const item = (name: RegExp): ReturnType<typeof webview.getByRole> => webview.getByRole('treeitem').filter({ hasText: name }).first();
    for (const name of [/^LUO/, /^sessions/, /^session vm-a/]) {
      await item(name).click();
      await page.keyboard.press('ArrowRight');
    }
    await item(/^file 0x1002/).click();
    // By the independent walk: compatible "memfd-v2", data 62529536 = 0x3ba2000, token 4098 = 0x1002.
    const rows = webview.getByRole('grid', { name: 'Fields' }).getByRole('row');
    await rows.filter({ hasText: 'token' }).waitFor();
    assert.deepEqual(await rows.allTextContents(), ['offsizenamevalue', '048compatible"memfd-v2"', '488data62529536', '568token4098']);
    const drawn = await webview.locator('.dhex .dr').allTextContents();
    assert.ok(drawn[0]?.includes('6d 65 6d 66 64 2d 76 32 00'), drawn[0]);
    assert.ok(drawn.some((row) => row.includes('00 20 ba 03 00 00 00 00data') && row.includes('02 10 00 00 00 00 00 00token')), drawn.join('\n'));
    await rows.filter({ hasText: 'token' }).click();
    await window.shot('dump-1-record-dark');
    await item(/^file 0x1002/).focus();
    await page.keyboard.press('ArrowRight');
    await item(/^memfd vm-a\/0x1002/).waitFor();
    await page.keyboard.press('ArrowDown');
    await rows.filter({ hasText: 'nr_folios' }).waitFor();
    await window.useTheme('Light 2026');
    await window.shot('dump-2-memfd-light');
    await window.useTheme('Default High Contrast');
    await window.shot('dump-3-memfd-hc');
    await window.useTheme('Dark 2026');
    await webview.getByRole('tab', { name: /Findings/ }).click();
    await webview.getByRole('paragraph').filter({ hasText: 'No findings' }).waitFor();
  });

  it('becomes tabs when it is narrow', async () => {
    const { page, webview } = window;
    await page.setViewportSize({ width: 800, height: 800 });
    await webview.getByRole('tab', { name: 'Structures' }).click();
    await window.shot('dump-4-narrow-dark');
    await webview.getByRole('tab', { name: 'Bytes' }).click();
    await webview.locator('.dhex').waitFor();
    assert.equal(await webview.getByRole('tree').isVisible(), false);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('says in words why a file cannot be shown', async () => {
    const { page, webview } = window;
    await page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'broken.dtb' }).dblclick();
    await webview.getByRole('paragraph').filter({ hasText: 'found none of them in its 10 bytes' }).waitFor();
    await window.shot('dump-5-broken-dark');
  });
});
