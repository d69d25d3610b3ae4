/**
 * `kexecHandover/openDump` and its fellows: decoded files for the editors that show them. Each file has a thread of its own, which reads, decodes and keeps
 * it and gives branches, bytes and blocks when they are asked for; here it is only handed on. `closeDump` ends the thread, whatever it is doing.
 */
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { DumpFailure } from '../shared/requests';
import type { DumpAnswer, DumpQuestion, DumpQuestions } from '../workspace/dumpReader';
import type { Log } from './guard';
import { describe } from './guard';
import { uriToPath } from './uris';

/** Files that are kept decoded: their bytes are, too. The one that was asked about longest ago goes first, and is read again when it is asked for. */
const MOST_KEPT = 4;
/** On top of the file's own bytes, which do not count here. */
const workerLimits = { maxOldGenerationSizeMb: 2048 };

type Kind = keyof DumpQuestions;
type ResultOf<K extends Kind> = DumpQuestions[K]['result'];

interface Thread {
  readonly worker: Worker;
  readonly asked: Map<number, (result: ResultOf<Kind>) => void>;
  /** Why it ended; then nothing more is asked of it. */
  ended: string | undefined;
}

export class Dumps {
  /** By path; the one that was asked about last is last. */
  private readonly threads = new Map<string, Thread>();
  private nextAsk = 1;

  /** @param workerFile the bundle of server/dumpWorker.ts; undefined: this server decodes nothing */
  constructor(private readonly workerFile: string | undefined, private readonly log: Log) {}

  async ask<K extends Kind>(kind: K, uri: string, params: DumpQuestions[K]['params']): Promise<ResultOf<K> | DumpFailure> {
    const file = uriToPath(uri);
    const known = this.threads.get(file);
    // A thread that is gone has nothing to give but by reading the file again.
    if (known === undefined && kind !== 'open') return { ok: false, reason: 'changed', message: `${path.basename(file)} has to be read again.` };
    const thread = known ?? this.start(file);
    if (typeof thread === 'string') return failure(thread);
    this.threads.delete(file);
    this.threads.set(file, thread);
    for (const oldest of this.threads.keys()) if (this.threads.size > MOST_KEPT) this.close(oldest);
    const ask = this.nextAsk++;
    return new Promise((answer) => {
      // The thread answers a question with that question's type (dumpReader.ts); the message itself cannot carry it.
      thread.asked.set(ask, (result) => { answer(result as ResultOf<K> | DumpFailure); });
      thread.worker.postMessage({ kind, ask, params } as DumpQuestion);
    });
  }

  /** Nobody looks at the file any more. */
  closed(uri: string): void {
    this.close(uriToPath(uri));
  }

  async stop(): Promise<void> {
    const workers = [...this.threads.values()].map(({ worker }) => worker);
    for (const file of [...this.threads.keys()]) this.close(file);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  private close(file: string): void {
    const thread = this.threads.get(file);
    if (thread === undefined) return;
    this.end(file, thread, `${path.basename(file)} was closed.`);
    void thread.worker.terminate();
  }

  private start(file: string): Thread | string {
    if (this.workerFile === undefined) return 'This server decodes no files.';
    let worker: Worker;
    try {
      worker = new Worker(this.workerFile, { workerData: file, resourceLimits: workerLimits });
    } catch (error) {
      this.log.error(`the thread for ${file} did not start: ${describe(error)}`);
      return 'The thread that reads the file did not start; the output channel says why.';
    }
    const thread: Thread = { worker, asked: new Map(), ended: undefined };
    worker.unref();
    worker.on('message', (answer: DumpAnswer) => {
      const waiting = thread.asked.get(answer.ask);
      thread.asked.delete(answer.ask);
      if (!answer.ok) this.log.error(`${file} could not be decoded: ${answer.message}`);
      waiting?.(answer.ok ? answer.result : failure('The file could not be decoded; the output channel says why.'));
    });
    worker.on('error', (error) => {
      if (thread.ended !== undefined) return;
      this.log.error(`the thread for ${file} failed: ${describe(error)}`);
      const memory = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.end(file, thread, memory ? `${path.basename(file)} needs more memory than the ${String(workerLimits.maxOldGenerationSizeMb)} MB that its thread may take.` : 'The thread that reads the file failed; the output channel says why.');
    });
    worker.once('exit', () => { this.end(file, thread, 'The thread that reads the file ended.'); });
    return thread;
  }

  /** Answers everybody who waits, once. */
  private end(file: string, thread: Thread, why: string): void {
    if (this.threads.get(file) === thread) this.threads.delete(file);
    thread.ended ??= why;
    for (const answer of thread.asked.values()) answer(failure(thread.ended));
    thread.asked.clear();
  }
}

function failure(message: string): DumpFailure {
  return { ok: false, reason: 'failed', message };
}
