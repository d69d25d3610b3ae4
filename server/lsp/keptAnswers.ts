/** When diagnostics are taken from the cache on disk, and when they are put there. */
import type { Diagnostic } from 'vscode-languageserver/node';
import type { FileState } from '../workspace/recordingProvider';
import type { AnswerCache, Question } from './answerCache';
import { mentionsKstate } from '../shared/kstateWords';
import type { Context } from './context';
import { describe } from './guard';

/** An answer was given without reading the file: that is done now, before somebody hovers or types. */
const READ_AFTER_MS = 30;
/** Writing waits until what an editor asks after an open has been answered. */
const KEEP_AFTER_MS = 300;

interface Offered {
  readonly question: Question;
  readonly seen: ReadonlyMap<string, FileState>;
  readonly diagnostics: readonly Diagnostic[];
}

export class KeptAnswers {
  /** Documents that were looked up since they were opened. */
  private readonly asked = new Set<string>();
  /** Documents whose next answer is to be kept: just opened, or just saved. */
  private readonly due = new Set<string>();
  private readonly offered = new Map<string, Offered>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly cache: AnswerCache, private readonly context: () => Context) {}

  /** The answer for a document that was opened and not yet read; at most once per opening. */
  recall(path: string): Diagnostic[] | undefined {
    if (this.asked.has(path)) return undefined;
    this.asked.add(path);
    this.due.add(path);
    const { analysis, disk, log } = this.context();
    if (analysis.peek(path) !== undefined) return undefined;
    const question = this.questionOf(path);
    if (question === undefined) return undefined;
    const found = this.cache.find(question, (name) => disk.stateOf(name));
    if (found === undefined) return undefined;
    this.due.delete(path);
    setTimeout(() => {
      try {
        if (this.asked.has(path)) analysis.findings(path);
      } catch (error) {
        log.error(`reading ${path} failed: ${describe(error)}`);
      }
    }, READ_AFTER_MS).unref();
    return found;
  }

  /** Diagnostics just made from the document as it stands. */
  offer(path: string, diagnostics: readonly Diagnostic[]): void {
    if (!this.due.delete(path)) return;
    const question = this.questionOf(path);
    const reads = this.context().analysis.readsOf(path);
    if (question === undefined || reads === undefined) return;
    // Nor does the cache ask about files that were not read through this one.
    const { project, otherFiles } = this.context();
    if ((otherFiles?.of(path, project().treeOf(path).root).length ?? 0) > 0) return;
    const seen = new Map<string, FileState>();
    for (const [name, state] of reads) {
      if (name === path) continue;
      // A header that was taken from an editor.
      if (state.startsWith('editor:')) return;
      seen.set(name, state);
    }
    this.offered.set(path, { question, seen, diagnostics });
    this.timer ??= setTimeout(() => { this.keepOffered(); }, KEEP_AFTER_MS).unref();
  }

  saved(path: string): void {
    this.due.add(path);
  }

  closed(path: string): void {
    this.asked.delete(path);
    this.due.delete(path);
  }

  /** All that was offered is on disk when this ends. */
  async stop(): Promise<void> {
    this.keepOffered();
    await this.cache.written();
  }

  private keepOffered(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const { question, seen, diagnostics } of this.offered.values()) this.cache.keep(question, seen, diagnostics);
    this.offered.clear();
  }

  /** undefined: the answer depends on more than can be asked of the disk, or is not worth keeping. */
  private questionOf(path: string): Question | undefined {
    const { documents, project, source, settings, diagnosticsDoc } = this.context();
    const document = documents.get(path);
    // Other open documents have their say in the findings (ids that are taken) and in headers.
    if (document === undefined || documents.paths().length !== 1) return undefined;
    const text = document.getText();
    if (!mentionsKstate(text)) return undefined;
    const { target, includePaths, defines, forcedIncludes, configKnown } = project().unitOptions(path, source);
    return {
      path, text,
      circumstances: [documents.uriOf(path), diagnosticsDoc, settings(), project().treeOf(path), target, includePaths, defines, forcedIncludes, configKnown, project().configIdentity(path)],
    };
  }
}
