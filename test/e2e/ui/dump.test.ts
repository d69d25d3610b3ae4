/** Memory images that real kernels left, a tree, a stream and a spoilt image, opened in their editor. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FrameLocator, Locator } from 'playwright-core';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');
const image = (name: string): Buffer => gunzipSync(fs.readFileSync(`test/fixtures/images/${name}.elf.gz`));

describe('decoded files in VS Code', () => {
  let window: Window;
  let webview: FrameLocator;
  const item = (name: RegExp): Locator => webview.getByRole('treeitem').filter({ hasText: name }).first();
  const tab = (name: RegExp): Locator => webview.getByRole('tab', { name });
  const fields = (): Locator => webview.locator('#pane-bytes').getByRole('grid', { name: 'Fields' }).locator('tr[data-field]');
  const blockRow = (n: number): Locator => webview.locator(`.brow[data-row="${String(n)}"]`);
  const clipboard = (): Promise<string> => window.page.evaluate(() => navigator.clipboard.readText());

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    const folder = path.resolve('out/sample-dump');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const stream = JSON.parse(fs.readFileSync('test/fixtures/kstate-cases/v3_array_of_pointer.json', 'utf8')) as { readonly stream_hex: string };
    const whole = image('7.1.5');
    const files: Readonly<Record<string, string | Buffer>> = {
      'kexec.elf': whole, 'older.elf': image('6.19'), 'cut.elf': whole.subarray(0, 300_000), 'broken.dtb': 'not a tree', 'kho_test.dtb': fs.readFileSync('test/fixtures/formats/kho_test-7.1.5.dtb'),
      'device.kstate': Buffer.from(stream.stream_hex, 'hex'),
    };
    for (const [name, content] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), content);
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026', 'workbench.editor.enablePreview': false, 'git.openRepositoryInParentFolders': 'never' });
    await window.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    ({ webview } = window);
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  /**
   * Opens the context menu of something and chooses an entry by key: a menu takes no click in its first moment. A window that has just opened knows its
   * extensions a moment later, so the menu is opened anew until it has the entry.
   */
  async function chooseFrom(what: Locator, entry: string | RegExp, before?: () => Promise<void>): Promise<void> {
    const { page } = window;
    const found = page.getByRole('menuitem', { name: entry });
    for (let attempt = 1; ; attempt++) {
      await what.click({ button: 'right' });
      try {
        await found.waitFor({ timeout: 3_000 });
        break;
      } catch (error) {
        if (attempt === 5) throw error;
        await page.keyboard.press('Escape');
      }
    }
    await found.hover();
    await before?.();
    await page.keyboard.press('Enter');
    await found.waitFor({ state: 'hidden' });
  }

  async function openFromExplorer(name: string): Promise<void> {
    const { page } = window;
    await chooseFrom(page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }), /Open Memory Image or FDT/);
    await page.locator('.tab.active', { hasText: name }).waitFor();
    await webview.locator('.dtop', { hasText: name }).waitFor();
  }

  it('opens a core from the explorer and shows the bytes of a file record', async () => {
    const { page } = window;
    await openFromExplorer('kexec.elf');
    for (const name of [/^LUO/, /^sessions/, /^session vm-a/]) {
      await item(name).click();
      await page.keyboard.press('ArrowRight');
    }
    await item(/^file 0x1002/).click();
    // By the independent walk: compatible "memfd-v2", data 62529536 = 0x3ba2000, token 4098 = 0x1002.
    await fields().filter({ hasText: 'token' }).waitFor();
    const cells = await Promise.all((await fields().all()).map(async (row) => (await row.locator('td').allTextContents()).slice(0, 4)));
    assert.deepEqual(cells, [['0x0', '48', 'compatible', '"memfd-v2"'], ['0x30', '8', 'data', '0x3ba2000'], ['0x38', '8', 'token', '0x1002']]);
    const drawn = await webview.locator('#pane-bytes .dhex .dr').allTextContents();
    assert.ok(drawn[0]?.includes('6d 65 6d 66 64 2d 76 32 00'), drawn[0]);
    assert.ok(drawn.some((row) => row.includes('00 20 ba 03 00 00 00 00data') && row.includes('02 10 00 00 00 00 00 00token')), drawn.join('\n'));
    await fields().filter({ hasText: 'token' }).click();
    await window.shot('dump-1-record-dark');
  });

  it('follows an address to the structure there', async () => {
    const { page } = window;
    await fields().filter({ hasText: 'data' }).focus();
    await page.keyboard.press('Enter');
    await fields().filter({ hasText: 'nr_folios' }).waitFor();
    assert.match(await webview.locator('[aria-selected="true"][role="treeitem"]').textContent() ?? '', /^memfd vm-a\/0x1002/);
    await window.useTheme('Light 2026');
    await window.shot('dump-2-memfd-light');
    await window.useTheme('Default High Contrast');
    await window.shot('dump-3-memfd-hc');
    await window.useTheme('Dark 2026');
  });

  it('copies value, bytes and address, by key, by button and from the menu', async () => {
    const { page } = window;
    await fields().filter({ hasText: 'nr_folios' }).click();
    await page.keyboard.press('Control+C');
    const value = await clipboard();
    assert.match(value, /^\d+$/);
    await webview.locator('#pane-bytes').getByRole('button', { name: 'bytes', exact: true }).click();
    await webview.getByText('Copied', { exact: true }).waitFor({ state: 'attached' });
    const hex = await clipboard();
    assert.equal(BigInt(`0x${(hex.match(/../g) ?? []).reverse().join('')}`), BigInt(value));
    await chooseFrom(fields().filter({ hasText: 'nr_folios' }), 'Copy Address', () => window.shot('dump-4-menu-dark'));
    await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.startsWith('0x3ba20')));
  });

  it('lists owners, and the blocks of one', async () => {
    await item(/^preserved blocks/).click();
    const owners = webview.getByRole('grid', { name: 'Owners of preserved blocks' }).locator('tbody tr');
    await owners.filter({ hasText: 'memfd folio' }).waitFor();
    await window.shot('dump-5-owners-dark');
    await owners.filter({ hasText: 'memfd folio' }).click();
    await blockRow(3).waitFor();
    assert.match(await blockRow(3).textContent() ?? '', /memfd folio$/);
    await blockRow(3).click();
    await webview.locator('#pane-blocks .dhead').waitFor();
    await window.page.keyboard.press('ArrowDown');
    await webview.locator('.brow.sel[data-row="4"]').waitFor();
    await window.shot('dump-6-blocks-dark');
  });

  it('shows a block that holds a structure by its address', async () => {
    await webview.getByRole('combobox', { name: 'Owner' }).selectOption('all');
    const find = webview.getByRole('textbox', { name: 'Go to the block at an address' });
    await find.fill('0x3ba2010');
    await find.press('Enter');
    await webview.locator('#pane-blocks .din', { hasText: 'memfd vm-a/0x1002' }).waitFor();
    assert.match(await webview.locator('.brow.sel').textContent() ?? '', /^0x3ba2000/);
    await window.useTheme('Light 2026');
    await window.shot('dump-7-blocks-light');
    await window.useTheme('Default High Contrast');
    await window.shot('dump-8-blocks-hc');
    await window.useTheme('Dark 2026');
  });

  it('is as it was when its tab comes back', async () => {
    await openFromExplorer('older.elf');
    await item(/^preserved blocks/).click();
    await window.shot('dump-9-older-dark');
    await window.page.locator('.tab', { hasText: 'kexec.elf' }).click();
    await webview.locator('.brow.sel', { hasText: '0x3ba2000' }).waitFor();
    await webview.locator('#pane-blocks .din', { hasText: 'memfd vm-a/0x1002' }).waitFor();
    assert.equal(await tab(/Blocks/).getAttribute('aria-selected'), 'true');
  });

  it('becomes tabs when it is narrow', async () => {
    const { page } = window;
    await page.setViewportSize({ width: 800, height: 800 });
    await window.shot('dump-10-narrow-blocks-dark');
    await tab(/Structures/).click();
    await window.shot('dump-11-narrow-dark');
    await tab(/Bytes/).click();
    await webview.locator('#pane-bytes .dhex').waitFor();
    assert.equal(await webview.getByRole('tree').isVisible(), false);
    await window.shot('dump-12-narrow-bytes-dark');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('leads from a finding of an image that is cut off to its bytes', async () => {
    await openFromExplorer('cut.elf');
    await tab(/Findings/).click();
    await window.shot('dump-13-findings-dark');
    await webview.locator('button.finding', { hasText: 'filesz' }).first().press('Enter');
    const marked = webview.locator('#pane-bytes tr.sel');
    await marked.waitFor();
    assert.match(await marked.textContent() ?? '', /filesz28672/);
    await webview.locator('#pane-bytes .dx.sel').first().waitFor();
    await window.shot('dump-14-finding-bytes-dark');
  });

  it('shows a tree and a stream', async () => {
    const { page } = window;
    for (const name of ['kho_test.dtb', 'device.kstate']) {
      await page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
      await webview.locator('.dtop', { hasText: name }).waitFor();
      await webview.locator('#pane-bytes .dhex').waitFor();
      await window.shot(`dump-15-${name.replace('.', '-')}-dark`);
    }
  });

  it('says in words why a file cannot be shown', async () => {
    await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: 'broken.dtb' }).dblclick();
    await webview.getByRole('paragraph').filter({ hasText: 'found none of them in its 10 bytes' }).waitFor();
    await window.shot('dump-16-broken-dark');
  });
});
