/** The main job as a person does it: the packaged extension in a real VS Code, from the squiggle to the panel. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { makeSampleWorkspace } from '../../../.build/sample.mjs';
import { Window } from './window';

const vsix = path.resolve('out/kexec-handover.vsix');

/**
 * The stream of demo.c, byte by byte after KSTATE facts 9: magic; demo with tag, *cnt, buf; its subsection demo_n; the locator of
 * KHO's device tree, which registered first and so comes last; the end.
 */
const stream = (version: string, size: string, gone: string): string => [
  '8c77373b',
  '02000000', '03000000', version, '7b000000', size, '61626364656667686b00', '2122232425262728', '00302c1b0a000000', gone,
  '01000000', '04000000', '01000000', '7b000000', '04000000', '0a0b0c0d',
  '02000000', '02000000', '01000000', '01000000', '10000000', '0050341207000000', '0010000000000000',
  'ffffffff',
].join('');
const newStream = stream('02000000', '1a000000', '');
/** The old kernel saves the u16 `gone`, 0x3231, as well. */
const oldStream = stream('01000000', '1c000000', '3132');

describe('a driver in VS Code', () => {
  let window: Window;
  let folder = '';

  before(async function () {
    this.timeout(90_000);
    assert.ok(fs.existsSync(vsix), 'npm run build && npm run vsix make the package');
    ({ folder } = await makeSampleWorkspace(path.resolve('out/sample-ui')));
    window = await Window.open(folder, vsix, { 'workbench.colorTheme': 'Dark 2026', 'editor.minimap.enabled': false });
  });
  after(async () => { await window?.close(); });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.log(await window.explainFailure(this.currentTest.title));
  });

  /** Opens a driver and the panel of one of its descriptions, by the lens above it. */
  const openPanel = async (file: string, description: string, title: string): Promise<void> => {
    await window.openFile(file);
    const line = fs.readFileSync(path.join(folder, 'drivers', file), 'utf8').split('\n').findIndex((text) => text.includes(`kstate_description ${description} =`)) + 1;
    await window.goTo(line, 1); // an editor draws only the lenses in sight
    // One click: a lens that is drawn works.
    await window.lensAbove(`kstate_description ${description} =`, 'members preserved');
    await panel.title().filter({ hasText: title }).waitFor();
  };
  const lenses = (): Locator => window.lens('members preserved');
  const panel = {
    title: (): Locator => window.webview.getByRole('heading', { level: 1 }),
    verdict: (name: string): Locator => window.webview.getByRole('group', { name: 'Verdicts' }).locator('section').filter({ hasText: name }),
    row: (member: string): Locator => window.webview.getByRole('grid').getByRole('row').filter({ has: window.page.locator(`.name:text-is("${member}")`) }),
    direction: (name: string): Locator => window.webview.getByRole('radio', { name }),
    hex: async (): Promise<string> => (await window.webview.locator('.hexbox .bb').allTextContents()).join('').replace(/\s+/g, ''),
  };
  /** The panel has taken in the stream when its bytes are these; a difference is shown as one. */
  const streamIs = async (wanted: string): Promise<void> => {
    const size = `${wanted.length / 2} bytes`;
    await window.webview.locator('.hexbox').and(window.webview.getByLabel(`Stream in hex, ${size}`)).waitFor();
    assert.equal(await panel.hex(), wanted);
  };

  it('underlines what is wrong, at the very characters', async () => {
    await window.openFile('meter.c');
    await lenses().nth(1).waitFor();
    const squiggle = window.editor.locator('.squiggly-error');
    await squiggle.first().waitFor();
    const member = await window.token('volts, struct meter', 'volts').boundingBox();
    const line = await window.line('volts, struct meter').boundingBox();
    assert.ok(member && line);
    const boxes = await Promise.all((await squiggle.all()).map((s) => s.boundingBox()));
    const below = boxes.filter((b) => b !== null && b.y >= line.y - 2 && b.y <= line.y + line.height + 2);
    assert.ok(below.some((b) => b !== null && b.x < member.x + member.width && b.x + b.width > member.x), `a squiggle under volts: ${JSON.stringify({ member, below })}`);
    await window.shot('1-squiggle-dark');
  });

  it('lists the findings in the Problems panel, with their codes', async () => {
    const rows = await window.showProblems();
    for (const [word, code] of [['volts', 'kstate-unknown-member'], ['meter_calibration', 'kstate-missing-end'], ['min_version_id', 'kstate-min-version-above-version']] as const) {
      await rows.filter({ hasText: word }).filter({ hasText: code }).first().waitFor();
    }
    assert.equal(await rows.filter({ hasText: 'demo.c' }).count(), 0, 'demo.c has no findings');
    await window.shot('2-problems-dark');
    await window.hidePanel();
  });

  it('colours KSTATE macros otherwise than other calls', async () => {
    const macro = await window.colour('KSTATE_BASE_TYPE(joules', 'KSTATE_BASE_TYPE');
    const plain = await window.colour('KSTATE_BASE_TYPE(joules', 'u64');
    assert.notEqual(macro, plain);
  });

  it('explains a macro and its field on hover', async () => {
    const hover = await window.hover('KSTATE_BASE_TYPE(joules', 'KSTATE_BASE_TYPE', 'KSTATE_BASE_TYPE');
    const text = (await hover.textContent()) ?? '';
    for (const word of ['joules', 'u64', '8 bytes']) assert.ok(text.includes(word), `${word} in: ${text}`);
    await window.shot('3-hover-dark');
    await window.closeHover();
  });

  it('mends a list by quick fix, and the squiggle goes', async () => {
    const source = fs.readFileSync(path.join(folder, 'drivers/meter.c'), 'utf8').split('\n');
    const line = source.findIndex((text) => text.includes('.fields')) + 1; // of meter_calibration, the first
    await window.goTo(line, 4);
    const underlined = await window.editor.locator('.squiggly-error').count();
    const choice = await window.quickFix('Add KSTATE_END_OF_LIST()');
    await window.shot('4-quick-fix-dark');
    await choice.click();
    await window.editor.locator('.view-line', { hasText: 'KSTATE_END_OF_LIST()' }).nth(1).waitFor();
    await window.editor.locator('.squiggly-error').nth(underlined - 1).waitFor({ state: 'detached' });
    await window.runCommand('File: Revert File');
    await window.editor.locator('.squiggly-error').nth(underlined - 1).waitFor();
  });

  it('opens the panel from the lens above the description', async () => {
    await openPanel('demo.c', 'demo_state', 'demo');
    await panel.verdict('Update').filter({ hasText: /arrive/ }).waitFor();
    assert.equal(await panel.verdict('Update').getAttribute('data-verdict'), 'warns');
    assert.equal(await panel.verdict('Rollback').getAttribute('data-verdict'), 'corrupts');
    assert.match((await panel.verdict('Rollback').textContent()) ?? '', /gone.*0x0001/, 'gone reads the next header');
  });

  it('shows every member with its fate', async () => {
    for (const member of ['tag', 'cnt', 'buf', 'gone', 'n']) await panel.row(member).waitFor();
    assert.match((await panel.row('gone').textContent()) ?? '', /2 bytes skipped/);
    assert.match((await panel.row('tag').textContent()) ?? '', /kept.*kept/);
    await window.shot('5-panel-dark');
  });

  it('shows the streams of both kernels to the byte', async () => {
    await panel.direction('Rollback').click();
    await streamIs(newStream);
    await panel.direction('Update').click();
    await streamIs(oldStream);
    await window.webview.locator('.hexbox').scrollIntoViewIfNeeded();
    await window.shot('6-stream-dark');
  });

  it('goes from a member to its line in the source', async () => {
    await panel.row('buf').getByRole('button').first().click();
    const line = fs.readFileSync(path.join(folder, 'drivers/demo.c'), 'utf8').split('\n').findIndex((text) => text.includes('KSTATE_FOLIO(buf')) + 1;
    await window.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor();
  });

  it('follows the editor', async () => {
    const line = fs.readFileSync(path.join(folder, 'drivers/demo.c'), 'utf8').split('\n').findIndex((text) => text.includes('KSTATE_BASE_TYPE_DEPRECATED')) + 1;
    await window.goTo(line, 1);
    await window.page.keyboard.press('Control+/'); // the removed member is no longer skipped
    await panel.verdict('Update').and(window.webview.locator('[data-verdict="corrupts"], [data-verdict="loses"]')).waitFor();
    await window.shot('7-edited-dark');
    await window.page.keyboard.press('Control+Z');
    await panel.verdict('Update').and(window.webview.locator('[data-verdict="warns"]')).waitFor();
  });

  it('tells what breaks in ring.c, which shows only with both kernels side by side', async () => {
    await openPanel('ring.c', 'ring_state', 'ring');
    assert.equal(await panel.verdict('Update').getAttribute('data-verdict'), 'corrupts');
    await window.shot('8-ring-dark');
  });

  for (const [theme, name] of [['Light 2026', 'light'], ['Default High Contrast', 'contrast']] as const) {
    it(`is readable in ${theme}`, async () => {
      await openPanel('demo.c', 'demo_state', 'demo');
      const before = await window.webview.locator('body').evaluate((e) => getComputedStyle(e).color);
      await window.useTheme(theme);
      await window.webview.locator(`body.${theme === 'Light 2026' ? 'vscode-light' : 'vscode-high-contrast'}`).waitFor();
      const [after, background] = await window.webview.locator('body').evaluate((e) => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]);
      assert.notEqual(after, before, 'the text takes the colour of the theme');
      assert.notEqual(after, background);
      await window.shot(`9-panel-${name}`);
      await window.openFile('meter.c');
      await window.editor.locator('.squiggly-error').first().waitFor();
      await window.shot(`9-editor-${name}`);
    });
  }
});
