/** `npm run conformance:cross-version -- FILE`: every row of a table of real handovers between kernels, simulated. */
import { readFileSync } from 'node:fs';
import { parseExact } from '../decode/exactJson';
import { runScenario } from '../engine/handover/runScenario';
import { compareRow } from './crossVersionCompare';
import { readRows, rowName } from './crossVersionRow';
import { BadTruth } from './replayTruth';
import { fileOf, printDifferences, result } from './report';

const MOST_LINES = 50;

export function main(words: readonly string[]): number {
  const file = fileOf('cross-version', words);
  if (file === undefined) return 2;
  let passed = 0;
  let failed = 0;
  try {
    for (const [i, row] of readRows(parseExact(readFileSync(file, 'utf8'))).entries()) {
      const name = rowName(row, i);
      const found = compareRow(row, name, (scenario) => runScenario(scenario));
      printDifferences(name, found.differences, MOST_LINES, (value) => value);
      for (const one of found.leftOut) console.log(`${name}: not compared as it stands: ${one}`);
      passed += found.passed;
      failed += found.differences.length;
    }
  } catch (error) {
    if (!(error instanceof BadTruth || error instanceof SyntaxError || isNodeError(error))) throw error;
    console.error(`${file}: ${error.message}`);
    return 2;
  }
  return result(passed, failed);
}

function isNodeError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
