/** What the conformance runs have in common: their argument, and how differences are printed. */

/** Characters of a value that are printed. */
const maxText = 200;

/** The one folder that a run is given; undefined after saying how it is used. */
export function folderOf(kind: string, words: readonly string[]): string | undefined {
  return onlyOperand(kind, words, 'DIR');
}

/** The same for a run that takes a file. */
export function fileOf(kind: string, words: readonly string[]): string | undefined {
  return onlyOperand(kind, words, 'FILE');
}

function onlyOperand(kind: string, words: readonly string[], what: string): string | undefined {
  const [operand, ...more] = words;
  if (operand !== undefined && more.length === 0 && !operand.startsWith('-')) return operand;
  console.error(`usage: npm run conformance:${kind} -- ${what}`);
  return undefined;
}

/** At most `most` of the differences of what is called `name`; `textOf`: how a value is written. */
export function printDifferences<T>(name: string, differences: readonly { readonly key: string; readonly expected: T; readonly found: T }[], most: number, textOf: (value: T) => string): void {
  const text = (value: T): string => {
    const whole = textOf(value);
    return whole.length > maxText ? `${whole.slice(0, maxText)}… (${String(whole.length)} characters)` : whole;
  };
  for (const { key, expected, found } of differences.slice(0, most)) console.log(`${name}: ${key}: expected ${text(expected)}, found ${text(found)}`);
  if (differences.length > most) console.log(`${name}: ${String(differences.length - most)} more keys differ`);
}

/** The last line of a run, and its exit status. */
export function result(passed: number, failed: number): number {
  console.log(`${String(passed)} passed, ${String(failed)} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}
