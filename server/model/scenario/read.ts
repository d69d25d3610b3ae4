/**
 * Reads a scenario file: text to a `Scenario` with every default filled in, and what is wrong with it, each at its place. Text that is half typed gives problems
 * and the rest.
 */
import type { Node } from 'jsonc-parser';
import { findNodeAtLocation } from 'jsonc-parser';
import { checkScenario } from './checks/index';
import { parse } from './parse';
import type { ScenarioProblem } from './problems';
import { ScenarioProblems } from './problems';
import { readExpectations, readFaults, readHandovers } from './readHandovers';
import { readKernels, readMachine } from './readMachine';
import { readParticipants } from './readParticipants';
import { Reading } from './reading';
import type { Scenario } from './scenario';
import { scenarioSchema } from './schema';
import { flagOf, property, stringOf } from './tree';
import { validate } from './validate';

export interface ReadOptions {
  /** Name of a scenario that does not say its own: the file's. */
  readonly name: string;
  /** Whether there is a source of a KSTATE participant, named as the scenario does; undefined: nobody knows, and nothing is said. */
  readonly hasSource?: (path: string) => boolean;
}

export interface ReadScenario {
  /** To be run: undefined when a problem is an error. */
  readonly scenario: Scenario | undefined;
  /** What could be read, errors or not: for completion and outlines, not to be run. Undefined when the text is no object. */
  readonly draft: Scenario | undefined;
  readonly problems: readonly ScenarioProblem[];
  /** Where something stands: `['expect', 'fates', 'trace']`; undefined where nothing does. Of a property the place of its value. */
  place(path: readonly (string | number)[]): { readonly offset: number; readonly length: number } | undefined;
  readonly root: Node | undefined;
}

export function readScenario(text: string, options: ReadOptions): ReadScenario {
  const syntax = new ScenarioProblems();
  const root = parse(text, syntax);
  const place: ReadScenario['place'] = (path) => {
    const node = root === undefined ? undefined : findNodeAtLocation(root, [...path]);
    return node === undefined ? undefined : { offset: node.offset, length: node.length };
  };
  if (root === undefined) return { scenario: undefined, draft: undefined, problems: syntax.sorted(), place, root };
  validate(root, scenarioSchema, syntax);
  if (root.type !== 'object') return { scenario: undefined, draft: undefined, problems: syntax.sorted(), place, root };
  const reading = new Reading(root);
  const draft = readAll(reading, root, options.name);
  checkScenario(draft, reading, options.hasSource);
  const problems = [...syntax.sorted(), ...reading.problems.sorted()].sort((a, b) => a.offset - b.offset);
  return { scenario: problems.some((one) => one.severity === 'error') ? undefined : draft, draft, problems, place, root };
}

function readAll(reading: Reading, root: Node, fileName: string): Scenario {
  const { machine, commandLine } = readMachine(reading, root);
  const kernels = readKernels(reading, root, commandLine);
  const alternatives = property(root, 'alternatives');
  return reading.from(root, {
    name: stringOf(property(root, 'name')) ?? fileName, description: stringOf(property(root, 'description')), machine, kernels, participants: readParticipants(reading, root),
    handovers: readHandovers(reading, root, kernels), faults: readFaults(reading, root), expect: readExpectations(reading, root),
    alternatives: alternatives?.type === 'object'
      ? { carvedOutBytes: reading.size(property(alternatives, 'carvedOut')) ?? 0n, samePlace: flagOf(property(alternatives, 'samePlace')) ?? true }
      : undefined,
  });
}
