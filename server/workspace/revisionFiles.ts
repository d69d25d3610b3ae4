/** Which C files of a commit speak of KSTATE: git looks through the blobs, nothing is checked out. */
import type { GitResult } from './git';
import { git, resolveCommit } from './git';

/** A whole kernel is looked through in some ten seconds. */
const TIMEOUT_MS = 120_000;

/** Absolute names. `under`: a file or folder of the repository; its root for all of it. */
export async function kstateFilesAt(root: string, ref: string, under: string): Promise<GitResult<readonly string[]>> {
  const commit = await resolveCommit(root, ref);
  if (!commit.ok) return commit;
  const answer = await git(root, ['grep', '-l', '-z', '-I', '-e', 'kstate_description', commit.value, '--', under], { timeoutMs: TIMEOUT_MS });
  // Exit 1 without a word: nothing was found.
  if (!answer.ok) return answer.why === 'git grep failed' ? { ok: true, value: [] } : answer;
  const prefix = `${commit.value}:`;
  return {
    ok: true,
    value: answer.value.toString('utf8').split('\0').filter((name) => name.startsWith(prefix) && /\.[ch]$/.test(name)).map((name) => `${root}/${name.slice(prefix.length)}`),
  };
}
