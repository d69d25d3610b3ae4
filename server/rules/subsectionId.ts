import { eachDescription, finding, isVersioned } from './finding';
import { indexOf } from './modelIndex';
import type { Rule } from './rule';

export const subsectionId: Rule = {
  code: 'kstate-subsection-id',
  title: 'A subsection with the id of its description',
  severity: 'error',
  facts: ['3.3', '7', 'KS03'],
  check({ model }) {
    if (!isVersioned(model)) return [];
    return eachDescription(model, (parent) => (parent.subsections ?? []).flatMap((ref) => {
      const subsection = ref.variable === undefined ? undefined : indexOf(model).descriptions.get(ref.variable);
      if (subsection === undefined || subsection === parent) return [];
      if (!subsection.id.known || !parent.id.known || subsection.id.value === 0 || subsection.id.value !== parent.id.value) return [];
      const spelled = textOfId(model.unit.main.text, subsection.id.range, subsection.id.value);
      return [finding(this, subsection.id.range,
        `${subsection.variable} has the id of ${parent.variable}, whose subsection it is (${spelled}): the search for an object does not look at the `
        + `section type, so only the order of the entries keeps it from taking the subsection's for that of ${parent.variable}`,
        {
          related: [
            { message: `id of ${parent.variable}`, range: parent.id.range },
            { message: `${subsection.variable} is listed as its subsection`, range: ref.range },
          ],
        })];
    }));
  },
};

function textOfId(text: string, range: { readonly start: number; readonly end: number }, value: number): string {
  const written = text.slice(range.start, range.end);
  return /^[\w()+\- ]{1,60}$/.test(written) ? written : String(value);
}
