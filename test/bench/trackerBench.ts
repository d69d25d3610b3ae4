/** Marking millions of scattered pages, making the structures and reading them back: ours beside plain C, and how decoding grows. */
import path from 'node:path';
import process from 'node:process';
import type { Bench, BenchContext, BenchRow } from './bench';
import { compare } from './measure';
import { run } from './run';

const PAGES = 4_000_000;
const GIB = 1024;

interface Once {
  /** Making the list of pages, which is in no other figure. */
  readonly listMs: number; readonly markMs: number; readonly encodeMs: number; readonly decodeMs: number; readonly totalMs: number; readonly distinct: number; readonly sum: string; readonly peakMb: number;
}

async function ours(here: string, kind: string, pages: number): Promise<Once> {
  const ran = await run(process.execPath, [path.join(here, 'trackerOnce.js'), kind, String(pages), String(GIB)], here);
  if (ran.code !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Once; // Printed by trackerOnce.ts.
}

/** Of the reference's line. */
export function referenceOf(line: string): { readonly totalMs: number; readonly sum: string; readonly distinct: number } {
  const match = /total ([\d.]+) s distinct (\d+) sum ([0-9a-f]+)/.exec(line);
  if (match === null) throw new Error(`the reference printed ${line}`);
  return { totalMs: Number(match[1]) * 1000, distinct: Number(match[2]), sum: match[3] ?? '' };
}

/** The reference, compiled: the one that was given, or ours. */
export async function compileTracker({ tracker, scratch }: BenchContext): Promise<string> {
  return compile(tracker ?? path.resolve('test/bench/trackerReference.c'), scratch);
}

async function compile(source: string, scratch: string): Promise<string> {
  const program = path.join(scratch, 'reference');
  const gcc = await run('gcc', ['-O2', '-o', program, source], scratch);
  if (gcc.code !== 0) throw new Error(gcc.stderr);
  return program;
}

/** A line per power of ten: time and memory of decoding, and how much more than the one before. */
async function growth(here: string, kind: string): Promise<string> {
  const parts: string[] = [];
  let before: number | undefined;
  for (let pages = 1000; pages <= 10_000_000; pages *= 10) {
    const runs = [await ours(here, kind, pages), await ours(here, kind, pages), await ours(here, kind, pages)].sort((a, b) => a.decodeMs - b.decodeMs);
    const [best] = runs;
    if (best === undefined) break;
    parts.push(`${String(pages)}: ${best.decodeMs.toFixed(1)} ms${before === undefined ? '' : ` (× ${(best.decodeMs / before).toFixed(1)})`}, ${String(Math.round(best.peakMb))} MB`);
    before = best.decodeMs;
  }
  return `decoding by blocks, ${kind}: ${parts.join('; ')}`;
}

async function row(context: BenchContext, program: string, kind: string): Promise<BenchRow> {
  let last: Once | undefined;
  let sums: readonly string[] = [];
  const a = async (): Promise<number> => {
    last = await ours(context.here, kind, PAGES);
    return context.tracker === undefined ? last.totalMs : last.listMs + last.totalMs;
  };
  const b = async (): Promise<number> => {
    const theirs = referenceOf((await run(program, [kind, String(PAGES), String(GIB)], context.scratch)).stdout);
    sums = [theirs.sum, String(theirs.distinct)];
    return theirs.totalMs;
  };
  const comparison = await compare(a, b, context.pairs);
  if (last === undefined || last.sum !== sums[0] || String(last.distinct) !== sums[1]) throw new Error(`${kind}: read back ${last?.sum ?? ''} (${String(last?.distinct)}), the reference ${sums.join(' ')}`);
  const note = `mark ${last.markMs.toFixed(0)} encode ${last.encodeMs.toFixed(0)} decode ${last.decodeMs.toFixed(0)} ms, ${String(last.distinct)} blocks, checksum ${last.sum} the same; peak memory ${String(Math.round(last.peakMb))} MB; ${await growth(context.here, kind)}`;
  return { ours: `${kind}: mark, encode, decode ${String(PAGES)} pages of 1 TiB`, theirs: 'C, gcc -O2', unit: 'ms', aim: 2, comparison, note };
}

export const trackerBench: Bench = {
  name: 'tracker',
  what: 'preserve scattered pages and read them back as the successor does (--tracker FILE.c: a reference that makes the list of pages while it marks; then ours counts, too)',
  async run(context) {
    const program = await compileTracker(context);
    return { ran: true, rows: [await row(context, program, 'bitmap'), await row(context, program, 'radix')] };
  },
};
