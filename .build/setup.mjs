// Installs what is missing, and only that: the project's packages, Debian's packages. Node's own modules only.
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { npm, onPath, root, run } from './run.mjs';

/** The oldest Node that everything here runs on. */
const oldestNode = 20;

/**
 * @returns {string | undefined} what is wrong with this Node
 */
export function nodeProblem() {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= oldestNode ? undefined : `Node ${process.versions.node} is too old: Node ${oldestNode} or newer is needed`;
}

/**
 * Whether node_modules holds exactly the versions of the lock file. npm writes what it installed to node_modules/.package-lock.json.
 * @param {string} folder with a package-lock.json
 * @returns {boolean}
 */
export function packagesMatchLock(folder) {
  try {
    /** @typedef {{ packages: Record<string, { version?: string, optional?: boolean, integrity?: string }> }} Lock */
    /** @type {Lock} */
    const wanted = JSON.parse(fs.readFileSync(path.join(folder, 'package-lock.json'), 'utf8'));
    /** @type {Lock} */
    const present = JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', '.package-lock.json'), 'utf8'));
    return Object.entries(wanted.packages).every(([place, entry]) => {
      if (place === '') return true;
      const installed = present.packages[place];
      if (installed === undefined) return entry.optional === true; // built for another platform
      return installed.version === entry.version && installed.integrity === entry.integrity && fs.existsSync(path.join(folder, place, 'package.json'));
    });
  } catch {
    return false; // nothing installed yet, or cut off half-way
  }
}

/**
 * `npm ci` when node_modules is missing or differs from the lock file.
 * @returns {Promise<string | undefined>} why it failed
 */
export async function ensurePackages() {
  if (packagesMatchLock(root)) return undefined;
  console.log('Installing the packages of package-lock.json (npm ci)');
  const result = await npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], { timeoutSeconds: 600 });
  return result.ok ? undefined : `npm ci: ${result.why}`;
}

/**
 * What the tests need beyond Node, and Debian's name for it.
 * @type {readonly { what: string, packages: readonly string[], found: () => boolean }[]}
 */
const programs = [
  { what: 'git', packages: ['git'], found: () => onPath('git') !== undefined },
  { what: 'chromium', packages: ['chromium'], found: () => chromiumPath() !== undefined },
  {
    what: 'gcc', packages: ['gcc', 'libc6-dev'],
    found: () => onPath('gcc') !== undefined && (process.platform !== 'linux' || fs.existsSync('/usr/include/stdio.h')),
  },
  // The compilers that layouts and constants of the other targets are held to.
  ...['aarch64-linux-gnu', 'riscv64-linux-gnu', 's390x-linux-gnu', 'arm-linux-gnueabihf', 'i686-linux-gnu'].map((triple) => ({
    what: `${triple}-gcc`, packages: [`gcc-${triple}`], found: () => onPath(`${triple}-gcc`) !== undefined,
  })),
  { what: 'pahole', packages: ['dwarves'], found: () => onPath('pahole') !== undefined },
  { what: 'dtc', packages: ['device-tree-compiler'], found: () => onPath('dtc') !== undefined && onPath('fdtget') !== undefined },
  { what: 'ripgrep', packages: ['ripgrep'], found: () => onPath('rg') !== undefined },
];

/**
 * The browser the end-to-end tests drive: $CHROMIUM, else the one on PATH.
 * @returns {string | undefined}
 */
export function chromiumPath() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') return fs.existsSync(named) ? named : undefined;
  return onPath('chromium') ?? onPath('chromium-browser') ?? onPath('google-chrome');
}

/**
 * Installs the missing programs with apt when that is possible.
 * @returns {Promise<readonly { what: string, missing: string | undefined }[]>} every program; `missing` says why it is not there
 */
export async function ensurePrograms() {
  const wanted = programs.filter((p) => !p.found());
  let why = '';
  if (wanted.length > 0) {
    const names = wanted.flatMap((p) => p.packages);
    if (onPath('apt-get') === undefined) why = `install ${names.join(', ')}`;
    else if (process.getuid?.() !== 0) why = `not root: run apt-get install ${names.join(' ')}`;
    else {
      console.log(`Installing Debian packages: ${names.join(' ')}`);
      const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, quiet: true, timeoutSeconds: 600 };
      const update = await run('apt-get', ['update', '-qq'], options);
      const install = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], options);
      if (!install.ok) why = `apt-get ${update.ok ? '' : `update: ${update.why}; `}install: ${install.why}`;
    }
  }
  return programs.map((p) => ({ what: p.what, missing: p.found() ? undefined : why === '' ? 'installed, but not found on PATH' : why }));
}
