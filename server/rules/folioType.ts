import { macroKind } from '../model/kstateMacros';
import { bare, isRecordTagged } from '../model/typeTools';
import { eachField, fieldName, fieldSource, finding } from './finding';
import type { Rule } from './rule';

export const folioType: Rule = {
  code: 'kstate-folio-type',
  title: 'KSTATE_FOLIO on a member that is no folio pointer',
  severity: 'error',
  facts: ['2.5', '3.5'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      const type = field.member?.type;
      if (macroKind(field) !== 'folio' || type === undefined) return [];
      const at = bare(type);
      if (at.kind === 'unknown') return [];
      if (at.kind === 'pointer') {
        const to = bare(at.to);
        // A `void *` may well hold a folio.
        if (to.kind === 'void' || to.kind === 'unknown' || isRecordTagged(to, 'folio')) return [];
      }
      return [finding(this, field.range,
        `${fieldSource(field)} takes ${fieldName(field)} of ${variable} for a struct folio pointer, but it is ${model.unit.spell(type)}: `
        + 'save follows it as a folio and preserves a wrong page, and restore puts a folio into it')];
    });
  },
};
