/** Decoding whole images: ten times the blocks should take at most eleven times the time. */
import path from 'node:path';
import process from 'node:process';
import type { Bench, BenchContext, BenchRow } from './bench';
import { compare } from './measure';
import { run } from './run';

const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7] as const;
const AIM = 11;
/** Runs are paired small and large; the large ones take seconds. */
const MOST_PAIRS = 3;

interface Once {
  readonly ms: number; readonly imageMb: number; readonly beforeMb: number; readonly peakMb: number; readonly blocks: number; readonly findings: number; readonly unowned: number;
}

async function once(here: string, words: readonly string[]): Promise<string> {
  const ran = await run(process.execPath, [path.join(here, 'decodeOnce.js'), ...words], here);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return ran.stdout;
}

async function read(here: string, file: string, blocks: number): Promise<Once> {
  const found = JSON.parse(await once(here, ['read', file])) as Once; // Printed by decodeOnce.ts.
  if (found.blocks < blocks || found.findings > 0 || found.unowned > 0) throw new Error(`${file}: ${JSON.stringify(found)}`);
  return found;
}

async function rows(context: BenchContext, id: '6.19' | '7.1'): Promise<BenchRow[]> {
  const files = SIZES.map((blocks) => path.join(context.scratch, `decode-${id}-${String(blocks)}.elf`));
  for (const [i, file] of files.entries()) await once(context.here, ['write', id, String(SIZES[i]), file]);
  const out: BenchRow[] = [];
  for (const [i, blocks] of SIZES.entries()) {
    const [fewer, less, more] = [SIZES[i - 1], files[i - 1], files[i]];
    if (fewer === undefined || less === undefined || more === undefined) continue;
    let last: Once | undefined;
    const comparison = await compare(async () => {
      last = await read(context.here, more, blocks);
      return last.ms;
    }, async () => (await read(context.here, less, fewer)).ms, Math.min(context.pairs, MOST_PAIRS));
    const note = last === undefined ? '' : `${String(last.blocks)} blocks, every one with its owner; image ${last.imageMb.toFixed(0)} MB, peak memory ${(last.peakMb - last.beforeMb).toFixed(0)} MB above it`;
    out.push({ ours: `decode ${String(blocks)} blocks, ${id}`, theirs: `${String(fewer)} blocks`, unit: 'ms', aim: AIM, comparison, note });
  }
  return out;
}

export const decodeBench: Bench = {
  name: 'decode',
  what: 'read whole images of 1,000 to 10,000,000 scattered blocks of one file, each against one with a tenth of them',
  async run(context) {
    return { ran: true, rows: [...await rows(context, '7.1'), ...await rows(context, '6.19')] };
  },
};
