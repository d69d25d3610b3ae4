/** What a change of the text costs: the handover between the text as it is and as it would be, run both ways. */
import { isFine } from '../compat/compareModels';
import { runHandover } from '../compat/handover';
import { simulationView } from '../compat/view';
import type { KstateModel } from '../model/kstate';
import type { Refactoring } from './refactorings';
import type { TextEdit } from './rule';

/** The model of the same file with other texts of some of the files it is read from. */
export type Reread = (texts: ReadonlyMap<string, string>) => KstateModel;

/** Edits of one file's text. */
export function editedText(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start).reduce((t, { range, newText }) => t.slice(0, range.start) + newText + t.slice(range.end), text);
}

/** Texts after the edits, by path; undefined: one of them is in a file that the unit did not read, or that is ours. */
export function editedTexts({ unit }: KstateModel, edits: readonly TextEdit[]): ReadonlyMap<string, string> | undefined {
  const texts = new Map<string, string>();
  for (const path of new Set(edits.map((edit) => edit.range.path))) {
    const file = unit.files.find((one) => one.path === path && !one.builtin);
    if (file === undefined) return undefined;
    texts.set(path, editedText(file.text, edits.filter((edit) => edit.range.path === path)));
  }
  return texts;
}

/** @returns the title with both verdicts; undefined when streams of today would not arrive, and so it is not offered. */
export function priced(model: KstateModel, description: string, refactoring: Refactoring, target: string, reread: Reread): string | undefined {
  const texts = editedTexts(model, refactoring.edits);
  if (texts === undefined) return undefined;
  const next = reread(texts);
  const view = simulationView(model, next, description, { old: 'now', new: 'then' }, runHandover(model, next, { target, only: description }));
  const { update, rollback } = view;
  // What a value costs that is dropped by design stands in its title.
  const arrives = isFine(update.verdict) || (update.verdict === 'loses' && refactoring.cost !== undefined);
  if (!arrives || update.limits.length > 0) return undefined;
  const more = [refactoring.cost, refactoring.note].filter((text) => text !== undefined).map((text) => `; ${text}`).join('');
  return `${refactoring.title} (update ${update.verdict}, rollback ${rollback.verdict}${more})`;
}
