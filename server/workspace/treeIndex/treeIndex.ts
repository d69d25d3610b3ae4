/**
 * The index of a tree: every description, registration, contract and call of the KSTATE, KHO and LUO interfaces, by name and place.
 *
 * Words first (treeScan): of sixty thousand files some hundred are left. Those are lexed, one by one, and nothing of them is kept but their
 * entries. After that only files that change are looked at again.
 */
import fs from 'node:fs';
import { lex } from '../../c/lexer';
import { Raw } from '../../c/rawTokens';
import { LineIndex } from '../../c/source';
import { decodeSource, MAX_SOURCE_BYTES } from '../diskProvider';
import { isInside } from '../paths';
import type { ScanCounters, ScanFailure, ScanOptions, ScanProblem, ScanStats } from '../treeScan/scanTree';
import { scanTree } from '../treeScan/scanTree';
import type { WordSet } from '../treeScan/words';
import { isScannable } from '../treeScan/scannable';
import { hasTopic, wordFamilies } from '../treeScan/words';
import { maybeContract } from './contractMacro';
import { findEntries } from './entries';
import type { FileEntry } from './entries';
import { EntryTable } from './entryTable';

/** `scanning`: looking for words. `reading`: of `total` files with a word, `done` have been read. */
export type IndexProgress =
  | { readonly phase: 'scanning'; readonly done: ScanCounters }
  | { readonly phase: 'reading'; readonly done: number; readonly total: number };

export interface IndexOptions extends Omit<ScanOptions, 'onProgress' | 'families'> {
  readonly onProgress?: (progress: IndexProgress) => void;
  readonly maxEntries?: number;
}

export interface IndexStats extends ScanStats {
  readonly entriesMs: number;
}

export type IndexResult =
  | { readonly ok: true; readonly index: TreeIndex; readonly problems: readonly ScanProblem[]; readonly problemCount: number; readonly stats: IndexStats }
  | ScanFailure;

export interface TextPlace {
  readonly path: string;
  readonly line: number;
  readonly character: number;
}

const sliceMs = 8;
/** The rule of words.ts for one text. */
const word = new RegExp(`(?<![A-Za-z0-9])(?:${wordFamilies.flatMap((family) => family.stems).join('|')})(?![A-Za-z0-9])`);

/** Indexes the tree. Never rejects for what the tree is like. */
export async function buildIndex(root: string, options: IndexOptions = {}): Promise<IndexResult> {
  const { onProgress, maxEntries, ...scan } = options;
  const scanned = await scanTree(root, { ...scan, ...(onProgress === undefined ? {} : { onProgress: (done) => { onProgress({ phase: 'scanning', done }); } }) });
  if (!scanned.ok) return scanned;
  const started = performance.now();
  const table = new EntryTable(maxEntries);
  const problems = [...scanned.problems];
  let problemCount = scanned.problemCount;
  let sliceEnd = started + sliceMs;
  for (const [done, file] of scanned.files.entries()) {
    const read = readEntries(file.path, file.words);
    if (read.ok) table.set(file.path, read.entries);
    else {
      problems.push(read.problem);
      problemCount++;
    }
    if (performance.now() < sliceEnd) continue;
    onProgress?.({ phase: 'reading', done: done + 1, total: scanned.files.length });
    await new Promise<void>((resolve) => { setImmediate(resolve); });
    if (options.signal?.aborted === true) return { ok: false, reason: 'aborted', message: `the index of ${root} was stopped` };
    sliceEnd = performance.now() + sliceMs;
  }
  const entriesMs = performance.now() - started;
  return {
    ok: true, index: new TreeIndex(scanned.root, table), problems, problemCount,
    stats: { ...scanned.stats, entriesMs, durationMs: scanned.stats.durationMs + entriesMs },
  };
}

export class TreeIndex {
  /** Texts of editors, which count instead of the disk's until they are taken back. */
  private readonly edited = new Map<string, string>();

  constructor(readonly root: string, readonly table: EntryTable) {}

