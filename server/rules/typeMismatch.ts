import type { CType } from '../c/types';
import type { KstateField, KstateModel } from '../model/kstate';
import { macroArg, macroKind } from '../model/kstateMacros';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding, isEditable } from './finding';
import type { Rule } from './rule';

export const typeMismatch: Rule = {
  code: 'kstate-type-mismatch',
  title: 'KSTATE_BASE_TYPE with another type than the member has',
  severity: 'error',
  facts: ['2.5', 'KS60'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const mismatch = mismatchOf(model, field);
      if (mismatch === undefined) return [];
      const { stated, actual, member } = mismatch;
      const arg = macroArg(field.macro, 'type');
      const statedText = arg?.text ?? model.unit.spell(stated);
      const actualText = model.unit.spell(actual);
      const fixable = arg !== undefined && isEditable(model, arg) && isSpellable(actual);
      return [finding(this, arg?.range ?? field.range,
        `${fieldSource(field)} says that ${member} is ${statedText}, but in ${structName(model, field)} it is ${actualText}: `
        + `${variable} does not compile, since the macro demands exactly the member's type`,
        { fixes: fixable ? [{ title: `Change to ${actualText}`, edits: [{ range: arg.range, newText: actualText }] }] : [] })];
    });
  },
};

export interface Mismatch {
  readonly stated: CType;
  readonly actual: CType;
  readonly member: string;
}

/** undefined: equal, or not both known. */
export function mismatchOf(model: KstateModel, field: KstateField): Mismatch | undefined {
  if (macroKind(field) !== 'base' || field.statedType === undefined || field.member === undefined || field.member.bitWidth !== undefined) return undefined;
  const stated = field.statedType;
  const actual = field.member.type;
  if (!isKnown(stated, 0) || !isKnown(actual, 0) || model.unit.compatible(stated, actual)) return undefined;
  return { stated, actual, member: fieldName(field) };
}

function isKnown(type: CType, depth: number): boolean {
  const at = bare(type);
  if (depth > 32) return false;
  switch (at.kind) {
    case 'unknown': return false;
    case 'pointer': return isKnown(at.to, depth + 1);
    case 'array': return isKnown(at.of, depth + 1) && (at.length !== undefined || at.lengthExpr === undefined);
    case 'function': return isKnown(at.returns, depth + 1) && at.params.every((p) => isKnown(p.type, depth + 1));
    default: return true;
  }
}

/** A type that can be written down where the macro wants one: no anonymous struct, and no declarator that wraps around a name. */
function isSpellable(type: CType): boolean {
  switch (type.kind) {
    case 'void': case 'int': case 'float': case 'typedef': return true;
    case 'record': return type.record.tag !== undefined;
    case 'enum': return type.enum.tag !== undefined;
    case 'pointer': return isSpellable(type.to);
    case 'array': return isSpellable(type.of) && type.length !== undefined;
    default: return false;
  }
}

function structName(model: KstateModel, field: KstateField): string {
  return field.member === undefined ? 'the struct' : model.unit.spell(field.member.struct);
}
