/** Where each field of one object stands in the stream, worked out from the descriptions alone. Facts 3.1 and 3.2; 4.1 for v2. */
import type { Dialect, FieldKind } from '../../engine/kstate/dialect';
import { elementBytes, fieldKind } from '../../engine/kstate/dialect';
import type { DescriptionPlan, FieldPlan } from '../../engine/kstate/plan';

export interface SavedPlace {
  readonly plan: FieldPlan;
  readonly kind: FieldKind;
  readonly entry: SavedLayout;
  /** Offsets count from the header of the object's own entry. */
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly elements: number;
  /** Not written, because its version is above the description's. */
  readonly aboveVersion: boolean;
  /** Entries of the nested description, one for each element. */
  readonly nested: readonly SavedLayout[];
}

export interface SavedLayout {
  readonly kind: 'section' | 'subsection' | 'nested';
  readonly plan: DescriptionPlan;
  readonly offsetBytes: number;
  readonly fields: readonly SavedPlace[];
  endBytes: number;
}

/** Bytes that a callback writes or reads for one field; only running it tells. */
export type CustomLength = (description: DescriptionPlan, field: FieldPlan) => number;

/** Elements of one field, and levels of nesting, that are laid out. */
export const maxElements = 4096;
export const maxDepth = 16;

/** The object's own entry, then one for each subsection, in the order of the stream. */
export function savedLayout(description: DescriptionPlan, dialect: Dialect, customBytes: CustomLength): readonly SavedLayout[] {
  const entries: SavedLayout[] = [];
  let pos = 0;
  for (const [i, plan] of [description, ...(dialect.subsections ? description.subsections ?? [] : [])].entries()) {
    const entry = layOut(plan, i === 0 ? 'section' : 'subsection', pos, dialect, customBytes, 0);
    entries.push(entry);
    pos = entry.endBytes;
  }
  return entries;
}

function layOut(plan: DescriptionPlan, kind: SavedLayout['kind'], start: number, dialect: Dialect, customBytes: CustomLength, depth: number): SavedLayout {
  const fields: SavedPlace[] = [];
  const entry: SavedLayout = { kind, plan, offsetBytes: start, fields, endBytes: start + dialect.format.headerBytes };
  for (const field of plan.fields) {
    const offsetBytes = entry.endBytes;
    const nested: SavedLayout[] = [];
    const what = fieldKind(dialect, field);
    const aboveVersion = dialect.saveAboveVersion !== 'written' && field.versionId > plan.versionId;
    let elements = 0;
    if (!aboveVersion && what !== 'deprecated') {
      elements = elementsOf(field);
      if (what === 'nested') {
        for (let i = 0; field.ksd !== undefined && depth < maxDepth && i < elements; i++) {
          const inner = layOut(field.ksd, 'nested', entry.endBytes, dialect, customBytes, depth + 1);
          nested.push(inner);
          entry.endBytes = inner.endBytes;
        }
      } else entry.endBytes += plainBytes(what, field, elements, () => customBytes(plan, field));
    }
    fields.push({ plan: field, kind: what, entry, offsetBytes, lengthBytes: entry.endBytes - offsetBytes, elements, aboveVersion, nested });
  }
  return entry;
}

export function elementsOf(field: FieldPlan): number {
  return Math.max(0, Math.min(field.count ?? 1, maxElements));
}

/** Bytes of a field that is not nested. `custom`: what its callback moves. */
export function plainBytes(kind: FieldKind, field: FieldPlan, elements: number, custom: () => number): number {
  if (kind === 'folio' || kind === 'custom') return custom();
  return (elementBytes(kind, field) ?? 0) * elements;
}
