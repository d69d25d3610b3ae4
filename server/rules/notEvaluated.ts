import type { KstateField, KstateModel, Read } from '../model/kstate';
import { eachDescription, eachField, fieldName, finding, within } from './finding';
import type { Finding, Rule } from './rule';
import { incompletePointee } from './pointerIncomplete';
import { mismatchOf } from './typeMismatch';

export const notEvaluated: Rule = {
  code: 'kstate-not-evaluated',
  title: 'Something that could not be worked out',
  severity: 'info',
  facts: ['2.1', '2.3'],
  aboutLayout: true,
  check({ model }) {
    const descriptions = eachDescription(model, (d) => {
      const found: Finding[] = [];
      const say = (what: string, why: string, range: Finding['range']): void => {
        found.push(finding(this, range, `${what} of ${d.variable} can't be worked out: ${why}; what depends on it is not checked`));
      };
      const reads: readonly (readonly [string, Read<unknown>])[] = [
        ['The id', d.id], ['The version_id', d.versionId], ['The min_version_id', d.minVersionId],
      ];
      for (const [what, read] of reads) if (!read.known) say(what, read.why, read.range);
      if (d.fieldsProblem !== undefined && d.fieldsAt !== undefined && !besideBadMacro(model, d.fieldsProblem.range)) {
        say('The field list', d.fieldsProblem.why, d.fieldsProblem.range);
      }
      return found;
    });
    const fields = eachField(model, (field, { variable }) => {
      const problem = firstUnknown(model, field);
      if (problem === undefined || besideBadMacro(model, field.range)) return [];
      return [finding(this, problem.read.range,
        `${problem.what} of ${fieldName(field)} in ${variable} can't be worked out: ${problem.read.why}; what depends on it is not checked`)];
    });
    return [...descriptions, ...fields];
  },
};

interface Problem {
  readonly what: string;
  readonly read: Extract<Read<unknown>, { known: false }>;
}

function firstUnknown(model: KstateModel, field: KstateField): Problem | undefined {
  // Where the code does not compile there is nothing to work out, and another rule says why.
  if (field.missingMember !== undefined || field.member?.bitWidth !== undefined || mismatchOf(model, field) !== undefined || incompletePointee(model, field) !== undefined) return undefined;
  const reads: readonly (readonly [string, Read<unknown> | undefined])[] = [
    ['The kind', field.flags], ['The offset', field.offsetBytes], ['The size', field.sizeBytes], ['The version', field.versionId],
    ['The kind of address', field.addrType], ['The nested description', field.ksd],
  ];
  for (const [what, read] of reads) if (read?.known === false) return { what, read };
  return undefined;
}

/** A macro that was not expanded leaves text that can't be read; its own finding says what is wrong. */
function besideBadMacro(model: KstateModel, range: Finding['range']): boolean {
  return (model.badMacroUses ?? []).some((use) => within(range, use.range) || within(use.range, range));
}
