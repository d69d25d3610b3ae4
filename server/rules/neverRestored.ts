import type { KstateModel } from '../model/kstate';
import { eachDescription, finding, isV3 } from './finding';
import type { Rule } from './rule';
import { allModels } from './usage';

export const neverRestored: Rule = {
  code: 'kstate-never-restored',
  title: 'A description that is registered but never restored',
  severity: 'warning',
  facts: ['3.4'],
  check({ model, others }) {
    if (!isV3(model)) return [];
    return eachDescription(model, ({ variable, declarator }) => {
      const calls = model.registrations.filter((r) => r.description === variable);
      const registered = calls.filter((r) => r.call === 'kstate_register');
      const [first] = registered;
      if (first === undefined) return [];
      const visible = allModels(model, declarator.storage === 'static' ? [] : others);
      const restores = visible.some((m) => m.registrations.some((r) =>
        (r.call === 'kstate_restore' || r.call === 'kstate_register_restore') && (r.description === variable || r.description === undefined)));
      // Given to another function or table, it may be restored from there.
      if (restores || mentions(model, declarator.name) > 1 + calls.length) return [];
      return [finding(this, first.range,
        `kstate_register saves ${variable} at each handover, but no kstate_restore reads it back: the next kernel starts without the state`)];
    });
  },
};

/** How often an identifier stands in the file, comments and literals left out. */
function mentions(model: KstateModel, name: string): number {
  const code = model.unit.main.text.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, ' ');
  return code.match(new RegExp(`(?<![\\w$])${name.replace(/\$/g, '\\$')}(?![\\w$])`, 'g'))?.length ?? 0;
}
