/** Open editor documents over another provider: what a person sees is what is analysed, saved or not. */
import type { SourceProvider, SourceResult } from '../c/source';

export class OverlayProvider implements SourceProvider {
  private readonly documents = new Map<string, { readonly text: string; readonly identity: string }>();

  constructor(private readonly below: SourceProvider) {}

  /** `version` is the editor's number of the text; the pair (path, version) names one text. */
  set(path: string, text: string, version: number | string): void {
    this.documents.set(path, { text, identity: `editor:${version}` });
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
