/**
 * Runs a bundle that lies beside this one, with V8's compiled code kept from an earlier run: reading a megabyte of JavaScript and compiling
 * what runs of it takes longer than most questions.
 *
 * V8 checks of a cache that it was made by the same V8 with the same flags and for a source of the same length. That it was made for this
 * very source, and that it is whole, is checked here; a cache that fails counts as absent, and one is written when the process ends.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';
import vm from 'node:vm';
import { cacheFolder } from '../workspace/cacheFolder';

/** Where the build has its caches made; without it they go to the user's cache folder. */
const FOLDER_VARIABLE = 'KEXEC_HANDOVER_CODE_CACHE';
const DIGEST_BYTES = 16;

/** `name`: of a file in this bundle's folder. Throws what the bundle throws when it is loaded. */
export function runBundle(name: string): void {
  const file = path.join(__dirname, name);
  // The bundler writes ASCII only.
  const source = readFileSync(file, 'latin1');
  const digest = digestOf(source);
  const cacheName = `${name}-${v8.cachedDataVersionTag().toString(16)}`;
  const own = process.env[FOLDER_VARIABLE];
  const written = own ?? userFolder();
  const cachedData = [__dirname, ...(own === undefined && written !== undefined ? [written] : [])]
    .map((folder) => readCache(path.join(folder, cacheName), digest)).find((data) => data !== undefined);
  const script = new vm.Script(Module.wrap(source), { filename: file, ...(cachedData === undefined ? {} : { cachedData }) });
  if (written !== undefined && (cachedData === undefined || script.cachedDataRejected === true)) {
    process.once('exit', () => { writeCache(written, cacheName, digest, script.createCachedData()); });
  }
  type Wrapped = (exports: unknown, require: NodeJS.Require, module: NodeJS.Module, filename: string, dirname: string) => void;
  const run = script.runInThisContext() as Wrapped; // what Module.wrap made
  run.call(module.exports, module.exports, require, module, file, __dirname);
}

function userFolder(): string | undefined {
  const folder = cacheFolder();
  return folder === undefined ? undefined : path.join(folder, 'code');
}

/** Undefined: none, for another source, or damaged. */
function readCache(file: string, source: Buffer): Buffer | undefined {
  let whole: Buffer;
  try {
    whole = readFileSync(file);
  } catch {
    return undefined;
  }
  const data = whole.subarray(2 * DIGEST_BYTES);
  return whole.subarray(0, DIGEST_BYTES).equals(source) && whole.subarray(DIGEST_BYTES, 2 * DIGEST_BYTES).equals(digestOf(data)) ? data : undefined;
}

/** Written aside and renamed; a cache that cannot be written is not missed. Those of other builds of Node stay, at most `MOST` of a bundle. */
function writeCache(folder: string, name: string, source: Buffer, data: Buffer): void {
  try {
    mkdirSync(folder, { recursive: true });
    const aside = path.join(folder, `${name}.${String(process.pid)}`);
    writeFileSync(aside, Buffer.concat([source, digestOf(data), data]));
    renameSync(aside, path.join(folder, name));
    const bundle = name.slice(0, name.lastIndexOf('-') + 1);
    const all = readdirSync(folder).filter((one) => one.startsWith(bundle) && one !== name);
    for (const one of all.slice(0, Math.max(0, all.length + 1 - MOST))) rmSync(path.join(folder, one), { force: true });
  } catch {
    // A full or read-only disk.
  }
}
const MOST = 4;

/** Against damage, not against malice: whoever can write a cache can write the bundle. */
function digestOf(data: string | Buffer): Buffer {
  return createHash('md5').update(data).digest();
}
