/** The two operands of `compat` as pairs of files. An operand that exists as a path is a path, otherwise it is a git revision. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { runAtRevision } from '../workspace/gitRevision';
import { gitRoot } from '../workspace/git';
import { relativeInside, toCorePath } from '../workspace/paths';
import type { OpenFile } from '../workspace/project';
import { kstateFilesAt } from '../workspace/revisionFiles';
import type { CliIo } from './io';
import { UsageError } from './io';
import { kstateFiles } from './kstateFiles';
import type { Session } from './session';

/** One file of one side, with what it is called in messages. */
export interface SideFile {
  readonly file: OpenFile;
  readonly shown: string;
}

export interface SidePair {
  readonly old: SideFile | undefined;
  readonly new: SideFile | undefined;
}

interface Listed {
  /** By which files of the two sides pair: relative to the folder, or to the root of the repository. */
  readonly key: string;
  readonly path: string;
  readonly shown: string;
  readonly ref: string | undefined;
}

interface Operand {
  readonly spelled: string;
  /** undefined: a revision. */
  readonly path: string | undefined;
  readonly folder: boolean;
}

/** Throws UsageError for what cannot be read. */
export async function sidePairs(oldOperand: string, newOperand: string, session: Session, io: CliIo): Promise<readonly SidePair[]> {
  const [old, next] = [operand(oldOperand, io.cwd), operand(newOperand, io.cwd)];
  const [listedOld, listedNew] = [await list(old, next, session, io), await list(next, old, session, io)];
  const pairs = pairUp(listedOld, listedNew, old, next);
  const out: SidePair[] = [];
  for (const pair of pairs) out.push({ old: await open(pair.old, session), new: await open(pair.new, session) });
  return together(out);
}

function operand(spelled: string, cwd: string): Operand {
  const absolute = path.resolve(cwd, spelled);
  if (!existsSync(absolute)) return { spelled, path: undefined, folder: false };
  return { spelled, path: toCorePath(spelled, cwd), folder: statSync(absolute).isDirectory() };
}

async function list(side: Operand, other: Operand, session: Session, io: CliIo): Promise<readonly Listed[]> {
  if (side.path !== undefined) {
    const { path: name } = side;
    session.spell(name, side.spelled);
    if (!side.folder) {
      const text = session.disk.read(name);
      if (!text.ok) throw new UsageError(`${side.spelled}: ${text.detail ?? text.reason}`);
      const root = other.path === undefined ? gitRoot(name) : undefined;
      return [{ key: root === undefined ? path.posix.basename(name) : relativeInside(name, root) ?? name, path: name, shown: session.shown(name), ref: undefined }];
    }
    const root = other.path === undefined ? gitRoot(name) : undefined;
    const { files } = await kstateFiles([side.spelled], session, io);
    return files.map((file) => ({ key: relativeInside(file, root ?? name) ?? file, path: file, shown: session.shown(file), ref: undefined }));
  }
  // A revision of what the other operand names; of the repository around the working folder when that is a revision, too.
  const root = gitRoot(other.path ?? toCorePath('.', io.cwd));
  if (root === undefined) throw new UsageError(`${side.spelled}: no such file or folder, and ${other.path === undefined ? 'the working folder' : other.spelled} is in no git repository that could have such a revision`);
  const found = await kstateFilesAt(root, side.spelled, other.path ?? root);
  if (!found.ok) throw new UsageError(`${side.spelled}: no such file or folder, and as a git revision: ${found.why}`);
  return found.value.map((file) => {
    const key = relativeInside(file, root) ?? file;
    return { key, path: file, shown: `${side.spelled}:${key}`, ref: side.spelled };
  });
}

function pairUp(old: readonly Listed[], next: readonly Listed[], oldSide: Operand, nextSide: Operand): { readonly old: Listed | undefined; readonly new: Listed | undefined }[] {
  const bothFiles = oldSide.path !== undefined && nextSide.path !== undefined && !oldSide.folder && !nextSide.folder;
  if (bothFiles) return [{ old: old[0], new: next[0] }];
  // A file against a folder: only its counterpart counts.
  if (oldSide.path !== undefined && nextSide.path !== undefined && oldSide.folder !== nextSide.folder) {
    const [one, many] = oldSide.folder ? [next[0], old] : [old[0], next];
    const same = many.find((file) => one !== undefined && (one.path.endsWith(`/${file.key}`) || path.posix.basename(file.path) === path.posix.basename(one.path)));
    if (same === undefined) throw new UsageError(`${oldSide.folder ? oldSide.spelled : nextSide.spelled} has no ${path.posix.basename(one?.path ?? '')} that speaks of KSTATE`);
    return [oldSide.folder ? { old: same, new: one } : { old: one, new: same }];
  }
  const byKey = new Map(old.map((file) => [file.key, file]));
  const pairs = next.map((file) => ({ old: byKey.get(file.key), new: file as Listed | undefined }));
  const taken = new Set(next.map((file) => file.key));
  return [...pairs, ...old.filter((file) => !taken.has(file.key)).map((file) => ({ old: file, new: undefined }))];
}

async function open(listed: Listed | undefined, session: Session): Promise<SideFile | undefined> {
  if (listed === undefined) return undefined;
  if (listed.ref === undefined) return { file: session.open(listed.path), shown: listed.shown };
  const revision = await session.revisions.open(listed.path, listed.ref);
  if (!revision.ok) throw new UsageError(`${listed.ref}: ${revision.why}`);
  const file = await runAtRevision(revision.value, (provider) => session.project.open(listed.path, provider));
  return { file, shown: listed.shown };
}

/** Files that only one side has pair when they describe the same: a file that was renamed. */
function together(pairs: readonly SidePair[]): readonly SidePair[] {
  const lonelyOld = pairs.filter((pair) => pair.new === undefined);
  const used = new Set<SidePair>();
  const out = pairs.flatMap((pair): SidePair[] => {
    if (pair.old !== undefined) return pair.new === undefined ? [] : [pair];
    const names = new Set(pair.new?.file.model.descriptions.map((one) => one.variable));
    const same = lonelyOld.find((other) => !used.has(other) && other.old?.file.model.descriptions.some((one) => names.has(one.variable)) === true);
    if (same === undefined) return [pair];
    used.add(same);
    return [{ old: same.old, new: pair.new }];
  });
  return [...out, ...lonelyOld.filter((pair) => !used.has(pair))];
}
