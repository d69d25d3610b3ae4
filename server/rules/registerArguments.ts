import type { KstateDialect, RegistrationCall } from '../model/kstate';
import { finding } from './finding';
import type { Rule } from './rule';

type Signature = readonly string[];
const v3: Readonly<Partial<Record<RegistrationCall, Signature>>> = {
  kstate_register: ['description', 'object', 'instance id'],
  kstate_restore: ['description', 'object', 'instance id'],
  kstate_unregister: ['description', 'object', 'instance id'],
  kstate_register_restore: ['description', 'object'],
};
const older: Readonly<Partial<Record<RegistrationCall, Signature>>> = { kstate_register: ['description', 'object'] };
const signatures: Readonly<Record<KstateDialect, typeof v3>> = { v1: older, v2: older, dev: older, v3, 'v3-posted': v3 };

export const registerArguments: Rule = {
  code: 'kstate-register-arguments',
  title: 'A registration with the wrong number of arguments',
  severity: 'error',
  facts: ['3.4', '4.2'],
  check({ model }) {
    return model.registrations.flatMap((registration) => {
      const wants = signatures[model.dialect][registration.call];
      if (wants === undefined || registration.args.length === wants.length) return [];
      const other = Object.values(signatures).some((s) => s[registration.call]?.length === registration.args.length);
      const since = !other ? '' : wants.length > registration.args.length
        ? '; the shorter form is that of KSTATE v2, which numbered the objects itself'
        : '; the instance id came with KSTATE v3';
      return [finding(this, registration.range,
        `${registration.call} takes ${wants.length} arguments (${wants.join(', ')}), not ${registration.args.length}: the file does not compile${since}`)];
    });
  },
};
