// Starts the VS Code of vscode-host/ on a free port of 127.0.0.1 with throw-away state. Used by start and by the end-to-end tests.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { host } from './host.mjs';
import { killGroup, run, withEnv } from './run.mjs';

/** Settings for a quiet window: no welcome page, no chat bar, no recommendations, nothing that asks the network. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * @typedef {object} CodeServer
 * @property {number} port
 * @property {string} state folder with everything it writes; gone after stop()
 * @property {(folder: string, payload?: readonly (readonly [string, string])[]) => string} url of a window with that folder
 * @property {(file: string) => string} remote a file's name inside that window
 * @property {() => string} log what the server and its extension hosts printed
 * @property {() => Promise<void>} stop
 * @property {Promise<void>} exited
 */

/**
 * @param {object} [options]
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {readonly string[]} [options.vsix] packages to install
 * @param {boolean} [options.testDriver] let the page load an extension and its tests from a folder (`extensionTestsPath`)
 * @returns {Promise<CodeServer>}
 */
export async function startCodeServer({ settings = {}, vsix = [], testDriver = false } = {}) {
  const state = fs.mkdtempSync(path.join(os.tmpdir(), 'kexec-handover-'));
  const [user, extensions, home, temporary] = ['user', 'extensions', 'home', 't'].map((name) => path.join(state, name));
  if (user === undefined || extensions === undefined || home === undefined || temporary === undefined) throw new Error('unreachable');
  for (const folder of [path.join(user, 'User'), extensions, home, temporary]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(user, 'User', 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }, undefined, 2));

  // Sockets and configuration go into the state folder too; a VS Code around us must not be talked to.
  const changes = {
    HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, XDG_RUNTIME_DIR: temporary, TMPDIR: temporary,
    EXTENSIONS_GALLERY: '{}', VSCODE_IPC_HOOK_CLI: undefined, PORT: undefined, PASSWORD: undefined, CS_DISABLE_GETTING_STARTED_OVERRIDE: undefined,
  };
  const folders = ['--user-data-dir', user, '--extensions-dir', extensions, '--config', path.join(home, 'code-server.yaml')];
  if (vsix.length > 0) {
    const installed = await run(host.node, [host.entry, ...folders, ...vsix.flatMap((file) => ['--install-extension', file])],
      { env: changes, quiet: true, timeoutSeconds: 60 });
    if (!installed.ok || /is not compatible/.test(installed.output)) throw new Error(`the extension was not installed: ${installed.why} ${installed.output}`);
  }

  const port = await freePort();
  const logFile = path.join(state, 'server.log');
  const log = fs.openSync(logFile, 'w');
  const child = spawn(host.node, [host.entry, ...folders, '--bind-addr', `127.0.0.1:${port}`, '--auth', 'none', '--disable-telemetry', '--disable-update-check',
    '--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy',
    ...(testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : [])], { env: withEnv(changes), stdio: ['ignore', log, log], detached: true });
  fs.closeSync(log);
  const exited = new Promise((/** @type {(value: void) => void} */ resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (/** @type {NodeJS.Signals} */ signal) => { if (child.pid !== undefined) killGroup(child.pid, signal); };
  // A process that ends without stop() takes the server along.
  const atExit = () => {
    kill('SIGKILL');
    fs.rmSync(state, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once('exit', atExit);

  const stop = async () => {
    process.removeListener('exit', atExit);
    kill('SIGTERM');
    await Promise.race([exited, pause(5000, undefined, { ref: false })]);
    kill('SIGKILL');
    fs.rmSync(state, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  const serverLog = () => (fs.existsSync(logFile) ? fs.readFileSync(logFile, 'utf8') : '');
  const deadline = Date.now() + 30_000;
  for (;;) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) {
      const text = serverLog();
      await stop();
      throw new Error(`VS Code did not start:\n${text}`);
    }
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthz`)).ok) break;
    } catch { /* not yet */ }
    await pause(50);
  }
  return {
    port, state, stop, exited, log: serverLog,
    url: (folder, payload) => `http://127.0.0.1:${port}/?folder=${encodeURI(folder)}${payload === undefined ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`}`,
    remote: (file) => `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`,
  };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}
