/** Passes questions on and remembers every path asked for, with what it was then: what an answer depends on. */
import type { SourceProvider, SourceResult } from '../c/source';

/** Identity of the text, or why there was none. */
export type FileState = string;

export class RecordingProvider implements SourceProvider {
  /** By path, the newest state. Paths that are no longer asked for stay: they can only make an answer look stale too early. */
  readonly seen = new Map<string, FileState>();

  constructor(private readonly below: SourceProvider) {}

  read(path: string): SourceResult {
    const result = this.below.read(path);
    this.seen.set(path, result.ok ? result.identity : result.reason);
    return result;
  }

  revision(except: string): string | undefined {
    return this.below.revision?.(except);
  }
}
