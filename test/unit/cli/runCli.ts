/** Runs the command line in a folder, and keeps what it prints. */
import { runCli } from '../../../server/cli/run';

export interface Ran { readonly code: number; readonly out: string; readonly err: string }

/** @param columns of a terminal that shows stdout */
export async function run(cwd: string, words: readonly string[], columns?: number): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCli([...words], { cwd, columns, stdout: (text) => { out += text; }, stderr: (text) => { err += text; } });
  return { code, out, err };
}
