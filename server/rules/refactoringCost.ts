/** What a refactoring costs: the handover between the text as it is and as it would be, run both ways. */
import { runHandover } from '../compat/handover';
import { simulationView } from '../compat/view';
import type { KstateModel } from '../model/kstate';
import type { Refactoring } from './refactorings';
import type { TextEdit } from './rule';

export function editedText(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start).reduce((t, { range, newText }) => t.slice(0, range.start) + newText + t.slice(range.end), text);
}

/**
 * @param reread the model of another text of the same file.
 * @returns the title with both verdicts; undefined when streams of today would not arrive, and so it is not offered.
 */
export function priced(model: KstateModel, description: string, refactoring: Refactoring, target: string, reread: (text: string) => KstateModel): string | undefined {
  const next = reread(editedText(model.unit.main.text, refactoring.edits));
  const view = simulationView(model, next, description, { old: 'now', new: 'then' }, runHandover(model, next, { target, only: description }));
  const { update, rollback } = view;
  // What a value costs that is dropped by design stands in its title.
  const arrives = update.verdict === 'loads' || update.verdict === 'warns' || (update.verdict === 'loses' && refactoring.cost !== undefined);
  if (!arrives || update.limits.length > 0) return undefined;
  const cost = refactoring.cost === undefined ? '' : `; ${refactoring.cost}`;
  return `${refactoring.title} (update ${update.verdict}, rollback ${rollback.verdict}${cost})`;
}
