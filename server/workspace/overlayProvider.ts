/** Open editor documents over another provider: what a person sees is what is analysed, saved or not. */
import type { SourceProvider, SourceResult } from '../c/source';

/** How many texts editors have given this process; never used twice. */
let texts = 0;

export class OverlayProvider implements SourceProvider {
  private readonly documents = new Map<string, { readonly text: string; readonly identity: string }>();

  constructor(private readonly below: SourceProvider) {}

  /** The text of `path` as it stands in the editor. Its identity is ours: an editor counts versions from 1 again when a file is reopened. */
  set(path: string, text: string): void {
    if (this.documents.get(path)?.text === text) return;
    texts += 1;
    this.documents.set(path, { text, identity: `editor:${texts}` });
  }

  delete(path: string): void {
    this.documents.delete(path);
  }

  has(path: string): boolean {
    return this.documents.has(path);
  }

  paths(): IterableIterator<string> {
    return this.documents.keys();
  }

  read(path: string): SourceResult {
    const open = this.documents.get(path);
    return open === undefined ? this.below.read(path) : { ok: true, ...open };
  }
}
