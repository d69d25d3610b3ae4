import type { Expr } from '../c/ast';
import type { CType } from '../c/types';
import type { KstateModel, KstateRegistration } from '../model/kstate';
import { bare } from '../model/typeTools';
import { finding } from './finding';
import type { Rule } from './rule';
import { indexOf } from './modelIndex';
import { mainStruct, sharesStart } from './structs';

export const wrongObject: Rule = {
  code: 'kstate-wrong-object',
  title: 'An object of another type than its description is about',
  severity: 'error',
  facts: ['3.2', '3.4'],
  aboutLayout: true,
  check({ model }) {
    return model.registrations.flatMap((registration) => {
      // An unregistering call compares the pointer only.
      if (registration.call === 'kstate_unregister') return [];
      const description = registration.description === undefined ? undefined : indexOf(model).descriptions.get(registration.description);
      const described = description === undefined ? undefined : mainStruct(model, description);
      const object = registration.objectExpr === undefined ? undefined : pointee(model, registration.objectExpr);
      if (description === undefined || described === undefined || object === undefined) return [];
      if (model.unit.compatible(object, described) || sharesStart(model, object, described)) return [];
      return [finding(this, registration.args[1] ?? registration.range,
        `${registration.call} gets ${spelledObject(model, registration)}, a ${model.unit.spell(object)}, but ${description.variable} describes `
        + `${model.unit.spell(described)}: its offsets reach into memory that is not the object's`,
        { related: [{ message: `${description.variable} describes ${model.unit.spell(described)}`, range: description.nameRange }] })];
    });
  },
};

/** The struct that the argument points at; undefined when it is `void *`, a cast, or nothing certain. */
function pointee(model: KstateModel, expr: Expr): CType | undefined {
  if (expr.kind === 'cast') return undefined;
  const type = bare(model.unit.typeOf(expr));
  const target = type.kind === 'pointer' ? bare(type.to) : type.kind === 'array' ? bare(type.of) : undefined;
  return target?.kind === 'record' ? target : undefined;
}

function spelledObject(model: KstateModel, registration: KstateRegistration): string {
  const range = registration.args[1];
  const text = range?.path === model.unit.main.path ? model.unit.main.text.slice(range.start, range.end).replace(/\s+/g, ' ') : '';
  return text === '' || text.length > 60 ? 'an object' : text;
}
