// Running other programs from the set-up, start and test scripts. Node's own modules only: these run before anything is installed.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** The project's folder: where npm runs scripts. (Tests bundle this file, so its own place says nothing.) */
export const root = process.cwd();
if (!fs.existsSync(path.join(root, '.build', 'run.mjs'))) throw new Error(`run this in the folder of kexec-handover, not in ${root}`);

/**
 * The file a command name stands for on PATH, or undefined.
 * @param {string} name
 * @returns {string | undefined}
 */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', '.bat', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter).filter((f) => f !== '')) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch { /* not here */ }
    }
  }
  return undefined;
}

/**
 * npm as a script that any Node can run: the one that runs us, else the one on PATH.
 * @returns {string | undefined}
 */
export function npmScript() {
  const running = process.env.npm_execpath;
  if (running !== undefined && /npm-cli\.[cm]?js$/.test(running) && fs.existsSync(running)) return running;
  const found = onPath('npm');
  if (found === undefined) return undefined;
  const real = fs.realpathSync(found);
  if (/\.[cm]?js$/.test(real)) return real;
  const beside = path.join(path.dirname(real), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return fs.existsSync(beside) ? beside : undefined;
}

/** @type {Set<number>} process groups that are running now */
const groups = new Set();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    for (const id of groups) killGroup(id, 'SIGTERM');
    if (!holdsSignals) process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}
let holdsSignals = false;
/** After this the caller ends the process itself when a signal comes: it has something to clean up. */
export function holdSignals() { holdsSignals = true; }

/**
 * @param {number} id of a process that was started as the head of its group
 * @param {NodeJS.Signals} signal
 */
export function killGroup(id, signal) {
  try { process.kill(process.platform === 'win32' ? id : -id, signal); } catch { /* gone already */ }
}

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] default: the project's folder
 * @property {Record<string, string | undefined>} [env] added to ours; undefined removes
 * @property {number} [timeoutSeconds] the whole group is killed after this
 * @property {boolean} [quiet] keep the output and show it only when the command fails
 * @property {(chunk: string) => void} [onOutput]
 *
 * @typedef {object} RunResult
 * @property {boolean} ok exit code 0
 * @property {number | null} code
 * @property {string} why empty when ok, else `exit code 1`, `not finished after 300 s`, …
 * @property {string} output the last 200,000 characters of both streams
 */

/**
 * Runs a program to its end, without stdin, its output streamed to ours. Never throws.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<RunResult>}
 */
export function run(file, args, options = {}) {
  const { cwd = root, env = {}, timeoutSeconds, quiet = false, onOutput } = options;
  return new Promise((resolve) => {
    let output = '';
    let late = false;
    const shell = process.platform === 'win32' && /\.(cmd|bat)$/i.test(file);
    const child = spawn(shell ? `"${file}"` : file, args, {
      cwd, env: withEnv(env), stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', shell,
    });
    const id = child.pid;
    if (id !== undefined) groups.add(id);
    const timer = timeoutSeconds === undefined ? undefined : setTimeout(() => {
      late = true;
      if (id !== undefined) killGroup(id, 'SIGKILL');
    }, timeoutSeconds * 1000);
    for (const [from, to] of /** @type {const} */ ([[child.stdout, process.stdout], [child.stderr, process.stderr]])) {
      from.setEncoding('utf8');
      from.on('data', (/** @type {string} */ chunk) => {
        output = (output + chunk).slice(-200_000);
        if (!quiet) to.write(chunk);
        onOutput?.(chunk);
      });
    }
    /** @type {(code: number | null, why: string) => void} */
    const end = (code, why) => {
      clearTimeout(timer);
      if (id !== undefined) groups.delete(id);
      if (why !== '' && quiet) process.stdout.write(output);
      resolve({ ok: why === '', code, why, output });
    };
    child.once('error', (error) => end(null, error.message));
    child.once('close', (code, signal) => end(code, late ? `not finished after ${timeoutSeconds} s`
      : signal !== null ? `killed by ${signal}` : code === 0 ? '' : `exit code ${code}`));
  });
}

/**
 * Runs npm. The environment that an outer npm leaves behind must not change what the inner one does.
 * @param {readonly string[]} args
 * @param {RunOptions & { node?: string }} [options] node: the Node to run npm with, default ours
 * @returns {Promise<RunResult>}
 */
export function npm(args, options = {}) {
  const { node = process.execPath, ...rest } = options;
  const script = npmScript();
  if (script === undefined) return Promise.resolve({ ok: false, code: null, why: 'npm is not on PATH', output: '' });
  const env = { NODE_ENV: undefined, npm_config_omit: undefined, npm_config_production: undefined, npm_config_global: undefined, ...rest.env };
  return run(node, [script, ...args], { ...rest, env });
}

/**
 * Our environment with changes.
 * @param {Record<string, string | undefined>} changes undefined removes
 * @returns {NodeJS.ProcessEnv}
 */
export function withEnv(changes) {
  return Object.fromEntries(Object.entries({ ...process.env, ...changes }).filter(([, value]) => value !== undefined));
}
