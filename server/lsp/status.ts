/** Tells the client how things stand, for its status item; only after a change, and only clients that said they listen. */
import type { StatusParams } from '../shared/requests';
import { notifications } from '../shared/requests';
import type { Context } from './context';
import { indexWords } from './indexWords';

const AFTER_MS = 150;

export class Status {
  private timer: NodeJS.Timeout | undefined;
  private last = '';
  private warning: string | undefined;

  constructor(private readonly context: () => Context) {}

  /** Something that the person should know, until `undefined` takes it back. */
  setWarning(message: string | undefined): void {
    this.warning = message;
    this.schedule();
  }

  schedule(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.send(); }, AFTER_MS);
    this.timer.unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private send(): void {
    const { connection, documents, analysis, changes, indexes } = this.context();
    const known = documents.paths().map((path) => analysis.peek(path)).filter((entry) => entry !== undefined);
    const descriptions = known.reduce((sum, entry) => sum + entry.analysed.model.descriptions.length, 0);
    const findings = known.reduce((sum, { analysed, findings: found }) => sum + (found?.length ?? 0) + changes.of(analysed.path, analysed.model).length, 0);
    const index = indexWords(indexes?.states() ?? []);
    const params: StatusParams = {
      health: this.warning !== undefined ? 'warning' : index.working ? 'working' : 'ready',
      message: this.warning ?? (index.working ? index.text : ''),
      openFiles: documents.paths().length, descriptions, findings,
      index: index.text,
    };
    const json = JSON.stringify(params);
    if (json === this.last) return;
    this.last = json;
    void connection.sendNotification(notifications.status, params);
  }
}
