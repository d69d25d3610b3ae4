import { macroArg } from '../model/kstateMacros';
import { eachDescription, fieldName, finding } from './finding';
import type { Rule } from './rule';
import { mainStruct, sharesStart, structOfField } from './structs';

export const wrongStruct: Rule = {
  code: 'kstate-wrong-struct',
  title: 'A field with the offset of another struct',
  severity: 'error',
  facts: ['2.5', '3.2'],
  aboutLayout: true,
  check({ model }) {
    return eachDescription(model, (description) => {
      const main = mainStruct(model, description);
      if (main === undefined) return [];
      return description.fields.flatMap((field) => {
        const struct = structOfField(field);
        if (struct === undefined || model.unit.compatible(struct, main) || sharesStart(model, struct, main)) return [];
        const offset = field.offsetBytes.known ? `offset ${field.offsetBytes.value}` : 'its offset';
        return [finding(this, macroArg(field.macro, 'struct')?.range ?? field.offsetBytes.range,
          `${fieldName(field)} is a member of ${model.unit.spell(struct)}, but ${description.variable} describes ${model.unit.spell(main)}: `
          + `save and restore apply ${offset} to the wrong struct and move the bytes of another member`)];
      });
    });
  },
};
