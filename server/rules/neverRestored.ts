import { eachDescription, finding, isV3 } from './finding';
import type { Rule } from './rule';
import { indexOf } from './modelIndex';
import { allModels } from './usage';

export const neverRestored: Rule = {
  code: 'kstate-never-restored',
  title: 'A description that is registered but never restored',
  severity: 'warning',
  facts: ['3.4'],
  check({ model, others }) {
    if (!isV3(model)) return [];
    return eachDescription(model, ({ variable, declarator }) => {
      const calls = indexOf(model).registrations.get(variable) ?? [];
      const first = calls.find((r) => r.call === 'kstate_register');
      if (first === undefined) return [];
      const visible = allModels(model, declarator.storage === 'static' ? [] : others);
      const restores = visible.some((m) => indexOf(m).restored.has(variable) || indexOf(m).restored.has(undefined));
      // Given to another function or table, it may be restored from there.
      if (restores || model.unit.main.mentions(declarator.name) > 1 + calls.length) return [];
      return [finding(this, first.range,
        `kstate_register saves ${variable} at each handover, but no kstate_restore reads it back: the next kernel starts without the state`)];
    });
  },
};
