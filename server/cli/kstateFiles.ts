/** From operands to the C files that speak of KSTATE. Words first: of a whole kernel every file is looked through, and only those are parsed. */
import { statSync } from 'node:fs';
import { trackedThoughIgnored } from '../workspace/git';
import { reasonOf } from '../workspace/openRegular';
import { isInside, toCorePath } from '../workspace/paths';
import { isScannable } from '../workspace/treeScan/scannable';
import { scanTree } from '../workspace/treeScan/scanTree';
import { wordFamilies } from '../workspace/treeScan/words';
import { speaksOfKstate } from '../workspace/walk';
import type { OpenFile } from '../workspace/project';
import type { CliIo } from './io';
import { Interrupted, UsageError } from './io';
import type { Session } from './session';

export interface KstateFiles {
  /** Each once, in order of the operands, below a folder its files before its folders. */
  readonly files: readonly string[];
  /** C files that were looked at. */
  readonly looked: number;
}

const kstateWords = wordFamilies.filter((family) => family.topic === 'kstate');

/** Throws UsageError for an operand that cannot be read, Interrupted when the person stops it. What else cannot be read is told on stderr. */
export async function kstateFiles(operands: readonly string[], session: Session, io: CliIo): Promise<KstateFiles> {
  const files = new Set<string>();
  let looked = 0;
  for (const operand of operands) {
    const name = toCorePath(operand, io.cwd);
    session.spell(name, operand);
    if (isFolderOrThrow(operand, name)) {
      const below = await inFolder(operand, name, session, io);
      looked += below.looked;
      for (const file of below.files) files.add(file);
      continue;
    }
    const text = session.disk.read(name);
    if (!text.ok) throw new UsageError(`${operand}: ${text.detail ?? text.reason}`);
    looked++;
    if (speaks(name, session, io)) files.add(name);
  }
  return { files: [...files], looked };
}

async function inFolder(operand: string, folder: string, session: Session, io: CliIo): Promise<KstateFiles> {
  const stopper = new AbortController();
  const calm = io.onInterrupt?.(() => { stopper.abort(); });
  const onProgress = io.progress;
  try {
    const [scan, tracked] = await Promise.all([
      scanTree(folder, {
        families: kstateWords, callerHelps: true, fileLinks: true, signal: stopper.signal,
        ...(onProgress === undefined ? {} : { onProgress: (done) => { onProgress(`${operand}: ${String(done.files)} C files`); } }),
      }),
      trackedThoughIgnored(folder),
    ]);
    if (!scan.ok) {
      if (scan.reason === 'aborted') throw new Interrupted();
      throw new UsageError(scan.reason === 'unreadable' ? `${operand}: the folder cannot be read` : `${operand}: ${scan.message}`);
    }
    for (const problem of scan.problems) {
      if (problem.path === folder) throw new UsageError(`${operand}: the folder cannot be read`);
      // Node gives what is no UTF-8 in a name as U+FFFD, and no such file is found.
      const message = problem.kind === 'vanished' && problem.path.includes('\ufffd') ? `${problem.path}: the name is not valid UTF-8; it is left out` : problem.message;
      io.stderr(`kexec-handover: ${message.replace(problem.path, session.shown(problem.path))}\n`);
    }
    if (scan.problemCount > scan.problems.length) io.stderr(`kexec-handover: ${operand}: ${String(scan.problemCount - scan.problems.length)} more files cannot be read\n`);
    // A rule of .gitignore says nothing about files that git tracks.
    const ruledOut = tracked.filter((file) => /\.[ch]$/.test(file) && isInside(file, folder) && !isScannable(folder, file));
    const files = [...scan.files.map((file) => file.path), ...ruledOut.filter((file) => speaks(file, session, io))].sort(filesFirst);
    return { files, looked: scan.stats.files + ruledOut.length };
  } finally {
    calm?.();
    io.progress?.(undefined);
  }
}

function speaks(file: string, session: Session, io: CliIo): boolean {
  const answer = speaksOfKstate(file);
  if (typeof answer === 'object') io.stderr(`kexec-handover: ${session.shown(file)}: ${answer.error}\n`);
  return answer === true;
}

/** Opens what is still there: a file may have gone, or grown beyond the limit, since it was listed. */
export function openListed(files: readonly string[], session: Session, io: CliIo): OpenFile[] {
  return files.flatMap((file) => {
    const text = session.disk.read(file);
    if (text.ok) return [session.open(file)];
    io.stderr(`kexec-handover: ${session.shown(file)}: ${text.detail ?? (text.reason === 'missing' ? 'no such file' : text.reason)}\n`);
    return [];
  });
}

/** Order of a walk: below each folder its files by name, then its folders by name. */
export function filesFirst(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const folders = Number(i < left.length - 1) - Number(i < right.length - 1);
    return folders !== 0 ? folders : x < y ? -1 : 1;
  }
  return left.length - right.length;
}

/** Throws UsageError when there is no such file or folder. */
export function isFolderOrThrow(operand: string, name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new UsageError(`${operand}: ${code === 'ENOENT' || code === 'ENOTDIR' ? 'no such file or folder' : `cannot be read (${reasonOf(error)})`}`);
  }
}
