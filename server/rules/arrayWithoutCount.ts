import { KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
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
      if (hasFlag(field, KS_CUSTOM | (pointers ? 0 : KS_POINTER))) return [];
      const type = bare(field.member.type);
      if (type.kind !== 'array' || (type.length !== undefined && type.length <= 1)) return [];
      const plain = !pointers && !hasFlag(field, KS_STRUCT);
      // Plain bytes need no count when the size is that of the whole array.
      if (plain) {
        const one = model.unit.sizeOf(type.of);
        if (!hasFlag(field, KS_BASE_TYPE) || field.macro !== undefined || !one.known || !field.sizeBytes.known || one.value !== field.sizeBytes.value) return [];
      }
      const length = type.length === undefined ? 'several' : String(type.length);
      return [finding(this, field.flags.range,
        `${fieldName(field)} of ${variable} has ${length} elements, and its ${pointers ? 'KS_ARRAY_OF_POINTER' : plain ? 'KS_BASE_TYPE' : 'KS_STRUCT'} entry has no .count${plain ? ' and the size of one' : ''}: `
        + `${pointers ? 'only the first pointer is followed' : 'only the first element is saved'}, and the others start empty in the next kernel`)];
    });
  },
};
