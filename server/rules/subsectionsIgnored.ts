import { eachDescription, finding, isVersioned } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';
import { inCycle } from './subsectionCycle';
import { usageOf } from './usage';

export const subsectionsIgnored: Rule = {
  code: 'kstate-subsections-ignored',
  title: 'Subsections of a description that is not registered itself',
  severity: 'error',
  facts: ['3.3', 'KS27'],
  check({ model, others }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, (description) => {
      const { variable, subsections, subsectionsAt, nameRange } = description;
      if (subsections === undefined || subsections.length === 0) return [];
      const usage = usageOf({ description, model }, [model, ...others]);
      const [parent] = usage.parents.filter((p) => p.variable !== variable);
      if (usage.registered || (parent === undefined && !usage.nested) || inCycle(model, description)) return [];
      const how = parent === undefined ? 'is used as a nested struct' : `is a subsection of ${parent.variable}`;
      const names = subsections.flatMap((s) => (s.variable === undefined ? [] : [s.variable])).join(', ');
      return [finding(this, subsectionsAt ?? nameRange,
        `${variable} ${how}, and only the subsections of a registered description are saved and restored: ${names === '' ? 'its own' : names} never reach the next kernel`,
        { related: subsections.flatMap((s) => {
          const at = s.variable === undefined ? undefined : indexOf(model).descriptions.get(s.variable);
          return at === undefined ? [] : [{ message: `${at.variable} is left out`, range: at.nameRange }];
        }).slice(0, 5) })];
    });
  },
};
