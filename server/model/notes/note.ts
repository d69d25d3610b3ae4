/**
 * What only may be so: a consequence that the code at hand neither shows nor excludes. Notes stand in hovers, lenses and explanations of a
 * handover; a finding is something else (rules/).
 */
import type { SrcRange } from '../../c/source';
import type { KstateDescription, KstateField, KstateModel } from '../kstate';

export interface Note {
  /** Stable; the anchor in docs/diagnostics.md. */
  readonly code: string;
  /** One sentence, names as the source spells them. */
  readonly message: string;
  readonly range: SrcRange;
}

export interface NoteKind {
  readonly code: string;
  /** Heading in docs/diagnostics.md. */
  readonly title: string;
  /** Where it comes from: rows of the KSTATE facts. */
  readonly facts: readonly string[];
  /** What there is to say of a field. */
  ofField?(field: KstateField, description: KstateDescription, model: KstateModel): string | undefined;
  /** What there is to say of a description. */
  ofDescription?(description: KstateDescription, model: KstateModel): string | undefined;
}

export function nameOf(field: KstateField): string {
  return field.member?.path ?? (field.name.known ? field.name.value : `entry ${field.index + 1}`);
}
