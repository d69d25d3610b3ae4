/** The shape of the reference that hovers and documentation are made from. */
import type { KstateDialect } from '../kstate';

export type ReferenceKind = 'macro' | 'flag' | 'addressKind' | 'struct' | 'descriptionMember' | 'fieldMember' | 'call' | 'id';

export interface ReferenceEntry {
  readonly name: string;
  readonly kind: ReferenceKind;
  /** As one would declare or use it. */
  readonly signature: string;
  /** One sentence: what it is. */
  readonly summary: string;
  /** One sentence each: what travels, how long it is in the stream, what goes wrong with it. */
  readonly details: readonly string[];
  /** The dialects that have it. */
  readonly dialects: readonly KstateDialect[];
  /** Sections and rows of the KSTATE facts. */
  readonly facts: readonly string[];
}

export const everyDialect: readonly KstateDialect[] = ['v1', 'v2', 'dev', 'v3', 'v3-posted'];
export const sinceV2: readonly KstateDialect[] = ['v2', 'dev', 'v3', 'v3-posted'];
export const versioned: readonly KstateDialect[] = ['dev', 'v3', 'v3-posted'];
export const onlyV3: readonly KstateDialect[] = ['v3', 'v3-posted'];
export const onlyV2: readonly KstateDialect[] = ['v2', 'dev'];
