/**
 * The indexes of the workspace's folders. The work is the index worker's; here stand when it begins, what is known of it, and the
 * questions. Nothing of this module runs before the first file is open and answered.
 */
import { Worker } from 'node:worker_threads';
import os from 'node:os';
import { isInside } from '../workspace/paths';
import type { FromIndex, IndexSummary, ToIndex } from '../workspace/treeIndex/messages';
import type { TreeEntry } from '../workspace/treeIndex/entryTable';
import type { TextPlace } from '../workspace/treeIndex/treeIndex';
import type { Context } from './context';
import { describe } from './guard';
import { IndexProgressBar } from './indexProgress';
import { isVirtual } from './uris';

export interface IndexOptions {
  /** The bundle of server/treeIndexWorker.ts. */
  readonly workerFile: string;
  /** For what one scan leaves to the next; undefined: nothing is kept. */
  readonly cacheFolder: string | undefined;
  /** The bundle of server/otherFilesWorker.ts; undefined: rules know open files only. */
  readonly otherFilesWorker?: string | undefined;
  /** The editor has been still for so long, in ms: the index begins. */
  readonly quietMs: number;
}

export type IndexState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'off' }
  | { readonly kind: 'working'; readonly percent: number }
  | { readonly kind: 'ready'; readonly summary: IndexSummary }
  /** Stopped by the person, refused, or failed: `message` says which. */
  | { readonly kind: 'stopped'; readonly message: string };

interface FolderState {
  readonly root: string;
  state: IndexState;
}

const answerLimit = 1000;
/** The worker holds tables and one file's tokens: this is for trees of another kind than a kernel. */
const workerLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 192 };

export class TreeIndexes {
  private worker: Worker | undefined;
  private readonly folders: FolderState[];
  private timer: NodeJS.Timeout | undefined;
  private begun = false;
  private enabled = true;
  private nextNumber = 1;
  private readonly building = new Map<number, { readonly folder: FolderState; readonly bar: IndexProgressBar; readonly done: () => void }>();
  private readonly asked = new Map<number, { readonly kind: FromIndex['kind']; readonly answer: (message: FromIndex | undefined) => void }>();
  /** Open documents whose text the worker has, by version. */
  private readonly sent = new Map<string, number>();

  /** Told which files of a tree have descriptions, and which of them changed. */
  onDescriptions: ((root: string, paths: readonly string[], changed: readonly string[]) => void) | undefined;

  constructor(private readonly options: IndexOptions, roots: readonly string[], private readonly context: () => Context, private readonly changed: () => void) {
    const own = roots.filter((root) => !isVirtual(root) && !roots.some((other) => other !== root && isInside(root, other)));
    this.folders = [...new Set(own)].map((root) => ({ root, state: { kind: 'waiting' } }));
  }

  /** Of each folder, in the workspace's order. */
  states(): readonly { readonly root: string; readonly state: IndexState }[] {
    return this.folders.map(({ root, state }) => ({ root, state }));
  }

