import { KS_DEPRECATED } from '../model/kstateFlags';
import { macroArg } from '../model/kstateMacros';
import { eachField, fieldName, fieldSource, finding, hasFlag, isVersioned } from './finding';
import type { Rule } from './rule';

export const redundantVersion: Rule = {
  code: 'kstate-redundant-version',
  title: 'A field version that every accepted stream has',
  severity: 'hint',
  facts: ['2.3', '2.5', '3.3'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachField(model, (field, { variable, versionId, minVersionId }) => {
      if (macroArg(field.macro, 'version') === undefined || hasFlag(field, KS_DEPRECATED) || !field.versionId.known) return [];
      if (!minVersionId.known || !versionId.known || minVersionId.value > versionId.value || field.versionId.value > minVersionId.value) return [];
      return [finding(this, field.versionId.range,
        `${fieldSource(field)} gives ${fieldName(field)} version ${field.versionId.value}, but min_version_id of ${variable} is ${minVersionId.value}: `
        + 'every stream it accepts has the field, so the form without a version would do',
        { related: [{ message: `min_version_id is ${minVersionId.value}`, range: minVersionId.range }] })];
    });
  },
};
