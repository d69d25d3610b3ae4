/** Ignore rules that lie outside the scanned folder: of the repository around it, and of the user. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ExtraIgnore } from './folderScanner';

export interface OuterIgnores {
  /** Folders above the root, up to the repository's top, that have a .gitignore, as lengths of the root's path. */
  readonly lengths: readonly number[];
  /** Weaker than any .gitignore, weakest first: the user's own file, then the repository's info/exclude. */
  readonly extra: readonly ExtraIgnore[];
}

/** The folder with `info/exclude`: `.git`, or for a linked work tree what its `.git` file leads to. */
function commonGitFolder(dotGit: string): string | undefined {
  try {
    if (fs.statSync(dotGit).isDirectory()) return dotGit;
    const pointed = /^gitdir: (.+)$/m.exec(fs.readFileSync(dotGit, 'utf8'))?.[1];
    if (pointed === undefined) return undefined;
    const gitFolder = path.resolve(path.dirname(dotGit), pointed.trim());
    const common = path.join(gitFolder, 'commondir');
    return fs.existsSync(common) ? path.resolve(gitFolder, fs.readFileSync(common, 'utf8').trim()) : gitFolder;
  } catch {
    return undefined;
  }
}

/** For a root that is in no repository there is nothing outside it. */
export function outerIgnores(root: string): OuterIgnores {
  const above: string[] = [];
  for (let folder = root; ; folder = path.posix.dirname(folder)) {
    const git = commonGitFolder(`${folder}/.git`);
    if (git !== undefined) {
      const extra: ExtraIgnore[] = [];
      const user = path.join(process.env['XDG_CONFIG_HOME'] ?? path.join(os.homedir(), '.config'), 'git', 'ignore');
      for (const file of [user, path.join(git, 'info', 'exclude')]) if (fs.existsSync(file)) extra.push({ folder, file });
      return { lengths: above.filter((outer) => fs.existsSync(`${outer}/.gitignore`)).map((outer) => outer.length).reverse(), extra };
    }
    const parent = path.posix.dirname(folder);
    if (parent === folder) return { lengths: [], extra: [] };
    above.push(parent);
  }
}
