import type { BadMacroUse } from '../model/kstate';
import { kstateMacro } from '../model/kstateMacros';
import type { ArgRole } from '../model/kstateMacros';
import { finding, isEditable } from './finding';
import type { Fix, Rule } from './rule';
import type { KstateModel } from '../model/kstate';

const roleNames: Readonly<Record<ArgRole, string>> = {
  member: 'member', struct: 'struct type', type: 'type', version: 'version', addressKind: 'kind of address',
};

export const macroArguments: Rule = {
  code: 'kstate-macro-arguments',
  title: 'A field macro with the wrong number of arguments',
  severity: 'error',
  facts: ['2.5', 'KS60'],
  check({ model }) {
    return (model.badMacroUses ?? []).filter((use) => use.undefinedHere !== true).map((use) => {
      const wants = kstateMacro(use.name)?.args.map((role) => roleNames[role]) ?? [];
      const list = wants.length === 0 ? 'no arguments' : `${wants.length} arguments (${wants.join(', ')})`;
      const structTooMany = isDeprecatedWithStruct(use);
      const [, struct] = use.args;
      const why = structTooMany && struct !== undefined
        ? `; a deprecated member exists in no struct any more, so ${struct.text} is one too many`
        : `, not ${use.args.length}`;
      return finding(this, structTooMany && struct !== undefined ? struct.range : use.nameRange,
        `${use.name} takes ${list}${why}: the file does not compile`,
        { fixes: structTooMany ? withoutStruct(model, use) : [] });
    });
  },
};

/** The form with the struct is that of a draft of the documentation (facts 2.5). */
function isDeprecatedWithStruct(use: BadMacroUse): boolean {
  return use.name === 'KSTATE_BASE_TYPE_DEPRECATED' && use.args.length === 4 && use.wanted === 3;
}

function withoutStruct(model: KstateModel, use: BadMacroUse): readonly Fix[] {
  const [member, struct] = use.args;
  if (member === undefined || struct === undefined || !isEditable(model, member) || !isEditable(model, struct)) return [];
  const range = { path: member.range.path, start: member.range.end, end: struct.range.end };
  return [{ title: `Remove ${struct.text}`, edits: [{ range, newText: '' }] }];
}
