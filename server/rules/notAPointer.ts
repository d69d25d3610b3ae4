import { KS_ADDRESS, KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const notAPointer: Rule = {
  code: 'kstate-not-a-pointer',
  title: 'A pointer field on a member that is none',
  severity: 'error',
  facts: ['2.5', '3.2', 'KS33'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (field.member === undefined || field.member.bitWidth !== undefined || hasFlag(field, KS_DEPRECATED | KS_ARRAY_OF_POINTER)) return [];
      const pointer = hasFlag(field, KS_POINTER);
      // With another kind beside it KS_ADDRESS is ignored.
      if (!pointer && (!hasFlag(field, KS_ADDRESS) || hasFlag(field, KS_BASE_TYPE | KS_STRUCT | KS_CUSTOM))) return [];
      const type = bare(field.member.type);
      const name = fieldName(field);
      const written = field.macro === undefined ? (pointer ? 'KS_POINTER' : 'KS_ADDRESS') : fieldSource(field);
      if (type.kind === 'array') {
        const ofPointers = bare(type.of).kind === 'pointer';
        // A count walks over the pointers of the array, each of them an address.
        if (!pointer && ofPointers && field.count !== undefined) return [];
        const why = ofPointers
          ? `only the first of its pointers is ${pointer ? 'followed' : 'saved'}, and the others stay behind`
          : `its first bytes are taken for an address, which save ${pointer ? 'reads from and restore writes to' : 'and restore shift by the base of another memory'}`;
        return [finding(this, field.range, `${name} of ${variable} is an array (${model.unit.spell(field.member.type)}) and no pointer, but ${written} takes it for one: ${why}`)];
      }
      if (type.kind === 'pointer' || type.kind === 'unknown') return [];
      // An integer may hold an address where the entry is written by hand.
      if (field.macro === undefined && (type.kind !== 'int' || field.member.sizeBytes === 8)) return [];
      const consequence = field.macro === undefined
        ? 'the bytes at its place are taken for an address of 8 bytes, which save follows and restore overwrites'
        : `it has no sizeof(*${name}), so the file does not compile`;
      return [finding(this, field.range, `${name} of ${variable} is ${model.unit.spell(field.member.type)} and no pointer, but ${written} takes it for one: ${consequence}`)];
    });
  },
};
