import { eachField, fieldSource, finding, textAt } from './finding';
import { memberNames, nearest } from './memberNames';
import type { Rule } from './rule';

export const unknownMember: Rule = {
  code: 'kstate-unknown-member',
  title: 'A field of a member that the struct does not have',
  severity: 'error',
  facts: ['2.5', 'KS60'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const missing = field.missingMember;
      if (missing === undefined) return [];
      const near = nearest(missing.name, memberNames(missing.struct));
      const [only] = near.names;
      const hint = only === undefined ? '' : `; did you mean ${near.names.join(' or ')}`;
      const editable = only !== undefined && near.within === 1 && textAt(model, missing.range) === missing.name;
      return [finding(this, missing.range,
        `${model.unit.spell(missing.struct)} has no member ${missing.name}, so this ${fieldSource(field)} of ${variable} does not compile${hint}`,
        { fixes: editable ? [{ title: `Change to ${only}`, edits: [{ range: missing.range, newText: only }] }] : [] })];
    });
  },
};
