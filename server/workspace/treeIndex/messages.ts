/** What the server's main thread and the index worker say to each other. Plain data. */
import type { EntryKind } from './entries';
import type { TreeEntry } from './entryTable';
import type { TextPlace } from './treeIndex';

export interface IndexSummary {
  /** C files looked at, files with a word of the handover, entries. */
  readonly scanned: number;
  readonly files: number;
  readonly entries: number;
  readonly counts: Readonly<Record<EntryKind, number>>;
  readonly durationMs: number;
  /** What went wrong on the way, in words; at most a few. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

/** Numbers (`build`, `ask`) are the sender's, and come back with the answer. */
export type ToIndex =
  | { readonly kind: 'build'; readonly build: number; readonly root: string; readonly cacheDir: string | undefined; readonly workers: number }
  | { readonly kind: 'cancel'; readonly build: number }
  /** Files made, written or removed on disk. */
  | { readonly kind: 'changed'; readonly paths: readonly string[] }
  /** Texts of editors; without `text` the disk's counts again. */
  | { readonly kind: 'edited'; readonly path: string; readonly text?: string }
  | { readonly kind: 'symbols'; readonly ask: number; readonly query: string; readonly limit: number }
  | { readonly kind: 'references'; readonly ask: number; readonly name: string; readonly definitions: boolean; readonly limit: number };

export type FromIndex =
  | { readonly kind: 'progress'; readonly build: number; readonly percent: number; readonly scanned: number }
  | { readonly kind: 'built'; readonly build: number; readonly summary: IndexSummary }
  /** All files of the tree with descriptions, and those of them that changed. After `built`, and after a change that matters. */
  | { readonly kind: 'descriptions'; readonly root: string; readonly paths: readonly string[]; readonly changed: readonly string[] }
  | { readonly kind: 'failed'; readonly build: number; readonly reason: string; readonly message: string }
  | { readonly kind: 'symbols'; readonly ask: number; readonly entries: readonly TreeEntry[] }
  /** undefined: the index has no entry of that name. */
  | { readonly kind: 'references'; readonly ask: number; readonly places: readonly TextPlace[] | undefined };
