import { eachDescription, finding, samePlace } from './finding';
import type { Rule } from './rule';
import { allModels, isNestedOnly, isSubsectionOnly, usageOf } from './usage';

export const missingId: Rule = {
  code: 'kstate-missing-id',
  title: 'A description without an id',
  severity: 'error',
  facts: ['3.3', '4.2', 'KS02'],
  check({ model, others }) {
    // In v1 id 0 is KSTATE_PAGE_ID, and nothing tests for it (facts 2.4, 5).
    if (model.dialect === 'v1') return [];
    const models = allModels(model, others);
    return eachDescription(model, (description) => {
      const { variable, id, nameRange } = description;
      if (!id.known || id.value !== 0) return [];
      const usage = usageOf({ description, model }, models);
      if (isNestedOnly(usage)) return [];
      const what = samePlace(id.range, nameRange) ? `${variable} has no id` : `${variable} has id 0`;
      if (isSubsectionOnly(usage)) {
        return [finding(this, id.range, `${what}: subsections are found by their id, and 0 is what every description without one has`, { severity: 'warning' })];
      }
      return [finding(this, id.range,
        `${what}: when it is registered last its entry comes first in the stream, a first entry with id 0 counts as a broken stream, and every restore in the system fails`)];
    });
  },
};
