/**
 * What the rules must know of files that are not open: ids are meant to be unique in the whole tree. The index says which files have
 * descriptions; a thread of its own reads them in the background, once for each time they change.
 */
import { Worker } from 'node:worker_threads';
import type { OtherFile } from '../rules/otherFile';
import { isInside } from '../workspace/paths';
import type { ProjectOptions } from '../workspace/project';
import type { OtherFileRead, OtherFilesRequest } from '../workspace/treeIndex/otherFilesReader';
import type { Log } from './guard';
import { describe } from './guard';

/** A tree with more files of descriptions than these has them compared by `check` on the command line. */
const MAX_FILES = 200;

export interface OtherFilesSource {
  /** The bundle of server/otherFilesWorker.ts. */
  readonly workerFile: string;
  readonly log: Log;
  project(): ProjectOptions;
  /** Something that `of` answers is another now. */
  changed(): void;
}

export class OtherFiles {
  private readonly known = new Map<string, OtherFileRead>();
  private wanted = new Set<string>();
  private worker: Worker | undefined;

  constructor(private readonly from: OtherFilesSource) {}

  /** The files of descriptions below `root` are these, and those in `changed` are to be read again. */
  update(root: string, paths: readonly string[], changed: readonly string[]): void {
    const now = new Set(paths);
    let gone = false;
    for (const path of this.known.keys()) if (isInside(path, root) && !now.has(path)) gone = this.known.delete(path);
    for (const path of [...paths.filter((name) => !this.known.has(name)), ...changed.filter((name) => now.has(name))]) this.wanted.add(path);
    if (gone) this.from.changed();
    this.read();
  }

  /** Settings changed: everything may read otherwise. */
  reset(): void {
    for (const path of this.known.keys()) this.wanted.add(path);
    this.read();
  }

  /** The other files of the tree, as far as they have been read. */
  of(path: string, treeRoot: string): readonly OtherFile[] {
    const others: OtherFile[] = [];
    for (const read of this.known.values()) if (read.file !== undefined && read.path !== path && read.treeRoot === treeRoot) others.push(read.file);
    return others;
  }

  async stop(): Promise<void> {
    this.wanted.clear();
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }

  private read(): void {
    if (this.worker !== undefined || this.wanted.size === 0) return;
    const paths = [...this.wanted].slice(0, Math.max(0, MAX_FILES - this.known.size) + [...this.wanted].filter((path) => this.known.has(path)).length);
    this.wanted = new Set();
    if (paths.length === 0) return;
    const request: OtherFilesRequest = { paths, project: this.from.project() };
    let worker: Worker;
    try {
      worker = new Worker(this.from.workerFile, { workerData: request, resourceLimits: { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 } });
    } catch (error) {
      this.from.log.error(`other files of the tree are not read: ${describe(error)}`);
      return;
    }
    this.worker = worker;
    worker.unref();
    worker.on('message', (read: OtherFileRead) => { if (this.worker === worker) this.known.set(read.path, read); });
    worker.on('error', (error) => { this.from.log.error(`other files of the tree are not all read: ${describe(error)}`); });
    worker.once('exit', () => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      this.from.changed();
      this.read();
    });
  }
}
