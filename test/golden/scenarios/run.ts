/** Runs the scenarios that come with the package, from their files. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runScenario } from '../../../server/engine/handover/runScenario';
import { readScenario } from '../../../server/model/scenario/read';
import type { ReadScenario } from '../../../server/model/scenario/read';
import type { Ran } from './pictures';
import { withPictures } from './pictures';

const FOLDER = 'scenarios';
const SUFFIX = '.handover.json';
export const PICTURED = 'docs/kho.md';

export function shippedNames(): readonly string[] {
  return readdirSync(FOLDER).filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length)).sort();
}

export function readShipped(name: string): ReadScenario {
  return readScenario(readFileSync(path.join(FOLDER, `${name}${SUFFIX}`), 'utf8'), { name, hasSource: (source) => sourceText(source) !== undefined });
}

/** The C beside the scenarios. */
export function sourceText(source: string): string | undefined {
  try {
    return readFileSync(path.join(FOLDER, source), 'utf8');
  } catch {
    return undefined;
  }
}

export function runShipped(name: string): Ran {
  const { scenario } = readShipped(name);
  if (scenario === undefined) throw new Error(`${name} cannot be run`);
  return { scenario, result: runScenario(scenario, sourceText) };
}

export function documentWithPictures(): string {
  return withPictures(readFileSync(PICTURED, 'utf8'), runShipped);
}
