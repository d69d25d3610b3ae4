/** A case as a folder on disk, through `check`: an exit code that the command line has, places that the files have. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runCli } from '../../server/cli/run';
import { decodeSource } from '../../server/workspace/diskProvider';
import type { Case } from './target';
import { Demand } from './target';

interface Answer {
  readonly findings: readonly { readonly code: string; readonly file: string; readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number }[];
}

const STRANGE = 'line\nbreak and space.c';

export async function checkFolder(one: Case, step: (what: string) => void): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'kexec-handover-fuzz-'));
  try {
    for (const [name, bytes] of one.files) writeFileSync(path.join(folder, name), Buffer.from(bytes, 'latin1'));
    // What else lies about in folders.
    mkdirSync(path.join(folder, 'folder.c'));
    symlinkSync('.', path.join(folder, 'again'));
    symlinkSync('loop.c', path.join(folder, 'loop.c'));
    writeFileSync(path.join(folder, STRANGE), '#include <linux/kstate.h>\n#include "folder.c"\n');
    let out = '';
    let err = '';
    const io = { cwd: folder, stdout: (text: string) => { out += text; }, stderr: (text: string) => { err += text; } };
    for (const format of ['json', 'text', 'sarif', 'github', 'checkpatch']) {
      out = '';
      step(`check --format ${format}`);
      const code = await runCli(['check', '.', '--format', format], io);
      if (code !== 0 && code !== 1) throw new Demand(`check --format ${format} exits ${code}\n${err}`);
      if (format === 'json') holdsPlaces(folder, JSON.parse(out) as Answer); // its published shape; what is missing shows as a place outside
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  function holdsPlaces(root: string, { findings }: Answer): void {
    const lines = new Map<string, string[]>();
    lines.set(STRANGE, ['#include <linux/kstate.h>', '#include "folder.c"', '']);
    for (const [name, bytes] of one.files) lines.set(name, decodeSource(Buffer.from(bytes, 'latin1')).text.split(/\r\n|\r|\n/));
    for (const { code, file, line, column, endLine, endColumn } of findings) {
      const text = lines.get(path.relative(root, path.resolve(root, file)));
      if (text === undefined) throw new Demand(`finding ${code}: in ${JSON.stringify(file)}, which is none of the files`);
      const inside = line >= 1 && endLine >= line && endLine <= text.length && column >= 1 && endColumn >= 1 && column <= (text[line - 1] ?? '').length + 1 && endColumn <= (text[endLine - 1] ?? '').length + 1;
      if (!inside) throw new Demand(`finding ${code}: a place outside of its file\n  ${line}:${column}..${endLine}:${endColumn} of ${text.length} lines`);
    }
  }
}
