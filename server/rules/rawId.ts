import type { Expr } from '../c/ast';
import type { CUnit } from '../c/api';
import { forEachSubExpr } from '../model/walkCode';
import { eachDescription, finding, textAt } from './finding';
import type { Rule } from './rule';
import { allModels, isNestedOnly, usageOf } from './usage';

export const rawId: Rule = {
  code: 'kstate-raw-id',
  title: 'An id that is not in enum kstate_ids',
  severity: 'warning',
  facts: ['2.4', 'KS03'],
  check({ model, others }) {
    const ids = model.unit.enum('kstate_ids')?.enumerators;
    if (ids === undefined) return [];
    const models = allModels(model, others);
    return eachDescription(model, (description) => {
      const { id, idExpr, variable } = description;
      if (!id.known || id.value === 0 || idExpr === undefined || isNestedOnly(usageOf({ description, model }, models))) return [];
      const sameValue = ids.find((e) => e.value !== undefined && Number(e.value) === id.value);
      if (namesEnumerator(model.unit, idExpr, new Set(ids.map((e) => e.name))) && sameValue !== undefined) return [];
      const written = textAt(model, id.range) ?? String(id.value);
      const value = written === String(id.value) ? written : `${written} (${id.value})`;
      const why = sameValue === undefined
        ? 'ids are given out there, and a number of one\'s own may be given to another description at any time'
        : `it is the value of ${sameValue.name}, so the two collide when both are registered`;
      return [finding(this, id.range,
        `${variable} has id ${value}, which is not a name of enum kstate_ids: ${why}; with equal ids restore takes the wrong entry without an error`)];
    });
  },
};

function namesEnumerator(unit: CUnit, expr: Expr, names: ReadonlySet<string>): boolean {
  let found = false;
  forEachSubExpr(expr, (e) => { if (e.kind === 'ident' && names.has(e.name) && unit.lookup(e.name)?.kind === 'enumerator') found = true; });
  return found;
}
