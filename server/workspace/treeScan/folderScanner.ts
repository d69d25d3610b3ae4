/**
 * Scans one folder: lists it, hands its subfolders to the work list, and looks for words in its C files. Every worker
 * has one; without workers the main thread has one and yields between files.
 */
import { CacheLookup, CacheRecords, hashText, type CacheMemory, type PathHash } from './cache';
import { isIgnored, parseIgnore, type IgnoreLevel, type IgnoreRules } from './ignore';
import { makeMatcher, type Matcher } from './matcher';
import type { FileStamp, ScanEntry, ScanFs } from './scanFs';
import type { WordFamily, WordSet } from './words';
import type { WorkList } from './workList';

/** A file with at least one word. `path` is '/'-separated and starts with the root as it was given. */
export interface ScannedFile {
  readonly path: string;
  readonly words: WordSet;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** `vanished`: gone between listing and reading. The scan went on without it. */
export interface ScanProblem {
  readonly path: string;
  readonly kind: 'vanished' | 'unreadable' | 'cache';
  readonly message: string;
}

/** An ignore file beside the .gitignore files of the tree; its patterns count from `folder`. */
export interface ExtraIgnore {
  readonly folder: string;
  readonly file: string;
}

/** Plain data: it goes to the workers. */
export interface ScannerSettings {
  readonly root: string;
  readonly families: readonly WordFamily[];
  readonly extraIgnores: readonly ExtraIgnore[];
  readonly useIgnoreFiles: boolean;
  /** Take links to files, too. */
  readonly fileLinks: boolean;
  readonly maxFiles: number;
  /** Collect records for the cache file. */
  readonly keepRecords: boolean;
  readonly cache: CacheMemory | undefined;
  /** From `compileSearch`. */
  readonly search: WebAssembly.Module | undefined;
  /** Files changed after this are not trusted to keep their stamp when they change again. */
  readonly settledBeforeMs: number;
}

export interface ScannerOutcome {
  readonly files: readonly ScannedFile[];
  readonly problems: readonly ScanProblem[];
  /** All of them, those beyond the kept ones included. */
  readonly problemCount: number;
  readonly bytesRead: number;
  readonly fromCache: number;
  readonly records: Uint8Array<ArrayBuffer>;
}

const keptProblems = 200;

/** A folder, and which of the folders above it (as lengths of its path) have a .gitignore. */
export function folderTask(folder: string, ignoreLengths: readonly number[]): string {
  return `${ignoreLengths.join(',')}:${folder}`;
}

interface ListedFolder {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Links that are named like C files. */
  readonly links: readonly string[];
  /** Has a .gitignore. */
  readonly ignores: boolean;
  /** Has a .config or a link `source`, and no Kconfig. */
  readonly build: boolean;
}

const dot = 0x2e;
const lowerC = 0x63;
const lowerH = 0x68;

/**
 * Hidden entries hold no source; links to folders are not followed, so there is no loop.
 *
 * This and the functions below are small on purpose: every thread compiles its own copy of what is hot, and one long
 * function with all of it cost more processor time to optimise than the whole tree takes to read.
 */
function sortEntries(entries: readonly ScanEntry[]): ListedFolder {
  const files: string[] = [];
  const folders: string[] = [];
  const links: string[] = [];
  let config = false;
  let kconfig = false;
  let ignores = false;
  let sourceLink = false;
  for (const entry of entries) {
    const { name } = entry;
    const last = name.charCodeAt(name.length - 1);
    if (name.charCodeAt(0) === dot) {
      if (name === '.gitignore') ignores = true;
      else if (name === '.config') config = true;
    } else if ((last === lowerC || last === lowerH) && name.charCodeAt(name.length - 2) === dot && !entry.isDirectory()) {
      if (entry.isFile()) files.push(name);
      else if (entry.isSymbolicLink()) links.push(name);
    } else if (entry.isDirectory()) folders.push(name);
    else if (name === 'Kconfig') kconfig = true;
    else if (name === 'source' && entry.isSymbolicLink()) sourceLink = true;
  }
  return { files, folders, links, ignores, build: (config || sourceLink) && !kconfig };
}

/** Folders that hold no source of the tree: what a build writes into it (when no .gitignore says so), and packages of node. */
export function neverScanned(fs: Pick<ScanFs, 'exists'>, folder: string, name: string): boolean {
  if (name === 'node_modules') return true;
  if (name !== 'generated' || !folder.endsWith('/include')) return false;
  return /\/arch\/[^/]+\/include$/.test(folder) || fs.exists(`${folder}/generated/autoconf.h`);
}

function keptFiles(levels: readonly IgnoreLevel[], folder: string, names: readonly string[]): readonly string[] {
  const relevant = levels.filter((level) => level.rules.files.rules.length > 0);
  return relevant.length === 0 ? names : names.filter((name) => !isIgnored(relevant, folder, name, false));
}

export class FolderScanner {
  private readonly matcher: Matcher;
  private readonly ignoreFiles = new Map<string, IgnoreRules | undefined>();
  private readonly extraLevels: IgnoreLevel[] = [];
  private readonly lookup: CacheLookup | undefined;
  private readonly records = new CacheRecords();
  private readonly files: ScannedFile[] = [];
  private readonly problems: ScanProblem[] = [];
  private problemCount = 0;
  private bytesRead = 0;
  private fromCache = 0;
  private folderHash: PathHash | undefined;

