// Runs test/e2e/host/*.test.ts with mocha inside the extension host of a real VS Code, the extension loaded from this folder:
// `node .build/mocha-host.mjs [-g NAME]`. What `--extensionTestsPath` does on the desktop.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import { nodeBundle } from './assembly.mjs';
import { launchChromium } from './browser.mjs';
import { startCodeServer } from './codeServer.mjs';
import { ensureHost } from './host.mjs';
import { root } from './run.mjs';
import { makeSampleWorkspace } from './sample.mjs';

/** The whole run, in seconds. */
const limitSeconds = 150;
/** Begins every line that mocha prints; test/e2e/host/index.ts puts it there. */
const mark = 'mocha|';

process.exitCode = await main();

async function main() {
  const problem = await ensureHost();
  if (problem !== undefined) { console.error(problem); return 1; }
  const outdir = path.join(root, 'out', 'test', 'host');
  fs.rmSync(outdir, { recursive: true, force: true });
  const files = fs.readdirSync('test/e2e/host').filter((f) => f.endsWith('.test.ts')).sort();
  await build({
    ...nodeBundle, entryPoints: ['index.ts', ...files].map((f) => `test/e2e/host/${f}`), outdir, sourcemap: 'inline', packages: 'external', external: ['vscode'],
  });
  const grep = process.argv.indexOf('-g');
  fs.writeFileSync(path.join(outdir, 'options.json'), JSON.stringify({
    root, counts: path.join(outdir, 'counts.json'), grep: grep < 0 ? undefined : process.argv[grep + 1],
  }));
  const { folder } = await makeSampleWorkspace(path.join(root, 'out', 'sample-host'));

  const server = await startCodeServer({ testDriver: true });
  const browser = await launchChromium(server.state);
  try {
    const page = browser.pages()[0] ?? await browser.newPage();
    /** What the workbench says beside: shown when something fails. */
    /** @type {string[]} */
    const aside = [];
    await page.exposeFunction('codeAutomationLog', (/** @type {string} */ _kind, /** @type {unknown[]} */ parts) => {
      const [format = '', ...values] = parts.map(String);
      const line = [format.replace(/%[sdif]/g, () => values.shift() ?? ''), ...values].join(' ');
      if (line.startsWith(mark)) console.log(line.slice(mark.length));
      else aside.push(line);
    });
    const exit = new Promise((/** @type {(code: number) => void} */ resolve) => { void page.exposeFunction('codeAutomationExit', resolve); });
    await page.goto(server.url(folder, [
      ['extensionDevelopmentPath', server.remote(root)], ['extensionTestsPath', server.remote(path.join(outdir, 'index.js'))], ['skipWelcome', 'true']]));
    /** @type {NodeJS.Timeout | undefined} */
    let timer;
    const late = new Promise((/** @type {(code: undefined) => void} */ resolve) => { timer = setTimeout(() => resolve(undefined), limitSeconds * 1000); });
    const code = await Promise.race([exit, late]);
    clearTimeout(timer);
    if (code === 0) return 0;
    if (code === undefined) console.error(`not finished after ${limitSeconds} s`);
    fs.mkdirSync('out/shots', { recursive: true });
    await page.screenshot({ path: 'out/shots/failed-in-host.png' });
    // An extension that VS Code refuses shows only in the server's log.
    console.error(['--- workbench', ...aside.slice(-30), '--- server log', server.log().slice(-3000)].join('\n'));
    return 1;
  } finally {
    await browser.close().catch(() => undefined);
    await server.stop();
  }
}
