/** Documents as they would be after a change that nobody has made yet: what a fix or refactoring is run on before it is offered. */
import type { SourceProvider } from '../c/source';
import type { Reread } from '../rules/refactoringCost';
import type { OpenFile, Project } from '../workspace/project';

export class Proposals {
  /** A line of readings of its own, each taking over from the one before: the document's unit belongs to its next edit. Of one document at a time. */
  private last: { readonly path: string; readonly unit: OpenFile['unit'] } | undefined;

  constructor(private readonly source: SourceProvider, private readonly project: () => Project) {}

  rereader(path: string): Reread {
    return (texts) => {
      const source: SourceProvider = {
        read: (name) => {
          const text = texts.get(name);
          return text === undefined ? this.source.read(name) : { ok: true, text, identity: `proposed:${text}` };
        },
      };
      const file = this.project().open(path, source, this.last?.path === path ? this.last.unit : undefined);
      this.last = { path, unit: file.unit };
      return file.model;
    };
  }

  /** Settings or the tree changed, or the document was closed. */
  reset(): void {
    this.last = undefined;
  }
}
