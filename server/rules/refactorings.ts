/**
 * Changes of a description that keep old streams readable: what the text becomes. What each of them costs is told by running it (lsp/refactorings.ts).
 *
 * A field that goes leaves one DEPRECATED entry at its place for every version that had it (facts KS10 to KS12), a field that comes is
 * versioned, and the description's version goes up by one.
 */
import type { CUnit } from '../c/api';
import type { RecordMember } from '../c/types';
import type { KstateDescription, KstateField, KstateModel } from '../model/kstate';
import { macroArg, macroKind } from '../model/kstateMacros';
import { bare, isRecordTagged, recordOf } from '../model/typeTools';
import { additions } from './addField';
import { isEditable, isVersioned, textAt } from './finding';
import type { TextEdit } from './rule';
import { pointerInside } from './structs';
import { indentAt } from './textPlaces';

export interface Refactoring {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** What it costs by its nature, beside what a simulation shows; undefined: nothing. */
  readonly cost: string | undefined;
  /** What is left to do for the person. */
  readonly note?: string;
}

/** More versions than anybody keeps alive; a longer stack is not worth its lines. */
const MAX_STACK = 8;

/** @param field the one at hand; undefined: the description as a whole. */
export function refactoringsAt(model: KstateModel, description: KstateDescription, field: KstateField | undefined): readonly Refactoring[] {
  if (!isVersioned(model) || description.fieldsProblem !== undefined) return [];
  const bump = bumped(model, description);
  if (field === undefined) return additions(model, description, bump);
  if (bump === undefined) return [];
  if (field.macro === undefined || field.macro.wrapper !== undefined || textAt(model, field.range) === undefined || !description.fields.includes(field)) return [];
  return [removal(model, description, field, bump), widening(model, description, field, bump), pointerReplaced(model, description, field, bump)].filter((r) => r !== undefined);
}

export interface VersionBump {
  readonly to: number;
  readonly edit: TextEdit;
}

/** undefined where the version is no plain number in this file: which one to change is not ours to guess. */
function bumped(model: KstateModel, { versionId, nameRange, fieldsAt }: KstateDescription): VersionBump | undefined {
  if (!versionId.known) return undefined;
  const to = versionId.value + 1;
  const written = textAt(model, versionId.range);
  if (written !== undefined && /^\d+$/.test(written) && Number(written) === versionId.value) return { to, edit: { range: versionId.range, newText: String(to) } };
  // Not mentioned, it is 0.
  if (versionId.value !== 0 || versionId.range.start !== nameRange.start || fieldsAt === undefined || textAt(model, fieldsAt) === undefined) return undefined;
  return { to, edit: { range: { ...fieldsAt, end: fieldsAt.start }, newText: `.version_id = ${to},\n${indentAt(model, fieldsAt.start)}` } };
}

function removal(model: KstateModel, description: KstateDescription, field: KstateField, bump: VersionBump): Refactoring | undefined {
  const name = macroArg(field.macro, 'member')?.text;
  const type = streamType(model.unit, field);
  if (name === undefined || type === undefined) return undefined;
  const stack = deprecatedStack(description, field, name, type);
  if (stack === undefined) return undefined;
  return { title: `Remove ${name} safely`, edits: [replaced(model, field, stack), bump.edit], cost: undefined };
}

function widening(model: KstateModel, description: KstateDescription, field: KstateField, bump: VersionBump): Refactoring | undefined {
  const type = macroArg(field.macro, 'type');
  const name = macroArg(field.macro, 'member');
  const struct = macroArg(field.macro, 'struct');
  if (macroKind(field) !== 'base' || type === undefined || name === undefined || struct === undefined || field.member === undefined || !isEditable(model, type)) return undefined;
  const [, prefix, bits] = /^((?:__)?[us])(8|16|32)$/.exec(type.text) ?? [];
  if (prefix === undefined || bits === undefined || !/^\w+$/.test(name.text)) return undefined;
  const wide = `${prefix}${Number(bits) * 2}`;
  const declared = recordOf(field.member.struct)?.members?.find((m) => m.name === name.text);
  const inStruct = declared === undefined ? undefined : typeInStruct(model, declared, type.text, wide);
  const stack = deprecatedStack(description, field, name.text, type.text);
  if (inStruct === undefined || stack === undefined) return undefined;
  return {
    title: `Widen ${name.text} to ${wide} safely`,
    edits: [inStruct, replaced(model, field, [...stack, `KSTATE_BASE_TYPE_V(${name.text}, ${struct.text}, ${wide}, ${bump.to})`]), bump.edit],
    cost: `the value of ${name.text} in older streams is dropped`,
  };
}

