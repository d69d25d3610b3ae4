import { KS_DEPRECATED } from '../model/kstateFlags';
import { bytes, eachField, fieldName, fieldSource, finding, hasFlag, isVersioned } from './finding';
import type { Rule } from './rule';

export const deprecatedVersion: Rule = {
  code: 'kstate-deprecated-version',
  title: 'A deprecated field is not older than its description',
  severity: 'error',
  facts: ['3.2', '3.3', 'KS13'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachField(model, (field, { variable, versionId }) => {
      if (!hasFlag(field, KS_DEPRECATED) || !field.versionId.known || !versionId.known || field.versionId.value < versionId.value) return [];
      const last = field.versionId.value;
      const skipped = field.sizeBytes.known ? bytes(field.sizeBytes.value) : 'bytes';
      const consequence = last === versionId.value
        ? `save leaves it out, restore of the kernel's own stream skips ${skipped} that are not there, and every later field is read from the wrong place`
        : 'save logs a WARN_ON each time, and no stream of this version has the field';
      return [finding(this, field.versionId.range,
        `${fieldSource(field)} says that version ${last} was the last one with ${fieldName(field)}, but ${variable} has version_id ${versionId.value}: ${consequence}`,
        { related: [{ message: `version_id of ${variable} is ${versionId.value}; removing a field needs a higher one`, range: versionId.range }] })];
    });
  },
};
