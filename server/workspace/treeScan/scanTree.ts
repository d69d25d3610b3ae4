/**
 * Finds, in a tree of any size, the C files that hold a word of the table (words.ts): those that may describe state,
 * name an ABI contract, or call KHO or LUO. Words only: what a file really says is for whoever parses it.
 *
 * The folders are shared among worker threads; each reads into one buffer of its own and keeps nothing but its hits.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { hashText, readCache, recordBytes, writeCache, type CacheMemory } from './cache';
import { FolderScanner, folderTask, type ScanProblem, type ScannedFile, type ScannerOutcome, type ScannerSettings } from './folderScanner';
import { outerIgnores } from './gitIgnores';
import { compileSearch } from './matcher';
import { checkRoot } from './rootGuard';
import { diskFs, type ScanFs } from './scanFs';
import type { WorkerInput } from './worker';
import { makeWorkListMemory, WorkList, type ScanCounters } from './workList';
import { wordFamilies, type WordFamily } from './words';

export type { ScanProblem, ScannedFile } from './folderScanner';
export type { ScanCounters } from './workList';

export interface ScanOptions {
  /** Stops the scan; the result is then `aborted`. */
  readonly signal?: AbortSignal;
  /** Called some twenty times a second with what is done so far, and once at the end. */
  readonly onProgress?: (done: ScanCounters) => void;
  /** Threads; default: one per core, at most 4. 0: none, in this thread, which yields every few milliseconds. */
  readonly workers?: number;
  /**
   * The calling thread scans too, in slices of some milliseconds: right for a command, where it has nothing else to do;
   * not for a server that answers an editor. Default false.
   */
  readonly callerHelps?: boolean;
  /** The bundled worker; default `treeScanWorker.js` beside the running bundle. Without the file: as with `workers: 0`. */
  readonly workerFile?: string;
  /** Folder for the cache file; without it nothing is kept. Made when missing. */
  readonly cacheDir?: string;
  /** Honour .gitignore and its kin; default true. */
  readonly useIgnoreFiles?: boolean;
  /** Take links to files, too; default false: a file counts once, where it lies. */
  readonly fileLinks?: boolean;
  /** Give up on trees with more C files than this; default 500,000. */
  readonly maxFiles?: number;
  readonly families?: readonly WordFamily[];
  /** For tests; implies `workers: 0`. */
  readonly fs?: ScanFs;
  /** The home folder to be refused; for tests. */
  readonly home?: string;
}

export interface ScanStats extends ScanCounters {
  /** Bytes read in this run. */
  readonly bytesRead: number;
  /** Files whose words came from the cache. */
  readonly fromCache: number;
  readonly workers: number;
  readonly durationMs: number;
}

export interface ScanSuccess {
  readonly ok: true;
  readonly root: string;
  /** Sorted by path. */
  readonly files: readonly ScannedFile[];
  /** At most 200 from each worker; `problemCount` counts them all. */
  readonly problems: readonly ScanProblem[];
  readonly problemCount: number;
  readonly stats: ScanStats;
}

export interface ScanFailure {
  readonly ok: false;
  readonly reason: 'refused' | 'missing' | 'not-a-folder' | 'unreadable' | 'aborted' | 'too-many-files' | 'failed';
  readonly message: string;
}

export type ScanResult = ScanSuccess | ScanFailure;

/** Time stamps of file systems are this coarse at worst (FAT); what changed later than this is read again next time. */
const unsettledMs = 2000;
const progressEveryMs = 50;
/** Each thread costs some 10 MB. */
const maxThreads = 4;
const sliceMs = 8;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function runWorker(file: string, input: WorkerInput): Promise<ScannerOutcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: input, resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 64 } });
    worker.once('message', (outcome: ScannerOutcome) => { resolve(outcome); });
    worker.once('error', reject);
    worker.once('exit', (code) => { reject(new Error(`scan worker ended with code ${String(code)}`)); });
  });
}

async function runHere(settings: ScannerSettings, files: ScanFs, work: WorkList): Promise<ScannerOutcome> {
  const scanner = new FolderScanner(settings, files, work);
  let sliceEnd = performance.now() + sliceMs;
  for (let task = work.takeNow(); task !== undefined; task = work.takeNow()) {
    scanner.scan(task);
    if (performance.now() < sliceEnd) continue;
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    sliceEnd = performance.now() + sliceMs;
  }
  return scanner.finish();
}

interface OpenedCache {
  readonly file: string | undefined;
  readonly memory: CacheMemory | undefined;
  readonly count: number;
  readonly problem: ScanProblem | undefined;
}

function openCache(root: string, cacheDir: string | undefined, families: readonly WordFamily[]): OpenedCache {
  if (cacheDir === undefined) return { file: undefined, memory: undefined, count: 0, problem: undefined };
  const hash = hashText(root);
  const file = path.join(cacheDir, `tree-words-${hash.a.toString(16).padStart(8, '0')}${hash.b.toString(16).padStart(8, '0')}.bin`);
  try {
    const reading = readCache(fs.readFileSync(file), families);
    if (reading.ok) return { file, memory: reading.memory, count: reading.count, problem: undefined };
    return { file, memory: undefined, count: 0, problem: { path: file, kind: 'cache', message: `the cache ${file} ${reading.why}; every file is read again` } };
  } catch {
    return { file, memory: undefined, count: 0, problem: undefined }; // None yet.
  }
}

