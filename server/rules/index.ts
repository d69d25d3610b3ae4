/** All rules, and the function that runs them. */
import type { KstateModel } from '../model/kstate';
import { bitField } from './bitField';
import { deprecatedBelowMin } from './deprecatedBelowMin';
import { entryAfterEnd } from './entryAfterEnd';
import { subsectionsIgnored } from './subsectionsIgnored';
import { endId } from './endId';
import { duplicateMember } from './duplicateMember';
import { otherDialect } from './otherDialect';
import { notAPointer } from './notAPointer';
import { pointerToVoid } from './pointerToVoid';
import { pointerIncomplete } from './pointerIncomplete';
import { structPadding } from './structPadding';
import { addressKind } from './addressKind';
import { addressTarget } from './addressTarget';
import { structWithoutKsd } from './structWithoutKsd';
import { arrayWithoutCount } from './arrayWithoutCount';
import { countOverrun } from './countOverrun';
import { countStride } from './countStride';
import { arrayOfPointerBase } from './arrayOfPointerBase';
import { deprecatedCount } from './deprecatedCount';
import { noKind } from './noKind';
import { flagsConflict } from './flagsConflict';
import { customLength } from './customLength';
import { getByte } from './getByte';
import { streamGrowth } from './streamGrowth';
import { restoreBeforePointer } from './restoreBeforePointer';
import { restoreUnchecked } from './restoreUnchecked';
import { instanceReused } from './instanceReused';
import { stackObject } from './stackObject';
import { unregisterMismatch } from './unregisterMismatch';
import { probeOrder } from './probeOrder';
import { constDescription } from './constDescription';
import { descriptionUnused } from './descriptionUnused';
import { subsectionCycle, subsectionSelf } from './subsectionCycle';
import { customCallbacks } from './customCallbacks';
import { deprecatedVersion } from './deprecatedVersion';
import { duplicateId } from './duplicateId';
import { fieldVersionAboveVersion } from './fieldVersionAboveVersion';
import { folioType } from './folioType';
import { macroArguments } from './macroArguments';
import { minVersionAboveVersion } from './minVersionAboveVersion';
import { missingEnd } from './missingEnd';
import { missingId } from './missingId';
import { neverRestored } from './neverRestored';
import { noFields } from './noFields';
import { notEvaluated } from './notEvaluated';
import type { OtherFile } from './otherFile';
import { notRead } from './notRead';
import { pointerToChar } from './pointerToChar';
import { rawId } from './rawId';
import { rawPointer } from './rawPointer';
import { redundantVersion } from './redundantVersion';
import { registerArguments } from './registerArguments';
import { withAssumptions } from './assumed';
import { changeCodes, findingCode } from './changes/codes';
import type { Finding, Rule } from './rule';
import { subsectionId } from './subsectionId';
import { subsectionsNotTerminated } from './subsectionsNotTerminated';
import { suppression, thisDay, withoutSuppressed } from './suppression';
import { typeMismatch } from './typeMismatch';
import { unknownMember } from './unknownMember';
import { wrongObject } from './wrongObject';
import { wrongStruct } from './wrongStruct';

/** In the order of docs/diagnostics.md. */
export const rules: readonly Rule[] = [
  minVersionAboveVersion,
  fieldVersionAboveVersion,
  deprecatedVersion,
  redundantVersion,
  deprecatedBelowMin,
  missingEnd,
  entryAfterEnd,
  noFields,
  subsectionsNotTerminated,
  subsectionsIgnored,
  subsectionSelf,
  subsectionCycle,
  missingId,
  duplicateId,
  subsectionId,
  endId,
  rawId,
  otherDialect,
  unknownMember,
  typeMismatch,
  bitField,
  macroArguments,
  wrongStruct,
  duplicateMember,
  rawPointer,
  structPadding,
  notAPointer,
  pointerToChar,
  pointerToVoid,
  pointerIncomplete,
  addressKind,
  addressTarget,
  folioType,
  structWithoutKsd,
  arrayWithoutCount,
  countOverrun,
  countStride,
  arrayOfPointerBase,
  deprecatedCount,
  noKind,
  flagsConflict,
  customCallbacks,
  customLength,
  getByte,
  streamGrowth,
  registerArguments,
  neverRestored,
  restoreUnchecked,
  restoreBeforePointer,
  instanceReused,
  unregisterMismatch,
  stackObject,
  probeOrder,
  constDescription,
  descriptionUnused,
  wrongObject,
  notEvaluated,
  notRead,
  suppression,
];

const ruleCodes: ReadonlySet<string> = new Set(rules.map((rule) => rule.code));
/** All that a comment may take back. */
const codes: ReadonlySet<string> = new Set([...ruleCodes, ...changeCodes.map(findingCode)]);

/**
 * Every finding of every rule about one file, by place, without those that a comment takes back.
 *
 * @param others the other files of the same tree; the file itself among them is ignored.
 * @param today `2027-01-31`: what a comment's date is compared with; default: the day it is.
 */
export function checkUnit(model: KstateModel, others: readonly OtherFile[] = [], today = thisDay()): readonly Finding[] {
  const findings: Finding[] = [];
  for (const rule of rules) {
    try {
      for (const found of rule.check({ model, others, today, codes })) findings.push(withAssumptions(model, rule, found));
    } catch {
      // A rule must not throw; one that does is a bug of ours and silences only itself.
    }
  }
  return [...withoutSuppressed(model, findings, today, ruleCodes)].sort((a, b) => compareText(a.range.path, b.range.path) || a.range.start - b.range.start || a.range.end - b.range.end || compareText(a.code, b.code));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
