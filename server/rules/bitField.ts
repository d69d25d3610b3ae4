import { eachField, fieldName, fieldSource, finding } from './finding';
import type { Rule } from './rule';
import { macroArg } from '../model/kstateMacros';

export const bitField: Rule = {
  code: 'kstate-bit-field',
  title: 'A field of a bit-field',
  severity: 'error',
  facts: ['2.5', 'KS60'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (field.member?.bitWidth === undefined) return [];
      return [finding(this, macroArg(field.macro, 'member')?.range ?? field.offsetBytes.range,
        `${fieldName(field)} of ${model.unit.spell(field.member.struct)} is a bit-field, which has no address: this ${fieldSource(field)} of ${variable} does not compile`)];
    });
  },
};
