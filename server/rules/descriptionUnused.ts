import type { KstateDescription, KstateModel } from '../model/kstate';
import { initcallsOf } from '../model/initcalls';
import { eachDescription, finding } from './finding';
import type { Rule } from './rule';
import { allModels, usageOf } from './usage';

export const descriptionUnused: Rule = {
  code: 'kstate-description-unused',
  title: 'A description that nothing uses',
  severity: 'warning',
  facts: ['3.4'],
  check({ model, others }) {
    const models = allModels(model, others);
    // With neither, the file's descriptions are there for others to register.
    const hasCode = model.registrations.length > 0 || initcallsOf(model.unit).size > 0;
    return eachDescription(model, (description) => {
      const { variable, declarator, nameRange } = description;
      // An element of an array, or a part of a struct, is reached by way of the whole.
      if (variable !== declarator.name || isMentioned(model, description)) return [];
      const fixed = declarator.storage === 'static';
      // A name that a header announces is used elsewhere.
      if (!hasCode || (!fixed && declaredElsewhere(model, declarator.name))) return [];
      const usage = usageOf({ description, model }, models);
      if (usage.registered || usage.nested || usage.parents.length > 0) return [];
      // Named by a macro, its uses may be, too.
      if (nameRange.path !== model.unit.main.path || model.unit.main.text.slice(nameRange.start, nameRange.end) !== declarator.name) return [];
      return [finding(this, nameRange,
        `${variable} is neither registered nor a subsection nor nested in another description: nothing it describes is saved, and the next kernel starts without it`)];
    });
  },
};

/** Somewhere besides its own definition, which may speak of itself (`LIST_HEAD_INIT(x.state_list)`). */
function isMentioned(model: KstateModel, { declarator, range }: KstateDescription): boolean {
  const { main } = model.unit;
  const count = main.mentions(declarator.name);
  return count > 1 && count > main.mentions(declarator.name, range);
}

/** Or perhaps: a header that is not at hand may do it. */
function declaredElsewhere(model: KstateModel, name: string): boolean {
  return model.unit.includes.some((include) => include.resolved === undefined) || model.unit.declarations.some((d) => d.kind === 'variable' && d.name === name && d.init === undefined);
}
