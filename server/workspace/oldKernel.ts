/** The old kernel of a handover: the same file at a git revision, another file, the same place in another tree, or, failing all, the file itself. */
import { existsSync, statSync } from 'node:fs';
import type { SourceProvider } from '../c/source';
import { refProblem } from '../shared/settings';
import type { Revisions } from './gitRevision';
import { runAtRevision } from './gitRevision';
import { gitRoot } from './git';
import { relativeInside } from './paths';
import type { OpenFile, Project } from './project';

export const WORKING_TREE = 'working tree';

/** One side of a handover. */
export interface KernelSide {
  readonly file: OpenFile;
  /** For people: `HEAD`, `working tree`, a file's name. */
  readonly label: string;
  /** Which text of the file it was read from: `working tree`, or a revision as git takes it. */
  readonly revision: string;
  /** It is the new kernel's own file, for want of an older one. */
  readonly sameFile: boolean;
}

export type OldKernel =
  | { readonly ok: true; readonly side: KernelSide }
  /** `missing`: the base is there, but has no such file. */
  | { readonly ok: false; readonly why: string; readonly missing?: boolean };

export type OldKernelRequest =
  /** Another file, or a folder that holds the same file at the same place of its tree. */
  | { readonly kind: 'path'; readonly path: string; readonly label: string }
  /** Fails when there is none. */
  | { readonly kind: 'ref'; readonly ref: string }
  /** As the settings say: the file itself, with a label that says why, when there is none. */
  | { readonly kind: 'default'; readonly ref: string };

export interface OldKernelTools {
  /** Open documents and the disk. */
  readonly source: SourceProvider;
  readonly revisions: Revisions;
  readonly project: Project;
  /** The new kernel. */
  readonly file: OpenFile;
}

export async function findOldKernel(asked: OldKernelRequest, tools: OldKernelTools): Promise<OldKernel> {
  const { file } = tools;
  const request = asked.kind === 'default' && isFolderName(asked.ref) ? { kind: 'path' as const, path: asked.ref, label: asked.ref } : asked;
  if (request.kind === 'path') return atPath(request.path, request.label, tools);
  const found = await atRevision(request.ref, tools);
  if (found.ok || request.kind === 'ref') return found;
  const why = gitRoot(file.path) === undefined ? 'not in git' : found.why.startsWith(request.ref) ? found.why : `no ${request.ref}`;
  return { ok: true, side: { file, label: `same file (${why})`, revision: WORKING_TREE, sameFile: true } };
}

/** Settings name a folder by its whole path: no revision begins with '/' or a drive. */
export function isFolderName(base: string): boolean {
  return base.startsWith('/') || /^[A-Za-z]:[\\/]/.test(base);
}

function atPath(path: string, label: string, tools: OldKernelTools): OldKernel {
  let name = path;
  if (existsSync(path) && statSync(path).isDirectory()) {
    const below = placesIn(tools.file);
    if (below.length === 0) return { ok: false, why: `${path} is a folder, and the new file lies in no tree, so its place in that folder is not known` };
    name = below.map((place) => `${path}/${place}`).find((place) => existsSync(place)) ?? `${path}/${below[0] ?? ''}`;
  }
  const text = tools.source.read(name);
  if (!text.ok) return { ok: false, missing: name !== path && text.reason === 'missing', why: `${name}: ${text.reason === 'missing' ? 'no such file' : (text.detail ?? text.reason)}` };
  return { ok: true, side: { file: tools.project.open(name, tools.source), label, revision: WORKING_TREE, sameFile: false } };
}

/** Where a file lies in its tree and in its repository: its place in another folder is one of them. */
function placesIn(file: OpenFile): readonly string[] {
  return [...new Set([file.tree.root, gitRoot(file.path)].flatMap((root) => (root === undefined ? [] : relativeInside(file.path, root) ?? [])))];
}

async function atRevision(ref: string, tools: OldKernelTools): Promise<OldKernel> {
  const { file, project } = tools;
  const problem = refProblem(ref);
  if (problem !== undefined) return { ok: false, why: `revision "${ref}" ${problem}` };
  const revision = await tools.revisions.open(file.path, ref);
  if (!revision.ok) return { ok: false, why: revision.why };
  const text = await revision.value.text(file.path);
  if (!text.ok) return { ok: false, missing: text.reason === 'missing', why: `${ref} has no ${relativeInside(file.path, revision.value.root) ?? file.path}` };
  const old = await runAtRevision(revision.value, (provider) => project.open(file.path, provider));
  return { ok: true, side: { file: old, label: ref, revision: ref, sameFile: false } };
}
