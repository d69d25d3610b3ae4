/**
 * Git, asked through its command line: where a repository is, what a revision means, which files differ from the disk, what a file held.
 *
 * No shell is involved, arguments are passed as a list, and names that could be taken for options are refused. Everything is bounded
 * in time and size, and everything works without git: the answer is then an error value that says so.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { refProblem } from '../shared/settings';
import { ancestors, isInside } from './paths';

export type GitResult<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/**
 * Settings of the repository that would run a program of its choosing or wait for a terminal are switched off; locks are not taken, for the person
 * may be using git at the same moment; a partial clone does not fetch.
 */
export const GIT_SAFE_ARGS: readonly string[] = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', '--no-pager', '--literal-pathspecs'];

export function gitEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
  // A hook that started us would otherwise point every repository at its own.
  for (const name of ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_OBJECT_DIRECTORY', 'GIT_EXTERNAL_DIFF']) {
    Reflect.deleteProperty(env, name);
  }
  return env;
}

/** Runs git in `folder`. The error says what git said, in one line. */
export function git(folder: string, args: readonly string[], limits: { readonly timeoutMs?: number; readonly maxBytes?: number } = {}): Promise<GitResult<Buffer>> {
  return new Promise((resolve) => {
    execFile('git', [...GIT_SAFE_ARGS, ...args], {
      cwd: folder, encoding: 'buffer', env: gitEnvironment(), windowsHide: true,
      timeout: limits.timeoutMs ?? 15_000, maxBuffer: limits.maxBytes ?? 64 * 1024 * 1024,
    }, (error, stdout, stderr) => {
      if (error === null) resolve({ ok: true, value: stdout });
      else resolve({ ok: false, why: whyGitFailed(error, stderr.toString('utf8'), args[0] ?? 'git') });
    });
  });
}

function whyGitFailed(error: Error & { code?: string | number | null; killed?: boolean }, stderr: string, verb: string): string {
  if (error.code === 'ENOENT') return 'git is not installed or the folder is gone';
  if (error.killed === true) return `git ${verb} took too long`;
  const line = stderr.split('\n').find((l) => l.trim() !== '');
  return line === undefined ? `git ${verb} failed` : line.replace(/^(fatal|error): /, '');
}

/** The working tree that holds `path`: the nearest folder with `.git` (a folder, or the file of a worktree); undefined: none. */
export function gitRoot(path: string): string | undefined {
  return ancestors(path).find((folder) => existsSync(`${folder}/.git`));
}

/** The commit that `ref` names now. `merge-base` is where HEAD left its upstream, `merge-base:REF` where it left REF. */
export async function resolveCommit(root: string, ref: string): Promise<GitResult<string>> {
  const problem = refProblem(ref);
  if (problem !== undefined) return { ok: false, why: `revision "${ref}" ${problem}` };
  const fork = /^merge-base(?::(.+))?$/.exec(ref);
  if (fork !== null) {
    const other = await commitOf(root, fork[1] ?? '@{upstream}');
    if (!other.ok) return { ok: false, why: fork[1] === undefined ? `"${ref}": HEAD has no upstream in the repository ${root}` : other.why };
    const answer = await git(root, ['merge-base', 'HEAD', other.value]);
    return answer.ok ? { ok: true, value: answer.value.toString('latin1').trim() } : { ok: false, why: `"${ref}": HEAD and ${fork[1] ?? 'its upstream'} have no common commit in the repository ${root}` };
  }
  return commitOf(root, ref);
}

async function commitOf(root: string, ref: string): Promise<GitResult<string>> {
  const answer = await git(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  if (!answer.ok) return { ok: false, why: answer.why === 'git rev-parse failed' ? `"${ref}" names no commit of the repository ${root}` : answer.why };
  const commit = answer.value.toString('latin1').trim().split('\n').at(-1) ?? '';
  return /^[0-9a-f]{40,64}$/.test(commit) ? { ok: true, value: commit } : { ok: false, why: `"${ref}" names no commit of the repository ${root}` };
}

/** How a working tree differs from a commit, as names relative to its root. */
export interface TreeDifference {
  /** Tracked files whose text differs, that are gone from the disk, or that only the disk has. */
  readonly changed: ReadonlySet<string>;
  /** C headers and sources that git does not know (and does not ignore): the commit had none of them. */
  readonly untracked: ReadonlySet<string>;
}

export async function differenceFrom(root: string, commit: string): Promise<GitResult<TreeDifference>> {
  const [diff, others] = await Promise.all([
    git(root, ['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all', commit, '--']),
    git(root, ['ls-files', '--others', '--exclude-standard', '-z']),
  ]);
  if (!diff.ok) return diff;
  if (!others.ok) return others;
  return {
    ok: true,
    value: { changed: new Set(names(diff.value)), untracked: new Set(names(others.value).filter((name) => /\.[chS]$/.test(name))) },
  };
}

/**
 * Files under `folder` that git ignores; ignored folders end in '/'. Absolute names. Empty when there is no git, or when the folder asked for is
 * itself ignored (who names it wants it).
 */
export async function ignoredUnder(folder: string): Promise<ReadonlySet<string>> {
  const root = gitRoot(folder);
  if (root === undefined) return new Set();
  const answer = await git(root, ['ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '-z', '--', folder]);
  if (!answer.ok) return new Set();
  const ignored = names(answer.value).map((name) => `${root}/${name}`);
  if (ignored.some((name) => name.endsWith('/') && isInside(folder, name.slice(0, -1)))) return new Set();
  return new Set(ignored);
}

/** Files under `folder` that git tracks though a rule of .gitignore names them. Absolute names; empty when there is no git. */
export async function trackedThoughIgnored(folder: string): Promise<readonly string[]> {
  const root = gitRoot(folder);
  if (root === undefined) return [];
  const answer = await git(root, ['ls-files', '--cached', '--ignored', '--exclude-standard', '-z', '--', folder]);
  return answer.ok ? names(answer.value).map((name) => `${root}/${name}`) : [];
}

function names(zeroTerminated: Buffer): string[] {
  return zeroTerminated.toString('utf8').split('\0').filter((name) => name !== '');
}
