/** `npm run conformance:image -- DIR`: the reference image of a folder, read from the ELF alone, against its independently made ground truth. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCore } from '../decode/core';
import { parseExact } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import { imageJson } from '../decode/toJson';
import { compareTruth, unknownKeys } from './imageCompare';
import { folderOf, printDifferences, result } from './report';

const maxLines = 200;

export function main(words: readonly string[]): number {
  const folder = folderOf('image', words);
  if (folder === undefined) return 2;
  let truth: Json;
  let bytes: Uint8Array;
  try {
    truth = parseExact(readFileSync(path.join(folder, 'ground-truth.json'), 'utf8'));
    bytes = readFileSync(path.join(folder, 'at-machine-kexec.elf'));
  } catch (error) {
    console.error(`${folder}: expected at-machine-kexec.elf and ground-truth.json: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const image = decodeCore(bytes);
  if ('structure' in image && 'field' in image) {
    console.error(`${folder}: at-machine-kexec.elf: ${image.structure} ${image.field}: expected ${image.expected}, found ${image.found}`);
    return 2;
  }
  for (const key of unknownKeys(truth)) console.error(`${path.basename(path.resolve(folder))}: ${key}: not compared, because no such key is known`);
  const { passed, differences } = compareTruth(truth, imageJson(image));
  printDifferences(path.basename(path.resolve(folder)), differences, maxLines, (value) => value);
  return result(passed, differences.length);
}
