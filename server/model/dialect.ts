/** Tells the dialect of KSTATE from what its header declares (facts 0, 2.2, 2.3, 6). */
import type { CUnit } from '../c/api';
import type { KstateDialect, KstateModel } from './kstate';

/**
 * v3 as posted and the git tree have the same header, so both are `v3` here.
 * @returns undefined when the unit sees no KSTATE at all.
 */
export function detectDialect(unit: CUnit): KstateDialect | undefined {
  const description = unit.record('kstate_description');
  if (description?.members === undefined) return undefined;
  const has = (member: string): boolean => description.members?.some((m) => m.name === member) ?? false;
  if (has('min_version_id')) return 'v3';
  if (has('subsections')) return unit.macro('KSTATE_FOLIO') === undefined && has('state_list') ? 'dev' : 'v3';
  if (unit.macro('KSTATE_SIMPLE') !== undefined && unit.macro('KSTATE_BASE_TYPE') === undefined) return 'v1';
  return 'v2';
}

/** The v3 line: versions of fields, min_version_id and subsections mean something. */
export function isVersioned(model: Pick<KstateModel, 'dialect'>): boolean {
  return isV3(model) || model.dialect === 'dev';
}

/** v3 proper: explicit instance ids, separate restore. */
export function isV3({ dialect }: Pick<KstateModel, 'dialect'>): boolean {
  return dialect === 'v3' || dialect === 'v3-posted';
}

/** What someone should know who meets a dialect that is not one of the live ones; undefined for those (facts 0, 5, 6). */
export function dialectNote(dialect: KstateDialect): string | undefined {
  switch (dialect) {
    case 'v1':
      return 'This is KSTATE v1, the first draft of October 2024, which nothing can hand over to or take over from but itself: KS_SIMPLE members are copied, '
        + 'addresses are not relocated, versions only warn, and save and restore callbacks move the stream by the number of bytes that they return. They are not run.';
    case 'dev':
      return 'This is a state of KSTATE between v2 and v3 that was never posted: entries as in v3, without a magic, registered and restored as in v2.';
    default:
      return undefined;
  }
}

/** `header`: the tree brings its own kstate.h; `default`: ours stood in, or there is none. */
export function dialectSource(unit: CUnit): 'header' | 'default' {
  const declared = unit.record('kstate_description');
  if (declared === undefined) return 'default';
  const file = unit.files.find((f) => f.id === declared.at.file);
  return file === undefined || file.builtin ? 'default' : 'header';
}
