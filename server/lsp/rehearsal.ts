/**
 * Types a character into the first file of a session and takes it away again, some times, while nobody types: V8 compiles what has run a few times,
 * so the first keystrokes would take ten times as long as those that follow.
 */
import type { SourceProvider } from '../c/source';
import type { Log } from './guard';
import { describe } from './guard';

const ROUNDS = 50;
/** After the answer that a person waits for, and between two rounds. */
const PAUSE_MS = 2;
/** After a keystroke. */
const TYPING_MS = 30;
/** A file that takes longer than this to read again is left alone. */
const LONGEST_MS = 100;

export interface RehearsalTools {
  readonly log: Log;
  readonly source: SourceProvider;
  /** Does what a keystroke does; `instead` gives the text of the path. False: the file has not been read, so there is nothing to do. */
  keystroke(path: string, instead: SourceProvider): boolean;
  /** Runs it after a while, unless what is returned is called before. */
  after(ms: number, run: () => void): () => void;
}

export class Rehearsal {
  private path: string | undefined;
  private rounds = 0;
  private cancel: (() => void) | undefined;

  constructor(private readonly tools: RehearsalTools) {}

  /** Findings of a file have been given; the first file of the session counts. */
  begin(path: string): void {
    if (this.path !== undefined) return;
    this.path = path;
    this.schedule(PAUSE_MS);
  }

  /** A person types: not now. */
  later(): void {
    if (this.cancel !== undefined) this.schedule(TYPING_MS);
  }

  /** The session ends, or what the file is read with changed. */
  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private schedule(afterMs: number): void {
    this.cancel?.();
    this.cancel = this.tools.after(afterMs, () => { this.next(); });
  }

  private next(): void {
    this.cancel = undefined;
    if (this.path === undefined) return;
    const began = performance.now();
    try {
      if (!this.round(this.path)) {
        // An answer from the disk: the next one begins again.
        this.path = undefined;
        return;
      }
    } catch (error) {
      this.tools.log.error(`rehearsing failed: ${describe(error)}`);
      return;
    }
    this.rounds++;
    // The first is the slowest by far.
    if (this.rounds < ROUNDS && (this.rounds === 1 || performance.now() - began < LONGEST_MS)) this.schedule(PAUSE_MS);
  }

  private round(path: string): boolean {
    const { source } = this.tools;
    const now = source.read(path);
    if (!now.ok) return false;
    const { text } = now;
    const end = text.indexOf('\n', text.length * 0.6);
    const at = end < 0 ? text.length : end;
    const typed: SourceProvider = {
      read: (name) => (name === path ? { ok: true, text: `${text.slice(0, at)};${text.slice(at)}`, identity: `rehearsed:${now.identity}` } : source.read(name)),
      revision: (except) => source.revision?.(except),
    };
    return this.tools.keystroke(path, typed) && this.tools.keystroke(path, source);
  }
}
