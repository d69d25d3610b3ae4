import { initcallsOf } from './callPlaces';
import { eachDescription, finding } from './finding';
import { mentionsIn } from './modelIndex';
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
    const hasCode = model.registrations.length > 0 || initcallsOf(model).size > 0;
    return eachDescription(model, (description) => {
      const { variable, declarator, nameRange } = description;
      // An element of an array, or a part of a struct, is reached by way of the whole.
      if (variable !== declarator.name || mentionsIn(model, declarator.name) > 1 + ownMentions(model.unit.main.text, description)) return [];
      const fixed = declarator.storage === 'static';
      // A name that a header announces is used elsewhere.
      if (!fixed && (!hasCode || declaredElsewhere(model, declarator.name))) return [];
      const usage = usageOf({ description, model }, models);
      if (usage.registered || usage.nested || usage.parents.length > 0) return [];
      // Named by a macro, its uses may be, too.
      if (nameRange.path !== model.unit.main.path || model.unit.main.text.slice(nameRange.start, nameRange.end) !== declarator.name) return [];
      return [finding(this, nameRange,
        `${variable} is neither registered nor a subsection nor nested in another description: nothing it describes is saved, and the next kernel starts without it`)];
    });
  },
};

/** `LIST_HEAD_INIT(x.state_list)` and the like inside its own initialiser. */
function ownMentions(text: string, { range, declarator }: { readonly range: { readonly start: number; readonly end: number }; readonly declarator: { readonly name: string } }): number {
  return Math.max(0, text.slice(range.start, range.end).split(new RegExp(`\\b${declarator.name}\\b`)).length - 2);
}

function declaredElsewhere(model: Parameters<Rule['check']>[0]['model'], name: string): boolean {
  return model.unit.declarations.some((d) => d.kind === 'variable' && d.name === name && d.init === undefined);
}
