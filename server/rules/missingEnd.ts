import { appendToList } from './appendToList';
import { eachDescription, finding, textAt } from './finding';
import type { Rule } from './rule';

export const missingEnd: Rule = {
  code: 'kstate-missing-end',
  title: 'A field list without KSTATE_END_OF_LIST',
  severity: 'error',
  facts: ['2.2', 'KS01'],
  check({ model }) {
    return eachDescription(model, (description) => {
      const { variable, fields, end, fieldsRange, fieldsAt, fieldsProblem } = description;
      // An entry that can't be read may be the end.
      if (fieldsRange === undefined || fieldsProblem !== undefined || end !== undefined || fields.some((f) => !f.flags.known)) return [];
      const edits = textAt(model, fieldsRange) === undefined ? undefined
        : appendToList(model.unit.main.text, fieldsRange, fields.at(-1)?.range, 'KSTATE_END_OF_LIST()');
      return [finding(this, fieldsAt ?? fieldsRange,
        `The field list of ${variable} does not end with KSTATE_END_OF_LIST(): save and restore run past the array and treat whatever follows it in memory as fields`,
        { fixes: edits === undefined ? [] : [{ title: 'Add KSTATE_END_OF_LIST()', edits }] })];
    });
  },
};
