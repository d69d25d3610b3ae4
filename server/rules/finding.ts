/** Helpers that all rules share: making findings, naming things in messages, deciding what may be edited. */
import type { SrcRange } from '../c/source';
import type { KstateDescription, KstateField, KstateModel, MacroUse } from '../model/kstate';
import { macroArg } from '../model/kstateMacros';
import type { Finding, Fix, Rule } from './rule';

export { isV3, isVersioned } from '../model/dialect';
export { hasFlag } from '../model/kstateFlags';

export type Related = Finding['related'][number];

/** A finding of a rule, with the rule's code and (unless given) severity. */
export function finding(
  rule: Pick<Rule, 'code' | 'severity'>,
  range: SrcRange,
  message: string,
  more: { readonly related?: readonly Related[]; readonly fixes?: readonly Fix[]; readonly severity?: Finding['severity'] } = {},
): Finding {
  return {
    code: rule.code,
    severity: more.severity ?? rule.severity,
    message,
    range,
    related: more.related ?? [],
    fixes: more.fixes ?? [],
  };
}

/** What a person would call the field: the member as written, else its name, else its place in the list. */
export function fieldName(field: KstateField): string {
  const written = macroArg(field.macro, 'member')?.text;
  if (written !== undefined && written !== '') return written;
  if (field.member !== undefined) return field.member.path;
  if (field.name.known) return field.name.value;
  return `entry ${field.index + 1}`;
}

/** The macro as the person wrote it, or a word for an entry without one. */
export function fieldSource(field: KstateField): string {
  return field.macro === undefined ? 'entry' : field.macro.wrapper ?? field.macro.name;
}

export function eachDescription(model: KstateModel, check: (description: KstateDescription) => readonly Finding[]): readonly Finding[] {
  return model.descriptions.flatMap(check);
}

/** The fields before the end of the list: those that the kernel walks. */
export function eachField(model: KstateModel, check: (field: KstateField, description: KstateDescription) => readonly Finding[]): readonly Finding[] {
  const found: Finding[] = [];
  for (const description of model.descriptions) {
    for (const field of description.fields) for (const one of check(field, description)) found.push(one);
  }
  return found;
}

/** The text of a range, when it is in the file being checked. */
export function textAt(model: KstateModel, range: SrcRange): string | undefined {
  return range.path === model.unit.main.path ? model.unit.main.text.slice(range.start, range.end) : undefined;
}

/** The argument stands in the file being checked, as its own characters (not inside the body of a wrapper macro). */
export function isEditable(model: KstateModel, arg: MacroUse['args'][number]): boolean {
  const squeeze = (text: string): string => text.replace(/\s+/g, '');
  const text = textAt(model, arg.range);
  return text !== undefined && text !== '' && squeeze(text) === squeeze(arg.text);
}

/** `1 byte`, `8 bytes`. */
export function bytes(count: number): string {
  return count === 1 ? '1 byte' : `${count} bytes`;
}

export function samePlace(a: SrcRange, b: SrcRange): boolean {
  return a.path === b.path && a.start === b.start && a.end === b.end;
}

export function within(inner: SrcRange, outer: SrcRange): boolean {
  return inner.path === outer.path && inner.start >= outer.start && inner.end <= outer.end;
}
