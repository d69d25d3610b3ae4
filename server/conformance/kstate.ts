/** `npm run conformance:kstate -- DIR`: every reference case of a folder, from its C to the verdict, against what the real KSTATE code did. */
import { readCases } from './kstateCase';
import { compareCase } from './kstateCompare';

/** Differences of one case that are printed; more are counted. */
const maxLines = 12;
const maxText = 200;

export function main(words: readonly string[]): number {
  const [folder, ...more] = words;
  if (folder === undefined || more.length > 0 || folder.startsWith('-')) {
    console.error('usage: npm run conformance:kstate -- DIR');
    return 2;
  }
  const cases = readCases(folder);
  if ('error' in cases) {
    console.error(cases.error);
    return 2;
  }
  let failed = 0;
  for (const one of cases) {
    const found = compareCase(one);
    if (found.length > 0) failed += 1;
    for (const { key, expected, found: other } of found.slice(0, maxLines)) console.log(`${one.name}: ${key}: expected ${text(expected)}, found ${text(other)}`);
    if (found.length > maxLines) console.log(`${one.name}: ${String(found.length - maxLines)} more keys differ`);
  }
  console.log(`${String(cases.length - failed)} passed, ${String(failed)} failed`);
  return failed === 0 ? 0 : 1;
}

function text(value: unknown): string {
  const json = value === undefined ? 'nothing' : JSON.stringify(value);
  return json.length > maxText ? `${json.slice(0, maxText)}… (${String(json.length)} characters)` : json;
}
