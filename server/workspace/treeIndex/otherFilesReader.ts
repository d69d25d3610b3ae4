/** Reads files for what others must know of them (ids that are taken, and how), one by one: each unit is gone before the next is read. */
import type { OtherFile } from '../../rules/otherFile';
import { otherFileOf } from '../../rules/otherFile';
import { DiskProvider } from '../diskProvider';
import type { ProjectOptions } from '../project';
import { Project } from '../project';

/** Plain data: it goes to a thread. */
export interface OtherFilesRequest {
  readonly paths: readonly string[];
  readonly project: ProjectOptions;
}

/** `treeRoot`: of the tree that the file lies in; undefined when it lies in none. */
export interface OtherFileRead {
  readonly path: string;
  readonly treeRoot: string | undefined;
  /** undefined: it cannot be read. */
  readonly file: OtherFile | undefined;
}

/** Gives each file to `take` as soon as it is read. Never throws for what a file is like. */
export function readOtherFiles({ paths, project: options }: OtherFilesRequest, take: (read: OtherFileRead) => void): void {
  const disk = new DiskProvider();
  const project = new Project(options);
  for (const path of paths) {
    let file: OtherFile | undefined;
    let treeRoot: string | undefined;
    try {
      const tree = project.treeOf(path);
      treeRoot = tree.kind === 'folder' ? undefined : tree.root;
      if (treeRoot !== undefined && disk.read(path).ok) file = otherFileOf(project.open(path, disk).model);
    } catch {
      // Text that breaks our reading is a bug of ours; here it costs what this file would have said.
    }
    take({ path, treeRoot, file });
  }
}
