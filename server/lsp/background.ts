/** Work that waits until nothing has asked for it for a while, and never runs twice at a time. */
import type { Log } from './guard';
import { describe } from './guard';

export class Background {
  private timer: NodeJS.Timeout | undefined;
  private running = false;

  /** `what`: for the log, when it fails. */
  constructor(private readonly afterMs: number, private readonly what: string, private readonly log: Log, private readonly work: () => Promise<void>) {}

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { void this.run(); }, this.afterMs);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async run(): Promise<void> {
    if (this.running) {
      this.schedule();
      return;
    }
    this.running = true;
    try {
      await this.work();
    } catch (error) {
      this.log.error(`${this.what} failed: ${describe(error)}`);
    } finally {
      this.running = false;
    }
  }
}