  /**
   * The file was written, made or removed; only it is looked at. A folder that was removed takes its files along. True when the index may
   * be another one now.
   */
  update(path: string): boolean {
    if (!isInside(path, this.root)) return false;
    if (!/\.[ch]$/.test(path)) return fs.existsSync(path) ? false : this.removeBelow(path);
    if (this.edited.has(path)) return false;
    const read = this.table.has(path) || isScannable(this.root, path) ? readEntries(path, undefined) : undefined;
    if (read?.ok !== true || read.entries === undefined) return this.table.delete(path);
    this.table.set(path, read.entries);
    return true;
  }

  private removeBelow(folder: string): boolean {
    const gone = this.table.paths().filter((path) => isInside(path, folder));
    for (const path of gone) this.table.delete(path);
    return gone.length > 0;
  }

  /** The text of an open document; undefined: the disk's counts again. */
  edit(path: string, text: string | undefined): void {
    if (!isInside(path, this.root)) return;
    if (text === undefined) {
      if (this.edited.delete(path)) this.update(path);
      return;
    }
    this.edited.set(path, text);
    if (word.test(text)) this.table.set(path, findEntries(text));
    else this.table.delete(path);
  }

  /** Everywhere an identifier stands outside comments, strings and headers' names, in the files of the index; at most `limit` places. */
  references(name: string, limit: number): TextPlace[] {
    const found: TextPlace[] = [];
    for (const path of this.table.paths()) {
      const text = this.edited.get(path) ?? readText(path);
      if (typeof text !== 'string' || !text.includes(name)) continue;
      const tokens = lex(text);
      let lines: LineIndex | undefined;
      for (let i = 0; i < tokens.count; i++) {
        if (tokens.kind(i) !== Raw.Ident || tokens.spelling(i) !== name) continue;
        lines ??= new LineIndex(text);
        found.push({ path, ...lines.position(tokens.starts[i] ?? 0) });
        if (found.length >= limit) return found;
      }
    }
    return found;
  }
}

type EntriesRead =
  /** `undefined`: the file has no word of the handover. */
  | { readonly ok: true; readonly entries: readonly FileEntry[] }
  | { readonly ok: true; readonly entries: undefined }
  | { readonly ok: false; readonly problem: ScanProblem };

/** `words`: what a scan found; undefined: not known. */
function readEntries(path: string, words: WordSet): { readonly ok: true; readonly entries: readonly FileEntry[] } | { readonly ok: false; readonly problem: ScanProblem };
function readEntries(path: string, words: undefined): EntriesRead;
function readEntries(path: string, words: WordSet | undefined): EntriesRead {
  try {
    const bytes = readBytes(path);
    if (words === undefined && !word.test(bytes.toString('latin1'))) return { ok: true, entries: undefined };
    const contractsOnly = words !== undefined && !hasTopic(words, 'kstate') && !hasTopic(words, 'kho') && !hasTopic(words, 'liveupdate');
    if (contractsOnly && !maybeContract.test(bytes.toString('latin1'))) return { ok: true, entries: [] };
    return { ok: true, entries: findEntries(decodeSource(bytes).text) };
  } catch (error) {
    return { ok: false, problem: problemOf(path, error) };
  }
}

function readBytes(path: string): Buffer {
  const { size } = fs.statSync(path);
  if (size > MAX_SOURCE_BYTES) throw new Error(`${String(size)} bytes, more than the limit of ${String(MAX_SOURCE_BYTES)}`);
  return fs.readFileSync(path);
}

function readText(path: string): string | undefined {
  try {
    return decodeSource(readBytes(path)).text;
  } catch {
    return undefined; // Gone, or no longer to be read: no place in it.
  }
}

function problemOf(path: string, error: unknown): ScanProblem {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { path, kind: 'vanished', message: `${path} vanished while the tree was indexed` };
  return { path, kind: 'unreadable', message: `${path} cannot be read (${code ?? (error instanceof Error ? error.message : 'unknown error')})` };
}
