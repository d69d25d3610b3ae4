/**
 * A base that is a folder may change without anybody telling: it may lie outside of what the editor watches. So each question asks the disk whether the
 * files that the last answer was read from are as they were.
 */
import { statSync } from 'node:fs';
import type { SourceProvider } from '../c/source';
import { RecordingProvider } from './recordingProvider';

interface Reading {
  readonly recorder: RecordingProvider;
  /** Of the files read. */
  readonly print: string;
}

export class BaseFolder {
  /** By the new kernel's file. */
  private readonly readings = new Map<string, Reading>();
  private changes = 0;

  constructor(private readonly source: SourceProvider, private readonly disk: { refresh(): void }) {}

  /** Another number when something is not as it was when the old kernel of `path` was read. */
  generation(path: string): number {
    const reading = this.readings.get(path);
    if (reading !== undefined && printOf(reading.recorder) !== reading.print) {
      this.readings.delete(path);
      this.changes++;
    }
    return this.changes;
  }

  /** Reads the old kernel of `path` with `work`. */
  async read<T>(path: string, work: (source: SourceProvider) => Promise<T>): Promise<T> {
    // Texts kept from before may be older than what is on the disk now.
    this.disk.refresh();
    const recorder = new RecordingProvider(this.source);
    const result = await work(recorder);
    this.readings.set(path, { recorder, print: printOf(recorder) });
    return result;
  }

  reset(): void {
    this.readings.clear();
  }
}

/** Time and size of each file that was asked for; of a missing one that it is. */
function printOf({ seen }: RecordingProvider): string {
  return [...seen.keys()].map(stateOf).join(' ');
}

function stateOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? '-' : `${String(stats.mtimeMs)}:${String(stats.size)}:${String(stats.ino)}`;
  } catch {
    return '!';
  }
}
