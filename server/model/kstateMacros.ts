/** The field macros of the KSTATE interface as data: what each argument means, and which dialects have it (facts 2.5). */
import type { KstateDialect, KstateField, MacroUse } from './kstate';
import type { SrcRange } from '../c/source';

export type ArgRole = 'member' | 'struct' | 'type' | 'version' | 'addressKind';
export type MacroKind = 'base' | 'pointer' | 'address' | 'folio' | 'page' | 'deprecated' | 'end';

export interface KstateMacro {
  readonly name: string;
  readonly kind: MacroKind;
  readonly args: readonly ArgRole[];
  readonly dialects: readonly KstateDialect[];
}

const live: readonly KstateDialect[] = ['v2', 'dev', 'v3', 'v3-posted'];
const versioned: readonly KstateDialect[] = ['dev', 'v3', 'v3-posted'];
const v3: readonly KstateDialect[] = ['v3', 'v3-posted'];
const all: readonly KstateDialect[] = ['v1', ...live];

export const kstateMacros: readonly KstateMacro[] = [
  { name: 'KSTATE_SIMPLE', kind: 'base', args: ['member', 'struct'], dialects: ['v1'] },
  { name: 'KSTATE_BASE_TYPE', kind: 'base', args: ['member', 'struct', 'type'], dialects: live },
  { name: 'KSTATE_BASE_TYPE_V', kind: 'base', args: ['member', 'struct', 'type', 'version'], dialects: versioned },
  { name: 'KSTATE_BASE_TYPE_DEPRECATED', kind: 'deprecated', args: ['member', 'type', 'version'], dialects: versioned },
  { name: 'KSTATE_POINTER', kind: 'pointer', args: ['member', 'struct'], dialects: all },
  { name: 'KSTATE_POINTER_V', kind: 'pointer', args: ['member', 'struct', 'version'], dialects: versioned },
  { name: 'KSTATE_ADDRESS', kind: 'address', args: ['member', 'struct', 'addressKind'], dialects: live },
  { name: 'KSTATE_ADDRESS_V', kind: 'address', args: ['member', 'struct', 'addressKind', 'version'], dialects: versioned },
  { name: 'KSTATE_FOLIO', kind: 'folio', args: ['member', 'struct'], dialects: v3 },
  { name: 'KSTATE_PAGE', kind: 'page', args: ['member', 'struct'], dialects: ['v2', 'dev'] },
  { name: 'KSTATE_END_OF_LIST', kind: 'end', args: [], dialects: all },
];

const byName: ReadonlyMap<string, KstateMacro> = new Map(kstateMacros.map((macro) => [macro.name, macro]));

/** undefined: not a field macro of the interface in any dialect. */
export function kstateMacro(name: string): KstateMacro | undefined {
  return byName.get(name);
}

/** The argument of a macro use that plays a role, as written. */
export function macroArg(use: MacroUse | undefined, role: ArgRole): { readonly text: string; readonly range: SrcRange } | undefined {
  if (use === undefined) return undefined;
  const index = kstateMacro(use.name)?.args.indexOf(role) ?? -1;
  return index < 0 ? undefined : use.args[index];
}

/** What kind of macro made a field; undefined for entries written by hand. */
export function macroKind(field: KstateField): MacroKind | undefined {
  return field.macro === undefined ? undefined : kstateMacro(field.macro.name)?.kind;
}
