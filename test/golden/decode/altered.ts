/** Truths with one value altered, at a place for each kind of key: what a comparison must notice. */
import type { Json } from '../../../server/decode/exactJson';
import { isList } from '../../../server/decode/exactJson';

const COMPARED = /^(root|radix|chunks|bitmap|memblock|kexec_metadata|kho_test|luo|owners|unowned_preserved_blocks)\b/;

/** One place for each kind of key: indexes of lists of records left out of its name, places in tuples kept. */
export function collect(value: Json | undefined, path: readonly (string | number)[], out: Map<string, (string | number)[]>): void {
  const kind = path.filter((part, i) => typeof part === 'string' || i === path.length - 1 && part < 8).join('.');
  if (value === null || value === undefined || typeof value !== 'object') {
    if (COMPARED.test(kind)) out.set(kind, [...path]);
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, [...path, isList(value) ? Number(key) : key], out);
}

/** One place for each kind of list. */
export function collectLists(value: Json | undefined, path: readonly (string | number)[], out: Map<string, (string | number)[]>): void {
  if (value === null || value === undefined || typeof value !== 'object') return;
  const kind = path.filter((part) => typeof part === 'string').join('.');
  if (isList(value) && value.length > 0 && COMPARED.test(kind)) out.set(kind, [...path]);
  for (const [key, inner] of Object.entries(value)) collectLists(inner, [...path, isList(value) ? Number(key) : key], out);
}

/** Another value of the same kind. */
export function change(value: Json | undefined): Json {
  if (typeof value === 'bigint') return value + 1n;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'string' ? `${value}x` : 1;
}

/** A truth with one place changed. */
export function altered(value: Json | undefined, path: readonly (string | number)[], by: (old: Json) => Json): Json {
  const [first, ...rest] = path;
  if (first === undefined) return by(value ?? null);
  if (value === null || value === undefined || typeof value !== 'object') throw new Error(`no ${String(first)}`);
  if (isList(value)) return value.map((one, i) => (i === first ? altered(one, rest, by) : one));
  return { ...value, [first]: altered(value[first], rest, by) };
}
