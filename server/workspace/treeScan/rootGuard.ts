/** Which folders may be scanned at all: never a whole machine or a whole home. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type RootCheck =
  | { readonly ok: true; readonly root: string }
  | { readonly ok: false; readonly reason: 'refused' | 'missing' | 'not-a-folder' | 'unreadable'; readonly message: string };

/**
 * `root` made absolute, '/'-separated, without a slash at its end. Links are resolved for the check only.
 * `home` is for tests.
 */
export function checkRoot(root: string, home: string = os.homedir()): RootCheck {
  const absolute = path.resolve(root);
  let real: string;
  try {
    real = fs.realpathSync(absolute);
    if (!fs.statSync(real).isDirectory()) return { ok: false, reason: 'not-a-folder', message: `${root} is not a folder` };
  } catch (error) {
    const missing = typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
    return missing
      ? { ok: false, reason: 'missing', message: `${root} does not exist` }
      : { ok: false, reason: 'unreadable', message: `${root} cannot be read` };
  }
  const refuse = (what: string): RootCheck =>
    ({ ok: false, reason: 'refused', message: `${root} is ${what} and is not scanned; open a kernel tree instead` });
  if (path.parse(real).root === real) return refuse('the root of the file system');
  let realHome = home;
  try {
    realHome = fs.realpathSync(home);
  } catch {
    // A home that does not exist is compared as it is written.
  }
  if (real === realHome) return refuse('the home folder');
  if (realHome.startsWith(real + path.sep)) return refuse('a folder above the home folder');
  return { ok: true, root: absolute.split(path.sep).join('/') };
}
