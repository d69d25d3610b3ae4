import { KS_DEPRECATED } from '../model/kstateFlags';
import { eachField, fieldName, fieldSource, finding, hasFlag, isVersioned } from './finding';
import type { Rule } from './rule';

export const deprecatedBelowMin: Rule = {
  code: 'kstate-deprecated-below-min',
  title: 'A deprecated field that no accepted stream has',
  severity: 'hint',
  facts: ['2.3', '3.3', 'KS24'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachField(model, (field, { variable, versionId, minVersionId }) => {
      if (!hasFlag(field, KS_DEPRECATED) || !field.versionId.known || !minVersionId.known || !versionId.known) return [];
      if (field.versionId.value >= minVersionId.value || minVersionId.value > versionId.value || field.versionId.value >= versionId.value) return [];
      return [finding(this, field.versionId.range,
        `${fieldSource(field)} keeps ${fieldName(field)} for streams of version ${field.versionId.value}, but min_version_id of ${variable} is ${minVersionId.value}: `
        + 'no stream it accepts has the field, so the entry skips nothing at any handover',
        { related: [{ message: `min_version_id is ${minVersionId.value}`, range: minVersionId.range }] })];
    });
  },
};
