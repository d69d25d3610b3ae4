/**
 * A second, tiny reading of the KSTATE facts 3.2 and 3.3, for positions only: no memory, no values. Written from the text, apart
 * from the engine, so that the two can disagree.
 */
import type { DescriptionPlan } from '../../../server/engine/kstate/plan';

export interface Position { readonly path: string; readonly at: number; readonly length: number }

const header = 20;

/** Bytes one field writes per element. */
function elementLength(field: DescriptionPlan['fields'][number]): number {
  if (field.flags & 4) return header + (field.ksd === undefined ? 0 : dataLength(field.ksd));
  if (field.flags & 8) return field.save === 'kstate_folio_save' ? 8 : 0;
  if (field.flags & 3) return field.sizeBytes;
  if (field.flags & 0x20) return 8;
  return 0;
}

export function dataLength(plan: DescriptionPlan): number {
  let sum = 0;
  for (const field of plan.fields) {
    if (field.versionId > plan.versionId || field.flags & 0x40) continue;
    sum += elementLength(field) * (field.count ?? 1);
  }
  return sum;
}

/** Length of a stream with one object of this description. */
export function streamLength(plan: DescriptionPlan): number {
  return 4 + header + dataLength(plan) + (plan.subsections ?? []).reduce((sum, sub) => sum + header + dataLength(sub), 0) + 4;
}

/** Where each field of the main entry of the first object is read, given the version in the stream. No nested fields inside. */
export function readPositions(plan: DescriptionPlan, version: number): Position[] {
  const out: Position[] = [];
  let pos = 4 + header;
  for (const field of plan.fields) {
    if (field.versionId > version) continue;
    if (field.flags & 0x40) {
      if (version <= field.versionId) {
        out.push({ path: field.member, at: pos, length: field.sizeBytes });
        pos += field.sizeBytes;
      }
      continue;
    }
    const length = elementLength(field) * (field.count ?? 1);
    if (length > 0) out.push({ path: field.member, at: pos, length });
    pos += length;
  }
  return out;
}
