import { KS_ADDRESS, KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { countOf } from '../model/counts';
import { bytes, eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const countOverrun: Rule = {
  code: 'kstate-count-overrun',
  title: 'A count that runs past the member',
  severity: 'error',
  facts: ['3.2', 'KS46'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const { member, sizeBytes, count } = field;
      if (member === undefined || count?.known !== true || !sizeBytes.known || sizeBytes.value === 0) return [];
      // Behind a pointer lies memory of another size than the member's.
      if (hasFlag(field, KS_POINTER | KS_CUSTOM | KS_DEPRECATED) || !hasFlag(field, KS_BASE_TYPE | KS_STRUCT | KS_ADDRESS | KS_ARRAY_OF_POINTER)) return [];
      const n = countOf(model.unit, count.value);
      const name = fieldName(field);
      const type = bare(member.type);
      if (typeof n === 'number') {
        if (n * sizeBytes.value <= member.sizeBytes || n <= 1 || (type.kind === 'array' && type.length === undefined)) return [];
        return [finding(this, count.range,
          `${count.value} says that ${name} of ${variable} has ${n} elements of ${bytes(sizeBytes.value)}, but the member has ${bytes(member.sizeBytes)}: save reads `
          + `${bytes(n * sizeBytes.value - member.sizeBytes)} past it, and restore overwrites them`)];
      }
      // `.size` is that of one element: the whole array, taken several times, is more than the array.
      if (n === 'flag' || type.kind !== 'array' || type.length === undefined || Number(type.length) <= 1 || sizeBytes.value !== member.sizeBytes) return [];
      return [finding(this, count.range,
        `The size of ${name} in ${variable} is that of the whole array, and ${count.value} multiplies it: .size has to be that of one element, else save reads past ${name} and restore overwrites what follows`)];
    });
  },
};
