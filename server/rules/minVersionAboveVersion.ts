import { eachDescription, finding, isVersioned } from './finding';
import type { Rule } from './rule';

export const minVersionAboveVersion: Rule = {
  code: 'kstate-min-version-above-version',
  title: 'min_version_id is above version_id',
  severity: 'error',
  facts: ['2.3', '7', 'KS24'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, ({ variable, versionId, minVersionId }) => {
      if (!versionId.known || !minVersionId.known || minVersionId.value <= versionId.value) return [];
      return [finding(this, minVersionId.range,
        `${variable}: min_version_id ${minVersionId.value} is above version_id ${versionId.value}, so by its own statement the description accepts `
        + 'no version at all, not even the streams it saves itself',
        { related: [{ message: `version_id is ${versionId.value}`, range: versionId.range }] })];
    });
  },
};
