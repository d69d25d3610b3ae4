import { KS_ADDRESS, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_END, KS_POINTER, KS_STRUCT, spellFlags } from '../model/kstateFlags';
import { eachField, fieldName, finding, hasFlag } from './finding';
import type { Rule } from './rule';

export const flagsConflict: Rule = {
  code: 'kstate-flags-conflict',
  title: 'Flags that exclude each other',
  severity: 'error',
  facts: ['2.2', '3.2'],
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      if (!field.flags.known) return [];
      const flags = field.flags.value;
      const name = fieldName(field);
      if (hasFlag(field, KS_END)) {
        return [finding(this, field.flags.range,
          `The flags of ${name} in ${variable} are ${spellFlags(flags)}: only KS_END alone ends a list, so save and restore go on behind it`)];
      }
      if (hasFlag(field, KS_DEPRECATED)) return [];
      // In the order in which save and restore ask (facts 3.2); KS_POINTER only says how the struct or the custom bytes are reached.
      const kinds = [KS_STRUCT, KS_CUSTOM, KS_BASE_TYPE, KS_ADDRESS].filter((kind) => (flags & kind) !== 0);
      if ((flags & KS_POINTER) !== 0 && kinds.length === 1 && kinds[0] === KS_ADDRESS) kinds.unshift(KS_POINTER);
      const [taken, ...ignored] = kinds;
      if (taken === undefined || ignored.length === 0) return [];
      return [finding(this, field.flags.range,
        `The flags of ${name} in ${variable} are ${spellFlags(flags)}, kinds that exclude each other: it travels as ${spellFlags(taken)}, and ${ignored.map(spellFlags).join(' and ')} is ignored`)];
    });
  },
};
