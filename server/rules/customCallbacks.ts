import { KS_CUSTOM, KS_DEPRECATED } from '../model/kstateFlags';
import { readsStream, writesStream } from './callbacks';
import { eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const customCallbacks: Rule = {
  code: 'kstate-custom-one-sided',
  title: 'A custom field that only saves or only restores',
  severity: 'error',
  facts: ['3.2', '3.3', 'KS48'],
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (!hasFlag(field, KS_CUSTOM) || hasFlag(field, KS_DEPRECATED)) return [];
      const { save, restore } = field;
      const name = fieldName(field);
      // A save that writes nothing needs no counterpart: it only preserves what the object points at (facts 3.5).
      if (save?.known === true && restore === undefined && writesStream(model.unit, save.value) === true) {
        return [finding(this, save.range,
          `Custom field ${name} of ${variable} has save ${save.value}, which writes to the stream, and no restore: nothing consumes those bytes, and every later field is read from the wrong place`)];
      }
      if (restore?.known === true && save === undefined && readsStream(model.unit, restore.value) === true) {
        return [finding(this, restore.range,
          `Custom field ${name} of ${variable} has restore ${restore.value}, which reads from the stream, and no save: it consumes bytes of the next field, and all that follows is read from the wrong place`)];
      }
      return [];
    });
  },
};
