/** Revisions to offer as the old kernel: HEAD, then branches and tags, newest first. */
import type { RefInfo } from '../shared/requests';
import { git, gitRoot } from './git';

const MAX_REFS = 200;

/** Empty when `path` is in no repository, or the repository has no commit. */
export async function listRefs(path: string): Promise<RefInfo[]> {
  const root = gitRoot(path);
  if (root === undefined) return [];
  const [head, refs] = await Promise.all([
    git(root, ['log', '-1', '--no-show-signature', '--format=%h %s', 'HEAD', '--']),
    git(root, ['for-each-ref', `--count=${MAX_REFS - 1}`, '--sort=-creatordate',
      '--format=%(refname)%00%(objectname:short)%00%(*objectname:short)%00%(contents:subject)', 'refs/heads', 'refs/tags']),
  ]);
  const result: RefInfo[] = [];
  if (head.ok) result.push({ ref: 'HEAD', kind: 'head', detail: head.value.toString('utf8').trim() });
  if (!refs.ok) return result;
  for (const line of refs.value.toString('utf8').split('\n')) {
    const [name = '', tagOrCommit = '', peeled = '', subject = ''] = line.split('\0');
    const match = /^refs\/(heads|tags)\/(.+)$/.exec(name);
    const ref = match?.[2];
    if (ref === undefined || ref.startsWith('-')) continue;
    result.push({ ref, kind: match?.[1] === 'tags' ? 'tag' : 'branch', detail: `${peeled === '' ? tagOrCommit : peeled} ${subject}`.trim() });
  }
  return result;
}
