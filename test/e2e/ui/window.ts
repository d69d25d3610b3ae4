/** A real VS Code window with the packaged extension, driven as a person drives it: what the end-to-end tests say in words. */
import fs from 'node:fs';
import path from 'node:path';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium } from '../../../.build/browser.mjs';
import { startCodeServer } from '../../../.build/codeServer.mjs';
import type { CodeServer } from '../../../.build/codeServer.mjs';

const shots = path.resolve('out/shots');

export type Theme = 'Dark 2026' | 'Light 2026' | 'Default High Contrast';
/** The class that a theme of that kind puts on the workbench. */
const themeClass: Readonly<Record<Theme, string>> = { 'Dark 2026': 'vs-dark', 'Light 2026': 'vs', 'Default High Contrast': 'hc-black' };

export class Window {
  private constructor(private readonly folder: string, private readonly server: CodeServer, private readonly browser: BrowserContext, readonly page: Page) {}

  private readonly settings: Record<string, unknown> = {};

  /** What the page's console reported as errors, for a failed test. */
  readonly consoleErrors: string[] = [];

  static async open(folder: string, vsix: string, settings: Record<string, unknown> = {}): Promise<Window> {
    const server = await startCodeServer({ settings: { 'files.exclude': { '**/.vscode': true, '**/.git': true }, ...settings }, vsix: [vsix] });
    const browser = await launchChromium(server.state).catch(async (error: unknown) => {
      await server.stop(); // else the run never ends
      throw error;
    });
    const page = browser.pages()[0] ?? await browser.newPage();
    page.setDefaultTimeout(15_000);
    const window = new Window(folder, server, browser, page);
    page.on('console', (message) => { if (message.type() === 'error') window.consoleErrors.push(message.text()); });
    await page.goto(server.url(folder));
    await page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 30_000 });
    return window;
  }

  async close(): Promise<void> {
    await this.browser.close().catch(() => undefined);
    await this.server.stop();
  }

  async shot(name: string): Promise<void> {
    fs.mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }

  /** For a failed test: a picture, the end of the server's log (a refused extension shows only there), the page's errors. */
  async explainFailure(name: string): Promise<string> {
    const file = `failed-${name.replace(/[^a-z0-9]+/gi, '-')}`;
    await this.shot(file).catch(() => undefined);
    return [`screenshot: out/shots/${file}.png`, '--- server log', this.server.log().slice(-3000), '--- page errors', ...this.consoleErrors.slice(-10)].join('\n');
  }

  /** Changes settings of the open window: those of the workspace, which it watches. */
  changeSettings(settings: Record<string, unknown>): void {
    Object.assign(this.settings, settings);
    const place = path.join(this.folder, '.vscode');
    fs.mkdirSync(place, { recursive: true });
    fs.writeFileSync(path.join(place, 'settings.new'), JSON.stringify(this.settings, undefined, 2));
    fs.renameSync(path.join(place, 'settings.new'), path.join(place, 'settings.json')); // at once: the window never reads half a file
  }

  async useTheme(theme: Theme): Promise<void> {
    this.changeSettings({ 'workbench.colorTheme': theme });
    await this.page.locator(`.monaco-workbench.${themeClass[theme]}`).waitFor();
  }

  /** Opens a file of the workspace by name; resolves when its editor has the focus. */
  async openFile(name: string): Promise<void> {
    await this.pick('Control+P', '', name, name);
    await this.page.locator('.tab.active', { hasText: name }).first().waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** Runs a command from the palette. `title` with its category, as it stands there. */
  async runCommand(title: string): Promise<void> {
    await this.pick('F1', '>', title, title);
  }

  private async pick(key: string, prefix: string, text: string, row: string): Promise<void> {
    const box = await this.pressUntil(key, this.page.locator('.quick-input-widget:visible'));
    await box.locator('input').first().fill(prefix + text);
    await box.locator('.monaco-list-row', { hasText: row }).first().click();
    await box.waitFor({ state: 'hidden' });
  }

  /** The editor of the active tab. */
  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** Puts the cursor at a place of the open file; lines and columns from 1. */
  async goTo(line: number, column: number): Promise<void> {
    const box = await this.pressUntil('Control+G', this.page.locator('.quick-input-widget:visible'));
    await box.locator('input').first().fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await box.waitFor({ state: 'hidden' });
    await this.page.locator('.statusbar-item', { hasText: `Ln ${line},` }).waitFor(); // its column counts a tab as four
  }

  /** The visible line that has this text. VS Code draws blanks as no-break spaces. */
  line(text: string): Locator {
    return this.editor.locator('.view-line', { hasText: new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/ /g, '\\s')) }).first();
  }

  /** The drawn token with exactly this text, in the line with that text. */
  token(line: string, token: string): Locator {
    return this.line(line).locator('span > span', { hasText: new RegExp(`^\\s*${token}\\s*$`) }).first();
  }

  /** Lenses that can be seen: an editor keeps those that were scrolled away. */
  lens(text: string | RegExp): Locator {
    return this.editor.locator('.codelens-decoration a', { hasText: text }).filter({ visible: true });
  }

  /** Clicks the lens that is drawn above the line with that text. Lenses slide while others arrive, so the place is asked for until it rests. */
  async lensAbove(line: string, title: string): Promise<void> {
    const all = this.lens(title);
    await all.first().waitFor();
    for (let attempt = 1; ; attempt++) {
      const at = await this.line(line).boundingBox();
      const boxes = await Promise.all((await all.all()).map(async (lens) => ({ lens, box: await lens.boundingBox() })));
      const nearest = boxes.flatMap(({ lens, box }) => (at !== null && box !== null && box.y < at.y ? [{ lens, above: at.y - box.y }] : [])).sort((a, b) => a.above - b.above)[0];
      if (nearest !== undefined && at !== null && nearest.above < 2 * at.height) {
        await nearest.lens.click();
        return;
      }
      if (attempt === 20) throw new Error(`no lens "${title}" above ${line}`);
      await this.page.mouse.move(5, 5 + attempt);
      await this.page.evaluate(() => new Promise((done) => { requestAnimationFrame(() => { requestAnimationFrame(done); }); }));
    }
  }

  /** Colour of a drawn token, as the browser computes it. */
  async colour(line: string, token: string): Promise<string> {
    return this.token(line, token).evaluate((element) => getComputedStyle(element).color);
  }

  /**
   * Rests the mouse on a token until a hover with that text shows. Lenses that arrive late push the text away from under the
   * mouse, so the mouse leaves and comes back until it does.
   */
  async hover(line: string, token: string, text: string | RegExp): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:visible .monaco-hover-content', { hasText: text }).first();
    for (let attempt = 1; ; attempt++) {
      await this.page.mouse.move(5, 5);
      await this.token(line, token).hover();
      try {
        await hover.waitFor({ timeout: 4_000 });
        return hover;
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
  }

  async closeHover(): Promise<void> {
    await this.page.mouse.move(5, 5);
    await this.page.keyboard.press('Escape');
    await this.page.locator('.monaco-editor .monaco-hover:visible').waitFor({ state: 'hidden' });
  }

  /**
   * Opens the quick fixes at the cursor; resolves with the one of that title. A key that comes while the editor takes in new findings opens nothing, or a
   * menu from before them: a person closes it and presses again.
   */
  async quickFix(title: string): Promise<Locator> {
    return this.pressUntil('Control+.', this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first());
  }

  /** Presses a key until what it opens is there; what it opened instead is closed before it is pressed again. */
  async pressUntil(key: string, shown: Locator): Promise<Locator> {
    for (let attempt = 1; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await shown.waitFor({ timeout: 4_000 });
        return shown;
      } catch (error) {
        if (attempt === 4) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  /** The rows of the Problems panel. */
  async showProblems(): Promise<Locator> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.pressUntil('Control+Shift+M', panel);
    return panel.locator('.monaco-list-row');
  }

  async hidePanel(): Promise<void> {
    await this.runCommand('View: Hide Panel');
    await this.page.locator('.part.panel:visible').waitFor({ state: 'hidden' });
  }

  /** The document inside the extension's webview: VS Code's frame (ready) around a frame (active-frame) with the extension's page. */
  get webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }
}
