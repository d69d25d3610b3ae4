import { KS_ARRAY_OF_POINTER, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { bare } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding, hasFlag } from './finding';
import type { Rule } from './rule';
import { pointerInside } from './structs';

export const rawPointer: Rule = {
  code: 'kstate-raw-pointer',
  title: 'A pointer saved by value',
  severity: 'error',
  facts: ['2.5', 'KS34'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const type = field.member?.type ?? field.statedType;
      const elsewhere = KS_ARRAY_OF_POINTER | KS_POINTER | KS_STRUCT | KS_CUSTOM | KS_DEPRECATED;
      if (type === undefined || !hasFlag(field, KS_BASE_TYPE) || hasFlag(field, elsewhere)) return [];
      const inside = pointerInside(type);
      if (inside === undefined) return [];
      const name = fieldName(field);
      const what = inside !== '' ? `${name} holds the pointer ${inside}`
        : bare(type).kind === 'array' ? `${name} is an array of pointers` : `${name} is a pointer (${model.unit.spell(type)})`;
      return [finding(this, field.range,
        `${what}, and ${field.macro === undefined ? 'KS_BASE_TYPE' : fieldSource(field)} in ${variable} saves its value: an address of the old kernel, `
        + 'which points nowhere useful in the next one; KSTATE_POINTER, KSTATE_ADDRESS or KSTATE_FOLIO save what it points at')];
    });
  },
};
