/** Says of a finding what it assumes: the options that decide the layouts it speaks of, and whether its text is there at all. */
import { assumptionList, assumptionsFor } from '../model/assumed';
import type { CType } from '../c/types';
import type { KstateModel } from '../model/kstate';
import { within } from './finding';
import { indexOf } from './modelIndex';
import type { Finding, Rule } from './rule';
import { structOfField } from './structs';

/** The finding as it is when nothing is assumed. */
export function withAssumptions(model: KstateModel, rule: Pick<Rule, 'aboutLayout'>, finding: Finding): Finding {
  if (finding.range.path !== model.unit.main.path) return finding;
  const assumptions = assumptionsFor(model.unit, rule.aboutLayout === true ? typesAt(model, finding) : [], finding.range);
  const [first] = assumptions;
  const list = assumptionList(assumptions);
  if (first === undefined || list === undefined) return finding;
  return {
    ...finding, assumes: assumptions.map(({ what }) => what),
    related: [...finding.related, { message: `this assumes ${list}: no build folder tells the configuration`, range: first.range }],
  };
}

/** Structs that the place speaks of: the field's, else the description's, and the object of a call. */
function typesAt(model: KstateModel, { range }: Finding): readonly (CType | undefined)[] {
  const types: (CType | undefined)[] = [];
  for (const description of model.descriptions) {
    const fields = [...description.fields, ...description.afterEnd].filter((field) => within(range, field.range));
    for (const field of fields) types.push(structOfField(field), field.member?.type, field.statedType);
    if (fields.length === 0 && within(range, description.range)) types.push(description.struct);
  }
  for (const registration of model.registrations) {
    if (!within(range, registration.range)) continue;
    types.push(registration.object?.type, indexOf(model).descriptions.get(registration.description ?? '')?.struct);
  }
  return types;
}
