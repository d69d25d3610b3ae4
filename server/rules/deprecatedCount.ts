import { KS_DEPRECATED } from '../model/kstateFlags';
import { countOf } from '../model/counts';
import { bytes, eachField, fieldName, finding, hasFlag, isVersioned } from './finding';
import type { Rule } from './rule';

export const deprecatedCount: Rule = {
  code: 'kstate-deprecated-count',
  title: 'A deprecated field with a count',
  severity: 'error',
  facts: ['3.3', 'KS16'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachField(model, (field, { variable }) => {
      if (!hasFlag(field, KS_DEPRECATED) || field.count === undefined) return [];
      if (field.count.known && countOf(model.unit, field.count.value) === 1) return [];
      const skipped = field.sizeBytes.known ? bytes(field.sizeBytes.value) : 'one element';
      return [finding(this, field.count.range,
        `${fieldName(field)} of ${variable} is deprecated, and restore does not look at the count of such a field: it skips ${skipped} once, and every later field is read from the wrong place`)];
    });
  },
};
