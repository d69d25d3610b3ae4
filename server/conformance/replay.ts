/** `npm run conformance:replay -- DIR`: the engine makes the handover of a folder's ground truth again, and its bytes are held to the real images beside it. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseExact } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import { readElfCore } from '../formats/elfCore';
import { problemText } from '../formats/problem';
import type { RealImage, ReplayResult } from './replayRun';
import { runReplay } from './replayRun';
import { runTruths } from './replayScenario';
import { BadTruth } from './replayTruth';
import { folderOf, printDifferences, result } from './report';

const MOST_LINES = 200;

/** Truths of a folder and the images that show the same handover; only the first pair must be there. */
const SETS = [
  { truth: 'ground-truth.json', images: [{ file: 'at-machine-kexec.elf', successor: false, needed: true }, { file: 'successor-early-boot.elf', successor: true, needed: false }] },
  { truth: 'ground-truth-second-generation.json', images: [{ file: 'successor-userspace.elf', successor: false, needed: true }] },
] as const;

export function main(words: readonly string[]): number {
  const folder = folderOf('replay', words);
  if (folder === undefined) return 2;
  const name = path.basename(path.resolve(folder));
  let passed = 0;
  let failed = 0;
  const add = (part: string, found: ReplayResult): void => {
    printDifferences(part, found.differences, MOST_LINES, (value) => value);
    for (const one of found.leftOut) console.log(`${part}: not compared: ${one}`);
    passed += found.passed;
    failed += found.differences.length;
  };
  const truths: Json[] = [];
  let part = name;
  try {
    for (const [i, { truth, images }] of SETS.entries()) {
      if (i > 0 && !existsSync(path.join(folder, truth))) continue;
      part = `${name}/${truth}`;
      const json = readTruth(path.join(folder, truth));
      const wanted = images.filter((one) => one.needed || existsSync(path.join(folder, one.file)));
      add(part, runReplay(json, wanted.map((one) => readImage(folder, one))));
      truths.push(json);
    }
    part = name;
    add(`${name}: simulated`, runTruths(truths));
  } catch (error) {
    if (!(error instanceof BadTruth)) throw error;
    console.error(`${part}: ${error.message}`);
    return 2;
  }
  return result(passed, failed);
}

function readTruth(file: string): Json {
  try {
    return parseExact(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new BadTruth(`expected a ground truth: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readImage(folder: string, { file, successor }: { readonly file: string; readonly successor: boolean }): RealImage {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path.join(folder, file));
  } catch (error) {
    throw new BadTruth(`expected the image ${file} beside it: ${error instanceof Error ? error.message : String(error)}`);
  }
  const core = readElfCore(bytes);
  if (!core.ok) throw new BadTruth(`${file}: ${problemText(core.problem)}`);
  return { name: file, memory: core.value.memory, successor };
}
