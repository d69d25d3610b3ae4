/** Would the scan of a tree look at this one file? By the same rules (folderScanner.ts), for files that change after the scan. */
import { neverScanned } from './folderScanner';
import { outerIgnores } from './gitIgnores';
import { isIgnored, parseIgnore, type IgnoreLevel } from './ignore';
import { diskFs, type ScanFs } from './scanFs';

/** Both '/'-separated and absolute. The file itself need not exist. */
export function isScannable(root: string, path: string, fs: ScanFs = diskFs): boolean {
  if (!path.startsWith(`${root}/`) || !/\.[ch]$/.test(path)) return false;
  const names = path.slice(root.length + 1).split('/');
  if (names.some((name) => name.startsWith('.'))) return false;
  const outer = outerIgnores(root);
  const levels: IgnoreLevel[] = [];
  const add = (folder: string, file: string): void => {
    try {
      if (fs.exists(file)) levels.push({ folder, rules: parseIgnore(fs.text(file)) });
    } catch {
      // As the scan: what cannot be read ignores nothing.
    }
  };
  for (const { folder, file } of outer.extra) add(folder, file);
  for (const length of outer.lengths) add(root.slice(0, length), `${root.slice(0, length)}/.gitignore`);
  let folder = root;
  for (const [i, name] of names.entries()) {
    const isFile = i === names.length - 1;
    if (folder !== root && isBuildFolder(folder, fs)) return false;
    add(folder, `${folder}/.gitignore`);
    if (isIgnored(levels, folder, name, !isFile) || (!isFile && neverScanned(fs, folder, name))) return false;
    folder += `/${name}`;
  }
  return true;
}

function isBuildFolder(folder: string, fs: ScanFs): boolean {
  return !fs.exists(`${folder}/Kconfig`) && fs.exists(`${folder}/include/generated`) && (fs.exists(`${folder}/.config`) || fs.exists(`${folder}/source`));
}
