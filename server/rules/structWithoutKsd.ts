import { KS_DEPRECATED, KS_STRUCT } from '../model/kstateFlags';
import { eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const structWithoutKsd: Rule = {
  code: 'kstate-struct-without-ksd',
  title: 'A nested struct without its description',
  severity: 'error',
  facts: ['2.1', '3.2'],
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (!hasFlag(field, KS_STRUCT) || hasFlag(field, KS_DEPRECATED) || field.ksd !== undefined) return [];
      return [finding(this, field.flags.range,
        `${fieldName(field)} of ${variable} is KS_STRUCT and names no description in .ksd: save reads its version through a NULL pointer and the kernel crashes when the handover is finalized`)];
    });
  },
};
