/** Open editor documents over another provider: what a person sees is what is analysed, saved or not. */
import type { SourceProvider, SourceResult } from '../c/source';

/** How many texts editors have given this process; never used twice. */
let texts = 0;

export class OverlayProvider implements SourceProvider {
  private readonly documents = new Map<string, { readonly text: string; readonly identity: string }>();

  /** Texts that came or went, all and by path. */
  private changes = 0;
  private readonly changesOf = new Map<string, number>();

  constructor(private readonly below: SourceProvider) {}

  /** The text of `path` as it stands in the editor. Its identity is ours: an editor counts versions from 1 again when a file is reopened. */
  set(path: string, text: string): void {
    if (this.documents.get(path)?.text === text) return;
    texts += 1;
    this.documents.set(path, { text, identity: `editor:${texts}` });
    this.changed(path);
  }

  delete(path: string): void {
    if (this.documents.delete(path)) this.changed(path);
  }

  private changed(path: string): void {
    this.changes++;
    this.changesOf.set(path, (this.changesOf.get(path) ?? 0) + 1);
  }

  revision(except: string): string | undefined {
    const below = this.below.revision?.(except);
    return below === undefined ? undefined : `${below} ${String(this.changes - (this.changesOf.get(except) ?? 0))}`;
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
