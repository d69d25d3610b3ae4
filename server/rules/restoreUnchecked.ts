import { placeOf } from './callPlaces';
import { finding, isV3 } from './finding';
import type { Rule } from './rule';

export const restoreUnchecked: Rule = {
  code: 'kstate-restore-unchecked',
  title: 'A restore whose result is dropped',
  severity: 'warning',
  facts: ['3.3', '3.4', 'KS56'],
  check({ model }) {
    if (!isV3(model)) return [];
    return model.registrations.flatMap((registration) => {
      if (registration.call !== 'kstate_restore' && registration.call !== 'kstate_register_restore') return [];
      if (placeOf(model, registration)?.unused !== true) return [];
      return [finding(this, registration.range,
        `The result of ${registration.call} is dropped: on a cold boot, or when the old kernel saved no such entry, it is -ENOENT and the object stays as it was, which ${registration.caller} cannot tell from a restored one`)];
    });
  },
};
