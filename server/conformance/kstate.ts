/** `npm run conformance:kstate -- DIR`: every reference case of a folder, from its C to the verdict, against what the real KSTATE code did. */
import { readCases } from './kstateCase';
import { compareCase } from './kstateCompare';
import { folderOf, printDifferences, result } from './report';

/** Differences of one case that are printed; more are counted. */
const maxLines = 12;

export function main(words: readonly string[]): number {
  const folder = folderOf('kstate', words);
  if (folder === undefined) return 2;
  const cases = readCases(folder);
  if ('error' in cases) {
    console.error(cases.error);
    return 2;
  }
  let failed = 0;
  for (const one of cases) {
    const found = compareCase(one);
    if (found.length > 0) failed += 1;
    printDifferences(one.name, found, maxLines, (value) => (value === undefined ? 'nothing' : JSON.stringify(value)));
  }
  return result(cases.length - failed, failed);
}
