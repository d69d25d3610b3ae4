/**
 * Which lenses the client shows, as it was told. It is asked to come again only when one of them would read otherwise now: VS Code throws away the
 * commands of the lenses it has when it asks anew, so that a click at that moment hits nothing.
 */
import type { Log } from './guard';
import { describe } from './guard';

/** After the last sign that something may be another. */
const AFTER_MS = 400;

type Titles = ReadonlyMap<string, string>;

export interface SentLensesTools {
  readonly log: Log;
  /** What the lenses of a document would say now, by description; undefined: the document cannot be read. */
  titles(uri: string): Promise<Titles | undefined>;
  /** Asks the client to come again. */
  refresh(): void;
}

export class SentLenses {
  private readonly shown = new Map<string, Titles>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;

  constructor(private readonly tools: SentLensesTools) {}

  sent(uri: string, titles: Titles): void {
    this.shown.set(uri, titles);
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

  private async isStale(uri: string, shown: Titles): Promise<boolean> {
    const now = await this.tools.titles(uri);
    // Meanwhile the client may have come by itself.
    if (this.shown.get(uri) !== shown) return false;
    if (now !== undefined && JSON.stringify([...now]) === JSON.stringify([...shown])) return false;
    // Told once; the client's next question brings it up to date.
    this.shown.delete(uri);
    return true;
  }
}
