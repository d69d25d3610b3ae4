/** Whole handovers simulated: beside decoding a real image of the same participants, beside plain C that only marks and reads pages, and how they grow. */
import path from 'node:path';
import process from 'node:process';
import type { Bench, BenchContext, BenchRow } from './bench';
import { compare } from './measure';
import { run } from './run';
import { compileTracker, referenceOf } from './trackerBench';

const IMAGE = 'test/fixtures/images/7.1.5.elf.gz';
const TABLE = 'test/fixtures/cross-version.json';
const MILLION = 1_000_000;
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7] as const;
/** The large ones take seconds. */
const MOST_PAIRS = 3;

interface Once { readonly firstMs: number; readonly medianMs: number; readonly says: string; readonly beforeMb: number; readonly peakMb: number }

async function once(here: string, words: readonly string[]): Promise<Once> {
  const ran = await run(process.execPath, [path.join(here, 'simulateOnce.js'), ...words], here);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Once; // Printed by simulateOnce.ts.
}

async function folios(here: string, count: number): Promise<Once> {
  const found = await once(here, ['folios', String(count)]);
  if (found.says !== `${String(count)} kept`) throw new Error(`${String(count)} folios: ${found.says}`);
  return found;
}

async function participants(context: BenchContext, which: 'firstMs' | 'medianMs'): Promise<BenchRow> {
  const [image, table] = [path.resolve(IMAGE), path.resolve(TABLE)];
  const comparison = await compare(async () => {
    const found = await once(context.here, ['participants', table]);
    if (found.says !== 'works') throw new Error(found.says);
    return found[which];
  }, async () => (await once(context.here, ['image', image]))[which], context.pairs);
  const run = which === 'firstMs' ? 'the first in a process' : 'once it has run a few times';
  return { ours: `simulate the handover of the 7.1.5 image, ${run}`, theirs: 'decoding the image', unit: 'ms', aim: 3, comparison };
}

async function beside(context: BenchContext): Promise<BenchRow> {
  const program = await compileTracker(context);
  let last: Once | undefined;
  const comparison = await compare(async () => {
    last = await folios(context.here, MILLION);
    return last.firstMs;
  }, async () => referenceOf((await run(program, ['radix', String(MILLION), '1024'], context.scratch)).stdout).totalMs, context.pairs);
  return { ours: 'simulate a million scattered folios on 1 TiB', theirs: 'C, gcc -O2: marking and reading as many', unit: 'ms', aim: 6, comparison, note: `peak memory ${String(Math.round(last?.peakMb ?? 0))} MB` };
}

async function growth(context: BenchContext): Promise<readonly BenchRow[]> {
  const out: BenchRow[] = [];
  for (const [i, count] of SIZES.entries()) {
    const fewer = SIZES[i - 1];
    if (fewer === undefined) continue;
    let last: Once | undefined;
    const comparison = await compare(async () => {
      last = await folios(context.here, count);
      return last.firstMs;
    }, async () => (await folios(context.here, fewer)).firstMs, Math.min(context.pairs, MOST_PAIRS));
    out.push({ ours: `simulate ${String(count)} folios`, theirs: `${String(fewer)} folios`, unit: 'ms', aim: 11, comparison, note: `peak memory ${String(Math.round((last?.peakMb ?? 0) - (last?.beforeMb ?? 0)))} MB above the start` });
  }
  return out;
}

export const simulateBench: Bench = {
  name: 'simulate',
  what: 'a whole handover from RUNNING to CONCLUDE',
  async run(context) {
    return { ran: true, rows: [await participants(context, 'firstMs'), await participants(context, 'medianMs'), await beside(context), ...await growth(context)] };
  },
};
