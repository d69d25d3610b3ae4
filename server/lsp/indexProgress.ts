/** The progress of an index in the editor (window/workDoneProgress), with a button that stops it. */
import path from 'node:path';
import type { WorkDoneProgressServerReporter } from 'vscode-languageserver/node';
import type { Context } from './context';
import { describe } from './guard';

export class IndexProgressBar {
  private reporter: WorkDoneProgressServerReporter | undefined;
  private ended = false;
  private shown = -1;

  /** `cancel` is called when the person stops it. Clients without progress see nothing, and nothing else changes. */
  constructor(context: Context, root: string, cancel: () => void) {
    if (context.capabilities.window?.workDoneProgress !== true) return;
    context.connection.window.createWorkDoneProgress().then((reporter) => {
      if (this.ended) return;
      this.reporter = reporter;
      reporter.token.onCancellationRequested(cancel);
      reporter.begin('Kexec Handover: indexing', Math.max(0, this.shown), path.basename(root), true);
    }).catch((error: unknown) => { context.log.warn(`progress is not shown: ${describe(error)}`); });
  }

  /** `scanned`: C files so far; 0 when all have been looked at. */
  report(percent: number, scanned: number): void {
    if (percent === this.shown) return;
    this.shown = percent;
    this.reporter?.report(percent, scanned === 0 ? 'reading what was found' : `${String(scanned)} C files`);
  }

  done(): void {
    this.ended = true;
    this.reporter?.done();
    this.reporter = undefined;
  }
}
