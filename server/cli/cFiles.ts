/** The C files that operands name, whatever they say. */
import { ignoredUnder } from '../workspace/git';
import { toCorePath } from '../workspace/paths';
import { walkC } from '../workspace/walk';
import { UsageError } from './io';
import { isFolderOrThrow } from './kstateFiles';
import type { Session } from './session';

/** Files of one run; a whole kernel has about 65000. */
const MAX_FILES = 400_000;

/** Each once, in order; folders are walked. Throws UsageError for what cannot be read. */
export async function cFiles(operands: readonly string[], session: Session): Promise<{ readonly files: readonly string[]; readonly warnings: readonly string[] }> {
  const files = new Set<string>();
  const warnings: string[] = [];
  for (const operand of operands) {
    const name = toCorePath(operand, session.io.cwd);
    session.spell(name, operand);
    if (isFolderOrThrow(operand, name)) {
      const found = walkC(name, { ignored: await ignoredUnder(name), maxFiles: MAX_FILES });
      for (const file of found.files) files.add(file);
      for (const folder of found.unreadable) {
        if (folder === name) throw new UsageError(`${operand}: the folder cannot be read`);
        warnings.push(`${session.shown(folder)}: the folder cannot be read`);
      }
      for (const strange of found.unnameable) warnings.push(`${session.shown(strange)}: the name is not valid UTF-8; it is left out`);
      if (found.truncated) warnings.push(`${operand}: only the first ${MAX_FILES} files are looked at`);
    } else {
      const text = session.disk.read(name);
      if (!text.ok) throw new UsageError(`${operand}: ${text.detail ?? text.reason}`);
      files.add(name);
    }
  }
  return { files: [...files], warnings };
}
