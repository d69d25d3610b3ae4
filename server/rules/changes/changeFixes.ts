/** Changes that are certain to let the update load again. A test applies each and compares once more. */
import type { ReasonCode } from '../../compat/reasons/reason';
import type { SrcRange } from '../../c/source';
import { memberName } from '../../compat/members';
import { kstateMacro } from '../../model/kstateMacros';
import type { KstateDescription, KstateModel } from '../../model/kstate';
import { isEditable, isV3, textAt } from '../finding';
import { streamType } from '../refactorings';
import type { Fix, TextEdit } from '../rule';

export function changeFixes(code: ReasonCode, member: string, model: KstateModel, now: KstateDescription, then: KstateDescription): readonly Fix[] {
  if (!isV3(model) || !then.versionId.known || !now.versionId.known) return [];
  switch (code) {
    case 'field-removed': return removed(member, model, now, then, then.versionId.value, now.versionId.value);
    case 'field-added': return added(member, model, now, then.versionId.value, now.versionId.value);
    default: return [];
  }
}

/** A KS_DEPRECATED entry where the field stood. */
function removed(member: string, model: KstateModel, now: KstateDescription, then: KstateDescription, was: number, is: number): readonly Fix[] {
  const field = then.fields.find((one) => memberName(one) === member);
  const type = field === undefined ? undefined : streamType(then.unit, field);
  // Streams of an older version than the field's last change would need entries of their own.
  if (type === undefined || /[.[]/.test(member)) return [];
  const place = placeOfGone(member, then, now);
  const bump = bumped(model, now, was, is);
  if (place === undefined || bump === undefined || textAt(model, place) === undefined) return [];
  const { text } = model.unit.main;
  const indent = /[^\n]*$/.exec(text.slice(0, place.start))?.[0] ?? '';
  if (indent.trim() !== '') return [];
  const entry = `KSTATE_BASE_TYPE_DEPRECATED(${member}, ${type}, ${String(was)}),\n${indent}`;
  return [{
    title: `Keep ${member} as a deprecated entry of version ${String(was)}${bump.length > 0 ? ` and raise version_id to ${String(was + 1)}` : ''}`,
    edits: [{ range: { path: place.path, start: place.start, end: place.start }, newText: entry }, ...bump],
  }];
}

/** What now stands where the base has a field: the next of the base's fields that is still there, else the end of the list. undefined: the base has none of that name. */
export function placeOfGone(member: string, then: KstateDescription, now: KstateDescription): SrcRange | undefined {
  const at = then.fields.findIndex((one) => memberName(one) === member);
  if (at < 0) return undefined;
  const next = then.fields.slice(at + 1).map((old) => now.fields.find((one) => memberName(one) === memberName(old))).find((one) => one !== undefined);
  return (next ?? now.end)?.range;
}

/** The _V form, of a version that older streams do not have. */
function added(member: string, model: KstateModel, now: KstateDescription, was: number, is: number): readonly Fix[] {
  const field = now.fields.find((one) => memberName(one) === member);
  const macro = field?.macro;
  const name = macro === undefined ? undefined : kstateMacro(`${macro.name}_V`)?.name;
  const last = macro?.args.at(-1);
  if (macro === undefined || name === undefined || last === undefined || macro.wrapper !== undefined || !isEditable(model, last)) return [];
  const text = textAt(model, macro.range);
  const bump = bumped(model, now, was, is);
  if (text === undefined || !text.startsWith(macro.name) || bump === undefined) return [];
  const version = String(Math.max(is, was + 1));
  const start = macro.range.start;
  return [{
    title: `Give ${member} version ${version} (${name})${bump.length > 0 ? ` and raise version_id to ${version}` : ''}`,
    edits: [
      { range: { path: macro.range.path, start, end: start + macro.name.length }, newText: name },
      { range: { path: last.range.path, start: last.range.end, end: last.range.end }, newText: `, ${version}` }, ...bump,
    ],
  }];
}

/** Edits that make the version higher than the base's; none when it is already; undefined: it cannot be edited. */
function bumped(model: KstateModel, now: KstateDescription, was: number, is: number): readonly TextEdit[] | undefined {
  if (is > was) return [];
  const written = textAt(model, now.versionId.range);
  // `.version_id` is the range when it is not given at all.
  return written !== undefined && /^\d+$/.test(written.trim()) ? [{ range: now.versionId.range, newText: String(was + 1) }] : undefined;
}
