import type { KstateField } from '../model/kstate';
import { KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED } from '../model/kstateFlags';
import { macroKind } from '../model/kstateMacros';
import { eachDescription, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const duplicateMember: Rule = {
  code: 'kstate-duplicate-member',
  title: 'A member that is described twice',
  severity: 'warning',
  facts: ['3.2', '3.3'],
  aboutLayout: true,
  check({ model }) {
    return eachDescription(model, ({ variable, fields }) => {
      const seen = new Map<string, KstateField>();
      return fields.flatMap((field) => {
        const key = movedAs(field);
        if (key === undefined) return [];
        const first = seen.get(key);
        if (first === undefined) {
          seen.set(key, field);
          return [];
        }
        const name = fieldName(field);
        return [finding(this, field.range,
          `${name} is listed twice in ${variable}: its bytes travel twice at each handover, and the second entry overwrites what the first one restored`,
          { related: [{ message: `${name} is listed here first`, range: first.range }] })];
      });
    });
  },
};

/** What moves which bytes; undefined where two entries for a member can both have a purpose. */
function movedAs(field: KstateField): string | undefined {
  const { member, flags, sizeBytes, count } = field;
  if (member === undefined || !flags.known || !sizeBytes.known || hasFlag(field, KS_DEPRECATED)) return undefined;
  // A custom field may move anything about its member; only the folio's own callbacks are known to move the same.
  if (hasFlag(field, KS_CUSTOM) && macroKind(field) !== 'folio') return undefined;
  // A nested description may be about a part of the struct.
  if (field.ksd !== undefined && !field.ksd.known) return undefined;
  if (!hasFlag(field, KS_BASE_TYPE) && count !== undefined && !count.known) return undefined;
  const counted = count === undefined ? '' : count.known ? count.value : '?';
  return `${member.offsetBytes} ${member.path} ${flags.value} ${sizeBytes.value} ${field.ksd?.known === true ? field.ksd.value : ''} ${counted}`;
}
