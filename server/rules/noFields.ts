import { eachDescription, finding } from './finding';
import type { Rule } from './rule';

export const noFields: Rule = {
  code: 'kstate-no-fields',
  title: 'A description without a field list',
  severity: 'error',
  facts: ['3.2', 'KS01'],
  check({ model }) {
    return eachDescription(model, ({ variable, fieldsAt, fieldsProblem, nameRange }) => {
      // With a `.fields` that can't be read there is a place to point at, and another rule says so.
      if (fieldsProblem === undefined || fieldsAt !== undefined) return [];
      return [finding(this, nameRange,
        `${variable} has no .fields: save and restore walk the list from a NULL pointer and the kernel crashes; an empty list is { KSTATE_END_OF_LIST() }`)];
    });
  },
};
