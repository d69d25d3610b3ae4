import { KS_ADDRESS, KS_ARRAY_OF_POINTER, KS_CUSTOM, KS_DEPRECATED, KS_KINDS, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { countOf } from '../model/counts';
import { bytes, eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const countStride: Rule = {
  code: 'kstate-count-stride',
  title: 'A count with the wrong size of an element',
  severity: 'error',
  facts: ['3.2', 'KS39', 'KS44', 'KS47'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const { sizeBytes, count } = field;
      if (!sizeBytes.known || hasFlag(field, KS_DEPRECATED)) return [];
      const name = fieldName(field);
      if (hasFlag(field, KS_ARRAY_OF_POINTER) && hasFlag(field, KS_KINDS)) {
        // The step from one pointer to the next; with a struct as kind it is nothing else.
        if (sizeBytes.value === 8 || (count === undefined && sizeBytes.value !== 0 && !hasFlag(field, KS_STRUCT))) return [];
        if (count === undefined) return [];
        return [finding(this, sizeBytes.range,
          `${name} of ${variable} is KS_ARRAY_OF_POINTER with a size of ${bytes(sizeBytes.value)}, but its pointers are 8 bytes apart: from the second on save follows a wild address`)];
      }
      if (count === undefined) return [];
      if (count.known) {
        const n = countOf(model.unit, count.value);
        if (n === 'flag' || (typeof n === 'number' && n <= 1)) return [];
      }
      if (hasFlag(field, KS_STRUCT | KS_CUSTOM) && sizeBytes.value === 0) {
        return [finding(this, count.range,
          `${name} of ${variable} has .count and no .size: the step from one element to the next is 0, so element 0 travels again and again and the others stay behind`)];
      }
      const of = field.member === undefined ? undefined : bare(field.member.type);
      if (hasFlag(field, KS_ADDRESS) && !hasFlag(field, KS_KINDS & ~KS_ADDRESS) && sizeBytes.value !== 8 && of?.kind === 'array') {
        return [finding(this, sizeBytes.range,
          `${name} of ${variable} is an array of addresses with a size of ${bytes(sizeBytes.value)}, but pointers are 8 bytes apart: from the second on the next kernel gets bytes that are no address`)];
      }
      return [];
    });
  },
};
