import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scanTree, type ScanOptions, type ScanSuccess } from '../../../server/workspace/treeScan/scanTree';

/** A folder with these files; `undo` takes it away. */
export function makeTree(files: Readonly<Record<string, string>>): { readonly root: string; undo(): void } {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'tree-scan-')));
  for (const [name, text] of Object.entries(files)) write(root, name, text);
  return { root, undo: () => { fs.rmSync(root, { recursive: true, force: true }); } };
}

export function write(root: string, name: string, text: string): void {
  const file = path.join(root, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

/** The scan's result, which must be a success. */
export async function scanned(root: string, options: ScanOptions = {}): Promise<ScanSuccess> {
  const result = await scanTree(root, options);
  if (!result.ok) throw new Error(result.message);
  return result;
}

export const namesOf = (result: ScanSuccess): string[] => result.files.map((file) => path.relative(result.root, file.path));
