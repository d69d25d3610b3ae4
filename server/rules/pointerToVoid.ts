import { KS_CUSTOM, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const pointerToVoid: Rule = {
  code: 'kstate-pointer-to-void',
  title: 'KSTATE_POINTER on a void pointer',
  severity: 'error',
  facts: ['2.5', 'KS32'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const type = field.member === undefined ? undefined : bare(field.member.type);
      if (type?.kind !== 'pointer' || bare(type.to).kind !== 'void') return [];
      if (!hasFlag(field, KS_POINTER) || hasFlag(field, KS_STRUCT | KS_CUSTOM) || field.count !== undefined) return [];
      // An entry written by hand can say how much lies behind the pointer.
      if (!field.sizeBytes.known || field.sizeBytes.value !== 1) return [];
      const name = fieldName(field);
      return [finding(this, field.range,
        `${name} of ${variable} is a void pointer, and ${fieldSource(field)} copies sizeof(*${name}), which gcc takes for 1: one byte of whatever ${name} points at travels, the rest stays behind`)];
    });
  },
};
