/** Path names as the core wants them: absolute, normalised, '/'-separated. */
import os from 'node:os';
import path from 'node:path';

/** Absolute form of `name` seen from `cwd`. On Windows the separators become '/'. */
export function toCorePath(name: string, cwd = process.cwd()): string {
  const absolute = path.resolve(cwd, name);
  return path.sep === '/' ? absolute : absolute.split(path.sep).join('/');
}

/** Is `name` the folder itself or below it? Both in core form. */
export function isInside(name: string, folder: string): boolean {
  if (name === folder) return true;
  return name.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** `name` relative to `folder`, '/'-separated; undefined when it is not inside. */
export function relativeInside(name: string, folder: string): string | undefined {
  if (name === folder) return '';
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
}

/** Folder part; a root is its own parent. */
export function parentOf(name: string): string {
  return path.posix.dirname(name);
}

/** `name`'s folder and every folder above it, nearest first, at most `limit`. */
export function ancestors(folder: string, limit = 64): string[] {
  const result: string[] = [];
  let at = folder;
  while (result.length < limit) {
    result.push(at);
    const up = parentOf(at);
    if (up === at) break;
    at = up;
  }
  return result;
}

/**
 * Folders that are never taken for a source tree nor walked as one: file system roots, the home folder, and the places where
 * distributions keep the headers of user space (`/usr/include/linux` exists on most machines).
 */
export function isTooBroad(folder: string): boolean {
  if (parentOf(folder) === folder || /^[A-Za-z]:\/?$/.test(folder)) return true;
  return ['/usr', '/usr/local', '/home', '/root', '/Users', '/tmp', '/var', '/opt', toCorePath(os.homedir())].includes(folder);
}
