import { finding } from './finding';
import type { Rule } from './rule';

/** More of one file are the same thing again. */
const MAX_FINDINGS = 50;

export const notRead: Rule = {
  code: 'kstate-not-read',
  title: 'Text that was not read',
  severity: 'warning',
  facts: ['2.1'],
  check({ model: { unit } }) {
    return unit.problems
      .filter((problem) => problem.leftOut === true && problem.range.path === unit.main.path)
      .slice(0, MAX_FINDINGS)
      .map(({ range, message }) => finding(this, range, `${message.charAt(0).toUpperCase()}${message.slice(1)}: what depends on it is not checked`));
  },
};