/** `u32 speed;` of the struct, when it is declared by itself in this file. */
function typeInStruct(model: KstateModel, member: RecordMember, type: string, wide: string): TextEdit | undefined {
  const range = model.unit.range(member.first, member.last);
  const text = textAt(model, range);
  if (text === undefined || !new RegExp(`^${type}\\s+${member.name ?? ''}\\s*;?$`).test(text)) return undefined;
  return { range: { ...range, end: range.start + type.length }, newText: wide };
}

function pointerReplaced(model: KstateModel, description: KstateDescription, field: KstateField, bump: VersionBump): Refactoring | undefined {
  const name = macroArg(field.macro, 'member')?.text;
  const struct = macroArg(field.macro, 'struct')?.text;
  const type = field.member === undefined ? undefined : bare(field.member.type);
  if (macroKind(field) !== 'base' || name === undefined || struct === undefined || type?.kind !== 'pointer') return undefined;
  const to = bare(type.to);
  const version = bump.to;
  let entry: string | undefined;
  let what = '';
  if (isRecordTagged(to, 'folio')) {
    // KSTATE_FOLIO has no form with a version.
    entry = `{ .name = "${name}", .version_id = ${version}, .flags = KS_CUSTOM, .offset = offsetof(${struct}, ${name}), .save = kstate_folio_save, .restore = kstate_folio_restore }`;
    what = 'the folio itself';
  } else if (isRecordTagged(to, 'page')) {
    entry = `KSTATE_ADDRESS_V(${name}, ${struct}, KS_VMEMMAP_ADDR, ${version})`;
    what = 'an address that fits the next kernel';
  } else if ((to.kind === 'int' && to.name !== 'char') || to.kind === 'enum' || (to.kind === 'record' && to.record.members !== undefined && pointerInside(to) === undefined)) {
    entry = `KSTATE_POINTER_V(${name}, ${struct}, ${version})`;
    what = 'what it points at';
  }
  const stack = entry === undefined ? undefined : deprecatedStack(description, field, name, 'u64');
  if (entry === undefined || stack === undefined) return undefined;
  return { title: `Replace the raw pointer ${name} by ${what}`, edits: [replaced(model, field, [...stack, entry]), bump.edit], cost: `the address of ${name} in older streams is dropped` };
}

/** The type that has as many bytes as the field has in the stream (facts KS15, KS18); undefined where removing it loses more than its bytes. */
export function streamType(unit: CUnit, field: KstateField): string | undefined {
  switch (macroKind(field)) {
    case 'base': return macroArg(field.macro, 'type')?.text;
    case 'pointer': {
      const type = field.member === undefined ? undefined : bare(field.member.type);
      return type?.kind === 'pointer' && bare(type.to).kind !== 'void' ? unit.spell({ ...type.to, quals: { ...type.to.quals, const: false, volatile: false } }) : undefined;
    }
    case 'address': return 'u64';
    // A folio that nobody restores stays preserved and is lost (facts KS19).
    default: return undefined;
  }
}

/** One entry for each version that had the field. */
function deprecatedStack({ versionId, minVersionId }: KstateDescription, field: KstateField, name: string, type: string): readonly string[] | undefined {
  if (!versionId.known || !field.versionId.known || field.versionId.value > versionId.value) return undefined;
  const oldest = Math.max(field.versionId.value, minVersionId.known ? Math.min(minVersionId.value, versionId.value) : 0, versionId.value > 0 ? 1 : 0);
  if (versionId.value - oldest >= MAX_STACK) return undefined;
  return Array.from({ length: versionId.value - oldest + 1 }, (_, i) => `KSTATE_BASE_TYPE_DEPRECATED(${name}, ${type}, ${oldest + i})`);
}

function replaced(model: KstateModel, field: KstateField, entries: readonly string[]): TextEdit {
  return { range: field.range, newText: entries.join(`,\n${indentAt(model, field.range.start)}`) };
}
