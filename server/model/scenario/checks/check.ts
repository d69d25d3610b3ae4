/** A check of what a schema cannot say: adds a problem for each contradiction, at its place. */
import type { Reading } from '../reading';
import type { Scenario } from '../scenario';
import { shown } from '../tree';

export interface CheckInput {
  readonly scenario: Scenario;
  readonly reading: Reading;
  /** undefined: nobody knows which sources there are. */
  readonly hasSource: ((path: string) => boolean) | undefined;
}

export type Check = (input: CheckInput) => void;

/** Adds a problem at what stands under `path` in the part `value` came from. */
export function say({ reading }: CheckInput, value: object, path: readonly (string | number)[], code: string, expected: string, found?: string): void {
  const node = reading.place(value, ...path);
  reading.problems.add(node, { code, expected, found: found ?? shown(node) });
}

/** `one of "a", "b"`, or `none: there are no …`. */
export function oneOfNames(names: readonly string[], what: string): string {
  return names.length === 0 ? `none: the scenario has no ${what}` : `one of ${names.slice(0, 20).map((name) => JSON.stringify(name)).join(', ')}${names.length > 20 ? ', …' : ''}`;
}
