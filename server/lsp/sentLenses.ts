/**
 * Which lenses the client shows, as it was told. It is asked to come again only when one of them would read otherwise now: VS Code throws away the
 * commands of the lenses it has when it asks anew, so that a click at that moment hits nothing.
 */
import { Background } from './background';
import type { Log } from './guard';

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
  private readonly comparison: Background;

  constructor(private readonly tools: SentLensesTools) {
    this.comparison = new Background(AFTER_MS, 'comparing lenses', tools.log, () => this.compare());
  }

  sent(uri: string, titles: Titles): void {
    this.shown.set(uri, titles);
  }

  closed(uri: string): void {
    this.shown.delete(uri);
  }

  /** Something changed that a lens may tell of: the base, findings, settings, files outside. */
  schedule(): void {
    if (this.shown.size > 0) this.comparison.schedule();
  }

  stop(): void {
    this.comparison.stop();
    this.shown.clear();
  }

  private async compare(): Promise<void> {
    let stale = false;
    for (const [uri, shown] of this.shown) stale = await this.isStale(uri, shown) || stale;
    if (stale) this.tools.refresh();
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
