/**
 * A working tree as it was at a commit, as a synchronous SourceProvider for the core.
 *
 * Git answers asynchronously, the core asks synchronously. So: which files differ is asked once, the others are read from the disk
 * (and share its cache); a differing one that is not there yet is noted, and `runAtRevision` fetches what was noted and runs again.
 */
import type { SourceProvider, SourceResult } from '../c/source';
import { GitBlobs } from './gitBlobs';
import type { GitResult, TreeDifference } from './git';
import { differenceFrom, gitRoot, resolveCommit } from './git';
import { relativeInside } from './paths';

/** Include chains deeper than this in changed headers alone are cut; each round costs one exchange with git. */
const MAX_ROUNDS = 64;
const MAX_TEXTS = 20_000;

export class RevisionProvider implements SourceProvider {
  private readonly texts = new Map<string, SourceResult>();
  private readonly wanted = new Set<string>();

  constructor(
    readonly root: string,
    readonly commit: string,
    /** undefined: not known, so every file of the repository comes from git. */
    private readonly difference: TreeDifference | undefined,
    private readonly blobs: GitBlobs,
    private readonly disk: SourceProvider,
  ) {}

  read(path: string): SourceResult {
    const name = relativeInside(path, this.root);
    if (name === undefined || name === '') return this.disk.read(path);
    if (this.difference !== undefined) {
      if (this.difference.untracked.has(name)) return { ok: false, reason: 'missing' };
      if (!this.difference.changed.has(name)) return this.disk.read(path);
    }
    const known = this.texts.get(name);
    if (known !== undefined) return known.ok || this.difference !== undefined ? known : this.unknownToGit(path, known);
    if (this.texts.size < MAX_TEXTS) this.wanted.add(name);
    return { ok: false, reason: 'missing' };
  }

  /** Text of one file at the commit, whatever the difference says. */
  async text(path: string): Promise<SourceResult> {
    const name = relativeInside(path, this.root);
    if (name === undefined) return { ok: false, reason: 'missing' };
    const known = this.texts.get(name) ?? await this.blobs.read(this.commit, name);
    this.texts.set(name, known);
    return known;
  }

  get hasWanted(): boolean {
    return this.wanted.size > 0;
  }

  /** Fetches what was asked for and not there. */
  async fetchWanted(): Promise<void> {
    const names = [...this.wanted];
    this.wanted.clear();
    await Promise.all(names.map(async (name) => { this.texts.set(name, await this.blobs.read(this.commit, name)); }));
  }

  /** Without a known difference: a file git does not track may still be a build output, which the disk has. */
  private unknownToGit(path: string, answer: SourceResult): SourceResult {
    return answer.ok || answer.reason !== 'missing' || !/\/generated\//.test(path) ? answer : this.disk.read(path);
  }
}

/** Runs `work` on the provider until it asks for nothing new. `work` must be repeatable: it may run several times. */
export async function runAtRevision<T>(provider: RevisionProvider, work: (provider: RevisionProvider) => T): Promise<T> {
  for (let round = 0; ; round++) {
    const result = work(provider);
    if (!provider.hasWanted || round >= MAX_ROUNDS) return result;
    await provider.fetchWanted();
  }
}

interface Opened {
  readonly epoch: number;
  readonly provider: RevisionProvider;
}

/** Opens revisions of repositories; keeps one git process per repository and what it learnt until `refresh`. */
export class Revisions {
  private readonly blobs = new Map<string, GitBlobs>();
  private readonly opened = new Map<string, Opened>();
  private epoch = 0;

  constructor(private readonly disk: SourceProvider & { refresh(): void }) {}

  /** Something on the disk changed: differences are asked for again. Texts at commits never change and are kept by git. */
  refresh(): void {
    this.epoch++;
  }

  /** The commit that `ref` names now in the repository of `path`; undefined when there is none. Cheap: for keys of caches. */
  async commitOf(path: string, ref: string): Promise<string | undefined> {
    const root = gitRoot(path);
    const commit = root === undefined ? undefined : await resolveCommit(root, ref);
    return commit?.ok === true ? commit.value : undefined;
  }

  /** The tree around `path` at `ref`. An error value when there is no repository, no git, or no such revision. */
  async open(path: string, ref: string): Promise<GitResult<RevisionProvider>> {
    const root = gitRoot(path);
    if (root === undefined) return { ok: false, why: `${path} is in no git repository` };
    const commit = await resolveCommit(root, ref);
    if (!commit.ok) return commit;
    const key = `${root}\0${commit.value}`;
    const known = this.opened.get(key);
    if (known !== undefined && known.epoch === this.epoch) return { ok: true, value: known.provider };
    const epoch = this.epoch;
    // What git now finds equal to the commit must not be read from an older copy.
    this.disk.refresh();
    const difference = await differenceFrom(root, commit.value);
    const provider = new RevisionProvider(root, commit.value, difference.ok ? difference.value : undefined, this.blobsOf(root), this.disk);
    this.opened.delete(key);
    this.opened.set(key, { epoch, provider });
    const [oldest] = this.opened.keys();
    if (this.opened.size > 4 && oldest !== undefined) this.opened.delete(oldest);
    return { ok: true, value: provider };
  }

  dispose(): void {
    for (const blobs of this.blobs.values()) blobs.dispose();
    this.blobs.clear();
    this.opened.clear();
  }

  private blobsOf(root: string): GitBlobs {
    const known = this.blobs.get(root);
    if (known !== undefined) return known;
    const made = new GitBlobs(root);
    this.blobs.set(root, made);
    return made;
  }
}