  /** Something was opened or typed: wait until the editor is still. */
  touched(): void {
    if (this.begun || !this.enabled || this.folders.length === 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.begin(); }, this.options.quietMs).unref();
  }

  configure(enabled: boolean): void {
    if (enabled === this.enabled) return;
    this.enabled = enabled;
    if (enabled) {
      this.set(this.folders, { kind: 'waiting' });
      this.touched();
    } else this.drop({ kind: 'off' });
  }

  /** Files on disk that were made, written or removed. */
  changedOnDisk(paths: readonly string[]): void {
    if (paths.length > 0) this.post({ kind: 'changed', paths });
  }

  closed(path: string): void {
    if (this.sent.delete(path)) this.post({ kind: 'edited', path });
  }

  /** Entries whose names hold the characters of `query` in order; undefined: there is no index. */
  async symbols(query: string): Promise<readonly TreeEntry[] | undefined> {
    const ask = this.nextNumber++;
    const answer = await this.ask({ kind: 'symbols', ask, query, limit: answerLimit });
    return answer?.kind === 'symbols' ? answer.entries : undefined;
  }

  /** Every place of a name that the index has; undefined: it has none of that name, or there is no index. */
  async references(name: string, definitions: boolean): Promise<readonly TextPlace[] | undefined> {
    const ask = this.nextNumber++;
    const answer = await this.ask({ kind: 'references', ask, name, definitions, limit: answerLimit });
    return answer?.kind === 'references' ? answer.places : undefined;
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    const { worker } = this;
    this.drop({ kind: 'off' });
    await worker?.terminate();
  }

  private begin(): void {
    this.begun = true;
    const worker = this.start();
    if (worker === undefined) return;
    void this.buildAll();
  }

  private start(): Worker | undefined {
    try {
      const worker = new Worker(this.options.workerFile, { resourceLimits: workerLimits });
      // An index that is still at work must not keep a server alive whose client has gone.
      worker.unref();
      worker.on('message', (message: FromIndex) => { this.take(message); });
      worker.on('error', (error) => {
        if (this.worker !== worker) return;
        this.context().log.error(`the index worker failed: ${describe(error)}`);
        this.drop({ kind: 'stopped', message: `The index failed: ${error instanceof Error ? error.message : String(error)}.` });
      });
      this.worker = worker;
      return worker;
    } catch (error) {
      this.context().log.error(`the index worker did not start: ${describe(error)}`);
      this.set(this.folders, { kind: 'stopped', message: 'The index worker did not start.' });
      return undefined;
    }
  }

  /** One folder after the other: each uses the cores it may. */
  private async buildAll(): Promise<void> {
    // One core stays for the answers to the editor.
    const workers = os.availableParallelism() >= 4 ? 1 : 0;
    for (const folder of this.folders) {
      if (this.worker === undefined) return;
      const build = this.nextNumber++;
      await new Promise<void>((done) => {
        const bar = new IndexProgressBar(this.context(), folder.root, () => { this.post({ kind: 'cancel', build }); });
        this.building.set(build, { folder, bar, done });
        this.set([folder], { kind: 'working', percent: 0 });
        this.post({ kind: 'build', build, root: folder.root, cacheDir: this.options.cacheFolder, workers });
      });
    }
  }

  private take(message: FromIndex): void {
    if (message.kind === 'symbols' || message.kind === 'references') {
      const asked = this.asked.get(message.ask);
      this.asked.delete(message.ask);
      asked?.answer(message);
      return;
    }
    if (message.kind === 'descriptions') {
      this.onDescriptions?.(message.root, message.paths, message.changed);
      return;
    }
    const building = this.building.get(message.build);
    if (building === undefined) return;
    const { folder, bar, done } = building;
    if (message.kind === 'progress') {
      bar.report(message.percent, message.scanned);
      if (folder.state.kind !== 'working' || folder.state.percent !== message.percent) this.set([folder], { kind: 'working', percent: message.percent });
      return;
    }
    this.building.delete(message.build);
    const { log } = this.context();
    if (message.kind === 'built') {
      const { summary } = message;
      for (const problem of summary.problems) log.warn(problem);
      log.info(`${folder.root}: ${String(summary.entries)} entries in ${String(summary.files)} of ${String(summary.scanned)} C files, in ${String(Math.round(summary.durationMs))} ms`);
      this.set([folder], { kind: 'ready', summary });
    } else {
      if (message.reason !== 'aborted') log.warn(message.message);
      this.set([folder], { kind: 'stopped', message: message.message });
    }
    bar.done();
    done();
  }

  private async ask(message: Extract<ToIndex, { kind: 'symbols' | 'references' }>): Promise<FromIndex | undefined> {
    if (this.worker === undefined) return undefined;
    this.sendEdits();
    return new Promise((answer) => {
      this.asked.set(message.ask, { kind: message.kind, answer });
      this.post(message);
    });
  }

  /** Only a question needs the texts of editors: typing costs nothing here. */
  private sendEdits(): void {
    const { documents } = this.context();
    for (const path of documents.paths()) {
      const document = documents.get(path);
      if (document === undefined || this.sent.get(path) === document.version || !this.folders.some(({ root }) => isInside(path, root))) continue;
      this.sent.set(path, document.version);
      this.post({ kind: 'edited', path, text: document.getText() });
    }
  }

  private post(message: ToIndex): void {
    this.worker?.postMessage(message);
  }

  private set(folders: readonly FolderState[], state: IndexState): void {
    for (const folder of folders) folder.state = state;
    this.changed();
  }

  private drop(state: IndexState): void {
    clearTimeout(this.timer);
    const { worker } = this;
    this.worker = undefined;
    this.begun = false;
    this.sent.clear();
    for (const { bar, done } of this.building.values()) {
      bar.done();
      done();
    }
    this.building.clear();
    for (const { answer } of this.asked.values()) answer(undefined);
    this.asked.clear();
    this.set(this.folders, state);
    void worker?.terminate();
  }
}
