import { KS_POINTER, KS_STRUCT, KS_CUSTOM } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const pointerToChar: Rule = {
  code: 'kstate-pointer-to-char',
  title: 'KSTATE_POINTER on a string',
  severity: 'warning',
  facts: ['2.5', 'KS32'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const type = field.member === undefined ? undefined : bare(field.member.type);
      if (type?.kind !== 'pointer' || !hasFlag(field, KS_POINTER) || hasFlag(field, KS_STRUCT | KS_CUSTOM) || field.count !== undefined) return [];
      const to = bare(type.to);
      if (to.kind !== 'int' || to.name !== 'char' || !field.sizeBytes.known || field.sizeBytes.value !== 1) return [];
      const name = fieldName(field);
      return [finding(this, field.range,
        `${name} of ${variable} is a char pointer, and ${fieldSource(field)} copies sizeof(*${name}): one byte of the string travels, the rest stays behind`)];
    });
  },
};
