/** Names of members, and which of them a mistyped name may have meant. */
import type { CType } from '../c/types';
import { recordOf } from '../model/typeTools';

/** Names that a designator may begin with: those of anonymous structs and unions included. */
export function memberNames(struct: CType): readonly string[] {
  const names: string[] = [];
  const collect = (type: CType, depth: number): void => {
    for (const member of recordOf(type)?.members ?? []) {
      if (member.name !== undefined) names.push(member.name);
      else if (depth < 16) collect(member.type, depth + 1);
    }
  };
  collect(struct, 0);
  return names;
}

/**
 * The candidates nearest to a name: at most two letters apart, and never so far that nothing of the name is left.
 * @returns all at the smallest distance; `within` counts every candidate that is near enough.
 */
export function nearest(name: string, candidates: readonly string[]): { readonly names: readonly string[]; readonly within: number } {
  const most = Math.min(2, name.length - 1);
  let best = most + 1;
  let names: string[] = [];
  let near = 0;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate, most);
    if (distance > most) continue;
    near++;
    if (distance < best) {
      best = distance;
      names = [];
    }
    if (distance === best) names.push(candidate);
  }
  return { names, within: near };
}

/** Levenshtein distance; `limit + 1` when it is above the limit. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  const distance = row[b.length] ?? 0;
  return distance > limit ? limit + 1 : distance;
}
