import { KS_DEPRECATED } from '../model/kstateFlags';
import { eachField, fieldName, finding, hasFlag, isVersioned } from './finding';
import type { Rule } from './rule';

export const fieldVersionAboveVersion: Rule = {
  code: 'kstate-field-version-above-version',
  title: 'A field is newer than its description',
  severity: 'error',
  facts: ['3.2', 'KS23'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachField(model, (field, { variable, versionId }) => {
      if (!field.versionId.known || !versionId.known || field.versionId.value <= versionId.value || hasFlag(field, KS_DEPRECATED)) return [];
      // The unposted dialect skips such a field without a word (facts 6).
      const warns = model.dialect === 'dev' ? '' : 'logs a WARN_ON and ';
      return [finding(this, field.versionId.range,
        `${fieldName(field)} exists from version ${field.versionId.value} on but ${variable} has version_id ${versionId.value}: `
        + `every save ${warns}leaves it out, so it never reaches the next kernel`,
        { related: [{ message: `version_id of ${variable} is ${versionId.value}`, range: versionId.range }] })];
    });
  },
};
