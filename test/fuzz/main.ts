/** `npm run fuzz -- KIND --seconds N [--seed S] [--case I]`: cases until the time is over; exit 1 when a demand was not met. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { minimise } from './minimise';
import { Random } from './random';
import type { Outcome } from './runner';
import { Runner } from './runner';
import type { Case, Target } from './target';
import { bytesOf } from './target';
import { targetOf, targets } from './targets';

const USAGE = `usage: npm run fuzz -- KIND --seconds N [--seed S] [--case I]
  KIND: ${targets.map((t) => t.name).join(', ')}
  --case I: only case I of the seed, with its failure in full`;

interface Options {
  readonly target: Target;
  readonly seconds: number;
  readonly seed: number;
  readonly only: number | undefined;
}

function optionsOf(words: readonly string[]): Options | string {
  const values = new Map<string, number>();
  let kind: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    if (!word.startsWith('--')) {
      if (kind !== undefined) return `one KIND is wanted, found ${kind} and ${word}`;
      kind = word;
      continue;
    }
    const value = Number(words[++i]);
    if (!['--seconds', '--seed', '--case'].includes(word)) return `${word}: no such flag`;
    if (!Number.isSafeInteger(value) || value < 0) return `${word}: a whole number is wanted, found ${words[i] ?? 'nothing'}`;
    values.set(word, value);
  }
  const target = kind === undefined ? undefined : targetOf(kind);
  if (target === undefined) return kind === undefined ? 'a KIND is wanted' : `${kind}: no such KIND`;
  return { target, seconds: values.get('--seconds') ?? 30, seed: values.get('--seed') ?? Date.now() % 1_000_000, only: values.get('--case') };
}

/** Longest time that making one case smaller may take. */
const MINIMISE_MS = 45_000;

async function run({ target, seconds, seed, only }: Options): Promise<number> {
  const runner = new Runner(target, path.resolve('out/fuzz/child.js'));
  const until = performance.now() + seconds * 1000;
  const times = new Map<string, number>();
  const total = { cases: 0, bytes: 0, slowestMs: 0, slowestCase: 0, rssMb: 0 };
  try {
    for (let index = only ?? 0; only === undefined ? performance.now() < until : index === only; index++) {
      const one = target.make(new Random(seed, index));
      const outcome = await runner.run(one, { seed, index });
      total.cases++;
      total.bytes += bytesOf(one);
      if (outcome.slowestMs > total.slowestMs) [total.slowestMs, total.slowestCase] = [outcome.slowestMs, index];
      total.rssMb = Math.max(total.rssMb, outcome.rssMb);
      if (only !== undefined) console.log(`case ${index}: ${one.label}, ${bytesOf(one)} bytes, ${one.edits.length} edits, ${Math.round(outcome.slowestMs)} ms, ${Math.round(outcome.rssMb)} MB`);
      const { failure } = outcome;
      if (failure === undefined) continue;
      const before = times.get(failure.title) ?? 0;
      times.set(failure.title, before + 1);
      if (before === 0) await tell(runner, one, outcome, { target, seed, index });
    }
  } finally {
    runner.stop();
  }
  for (const [title, count] of times) console.log(`${count} × ${title}`);
  console.log(`fuzz ${target.name}, seed ${seed}: ${total.cases} cases, ${(total.bytes / 1e6).toFixed(1)} MB, slowest ${Math.round(total.slowestMs)} ms (case ${total.slowestCase}), peak memory ${Math.round(total.rssMb)} MB, ${times.size} found`);
  return times.size === 0 ? 0 : 1;
}

/** Prints a failure, made smaller, and how to see it again; leaves its files under out/fuzz. */
async function tell(runner: Runner, one: Case, { failure }: Outcome, { target, seed, index }: { target: Target; seed: number; index: number }): Promise<void> {
  if (failure === undefined) return;
  console.log(`\n${failure.title}\n  case ${index} (${one.label}, ${bytesOf(one)} bytes)\n  ${failure.detail.split('\n').slice(0, 12).join('\n  ')}`);
  const small = await minimise(one, async (smaller) => (await runner.quick(smaller)).failure?.title === failure.title, performance.now() + MINIMISE_MS);
  const folder = path.join('out', 'fuzz', `${target.name}-${seed}-${index}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of small.files) writeFileSync(path.join(folder, name), Buffer.from(bytes, 'latin1'));
  writeFileSync(path.join(folder, 'case.json'), JSON.stringify(small));
  const [, text = ''] = small.files[0] ?? [];
  console.log(`  smaller: ${bytesOf(small)} bytes in ${folder}${small.edits.length > 0 ? `, edits ${JSON.stringify(small.edits)}` : ''}\n  ${JSON.stringify(text.slice(0, 300))}\n  again: npm run fuzz -- ${target.name} --seed ${seed} --case ${index}\n`);
}

const options = optionsOf(process.argv.slice(2));
if (typeof options === 'string') {
  console.error(`${options}\n${USAGE}`);
  process.exitCode = 2;
} else void run(options).then((code) => { process.exitCode = code; });
