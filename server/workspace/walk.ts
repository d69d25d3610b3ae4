/**
 * Finds C files under folders, and which of them speak of KSTATE at all. Two phases: names and words first, so that a tree of sixty thousand files is
 * read but not parsed.
 */
import { closeSync, existsSync, readSync, readdirSync, statSync } from 'node:fs';
import { MAX_SOURCE_BYTES } from './diskProvider';
import { openRegular, reasonOf } from './openRegular';
import { isKernelRoot } from './tree';

/** Folders that hold no source a person wrote. */
const SKIPPED_FOLDERS = new Set(['.git', '.hg', '.svn', 'node_modules', '.vscode', '.vscode-test', '.cache', '__pycache__']);

export interface WalkOptions {
  /** Absolute names that git ignores; folders end in '/'. */
  readonly ignored: ReadonlySet<string>;
  readonly maxFiles: number;
}

export interface WalkResult {
  /** In order of name, folder by folder. */
  readonly files: readonly string[];
  /** Folders that could not be read. */
  readonly unreadable: readonly string[];
  /** Names that are no valid UTF-8, as far as they can be shown: nothing can be opened by them. */
  readonly unnameable: readonly string[];
  readonly truncated: boolean;
}

/** C files (`.c`, `.h`) below `folder`. */
export function walkC(folder: string, options: WalkOptions): WalkResult {
  return walkFiles(folder, /\.[ch]$/, options);
}

/** Files below `folder` whose name fits. Links to folders are not followed, so that there is no loop; a link to a file counts as a file. */
export function walkFiles(folder: string, wanted: RegExp, options: WalkOptions): WalkResult {
  const files: string[] = [];
  const unreadable: string[] = [];
  const unnameable: string[] = [];
  const stack = [folder];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    let entries;
    try {
      entries = readdirSync(at, { withFileTypes: true });
    } catch {
      unreadable.push(at);
      continue;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const folders: string[] = [];
    for (const entry of entries) {
      const name = at === '/' ? `/${entry.name}` : `${at}/${entry.name}`;
      if (entry.name.includes('\ufffd') && (entry.isDirectory() || wanted.test(entry.name)) && !existsSync(name)) unnameable.push(name);
      else if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name) && !options.ignored.has(`${name}/`) && !isBuildOutput(name, at)) folders.push(name);
      } else if (wanted.test(entry.name) && !options.ignored.has(name) && (entry.isFile() || (entry.isSymbolicLink() && isFileLink(name)))) {
        if (files.length >= options.maxFiles) return { files, unreadable, unnameable, truncated: true };
        files.push(name);
      }
    }
    stack.push(...folders.reverse());
  }
  return { files, unreadable, unnameable, truncated: false };
}

/** What a kernel build writes into its tree, and build folders (`O=`), which hold a link `source` to theirs. */
function isBuildOutput(name: string, parent: string): boolean {
  if (parent.endsWith('/include')) {
    return name.endsWith('/generated') || (name.endsWith('/config') && isKernelRoot(parent.slice(0, -'/include'.length)));
  }
  return existsSync(`${name}/include/generated`) && existsSync(`${name}/source`);
}

function isFileLink(name: string): boolean {
  try {
    return statSync(name).isFile();
  } catch {
    return false;
  }
}

const WORDS = ['kstate', 'KSTATE_'].map((word) => Buffer.from(word));
const CHUNK_BYTES = 1024 * 1024;
const chunk = Buffer.allocUnsafe(CHUNK_BYTES + 16);

/** Does the file hold `kstate` or `KSTATE_` anywhere? Reads at most MAX_SOURCE_BYTES; an error value when it cannot be read. */
export function speaksOfKstate(name: string): boolean | { readonly error: string } {
  let fd: number | undefined;
  try {
    fd = openRegular(name);
    let carried = 0;
    for (let at = 0; at < MAX_SOURCE_BYTES;) {
      const got = readSync(fd, chunk, carried, CHUNK_BYTES, at);
      if (got === 0) return false;
      const seen = chunk.subarray(0, carried + got);
      if (WORDS.some((word) => seen.includes(word))) return true;
      // A word may straddle two chunks.
      carried = Math.min(8, seen.length);
      seen.copy(chunk, 0, seen.length - carried);
      at += got;
    }
    return false;
  } catch (error) {
    return { error: reasonOf(error) };
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}
