/** The indexes of a workspace, behind messages: what the index worker does, without the thread. */
import fs from 'node:fs';
import path from 'node:path';
import type { EntryKind } from './entries';
import type { FromIndex, ToIndex } from './messages';
import type { IndexProgress, TextPlace, TreeIndex } from './treeIndex';
import { buildIndex } from './treeIndex';

/** Cache files of trees that are kept; one of a kernel has 3 MB. */
const keptCaches = 8;
const keptProblems = 5;
/** The kinds that an empty question is answered with: what a tree defines, not each call. */
const defining: ReadonlySet<EntryKind> = new Set<EntryKind>(['description', 'registration', 'contract', 'function', 'macro']);
const every: ReadonlySet<EntryKind> = new Set<EntryKind>([...defining, 'call']);
const definitions: ReadonlySet<EntryKind> = new Set<EntryKind>(['description', 'contract', 'function', 'macro']);

export class IndexService {
  private readonly indexes = new Map<string, TreeIndex>();
  private readonly running = new Map<number, AbortController>();
  /** Changes that came while a tree was read. */
  private readonly missed = new Set<string>();
  private readonly edits = new Map<string, string>();

  constructor(private readonly send: (message: FromIndex) => void) {}

  take(message: ToIndex): void {
    switch (message.kind) {
      case 'build':
        void this.build(message);
        break;
      case 'cancel':
        this.running.get(message.build)?.abort();
        break;
      case 'changed':
        this.changed(message.paths);
        break;
      case 'edited':
        this.edited(message.path, message.text);
        break;
      case 'symbols':
        this.send({ kind: 'symbols', ask: message.ask, entries: this.symbols(message.query, message.limit) });
        break;
      case 'references':
        this.send({ kind: 'references', ask: message.ask, places: this.references(message.name, message.definitions, message.limit) });
    }
  }

  private async build({ build, root, cacheDir, workers }: Extract<ToIndex, { kind: 'build' }>): Promise<void> {
    const controller = new AbortController();
    this.running.set(build, controller);
    let percent = 0;
    const onProgress = (progress: IndexProgress): void => {
      // Folders are found on the way, so the share that is done is a guess that must not go back.
      const now = progress.phase === 'scanning' ? 90 * progress.done.folders / Math.max(1, progress.done.folders + progress.done.pending) : 90 + 10 * progress.done / progress.total;
      percent = Math.max(percent, Math.floor(now));
      this.send({ kind: 'progress', build, percent, scanned: progress.phase === 'scanning' ? progress.done.files : 0 });
    };
    try {
      const result = await buildIndex(root, {
        signal: controller.signal, workers, callerHelps: true, onProgress, ...(cacheDir === undefined ? {} : { cacheDir }),
      });
      if (!result.ok) {
        this.send({ kind: 'failed', build, reason: result.reason, message: result.message });
        return;
      }
      const { index, stats, problems, problemCount } = result;
      this.indexes.set(index.root, index);
      for (const [edited, text] of this.edits) index.edit(edited, text);
      for (const changed of this.missed) index.update(changed);
      const { table } = index;
      this.send({
        kind: 'built', build,
        summary: {
          scanned: stats.files, files: table.fileCount, entries: table.entryCount, counts: table.counts(), durationMs: stats.durationMs,
          problems: problems.slice(0, keptProblems).map((problem) => problem.message), problemCount,
        },
      });
      this.tellDescriptions(index, []);
      if (cacheDir !== undefined) sweep(cacheDir);
    } catch (error) {
      this.send({ kind: 'failed', build, reason: 'failed', message: `the index of ${root} failed: ${error instanceof Error ? error.message : String(error)}` });
    } finally {
      this.running.delete(build);
      if (this.running.size === 0) this.missed.clear();
    }
  }

  private changed(names: readonly string[]): void {
    if (this.running.size > 0) for (const name of names) this.missed.add(name);
    for (const index of this.indexes.values()) {
      const before = filesOfDescriptions(index);
      for (const name of names) index.update(name);
      const after = filesOfDescriptions(index);
      if (names.some((name) => before.has(name) || after.has(name)) || before.size !== after.size) this.tellDescriptions(index, names);
    }
  }

  private tellDescriptions(index: TreeIndex, changed: readonly string[]): void {
    this.send({ kind: 'descriptions', root: index.root, paths: [...filesOfDescriptions(index)], changed });
  }

  private edited(name: string, text: string | undefined): void {
    if (text === undefined) this.edits.delete(name);
    else this.edits.set(name, text);
    for (const index of this.indexes.values()) index.edit(name, text);
  }

  private symbols(query: string, limit: number): ReturnType<TreeIndex['table']['find']> {
    const wanted = query.toLowerCase();
    const found = [];
    for (const index of this.indexes.values()) {
      found.push(...index.table.find((name) => holdsInOrder(name.toLowerCase(), wanted), limit - found.length, wanted === '' ? defining : every));
      if (found.length >= limit) break;
    }
    return found;
  }

  private references(name: string, withDefinitions: boolean, limit: number): TextPlace[] | undefined {
    const places: TextPlace[] = [];
    let known = false;
    for (const index of this.indexes.values()) {
      const entries = index.table.find((candidate) => candidate === name, Infinity);
      if (entries.length === 0) continue;
      known = true;
      const defined = new Set(entries.filter((entry) => definitions.has(entry.kind)).map(keyOf));
      places.push(...index.references(name, limit - places.length).filter((place) => withDefinitions || !defined.has(keyOf(place))));
    }
    return known ? places : undefined;
  }
}

function filesOfDescriptions(index: TreeIndex): Set<string> {
  return new Set(index.table.find(() => true, Infinity, new Set<EntryKind>(['description'])).map((entry) => entry.path));
}

const keyOf = ({ path: file, line, character }: TextPlace): string => `${String(line)}:${String(character)}:${file}`;

/** Clients filter by themselves (LSP, workspace/symbol): what they could keep must be in the answer. */
function holdsInOrder(name: string, wanted: string): boolean {
  let at = 0;
  for (const c of wanted) {
    at = name.indexOf(c, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The oldest cache files of other trees go. */
function sweep(folder: string): void {
  try {
    const files = fs.readdirSync(folder).filter((name) => name.startsWith('tree-words-') && name.endsWith('.bin')).map((name) => path.join(folder, name));
    const aged = files.map((file) => ({ file, at: fs.statSync(file).mtimeMs })).sort((a, b) => b.at - a.at);
    for (const { file } of aged.slice(keptCaches)) fs.rmSync(file, { force: true });
  } catch {
    // Another server sweeps at the same time, or the folder has gone.
  }
}
