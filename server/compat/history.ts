/** One description over the revisions of its file: what changed when, and which revision's stream loads in which other. */
import type { Verdict } from '../engine/types';
import type { KstateModel } from '../model/kstate';
import type { KstateItem } from './compareModels';
import { compareModels } from './compareModels';

export interface Revision {
  /** `v6.18`, `working tree`. */
  readonly label: string;
  readonly model: KstateModel;
}

export interface History {
  /** For each revision but the first, against the one before it. */
  readonly changes: readonly KstateItem[];
  /** matrix[i][j]: what revision i saved, restored by revision j. */
  readonly matrix: readonly (readonly Verdict[])[];
}

/** `revisions`: oldest first, each with the description. */
export function historyOf(name: string, revisions: readonly Revision[], target: string): History {
  const changes: KstateItem[] = [];
  const rows: Verdict[][] = revisions.map(() => revisions.map(() => 'loads'));
  for (const [i, from] of revisions.entries()) {
    for (const [j, to] of revisions.entries()) {
      if (j < i) continue;
      const found = compareModels(from.model, to.model, { target, only: name }).find((one) => one.name === name);
      const [row, column] = [rows[i], rows[j]];
      if (found === undefined || row === undefined || column === undefined) continue;
      // One comparison tells both directions.
      row[j] = found.forward.verdict;
      column[i] = found.backward.verdict;
      if (j === i + 1) changes.push(found);
    }
  }
  return { changes, matrix: rows };
}
