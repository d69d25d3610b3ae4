/** `npm run bench [-- NAME…] [--tree DIR] [--build DIR] [--pairs N] [--tracker FILE.c]`: runs benches and prints ratios. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Bench, BenchContext, BenchRow } from './bench';
import { decodeBench } from './decodeBench';
import { lspBenches } from './lspBenches';
import type { Spread } from './measure';
import { versionOf } from './run';
import { scanBench } from './scanBench';
import { simulateBench } from './simulateBench';
import { trackerBench } from './trackerBench';

const benches: readonly Bench[] = [scanBench, trackerBench, decodeBench, simulateBench, ...lspBenches];

const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : 'unknown');
const spread = (value: Spread, digits: number, unit: string): string =>
  `${number(value.median, digits)}${unit} (${number(value.min, digits)}..${number(value.max, digits)})`;

function line({ ours, theirs, unit, comparison, aim }: BenchRow): string {
  const met = aim === undefined ? 'no aim' : `aim ${String(aim)}, ${comparison.ratio.median <= aim ? 'met' : 'missed'}`;
  return `  ratio ${spread(comparison.ratio, 2, '')} [${met}]  ${ours} ${spread(comparison.ours, 0, ` ${unit}`)} : ${theirs} ${spread(comparison.theirs, 0, ` ${unit}`)}, ${String(comparison.pairs)} pairs`;
}

interface Arguments {
  readonly names: readonly string[];
  readonly tree: string | undefined;
  readonly build: string | undefined;
  readonly tracker: string | undefined;
  readonly pairs: number;
}

function parseArguments(words: readonly string[]): Arguments | string {
  const values = new Map<string, string>();
  const names: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('--')) names.push(word);
    else if (['--tree', '--build', '--pairs', '--tracker'].includes(word) && i + 1 < words.length) values.set(word, words[++i] ?? '');
    else return `unknown option ${word}, or its value is missing`;
  }
  const unknown = names.find((name) => !benches.some((bench) => bench.name === name));
  if (unknown !== undefined) return `no bench is called ${unknown}; there are ${benches.map((bench) => bench.name).join(', ')}`;
  const pairs = Number(values.get('--pairs') ?? 7);
  if (!Number.isInteger(pairs) || pairs < 1) return '--pairs needs a number from 1';
  const folder = (key: string): string | undefined => {
    const value = values.get(key);
    return value === undefined ? undefined : path.resolve(value);
  };
  return { names, tree: folder('--tree'), build: folder('--build'), tracker: folder('--tracker'), pairs };
}

async function main(): Promise<number> {
  const given = parseArguments(process.argv.slice(2));
  if (typeof given === 'string') {
    console.error(`bench: ${given}`);
    return 2;
  }
  const { names, tree, build, tracker, pairs } = given;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'kexec-handover-bench-'));
  const context: BenchContext = { tree, build, tracker, pairs, scratch, dist: path.resolve('dist'), here: __dirname };
  const tools = ['rg', 'gcc', 'clangd'].map((tool) => versionOf(tool) ?? `${tool}: not installed`);
  console.log(`${String(os.availableParallelism())} cores, load ${os.loadavg().map((value) => value.toFixed(1)).join(' ')}; node ${process.version}; ${tools.join('; ')}`);
  let failures = 0;
  try {
    for (const bench of benches.filter(({ name }) => names.length === 0 || names.includes(name))) {
      console.log(`${bench.name}: ${bench.what}`);
      try {
        const report = await bench.run(context);
        if (!report.ran) {
          console.log(`  skipped: ${report.why}`);
          continue;
        }
        for (const row of report.rows) {
          console.log(line(row));
          if (row.note !== undefined) console.log(`    ${row.note}`);
        }
        for (const why of report.skipped ?? []) console.log(`  skipped: ${why}`);
      } catch (error) {
        failures++;
        console.log(`  failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
  return failures === 0 ? 0 : 1;
}

void main().then((code) => { process.exitCode = code; });
