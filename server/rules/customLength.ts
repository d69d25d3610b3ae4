import { KS_CUSTOM, KS_DEPRECATED } from '../model/kstateFlags';
import { macroKind } from '../model/kstateMacros';
import { movedBytes } from './customCode';
import { bytes, eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const customLength: Rule = {
  code: 'kstate-custom-length',
  title: 'Callbacks that move different lengths',
  severity: 'error',
  facts: ['3.2', '3.3', 'KS48'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const { save, restore } = field;
      if (!hasFlag(field, KS_CUSTOM) || hasFlag(field, KS_DEPRECATED) || macroKind(field) === 'folio' || save?.known !== true || restore?.known !== true) return [];
      const written = movedBytes(model.unit, save.value, 'save');
      const read = written === undefined ? undefined : movedBytes(model.unit, restore.value, 'restore');
      if (written === undefined || read === undefined || written === read) return [];
      return [finding(this, restore.range,
        `${save.value} writes ${bytes(written)} for ${fieldName(field)} of ${variable} and ${restore.value} reads ${bytes(read)}: every later field is read ${bytes(Math.abs(read - written))} ${read > written ? 'too far' : 'too early'}`,
        { related: [{ message: `${save.value} writes ${bytes(written)}`, range: save.range }] })];
    });
  },
};