async function saveCache(file: string, parts: readonly Uint8Array[], families: readonly WordFamily[]): Promise<ScanProblem | undefined> {
  const temporary = `${file}.${String(process.pid)}.${Date.now().toString(36)}.tmp`;
  try {
    await fs.promises.mkdir(path.dirname(file), { recursive: true });
    await fs.promises.writeFile(temporary, writeCache(parts, families));
    await fs.promises.rename(temporary, file);
    return undefined;
  } catch (error) {
    await fs.promises.rm(temporary, { force: true }).catch(() => undefined);
    return { path: file, kind: 'cache', message: `the cache ${file} cannot be written (${error instanceof Error ? error.message : 'unknown error'})` };
  }
}

/** The worker's bundle when workers can be used. */
function workerFileOf(options: ScanOptions): string | undefined {
  if (options.fs !== undefined || options.workers === 0) return undefined;
  const file = options.workerFile ?? path.join(__dirname, 'treeScanWorker.js');
  return fs.existsSync(file) ? file : undefined;
}

/** As a call, because the compiler believes that a property seen false stays so. */
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** Scans the tree. Never rejects for what the tree or its files are like: see `ScanFailure` and `problems`. */
export async function scanTree(root: string, options: ScanOptions = {}): Promise<ScanResult> {
  const started = performance.now();
  const checked = checkRoot(root, options.home);
  if (!checked.ok) return checked;
  const aborted: ScanFailure = { ok: false, reason: 'aborted', message: `the scan of ${root} was stopped` };
  if (isAborted(options.signal)) return aborted;
  const families = options.families ?? wordFamilies;
  const useIgnoreFiles = options.useIgnoreFiles ?? true;
  const maxFiles = options.maxFiles ?? 500_000;
  const outer = useIgnoreFiles ? outerIgnores(checked.root) : { lengths: [], extra: [] };
  const cache = openCache(checked.root, options.cacheDir, families);
  const settings: ScannerSettings = {
    root: checked.root, families, extraIgnores: outer.extra, useIgnoreFiles, maxFiles, fileLinks: options.fileLinks ?? false,
    keepRecords: cache.file !== undefined, cache: cache.memory, search: compileSearch(families),
    settledBeforeMs: Date.now() - unsettledMs,
  };
  const workList = makeWorkListMemory();
  const work = new WorkList(workList);
  work.put(folderTask(checked.root, outer.lengths));
  const workerFile = workerFileOf(options);
  const helps = options.callerHelps === true;
  const threads = Math.min(os.availableParallelism(), maxThreads);
  const wanted = workerFile === undefined ? 0 : Math.max(helps ? 0 : 1, Math.min(options.workers ?? (helps ? threads - 1 : threads), 64));
  let workers = 0;
  const onAbort = (): void => { work.stop(); };
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer = options.onProgress === undefined ? undefined : setInterval(() => options.onProgress?.(work.counters()), progressEveryMs);
  let outcomes: readonly ScannerOutcome[];
  try {
    const running: Promise<ScannerOutcome>[] = [];
    // Its first slice runs at once: a small folder is done before a thread would have started.
    if (wanted === 0 || helps) running.push(runHere(settings, options.fs ?? diskFs, work));
    if (workerFile !== undefined && work.counters().pending > 0) {
      for (; workers < wanted; workers++) running.push(runWorker(workerFile, { settings, workList }));
    }
    outcomes = await Promise.all(running);
  } catch (error) {
    work.stop();
    return { ok: false, reason: 'failed', message: `the scan of ${root} failed: ${error instanceof Error ? error.message : 'unknown error'}` };
  } finally {
    clearInterval(timer);
    options.signal?.removeEventListener('abort', onAbort);
  }
  // The signal sets the flag too; whatever else set it met too many files.
  if (isAborted(options.signal)) return aborted;
  if (work.stopped) {
    return { ok: false, reason: 'too-many-files', message: `${root} has more than ${String(maxFiles)} C files; open a kernel tree instead` };
  }
  options.onProgress?.(work.counters());
  const counters = work.counters();
  const sum = (of: (outcome: ScannerOutcome) => number): number => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const fromCache = sum((outcome) => outcome.fromCache);
  const problems = [...(cache.problem === undefined ? [] : [cache.problem]), ...outcomes.flatMap((outcome) => outcome.problems)];
  let problemCount = sum((outcome) => outcome.problemCount) + (cache.problem === undefined ? 0 : 1);
  const known = sum((outcome) => outcome.records.length) / recordBytes;
  if (cache.file !== undefined && (fromCache !== cache.count || known !== cache.count)) {
    const problem = await saveCache(cache.file, outcomes.map((outcome) => outcome.records), families);
    if (problem !== undefined) {
      problems.push(problem);
      problemCount++;
    }
  }
  const files = outcomes.flatMap((outcome) => outcome.files).sort((a, b) => compareText(a.path, b.path));
  const stats: ScanStats = { ...counters, bytesRead: sum((outcome) => outcome.bytesRead), fromCache, workers, durationMs: performance.now() - started };
  return { ok: true, root: checked.root, files, problems, problemCount, stats };
}
