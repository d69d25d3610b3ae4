/** The tree index (words, then entries) against ripgrep, which lists the files with the same words: one tree, pages in memory. */
import path from 'node:path';
import type { Bench, BenchRow } from './bench';
import { compare } from './measure';
import { onlyC, ripgrepStems, ripgrepWord } from './ripgrep';
import { run, versionOf } from './run';

interface Once {
  readonly callMs: number;
  /** Of it: reading the files that were found. */
  readonly entriesMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly peakMb: number;
  readonly files: number;
  readonly paths: readonly string[];
}

export const scanBench: Bench = {
  name: 'scan',
  what: 'find every description, registration, contract and call of the handover in the whole tree',
  async run({ tree, pairs, here, scratch }) {
    if (tree === undefined) return { ran: false, why: 'no kernel tree given (--tree DIR)' };
    if (versionOf('rg') === undefined) return { ran: false, why: 'rg is not installed' };
    let last: Once | undefined;
    const once = async (args: readonly string[], take: (ms: number, found: Once) => number): Promise<number> => {
      const ran = await run(process.execPath, [path.join(here, 'scanOnce.js'), tree, ...args], tree);
      if (ran.code !== 0) throw new Error(ran.stderr);
      last = JSON.parse(ran.stdout) as Once; // Printed by scanOnce.ts.
      return take(ran.ms, last);
    };
    const whole = (): Promise<number> => once([], (ms) => ms);
    const call = (): Promise<number> => once([], (_, found) => found.callMs);
    const rg = (args: readonly string[]) => async (): Promise<number> => (await run('rg', args, tree)).ms;
    const same = ripgrepWord(['--no-require-git', ...onlyC]);
    const stems = ripgrepStems(['--no-require-git', ...onlyC]);
    const rows: BenchRow[] = [
      { ours: 'index, whole process', theirs: 'rg -l -w, same words', unit: 'ms', aim: 1, comparison: await compare(whole, rg(same), pairs) },
      { ours: 'index, in a running process', theirs: 'rg -l -w, same words', unit: 'ms', aim: 1, comparison: await compare(call, rg(same), pairs) },
      { ours: 'index, in a running process', theirs: 'rg -l -F, bare stems (more files)', unit: 'ms', aim: undefined, comparison: await compare(call, rg(stems), pairs) },
      { ours: 'second index, cache on disk', theirs: 'rg -l -w, same words', unit: 'ms', aim: undefined,
        comparison: await compare(() => once([path.join(scratch, 'scan-cache')], (_, found) => found.callMs), rg(same), pairs) },
    ];
    const listed = (await run('rg', same, tree)).stdout.split('\n').filter((line) => line !== '').map((line) => line.replace(/^\.\//, '')).sort();
    const found = [...(last?.paths ?? [])].sort();
    const equal = listed.length === found.length && listed.every((file, i) => file === found[i]);
    const note = `${String(last?.files)} files looked at; ${String(found.length)} found, ${equal ? 'the same as' : 'NOT the same as'} ripgrep's ${String(listed.length)}; ${Object.entries(last?.counts ?? {}).map(([kind, count]) => `${String(count)} ${kind}`).join(', ')}; ${String(Math.round(last?.entriesMs ?? 0))} ms of it for entries; peak memory ${String(Math.round(last?.peakMb ?? 0))} MB`;
    return { ran: true, rows: rows.map((row, i) => (i === 0 ? { ...row, note } : row)) };
  },
};
