import { KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { bytes, eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const arrayOfPointerBase: Rule = {
  code: 'kstate-array-of-pointer-size',
  title: 'Pointees of another size than their pointers',
  severity: 'error',
  facts: ['3.2', 'KS45'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (!hasFlag(field, KS_ARRAY_OF_POINTER) || !hasFlag(field, KS_BASE_TYPE) || hasFlag(field, KS_STRUCT | KS_CUSTOM | KS_DEPRECATED)) return [];
      const { member, sizeBytes } = field;
      let type = member === undefined ? undefined : bare(member.type);
      if (type?.kind === 'array') type = bare(type.of);
      if (type?.kind !== 'pointer' || !sizeBytes.known) return [];
      const pointee = model.unit.sizeOf(type.to);
      if (!pointee.known || bare(type.to).kind === 'void' || pointee.value === sizeBytes.value || sizeBytes.value !== 8) return [];
      const more = sizeBytes.value > pointee.value;
      return [finding(this, field.range,
        `${fieldName(field)} of ${variable} points at ${model.unit.spell(type.to)}, ${bytes(pointee.value)} each, but with KS_BASE_TYPE the size of a pointer is also how much travels: `
        + (more ? `save reads ${bytes(sizeBytes.value)} behind each pointer, and restore overwrites what lies behind it` : `only ${bytes(sizeBytes.value)} of each arrive`)
        + '; KS_STRUCT takes the size from its description')];
    });
  },
};
