import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { DiskProvider } from '../../../server/workspace/diskProvider';
import { differenceFrom, gitRoot, ignoredUnder, resolveCommit } from '../../../server/workspace/git';
import { GitBlobs } from '../../../server/workspace/gitBlobs';
import { listRefs } from '../../../server/workspace/gitRefs';
import { Revisions, runAtRevision } from '../../../server/workspace/gitRevision';
import type { RevisionProvider } from '../../../server/workspace/gitRevision';
import { Folder } from './helpers';

describe('git', () => {
  let folder: Folder;
  let revisions: Revisions;
  let disk: DiskProvider;
  beforeEach(() => {
    folder = new Folder();
    disk = new DiskProvider();
    revisions = new Revisions(disk);
  });
  afterEach(() => {
    revisions.dispose();
    folder.remove();
  });

  function repository(): Folder {
    folder.git('init', '-q');
    folder.write({ '.gitignore': 'out/\n*.gen.h\n', 'a.c': 'old a\n', 'same.h': 'same\n', 'deep/b.h': 'old b\n', 'gone.h': 'was here\n', 'with space ü.c': 'odd\n' });
    folder.commitAll('first');
    folder.git('tag', 'v1');
    return folder;
  }

  async function openAt(ref: string): Promise<RevisionProvider> {
    const opened = await revisions.open(folder.path('a.c'), ref);
    assert.ok(opened.ok, opened.ok ? '' : opened.why);
    return opened.value;
  }

  it('finds the root of a working tree, and none outside', () => {
    repository();
    assert.equal(gitRoot(folder.path('deep/b.h')), folder.root);
    const alone = new Folder();
    assert.equal(gitRoot(alone.path('x.c')), undefined);
    alone.remove();
  });

  it('resolves a revision once, and refuses what is none', async () => {
    repository();
    const head = await resolveCommit(folder.root, 'HEAD');
    const tag = await resolveCommit(folder.root, 'v1');
    assert.ok(head.ok && tag.ok);
    assert.equal(head.value, tag.value);
    assert.match(head.value, /^[0-9a-f]{40}$/);
    const none = await resolveCommit(folder.root, 'v9');
    assert.ok(!none.ok);
    assert.match(none.why, /"v9" names no commit/);
    const option = await resolveCommit(folder.root, '--help');
    assert.ok(!option.ok);
    assert.match(option.why, /must not begin with '-'/);
    const shell = await resolveCommit(folder.root, '$(touch${IFS}pwned)');
    assert.equal(shell.ok, false);
  });

  it('tells what differs from a commit', async () => {
    repository();
    folder.write({ 'a.c': 'new a\n', 'added.h': 'x', 'notes.txt': 'x', 'out/y.h': 'ignored', 'z.gen.h': 'ignored' });
    rmSync(folder.path('gone.h'));
    const commit = await resolveCommit(folder.root, 'HEAD');
    assert.ok(commit.ok);
    const difference = await differenceFrom(folder.root, commit.value);
    assert.ok(difference.ok);
    assert.deepEqual([...difference.value.changed].sort(), ['a.c', 'gone.h']);
    assert.deepEqual([...difference.value.untracked], ['added.h']);
  });

  it('reads the tree as it was: changed, gone, added, untouched, outside', async () => {
    repository();
    folder.write({ 'a.c': 'new a\n', 'deep/b.h': 'new b\n', 'added.h': 'x', 'z.gen.h': 'generated' });
    rmSync(folder.path('gone.h'));
    const provider = await openAt('HEAD');
    const names = ['a.c', 'deep/b.h', 'same.h', 'gone.h', 'added.h', 'z.gen.h', 'none.h', 'with space ü.c'];
    const texts = await runAtRevision(provider, (p) => names.map((name) => {
      const read = p.read(folder.path(name));
      return read.ok ? read.text : read.reason;
    }));
    assert.deepEqual(texts, ['old a\n', 'old b\n', 'same\n', 'was here\n', 'missing', 'generated', 'missing', 'odd\n']);
    const same = provider.read(folder.path('same.h'));
    assert.ok(same.ok && same.identity.startsWith('disk:'), 'an untouched file shares the disk cache');
    const a = provider.read(folder.path('a.c'));
    assert.ok(a.ok && a.identity.startsWith('blob:'));
  });

  it('runs again until nothing new is asked for', async () => {
    repository();
    folder.write({ 'a.c': 'new', 'deep/b.h': 'new', 'gone.h': 'new' });
    const provider = await openAt('HEAD');
    let runs = 0;
    // A chain: each text decides what is asked next, as includes do.
    const seen = await runAtRevision(provider, (p) => {
      runs++;
      const result: string[] = [];
      for (const name of ['a.c', 'deep/b.h', 'gone.h']) {
        const read = p.read(folder.path(name));
        if (!read.ok) return result;
        result.push(read.text);
      }
      return result;
    });
    assert.deepEqual(seen, ['old a\n', 'old b\n', 'was here\n']);
    assert.equal(runs, 4);
  });

  it('sees later changes after refresh', async () => {
    repository();
    const before = await openAt('HEAD');
    folder.write({ 'a.c': 'edited\n' });
    disk.refresh();
    revisions.refresh();
    const after = await openAt('HEAD');
    assert.notEqual(after, before);
    const read = await runAtRevision(after, (p) => p.read(folder.path('a.c')));
    assert.ok(read.ok && read.text === 'old a\n');
    assert.equal(await openAt('HEAD'), after, 'kept until the next refresh');
  });

  it('gives error values outside a repository and in one without commits', async () => {
    const outside = await revisions.open(folder.path('a.c'), 'HEAD');
    assert.ok(!outside.ok);
    assert.match(outside.why, /no git repository/);
    folder.git('init', '-q');
    const empty = await revisions.open(folder.path('a.c'), 'HEAD');
    assert.ok(!empty.ok);
    assert.match(empty.why, /"HEAD" names no commit/);
    assert.deepEqual(await listRefs(folder.path('a.c')), []);
  });

  it('answers many questions to one process, in order, with empty and large texts', async () => {
    folder.git('init', '-q');
    const large = 'x'.repeat(3_000_000);
    folder.write({ 'empty.h': '', 'large.h': large, 'small.h': 's\n' }).commitAll('c');
    const commit = await resolveCommit(folder.root, 'HEAD');
    assert.ok(commit.ok);
    const blobs = new GitBlobs(folder.root);
    try {
      const names = ['large.h', 'none.h', 'empty.h', 'small.h', 'bad\nname.h', 'large.h'];
      const answers = await Promise.all(names.map((name) => blobs.read(commit.value, name)));
      assert.deepEqual(answers.map((a) => (a.ok ? a.text.length : a.reason)), [3_000_000, 'missing', 0, 2, 'missing', 3_000_000]);
    } finally {
      blobs.dispose();
    }
  });

  it('answers with an error value when the repository is gone', async () => {
    const blobs = new GitBlobs(folder.path('no/such/folder'));
    const answer = await blobs.read('0'.repeat(40), 'a.c');
    assert.ok(!answer.ok && answer.reason === 'unreadable');
    blobs.dispose();
  });

  it('offers HEAD, branches and tags', async () => {
    repository();
    folder.git('branch', 'topic');
    const refs = await listRefs(folder.path('a.c'));
    assert.equal(refs[0]?.ref, 'HEAD');
    assert.match(refs[0]?.detail ?? '', /^[0-9a-f]+ first$/);
    assert.deepEqual(refs.slice(1).map((r) => `${r.kind} ${r.ref}`).sort(), ['branch main', 'branch topic', 'tag v1']);
  });

  it('names what git ignores, but not what was asked for by name', async () => {
    repository();
    folder.write({ 'out/y.c': 'x', 'z.gen.h': 'x' });
    assert.deepEqual([...await ignoredUnder(folder.root)].sort(), [`${folder.root}/out/`, folder.path('z.gen.h')].sort());
    assert.deepEqual([...await ignoredUnder(folder.path('out'))], []);
  });

  it('reads a working tree made by git worktree', async () => {
    repository();
    const other = new Folder();
    rmSync(other.root, { recursive: true });
    folder.git('worktree', 'add', '-q', other.root, 'v1');
    writeFileSync(other.path('a.c'), 'edited there\n');
    const opened = await revisions.open(other.path('a.c'), 'HEAD');
    assert.ok(opened.ok, opened.ok ? '' : opened.why);
    const read = await runAtRevision(opened.value, (p) => p.read(other.path('a.c')));
    assert.ok(read.ok && read.text === 'old a\n');
    other.remove();
  });
});
