/** What is said of numbers that no build folder's configuration stands behind. */
import type { Assumption, CUnit } from '../c/api';
import type { SrcRange } from '../c/source';
import type { CType } from '../c/types';

/** Options named in one sentence; the rest is counted. */
const SHOWN = 6;

/** `CONFIG_A=n, CONFIG_B=y and 3 more`; undefined for none. */
export function assumptionList(assumptions: readonly Assumption[], word: (text: string) => string = (text) => text): string | undefined {
  const names = [...new Set(assumptions.map(({ what }) => what))];
  if (names.length === 0) return undefined;
  const shown = names.slice(0, SHOWN).map((name) => (name.startsWith('CONFIG_') ? word(name) : name));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

/** Everything that the layouts of the types and the presence of the text at a place rest on, each once. */
export function assumptionsFor(unit: CUnit, types: readonly (CType | undefined)[], at: SrcRange | undefined): readonly Assumption[] {
  const all = [...types.flatMap((type) => (type === undefined ? [] : unit.assumptionsOfType(type))), ...(at === undefined ? [] : unit.assumptionsAt(at))];
  const seen = new Set<string>();
  return all.filter(({ what }) => !seen.has(what) && seen.add(what) !== undefined).sort((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}
