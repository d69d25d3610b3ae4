/** Which two kernels `simulate` is asked about: `--old` and `--new`, each a file or a git revision, and `--base`. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KernelSide, OldKernelRequest } from '../workspace/oldKernel';
import { WORKING_TREE, findOldKernel } from '../workspace/oldKernel';
import { toCorePath } from '../workspace/paths';
import { UsageError } from './io';
import type { Parsed } from './options';
import type { Session } from './session';

export interface TwoKernels {
  readonly old: KernelSide;
  readonly new: KernelSide;
}

/** Throws UsageError for what is missing or cannot be read. */
export async function twoKernels(parsed: Parsed, session: Session): Promise<TwoKernels> {
  const { cwd } = session.io;
  const oldFile = existing(parsed.old, cwd);
  const newFile = existing(parsed.new, cwd);
  if (newFile === undefined && oldFile === undefined) {
    const [flag, given] = parsed.new === undefined ? ['--old', parsed.old] : ['--new', parsed.new];
    throw new UsageError(given === undefined ? 'simulate wants --old FILE --new FILE' : `${flag} ${given}: no such file`);
  }
  const [file, spelled] = newFile === undefined ? [oldFile ?? '', parsed.old ?? ''] : [newFile, parsed.new ?? ''];
  const working: KernelSide = { file: session.openOperand(spelled, file), label: spelled, revision: WORKING_TREE, sameFile: false };
  // With the file on the old side, `--new` is a revision of it.
  const given = newFile === undefined ? parsed.new : parsed.old ?? parsed.base;
  const request: OldKernelRequest = given === undefined ? { kind: 'default', ref: 'HEAD' } : kernelNamed(given, cwd);
  const other = await findOldKernel(request, { source: session.disk, revisions: session.revisions, project: session.project, file: working.file });
  if (!other.ok) throw new UsageError(other.why);
  return newFile === undefined ? { old: working, new: other.side } : { old: other.side, new: working };
}

/** An operand that exists as a path is a path; otherwise it is a git revision. */
export function kernelNamed(given: string, cwd: string): OldKernelRequest {
  return existsSync(path.resolve(cwd, given)) ? { kind: 'path', path: toCorePath(given, cwd), label: given } : { kind: 'ref', ref: given };
}

function existing(operand: string | undefined, cwd: string): string | undefined {
  return operand !== undefined && existsSync(path.resolve(cwd, operand)) ? toCorePath(operand, cwd) : undefined;
}
