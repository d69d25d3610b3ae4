/** Small questions about C types that the model and the rules ask. */
import type { CType, Record } from '../c/types';

/** Typedefs seen through. */
export function bare(type: CType): Exclude<CType, { kind: 'typedef' }> {
  let at = type;
  for (let depth = 0; at.kind === 'typedef' && depth < 64; depth++) at = at.target;
  // A chain of 64 typedefs is a cycle made by broken input; what is left is an unknown type to every caller.
  return at.kind === 'typedef' ? { kind: 'unknown', quals: at.quals, why: 'typedefs run in a circle', at: at.declared.nameTok } : at;
}

export function recordOf(type: CType): Record | undefined {
  const b = bare(type);
  return b.kind === 'record' ? b.record : undefined;
}

/** The record with a given tag, as a use of it or not. */
export function isRecordTagged(type: CType, tag: string): boolean {
  const record = recordOf(type);
  return record !== undefined && !record.union && record.tag === tag;
}
