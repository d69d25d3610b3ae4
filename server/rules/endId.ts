import { eachDescription, finding } from './finding';
import type { Rule } from './rule';
import { allModels, isNestedOnly, usageOf } from './usage';

export const endId: Rule = {
  code: 'kstate-end-id',
  title: 'The id that ends the stream',
  severity: 'error',
  facts: ['2.4', '4.1', 'KS04'],
  check({ model, others }) {
    // Since v3 the end is told by the type of the section.
    if (model.dialect !== 'v1' && model.dialect !== 'v2') return [];
    const models = allModels(model, others);
    return eachDescription(model, (description) => {
      const { id, variable } = description;
      if (!id.known || id.value !== -1 || isNestedOnly(usageOf({ description, model }, models))) return [];
      return [finding(this, id.range,
        `${variable} has the id -1, which is how KSTATE ${model.dialect} marks the end of the stream: restore stops there, and neither ${variable} nor anything registered before it reaches the next kernel`)];
    });
  },
};
