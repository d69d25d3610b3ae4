import type { CType, Record } from '../c/types';
import type { KstateField, KstateModel } from '../model/kstate';
import { macroKind } from '../model/kstateMacros';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding } from './finding';
import type { Rule } from './rule';

export const pointerIncomplete: Rule = {
  code: 'kstate-pointer-to-incomplete',
  title: 'A pointer to a struct that is not defined',
  severity: 'error',
  facts: ['2.5', 'KS60'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const record = incompletePointee(model, field);
      if (record === undefined) return [];
      return [finding(this, field.range,
        `${fieldSource(field)} of ${variable} needs sizeof(*${fieldName(field)}), but struct ${record.tag ?? ''} is only declared and not defined here: the file does not compile`)];
    });
  },
};

/** Headers that define hardly any struct of their own; with others of ours in place of the kernel's, a struct may be defined there. */
const SMALL_HEADERS: ReadonlySet<string> = new Set(['linux/init.h', 'linux/kstate.h', 'linux/types.h', 'linux/errno.h', 'linux/err.h', 'linux/string.h', 'linux/bitops.h']);

/** Predefined macros and options: no header of the kernel is in their place. */
const NO_HEADERS = /^<built-in>\/(?:predefined|command-line)$/;

/** The struct behind the field's pointer when it is certain that the file does not see its definition. */
export function incompletePointee(model: KstateModel, field: KstateField): Record | undefined {
  const kind = macroKind(field);
  const type = field.member === undefined || (kind !== 'pointer' && kind !== 'address') ? undefined : bare(field.member.type);
  const to: CType | undefined = type?.kind === 'pointer' ? bare(type.to) : undefined;
  if (to?.kind !== 'record' || to.record.members !== undefined || to.record.tag === undefined) return undefined;
  const { unit } = model;
  if (unit.record(to.record.tag, to.record.union)?.members !== undefined) return undefined;
  if (unit.includes.some((include) => include.resolved === undefined) || unit.problems.some((p) => p.leftOut === true)) return undefined;
  if (unit.assumptionsOfTag(to.record.tag).length > 0) return undefined;
  const tag = to.record.tag;
  const ours = unit.files.filter((file) => file.builtin && !NO_HEADERS.test(file.path));
  if (ours.length === 0) return to.record;
  // A struct that the file declares by itself is not one of a header that the file includes.
  const declaredHere = unit.declarations.some((d) => d.kind === 'type' && d.type?.kind === 'record' && d.type.record.tag === tag);
  const smallOnly = unit.includes.every((include) => SMALL_HEADERS.has(include.spelled.slice(1, -1)));
  return declaredHere || smallOnly ? to.record : undefined;
}
