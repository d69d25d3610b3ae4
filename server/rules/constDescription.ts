import type { CType } from '../c/types';
import { bare } from '../model/typeTools';
import { finding, isV3 } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';

export const constDescription: Rule = {
  code: 'kstate-const-description',
  title: 'A constant description whose counter is written',
  severity: 'error',
  facts: ['2.3', '3.4', 'KS61'],
  check({ model }) {
    // Which call counts: in v3 the one that numbers the objects itself, before that every registration.
    const counting = isV3(model) ? 'kstate_register_restore' : 'kstate_register';
    return model.registrations.flatMap((registration) => {
      if (registration.call !== counting || registration.description === undefined) return [];
      const description = indexOf(model).descriptions.get(registration.description);
      if (description === undefined || !isConst(description.declarator.type)) return [];
      return [finding(this, registration.args[0] ?? registration.range,
        `${registration.call} counts the objects in the instance_id of ${description.variable}, which is const and lies in read-only memory: the kernel faults at the call`,
        { related: [{ message: `${description.variable} is const`, range: description.nameRange }] })];
    });
  },
};

function isConst(type: CType): boolean {
  const at = bare(type);
  return type.quals.const || at.quals.const || (at.kind === 'array' && isConst(at.of));
}
