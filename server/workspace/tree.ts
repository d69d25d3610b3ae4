/** The source tree around a file: where its headers are, whether it is a kernel, where it was built. */
import { existsSync, statSync } from 'node:fs';
import { ancestors, isTooBroad, parentOf } from './paths';

export interface SourceTree {
  /**
   * `kernel`: a whole kernel tree. `headers`: a folder with `include/linux` and no more. `folder`: ordinary C with `include` folders, or none.
   */
  readonly kind: 'kernel' | 'headers' | 'folder';
  readonly root: string;
  /** Folder with generated headers; undefined: none known. */
  readonly build: string | undefined;
  /** A `.config` that tells the configuration where no autoconf.h does. */
  readonly config?: string;
}

export interface TreeRequest {
  /** `--tree` or the setting; undefined: walk up from the file. */
  readonly tree?: string | undefined;
  readonly build?: string | undefined;
  /** Workspace folder that holds the file: include folders above it are not looked at. */
  readonly workspaceFolder?: string | undefined;
}

/** Folders above a file that are looked at. */
const MAX_LEVELS = 40;

/** The tree of a file. Always answers; at worst the file's own folder with nothing around it. */
export function discoverTree(file: string, request: TreeRequest = {}): SourceTree {
  if (request.tree !== undefined) return describe(request.tree, request.build);
  const above = ancestors(parentOf(file), MAX_LEVELS).filter((folder) => !isTooBroad(folder));
  const kernel = above.find(isKernelRoot);
  if (kernel !== undefined) return describe(kernel, request.build);
  const headers = above.find((folder) => isFolder(`${folder}/include/linux`));
  if (headers !== undefined) return describe(headers, request.build);
  return withConfig({ kind: 'folder', root: request.workspaceFolder ?? parentOf(file), build: request.build });
}

function describe(root: string, build: string | undefined): SourceTree {
  const kind = isKernelRoot(root) ? 'kernel' : isFolder(`${root}/include/linux`) ? 'headers' : 'folder';
  return withConfig({ kind, root, build: build ?? builtInPlace(root) });
}

function withConfig(tree: SourceTree): SourceTree {
  if (tree.build !== undefined && existsSync(`${tree.build}/include/generated/autoconf.h`)) return tree;
  // A build folder that was named speaks for itself: the tree's own .config is of another build.
  const config = [`${tree.build ?? tree.root}/.config`].find(isFile);
  return config === undefined ? tree : { ...tree, config };
}

function builtInPlace(root: string): string | undefined {
  return existsSync(`${root}/include/generated/autoconf.h`) ? root : undefined;
}

/** Has what every kernel tree has at its top and hardly anything else does. */
export function isKernelRoot(folder: string): boolean {
  return existsSync(`${folder}/Kconfig`) && isFolder(`${folder}/include/linux`)
    && (existsSync(`${folder}/MAINTAINERS`) || existsSync(`${folder}/Kbuild`) || isFolder(`${folder}/kernel`));
}

/**
 * `include` folders above a file of no kernel tree, nearest first, within the workspace folder (or, when none holds the file, within the git repository or
 * the three nearest folders).
 */
export function includeFoldersAbove(file: string, workspaceFolder: string | undefined): string[] {
  const result: string[] = [];
  let levels = 0;
  for (const folder of ancestors(parentOf(file), MAX_LEVELS)) {
    if (isTooBroad(folder)) break;
    if (isFolder(`${folder}/include`)) result.push(`${folder}/include`);
    if (folder === workspaceFolder) break;
    if (workspaceFolder === undefined && (existsSync(`${folder}/.git`) || ++levels >= 3)) break;
  }
  return result;
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
