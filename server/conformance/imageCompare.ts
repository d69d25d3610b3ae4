/** Compares what was decoded with a ground truth, key by key: lists as lists where their order means something, as sets where it does not. */
import type { Json } from '../decode/exactJson';
import { isList, writeExact } from '../decode/exactJson';

export interface Difference { readonly key: string; readonly expected: string; readonly found: string }

/** Keys of a truth that the reference image answers; others are about other images or tools. */
const COMPARED = ['page_size', 'root', 'radix', 'chunks', 'bitmap', 'memblock', 'kexec_metadata', 'kho_test', 'luo', 'owners', 'unowned_preserved_blocks'] as const;

/** Keys about other images, tools, or how the folder was made. */
const OTHERS = /^(snapshot|scan_roots$|setup_data_|kho_data$|symbols$|address_constants$|scratch$|meta$)/;

/** Keys of a truth that say neither: nobody compares them, which has to be told. */
export function unknownKeys(truth: Json): readonly string[] {
  if (truth === null || typeof truth !== 'object' || isList(truth)) return [];
  return Object.keys(truth).filter((key) => !COMPARED.some((one) => one === key) && !OTHERS.test(key));
}

/** Lists whose order means nothing: they are compared as sets, repeated members counted. */
const SETS = new Set(['preserved', 'preserved_as', 'nodes', 'leaves', 'owners', 'unowned_preserved_blocks']);

export function compareTruth(truth: Json, found: Json): { readonly passed: number; readonly differences: readonly Difference[] } {
  const comparison = new Comparison();
  for (const key of COMPARED) {
    const expected = member(truth, key);
    if (expected !== undefined) comparison.compare(key, key, expected, member(found, key));
  }
  return comparison;
}

class Comparison {
  passed = 0;
  readonly differences: Difference[] = [];

  compare(key: string, name: string, expected: Json, found: Json | undefined): void {
    if (isList(expected)) this.list(key, name, expected, found);
    else if (expected !== null && typeof expected === 'object' && Object.keys(expected).length > 0) {
      for (const [inner, value] of Object.entries(expected)) if (value !== undefined) this.compare(`${key}.${inner}`, inner, value, found === undefined ? undefined : member(found, inner));
      // Counts by order are a table: a row too many is as wrong as one that lacks.
      if (name === 'count_by_order') this.check(`${key} keys`, Object.keys(expected).sort(), found === undefined || found === null || typeof found !== 'object' ? undefined : Object.keys(found).sort());
    } else this.check(key, expected, found);
  }

  private list(key: string, name: string, expected: readonly Json[], found: Json | undefined): void {
    const other = found !== undefined && isList(found) ? found : undefined;
    if (SETS.has(name)) {
      this.set(key, expected, other);
      return;
    }
    const records = expected.length > 0 && expected.every((one) => one !== null && typeof one === 'object' && !isList(one));
    if (!records) {
      this.check(key, expected, other);
      return;
    }
    this.check(`${key} length`, expected.length, other?.length);
    expected.forEach((one, i) => { this.compare(`${key}[${String(i)}]`, '', one, other?.[i]); });
  }

  /** Members are cut to the keys that the truth has. */
  private set(key: string, expected: readonly Json[], found: readonly Json[] | undefined): void {
    const left = new Map<string, number>();
    const [pattern] = expected;
    for (const one of found ?? []) count(left, canonical(cut(one, pattern)), 1);
    const missing: string[] = [];
    for (const one of expected) {
      const text = canonical(one);
      if ((left.get(text) ?? 0) > 0) count(left, text, -1);
      else missing.push(text);
    }
    const extra = [...left].flatMap(([text, n]) => Array.from({ length: n }, () => text));
    if (found !== undefined && missing.length === 0 && extra.length === 0) this.passed++;
    else this.differences.push({ key, expected: missing.length === 0 ? 'no more' : missing.join(' '), found: found === undefined ? 'nothing' : extra.length === 0 ? 'none of them' : extra.join(' ') });
  }

  private check(key: string, expected: Json, found: Json | undefined): void {
    const [a, b] = [canonical(expected), found === undefined ? 'nothing' : canonical(found)];
    if (a === b || (expected === null && found === undefined)) {
      this.passed++;
      return;
    }
    this.differences.push({ key, ...firstDifference(expected, found, a, b) });
  }
}

/** Of long lists only where they part. */
function firstDifference(expected: Json, found: Json | undefined, a: string, b: string): { readonly expected: string; readonly found: string } {
  if (found === undefined || !isList(expected) || !isList(found) || expected.length < 8) return { expected: a, found: b };
  const at = expected.findIndex((one, i) => found[i] === undefined || canonical(one) !== canonical(found[i]));
  const place = at < 0 ? expected.length : at;
  const one = (list: readonly Json[]): string => `${String(list.length)} entries, [${String(place)}] ${list[place] === undefined ? 'none' : canonical(list[place])}`;
  return { expected: one(expected), found: one(found) };
}

function count(map: Map<string, number>, key: string, by: number): void {
  map.set(key, (map.get(key) ?? 0) + by);
}

function member(of: Json, key: string): Json | undefined {
  if (of === null || typeof of !== 'object' || isList(of)) return undefined;
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function cut(one: Json, pattern: Json | undefined): Json {
  if (pattern === undefined || pattern === null || typeof pattern !== 'object' || isList(pattern)) return one;
  return Object.fromEntries(Object.keys(pattern).map((key) => [key, member(one, key) ?? null]));
}

/** One text for equal values: keys sorted, integers by their digits. */
function canonical(value: Json): string {
  if (value === null || typeof value !== 'object') return writeExact(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(',')}}`;
}
