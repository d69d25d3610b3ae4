import type { KstateModel } from '../model/kstate';
import { calledNames } from '../model/initcalls';
import { finding, isV3 } from './finding';
import type { Rule } from './rule';

export const probeOrder: Rule = {
  code: 'kstate-probe-order',
  title: 'Instances numbered by the order of probing',
  severity: 'warning',
  facts: ['3.4', '4.2', 'KS54'],
  check({ model }) {
    const counting = isV3(model) ? 'kstate_register_restore' : 'kstate_register';
    return model.registrations.flatMap((registration) => {
      // An object of static storage is one; what a probe function makes or gets is one for each device.
      if (registration.call !== counting || registration.object !== undefined || registration.initLevel !== undefined) return [];
      const probe = probeAround(model, registration.caller);
      if (probe === undefined) return [];
      return [finding(this, registration.range,
        `${registration.call} numbers the objects in the order of the calls, and ${probe} is called once for each device, in whatever order they are found: with two devices the next kernel may give each the state of the other; `
        + (isV3(model) ? 'kstate_register and kstate_restore take an instance id that stays with the device' : 'KSTATE v3 lets the caller choose the instance id'))];
    });
  },
};

const known = new WeakMap<KstateModel, ReadonlySet<string>>();

/** The function itself, or one that calls it, is some driver's `.probe`. */
function probeAround(model: KstateModel, caller: string): string | undefined {
  let probes = known.get(model);
  if (probes === undefined) known.set(model, (probes = new Set([...model.unit.main.text.matchAll(/\.\s*probe\s*=\s*&?\s*(\w+)/g)].map((m) => m[1] ?? ''))));
  if (probes.has(caller)) return caller;
  for (const name of probes) {
    const fn = model.unit.lookup(name);
    if (fn !== undefined && calledNames(fn).has(caller)) return name;
  }
  return undefined;
}
