/** Scenario files on the disk: their text, and the C sources that they name, relative to them. */
import path from 'node:path';
import type { SourceProvider } from '../c/source';
import type { ReadScenario } from '../model/scenario/read';
import { readScenario } from '../model/scenario/read';
import { parentOf, toCorePath } from './paths';

export const SCENARIO_SUFFIX = '.handover.json';
export const SCENARIO_FILES = /\.handover\.json$/;

export function isScenarioFile(file: string): boolean {
  return file.endsWith(SCENARIO_SUFFIX);
}

/** Reads the C that a scenario names; undefined: it cannot be read. */
export type ScenarioSources = (source: string) => string | undefined;

/** @param file core path of the scenario */
export function sourcesOf(file: string, provider: SourceProvider): ScenarioSources {
  return (source) => {
    const read = provider.read(toCorePath(source, parentOf(file)));
    return read.ok ? read.text : undefined;
  };
}

/** @param file core path; its name stands for a scenario that does not say its own */
export function readScenarioText(file: string, text: string, sources: ScenarioSources): ReadScenario {
  return readScenario(text, { name: path.posix.basename(file).replace(SCENARIO_FILES, ''), hasSource: (source) => sources(source) !== undefined });
}
