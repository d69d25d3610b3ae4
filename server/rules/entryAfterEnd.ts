import { KS_END } from '../model/kstateFlags';
import { eachDescription, fieldName, fieldSource, finding } from './finding';
import type { Rule } from './rule';

export const entryAfterEnd: Rule = {
  code: 'kstate-entry-after-end',
  title: 'An entry behind KSTATE_END_OF_LIST',
  severity: 'error',
  facts: ['2.2', '3.2', 'KS01'],
  check({ model }) {
    return eachDescription(model, ({ variable, afterEnd, end }) => afterEnd.flatMap((field) => {
      // A second end is without effect, and the zeros behind a designated entry are nobody's field.
      if (!field.flags.known || field.flags.value === KS_END || (field.flags.value === 0 && field.macro === undefined)) return [];
      return [finding(this, field.range,
        `${fieldName(field)} stands behind KSTATE_END_OF_LIST() in ${variable}: save and restore stop there, so this ${fieldSource(field)} never reaches the next kernel`,
        { related: end === undefined ? [] : [{ message: 'the list ends here', range: end.range }] })];
    }));
  },
};
