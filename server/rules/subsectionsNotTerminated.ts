import { appendToList } from './appendToList';
import { eachDescription, finding, isVersioned, textAt } from './finding';
import type { Rule } from './rule';

export const subsectionsNotTerminated: Rule = {
  code: 'kstate-subsections-not-terminated',
  title: 'A subsections array without NULL',
  severity: 'error',
  facts: ['2.3', 'KS28'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, ({ variable, subsections, subsectionsTerminated, subsectionsRange, subsectionsAt }) => {
      if (subsections === undefined || subsectionsTerminated || subsectionsRange === undefined) return [];
      const edits = textAt(model, subsectionsRange) === undefined ? undefined
        : appendToList(model.unit.main.text, subsectionsRange, subsections.at(-1)?.range, 'NULL');
      return [finding(this, subsectionsAt ?? subsectionsRange,
        `The subsections of ${variable} do not end with NULL: save and restore run past the array and follow whatever lies behind it as descriptions`,
        { fixes: edits === undefined ? [] : [{ title: 'Add NULL', edits }] })];
    });
  },
};
