/** All notes, and what there is to note of one description or field. Worked out when somebody looks, never at a keystroke. */
import type { KstateDescription, KstateField, KstateModel } from '../kstate';
import { descriptionNotes } from './descriptions';
import { fieldNotes } from './fields';
import type { Note, NoteKind } from './note';

export type { Note } from './note';

export const noteKinds: readonly NoteKind[] = [...fieldNotes, ...descriptionNotes];

/** Notes about the description itself, without those of its fields. */
export function notesOfDescription(model: KstateModel, description: KstateDescription): readonly Note[] {
  return descriptionNotes.flatMap((kind) => {
    const message = kind.ofDescription?.(description, model);
    return message === undefined ? [] : [{ code: kind.code, message, range: description.nameRange }];
  });
}

export function notesOfField(model: KstateModel, description: KstateDescription, field: KstateField): readonly Note[] {
  return fieldNotes.flatMap((kind) => {
    const message = kind.ofField?.(field, description, model);
    return message === undefined ? [] : [{ code: kind.code, message, range: field.range }];
  });
}

/** All of a description: its own, then those of its fields in their order. */
export function notesAbout(model: KstateModel, description: KstateDescription): readonly Note[] {
  return [...notesOfDescription(model, description), ...description.fields.flatMap((field) => notesOfField(model, description, field))];
}
