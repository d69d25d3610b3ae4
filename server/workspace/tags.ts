/** A file over all tags of its repository: which of them hold which text. One `cat-file --batch` answers for all. */
import type { SourceResult } from '../c/source';
import { git } from './git';
import type { GitResult } from './git';
import { GitBlobs } from './gitBlobs';

export interface TaggedText {
  /** Tags with this text, oldest first. */
  readonly refs: readonly string[];
  /** As the file was called then, relative to the root. */
  readonly name: string;
  readonly text: string;
}

/** Tags by age; tags of the same second by version number. */
export async function tagsOf(root: string): Promise<GitResult<readonly string[]>> {
  const answer = await git(root, ['for-each-ref', '--sort=version:refname', '--sort=creatordate', '--format=%(refname:strip=2)', 'refs/tags']);
  if (!answer.ok) return answer;
  return { ok: true, value: answer.value.toString('utf8').split('\n').filter((tag) => tag !== '') };
}

/** Names that a file has had, newest first; its present one when git does not know more. */
export async function namesOf(root: string, name: string): Promise<readonly string[]> {
  const answer = await git(root, ['log', '--follow', '--no-show-signature', '--format=', '--name-only', '-z', '-M', 'HEAD', '--', name], { timeoutMs: 60_000 });
  const found = answer.ok ? answer.value.toString('utf8').split(/[\0\n]/).filter((one) => one !== '') : [];
  return [...new Set([name, ...found])];
}

/** Runs of tags in which the text is the same. Tags without the file are left out. */
export async function textsOver(root: string, tags: readonly string[], names: readonly string[]): Promise<readonly TaggedText[]> {
  const blobs = new GitBlobs(root);
  try {
    const found = await Promise.all(tags.map(async (tag) => ({ tag, ...await firstOf(blobs, tag, names) })));
    const out: { refs: string[]; name: string; text: string; identity: string }[] = [];
    for (const { tag, name, result } of found) {
      if (!result.ok) continue;
      const last = out.at(-1);
      if (last !== undefined && last.identity === result.identity && last.name === name) last.refs.push(tag);
      else out.push({ refs: [tag], name, text: result.text, identity: result.identity });
    }
    return out;
  } finally {
    blobs.dispose();
  }
}

async function firstOf(blobs: GitBlobs, tag: string, names: readonly string[]): Promise<{ readonly name: string; readonly result: SourceResult }> {
  let last: SourceResult = { ok: false, reason: 'missing' };
  for (const name of names) {
    last = await blobs.read(`refs/tags/${tag}`, name);
    if (last.ok) return { name, result: last };
  }
  return { name: names[0] ?? '', result: last };
}

/** The newest tag that HEAD contains; undefined: none, or no git. */
export async function lastTag(root: string): Promise<string | undefined> {
  const answer = await git(root, ['describe', '--tags', '--abbrev=0', 'HEAD']);
  const tag = answer.ok ? answer.value.toString('utf8').trim() : '';
  return tag === '' ? undefined : tag;
}
