import type { KstateDialect, KstateModel } from '../model/kstate';
import { kstateMacro, kstateMacros } from '../model/kstateMacros';
import { finding } from './finding';
import { nearest } from './memberNames';
import type { Fix, Rule } from './rule';
import type { SrcRange } from '../c/source';

/** Members of descriptions and fields that not every dialect has (facts 2.1, 2.3). */
const MEMBERS: Readonly<Record<string, { readonly dialects: readonly KstateDialect[]; readonly since: string }>> = {
  state_list: { dialects: ['v1', 'v2', 'dev'], since: 'it was the list head of KSTATE v1 and v2, which v3 does without' },
  min_version_id: { dialects: ['v3', 'v3-posted'], since: 'it came with KSTATE v3' },
  subsections: { dialects: ['dev', 'v3', 'v3-posted'], since: 'subsections came with KSTATE v3' },
  addr_type: { dialects: ['v2', 'dev', 'v3', 'v3-posted'], since: 'it came with KSTATE v2' },
};

const INSTEAD: Readonly<Record<string, string>> = {
  KSTATE_PAGE: 'v3 has KSTATE_FOLIO on a struct folio pointer instead', KSTATE_SIMPLE: 'since v2 it is KSTATE_BASE_TYPE, which names the type as well',
};

export const otherDialect: Rule = {
  code: 'kstate-other-dialect',
  title: 'Something of another KSTATE than the tree has',
  severity: 'error',
  facts: ['2.3', '2.5', 'KS60'],
  check({ model }) {
    const macros = (model.badMacroUses ?? []).filter((use) => use.undefinedHere === true).map((use) => {
      const meant = kstateMacro(use.name) === undefined ? similar(model, use.name) : [];
      const why = INSTEAD[use.name] ?? whyUndefined(use.name, meant);
      const fixes = meant.length !== 1 ? [] : meant.map((name): Fix => ({ title: `Write ${name}`, edits: [{ range: use.nameRange, newText: name }] }));
      return finding(this, use.nameRange, `${use.name} is not defined in KSTATE ${model.dialect}: ${why}; the file does not compile`, { fixes });
    });
    const members = model.unit.problems.flatMap((problem) => {
      const match = problem.range.path !== model.unit.main.path ? null : /^'struct kstate_(description|field)' has no member named '(\w+)'$/.exec(problem.message);
      const [, of, name] = match ?? [];
      if (of === undefined || name === undefined) return [];
      const known = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
      return [finding(this, problem.range,
        `struct kstate_${of} of KSTATE ${model.dialect} has no member ${name}${known === undefined || known.dialects.includes(model.dialect) ? '' : `: ${known.since}`}; the file does not compile`,
        { fixes: name === 'state_list' && known?.dialects.includes(model.dialect) !== true ? removal(model, problem.range) : [] })];
    });
    return [...macros, ...members];
  },
};

/** Macros of the interface that a mistyped name may have meant. */
function similar(model: KstateModel, name: string): readonly string[] {
  const there = kstateMacros.filter((macro) => macro.kind !== 'end' && model.unit.macro(macro.name) !== undefined).map((macro) => macro.name);
  // One letter away from a form with a version or without is another thing than a slip of the keys.
  return /_(V|DEPRECATED)$/.test(name) && there.includes(name.replace(/_(V|DEPRECATED)$/, '')) ? [] : nearest(name, there).names;
}

/** The documentation speaks of families of _V and DEPRECATED forms; the header does not have them (facts 2.5). */
function whyUndefined(name: string, meant: readonly string[]): string {
  const macro = kstateMacro(name);
  if (macro !== undefined) return `it belongs to KSTATE ${macro.dialects.filter((dialect) => dialect !== 'dev' && dialect !== 'v3-posted').join(' and ')}`;
  const plain = kstateMacro(name.replace(/_(V|DEPRECATED)$/, ''));
  if (plain !== undefined && name.endsWith('_V')) return `${plain.name} has no form with a version; a field written by hand with .version_id has one`;
  if (plain !== undefined && name.endsWith('_DEPRECATED')) {
    const type = plain.kind === 'pointer' ? 'the type that it points at, whose bytes are in the stream' : 'u64 as the type';
    return `only KSTATE_BASE_TYPE has a deprecated form; KSTATE_BASE_TYPE_DEPRECATED(member, type, version) takes the place of a ${plain.name}, with ${type}`;
  }
  return meant.length > 0 ? `perhaps ${meant.join(' or ')} was meant` : 'no KSTATE has it, nor a header of this file';
}

/** An item that has its line to itself. */
function removal(model: KstateModel, range: SrcRange): readonly Fix[] {
  const { text } = model.unit.main;
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const end = text.indexOf('\n', range.end) + 1;
  if (end === 0 || !/^[ \t]*\.\s*state_list\s*=\s*LIST_HEAD_INIT\([\w.[\] ]+\),[ \t]*(?:\/\*[^\n]*?\*\/)?[ \t]*\r?\n$/.test(text.slice(start, end))) return [];
  return [{ title: 'Remove .state_list', edits: [{ range: { path: range.path, start, end }, newText: '' }] }];
}
