/** Refactorings of the description or field at hand, each simulated before it is offered, with what it costs in its title. */
import type { CodeActionParams } from 'vscode-languageserver/node';
import { CodeActionTriggerKind } from 'vscode-languageserver/node';
import { priced } from '../rules/refactoringCost';
import { refactoringsAt } from '../rules/refactorings';
import type { TextEdit } from '../rules/rule';
import type { Analysed } from './analysis';
import type { Context } from './context';
import { fieldAt } from './fieldPlace';

export interface OfferedRefactoring {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

/** Only when a person asks: an editor's own questions follow every move of the cursor. */
export function isAskedFor(params: CodeActionParams): boolean {
  return params.context.only !== undefined || params.context.triggerKind !== CodeActionTriggerKind.Automatic;
}

export function refactoringsFor(context: Context, analysed: Analysed, offset: number): readonly OfferedRefactoring[] {
  const place = fieldAt(analysed, offset);
  if (place === undefined) return [];
  const { path, model } = analysed;
  const reread = context.proposals.rereader(path);
  return refactoringsAt(model, place.description, place.field).flatMap((refactoring) => {
    const title = priced(model, place.description.variable, refactoring, context.project().targetOf(path), reread);
    return title === undefined ? [] : [{ title, edits: refactoring.edits }];
  });
}
