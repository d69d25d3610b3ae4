/** C that is mutated: every text of the project's own fixtures, one character per byte. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const FOLDER = 'test/fixtures';

let texts: readonly string[] | undefined;

/** Sorted by file name, so that a seed means the same text in every run. */
export function seedTexts(): readonly string[] {
  texts ??= readdirSync(FOLDER, { recursive: true }).map(String).sort().flatMap(textsOf);
  return texts;
}

function textsOf(name: string): string[] {
  const file = path.join(FOLDER, name);
  if (/\.[ch]$/.test(name)) return [readFileSync(file, 'latin1')];
  if (!name.startsWith(`kstate-cases${path.sep}`) || !name.endsWith('.json')) return [];
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof value !== 'object' || value === null) return [];
  return ['old', 'new'].flatMap((side) => {
    const kernel: unknown = (value as Readonly<Record<string, unknown>>)[side]; // any key of an object may be asked for
    return typeof kernel === 'object' && kernel !== null && 'c' in kernel && typeof kernel.c === 'string' ? [kernel.c] : [];
  });
}
