import { KS_ARRAY_OF_POINTER, KS_CUSTOM, KS_DEPRECATED, KS_END, KS_KINDS, spellFlags } from '../model/kstateFlags';
import { eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const noKind: Rule = {
  code: 'kstate-no-kind',
  title: 'An entry that moves nothing',
  severity: 'error',
  facts: ['3.2', 'KS43'],
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (!field.flags.known || hasFlag(field, KS_DEPRECATED | KS_END)) return [];
      const name = fieldName(field);
      if (hasFlag(field, KS_CUSTOM) && field.macro === undefined && field.save === undefined && field.restore === undefined && !hasFlag(field, KS_KINDS & ~KS_CUSTOM)) {
        return [finding(this, field.range, `${name} of ${variable} is KS_CUSTOM with neither save nor restore: nothing of it reaches the next kernel`)];
      }
      if (hasFlag(field, KS_KINDS)) return [];
      const alone = hasFlag(field, KS_ARRAY_OF_POINTER);
      const range = field.flags.range;
      return [finding(this, range,
        `The flags of ${name} in ${variable} are ${spellFlags(field.flags.value)}${alone ? ', which says how elements are reached and not what they are' : ', which is no kind of field'}: `
        + 'save logs a WARN_ON_ONCE and writes nothing, so it never reaches the next kernel')];
    });
  },
};
