import { KS_ARRAY_OF_POINTER, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const arrayWithoutCount: Rule = {
  code: 'kstate-array-without-count',
  title: 'An array of which only the first element travels',
  severity: 'error',
  facts: ['3.2', 'KS47'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (field.count !== undefined || field.member === undefined || hasFlag(field, KS_DEPRECATED)) return [];
      const pointers = hasFlag(field, KS_ARRAY_OF_POINTER);
      // A custom field's callbacks may walk over the array by themselves.
      if (hasFlag(field, KS_CUSTOM) || (!pointers && (!hasFlag(field, KS_STRUCT) || hasFlag(field, KS_POINTER)))) return [];
      const type = bare(field.member.type);
      if (type.kind !== 'array' || (type.length !== undefined && Number(type.length) <= 1)) return [];
      const length = type.length === undefined ? 'several' : String(type.length);
      return [finding(this, field.range,
        `${fieldName(field)} of ${variable} has ${length} elements, and its ${pointers ? 'KS_ARRAY_OF_POINTER' : 'KS_STRUCT'} entry has no .count: `
        + `${pointers ? 'only the first pointer is followed' : 'only the first element is saved'}, and the others start empty in the next kernel`)];
    });
  },
};
