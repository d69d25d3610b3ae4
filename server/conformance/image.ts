/** `npm run conformance:image -- DIR`: the reference image of a folder, read from the ELF alone, against its independently made ground truth. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { decodeCore } from '../decode/core';
import { parseExact } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import { imageJson } from '../decode/toJson';
import { compareTruth } from './imageCompare';

const maxLines = 200;
const maxText = 160;

export function main(words: readonly string[]): number {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0 || folder.startsWith('-')) {
    console.error('usage: npm run conformance:image -- DIR');
    return 2;
  }
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
  const { passed, differences } = compareTruth(truth, imageJson(image));
  const name = path.basename(path.resolve(folder));
  for (const { key, expected, found } of differences.slice(0, maxLines)) console.log(`${name}: ${key}: expected ${text(expected)}, found ${text(found)}`);
  if (differences.length > maxLines) console.log(`${name}: ${String(differences.length - maxLines)} more keys differ`);
  console.log(`${String(passed)} passed, ${String(differences.length)} failed`);
  return differences.length === 0 && passed > 0 ? 0 : 1;
}

function text(value: string): string {
  return value.length > maxText ? `${value.slice(0, maxText)}… (${String(value.length)} characters)` : value;
}
