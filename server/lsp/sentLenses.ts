/**
 * Which lenses the client shows, as it was told. It is asked to come again only when one of them would read otherwise now: VS Code throws away the
 * commands of the lenses it has when it asks anew, so that a click at that moment hits nothing.
 */
import type { Log } from './guard';
import { describe } from './guard';

/** After the last sign that something may be another. */
const AFTER_MS = 400;

interface Shown {
  /** Descriptions that have a lens, in order. */
  readonly names: readonly string[];
  /** By description; those that the client has resolved. */
  readonly titles: Map<string, string>;
}

export interface SentLensesTools {
  readonly log: Log;
  /** Descriptions that would have a lens now; undefined: the document cannot be read. */
  names(uri: string): readonly string[] | undefined;
  title(uri: string, description: string): Promise<string>;
  /** Asks the client to come again. */
  refresh(): void;
}

export class SentLenses {
  private readonly shown = new Map<string, Shown>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;

  constructor(private readonly tools: SentLensesTools) {}

  listed(uri: string, names: readonly string[]): void {
    this.shown.set(uri, { names, titles: new Map() });
  }

  resolved(uri: string, description: string, title: string): void {
    this.shown.get(uri)?.titles.set(description, title);
  }

  closed(uri: string): void {
    this.shown.delete(uri);
  }

  /** Something changed that a lens may tell of: the base, findings, settings, files outside. */
  schedule(): void {
    clearTimeout(this.timer);
    if (this.shown.size === 0) return;
    this.timer = setTimeout(() => { void this.compare(); }, AFTER_MS);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.shown.clear();
  }

  private async compare(): Promise<void> {
    if (this.running) {
      this.schedule();
      return;
    }
    this.running = true;
    try {
      let stale = false;
      for (const [uri, shown] of this.shown) stale = await this.isStale(uri, shown) || stale;
      if (stale) this.tools.refresh();
    } catch (error) {
      this.tools.log.error(`comparing lenses failed: ${describe(error)}`);
    } finally {
      this.running = false;
    }
  }

  private async isStale(uri: string, shown: Shown): Promise<boolean> {
    const names = this.tools.names(uri);
    if (names === undefined || names.join() !== shown.names.join()) {
      // Told once; the client's next question brings the list up to date.
      this.shown.delete(uri);
      return true;
    }
    for (const [description, before] of shown.titles) {
      const title = await this.tools.title(uri, description);
      // Meanwhile the client may have come by itself.
      if (this.shown.get(uri) !== shown) return false;
      if (title === before) continue;
      this.shown.delete(uri);
      return true;
    }
    return false;
  }
}