  constructor(private readonly settings: ScannerSettings, private readonly fs: ScanFs, private readonly work: WorkList) {
    this.matcher = makeMatcher(settings.families, { module: settings.search });
    this.lookup = settings.cache === undefined ? undefined : new CacheLookup(settings.cache);
    for (const extra of settings.extraIgnores) {
      const rules = this.readRules(extra.file);
      if (rules !== undefined) this.extraLevels.push({ folder: extra.folder, rules });
    }
  }

  /** Scans the folder of a task. The longest folders of a kernel take some 20 ms. */
  scan(task: string): void {
    const colon = task.indexOf(':');
    const folder = task.slice(colon + 1);
    const before = this.bytesRead;
    const names = this.listFolder(folder, colon === 0 ? [] : task.slice(0, colon).split(',').map(Number));
    this.folderHash = this.settings.keepRecords ? hashText(`${folder}/`) : undefined;
    for (const name of names) {
      if (this.work.stopped) break;
      this.scanFile(`${folder}/${name}`, name);
    }
    this.work.done(names.length, (this.bytesRead - before) >> 10);
  }

  finish(): ScannerOutcome {
    const { files, problems, problemCount, bytesRead, fromCache } = this;
    return { files, problems, problemCount, bytesRead, fromCache, records: this.records.finish() };
  }

  /** Puts the subfolders to the work list; gives the names of the C files. */
  private listFolder(folder: string, lengths: readonly number[]): readonly string[] {
    let entries: readonly ScanEntry[];
    try {
      entries = this.fs.list(folder === '' ? '/' : folder);
    } catch (error) {
      this.report(folder, error);
      return [];
    }
    const listed = sortEntries(entries);
    // A build folder (O=) inside the tree; one that is opened itself is meant.
    if (listed.build && folder !== this.settings.root && this.fs.exists(`${folder}/include/generated`)) return [];
    const here = listed.ignores && this.settings.useIgnoreFiles ? [...lengths, folder.length] : lengths;
    const levels = this.levelsOf(folder, here);
    for (const name of listed.folders) this.putFolder(folder, name, here, levels);
    const links = this.settings.fileLinks ? listed.links.filter((name) => this.fs.isFile(`${folder}/${name}`)) : [];
    const names = keptFiles(levels, folder, links.length === 0 ? listed.files : [...listed.files, ...links]);
    if (this.work.counters().files + names.length <= this.settings.maxFiles) return names;
    this.work.stop();
    return [];
  }

  private putFolder(folder: string, name: string, ignoreLengths: readonly number[], levels: readonly IgnoreLevel[]): void {
    if (neverScanned(this.fs, folder, name) || isIgnored(levels, folder, name, true)) return;
    this.work.put(folderTask(`${folder}/${name}`, ignoreLengths));
  }

  private levelsOf(folder: string, lengths: readonly number[]): IgnoreLevel[] {
    const levels = this.extraLevels.slice();
    for (const length of lengths) {
      const above = folder.slice(0, length);
      if (!this.ignoreFiles.has(above)) this.ignoreFiles.set(above, this.readRules(`${above}/.gitignore`));
      const rules = this.ignoreFiles.get(above);
      if (rules !== undefined) levels.push({ folder: above, rules });
    }
    return levels;
  }

  private readRules(file: string): IgnoreRules | undefined {
    try {
      return parseIgnore(this.fs.text(file));
    } catch (error) {
      this.report(file, error);
      return undefined;
    }
  }

  private scanFile(path: string, name: string): void {
    const { settings, fs } = this;
    let fd: number | undefined;
    try {
      let stamp: FileStamp | undefined;
      let hash: PathHash | undefined;
      if (this.folderHash !== undefined) {
        stamp = fs.stamp(path);
        hash = hashText(name, this.folderHash);
        const known = this.lookup?.find(hash, stamp);
        if (known !== undefined) {
          this.fromCache++;
          this.records.add(hash, stamp, known);
          if (known !== 0) this.files.push({ path, words: known, sizeBytes: stamp.size, mtimeMs: stamp.mtimeMs });
          return;
        }
      }
      fd = fs.open(path);
      const words = this.scanOpen(fd);
      // The stamp is from before reading: a change in between shows as another stamp next time.
      if (hash !== undefined && stamp !== undefined && Math.max(stamp.mtimeMs, stamp.ctimeMs) < settings.settledBeforeMs) this.records.add(hash, stamp, words);
      if (words !== 0) {
        stamp ??= fs.stampOpen(fd);
        this.files.push({ path, words, sizeBytes: stamp.size, mtimeMs: stamp.mtimeMs });
      }
    } catch (error) {
      this.report(path, error);
    } finally {
      if (fd !== undefined) fs.close(fd);
    }
  }

  private scanOpen(fd: number): WordSet {
    const { matcher, fs } = this;
    let words = 0;
    let filled = 0;
    for (let first = true; ; first = false) {
      const got = fs.read(fd, matcher.bytes, filled, matcher.capacityBytes - filled);
      this.bytesRead += got;
      const end = filled + got;
      const last = end < matcher.capacityBytes;
      words |= matcher.scan(first ? 0 : 1, end, last);
      if (last || this.work.stopped) return words;
      matcher.bytes.copyWithin(0, end - matcher.overlapBytes, end);
      filled = matcher.overlapBytes;
    }
  }

  private report(path: string, error: unknown): void {
    this.problemCount++;
    if (this.problems.length >= keptProblems) return;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';
    const gone = code === 'ENOENT' || code === 'ENOTDIR';
    this.problems.push({
      path, kind: gone ? 'vanished' : 'unreadable',
      message: gone ? `${path} vanished while the tree was scanned` : `${path} cannot be read (${code})`,
    });
  }
}
