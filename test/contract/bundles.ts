/** The bundles that are shipped, for tests that run them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export const CLI = path.resolve('dist/cli.js');
export const SERVER = path.resolve('dist/server.js');

/** Built when they are missing or older than their sources. */
export function buildBundles(): void {
  const newest = Math.max(...readdirSync('server', { recursive: true }).map((name) => statSync(path.join('server', String(name))).mtimeMs));
  if ([CLI, SERVER].every((file) => existsSync(file) && statSync(file).mtimeMs >= newest)) return;
  const built = spawnSync(process.execPath, ['.build/build.mjs'], { encoding: 'utf8' });
  assert.equal(built.status, 0, built.stderr);
}
