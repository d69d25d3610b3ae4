/**
 * Adding a member to what travels, both ways there are: a versioned field at the end of the list, or a subsection of its own, which an older kernel
 * steps over (facts 3.3) and which needs no new version.
 */
import type { RecordMember } from '../c/types';
import type { KstateDescription, KstateModel } from '../model/kstate';
import { macroArg } from '../model/kstateMacros';
import { bare, recordOf } from '../model/typeTools';
import { textAt } from './finding';
import type { Refactoring, VersionBump } from './refactorings';
import type { TextEdit } from './rule';
import { mainStruct } from './structs';
import { indentAt, linesAbove } from './textPlaces';
import { usageOf } from './usage';

/** Members that are offered at one time. */
const MAX_MEMBERS = 4;

/** Members that nothing describes yet. `bump`: undefined where the version cannot be raised. */
export function additions(model: KstateModel, description: KstateDescription, bump: VersionBump | undefined): readonly Refactoring[] {
  const { end, fields } = description;
  const struct = mainStruct(model, description);
  const members = struct === undefined ? undefined : recordOf(struct)?.members;
  const spelled = fields.map((field) => macroArg(field.macro, 'struct')?.text).find((text) => text !== undefined);
  if (end === undefined || textAt(model, end.range) === undefined || members === undefined || spelled === undefined) return [];
  const described = new Set(model.descriptions.flatMap((d) => d.fields.flatMap(({ member }) => (member === undefined || struct === undefined || !model.unit.compatible(member.struct, struct) ? [] : [/^\w+/.exec(member.path)?.[0]]))));
  return members.filter((member) => member.name !== undefined && member.bitWidth === undefined && member.bitWidthExpr === undefined && !described.has(member.name) && isPlain(member))
    .slice(0, MAX_MEMBERS).flatMap((member) => [asField(model, member, spelled, end.range, bump), asSubsection(model, description, member, spelled)].filter((way) => way !== undefined));
}

function asField(model: KstateModel, { name = '', type }: RecordMember, struct: string, end: TextEdit['range'], bump: VersionBump | undefined): Refactoring | undefined {
  if (bump === undefined) return undefined;
  const entry = `KSTATE_BASE_TYPE_V(${name}, ${struct}, ${model.unit.spell(type)}, ${bump.to})`;
  return { title: `Add ${name} safely, in version ${bump.to}`, edits: [{ range: { ...end, end: end.start }, newText: `${entry},\n${indentAt(model, end.start)}` }, bump.edit], cost: undefined };
}

function asSubsection(model: KstateModel, description: KstateDescription, { name = '', type }: RecordMember, struct: string): Refactoring | undefined {
  // Of a subsection, and of what is used through KS_STRUCT, subsections are ignored (KS27).
  const usage = usageOf({ description, model }, [model]);
  if (usage.nested || usage.parents.length > 0 || description.variable.includes('.') || description.variable.includes('[')) return undefined;
  const stem = `${description.variable.replace(/_state$|_desc(ription)?$/, '')}_${name}`;
  const variable = `${stem}${/_(state|desc|description)$/.exec(description.variable)?.[0] ?? '_state'}`;
  const list = listed(model, description, variable);
  const above = textAt(model, description.range) === undefined ? undefined : linesAbove(model.unit.main.text, description.range.start);
  const id = newId(model, stem);
  if (list === undefined || above === undefined || id === undefined || model.unit.lookup(variable) !== undefined) return undefined;
  const definition = `static struct kstate_description ${variable} = {
	.name = "${stem}",
	.id = ${id.text},
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(${name}, ${struct}, ${model.unit.spell(type)}),
		KSTATE_END_OF_LIST()
	},
};

`;
  return {
    title: `Add ${name} safely, in a subsection of its own`,
    edits: [...id.edits, { range: { path: model.unit.main.path, start: above, end: above }, newText: definition }, list],
    cost: undefined, ...(id.note === undefined ? {} : { note: id.note }),
  };
}

/** The subsection in its parent's list, which is made where there is none. */
function listed(model: KstateModel, { subsections, subsectionsRange, subsectionsTerminated, fieldsRange, fieldsAt }: KstateDescription, variable: string): TextEdit | undefined {
  if (subsections === undefined && subsectionsRange === undefined) {
    if (fieldsRange === undefined || fieldsAt === undefined || textAt(model, fieldsRange) === undefined || textAt(model, fieldsAt) === undefined) return undefined;
    const indent = indentAt(model, fieldsAt.start);
    return { range: { ...fieldsRange, start: fieldsRange.end }, newText: `,\n${indent}.subsections = (const struct kstate_description *[]) {\n${indent}\t&${variable},\n${indent}\tNULL\n${indent}}` };
  }
  const written = subsectionsRange === undefined ? undefined : textAt(model, subsectionsRange);
  const last = subsections?.at(-1);
  if (written === undefined || subsectionsRange === undefined || !subsectionsTerminated) return undefined;
  if (last !== undefined && textAt(model, last.range) !== undefined) return { range: { ...last.range, start: last.range.end }, newText: `,\n${indentAt(model, last.range.start)}&${variable}` };
  const open = written.indexOf('{');
  return open < 0 ? undefined : { range: { ...subsectionsRange, start: subsectionsRange.start + open + 1, end: subsectionsRange.start + open + 1 }, newText: ` &${variable},` };
}

interface NewId {
  readonly text: string;
  readonly edits: readonly TextEdit[];
  /** What is left for the person to do. */
  readonly note?: string;
}

/** Ids are given out in enum kstate_ids: a new name at its end, where that header can be edited; else the next number, which says so. */
function newId(model: KstateModel, stem: string): NewId | undefined {
  const { unit } = model;
  const enumerators = unit.enum('kstate_ids')?.enumerators;
  const last = enumerators?.at(-1);
  const used = [...(enumerators ?? []).map((one) => Number(one.value ?? 0)), ...model.descriptions.map((one) => (one.id.known ? one.id.value : 0))];
  const value = Math.max(0, ...used) + 1;
  if (last === undefined) return undefined;
  const name = `KSTATE_${stem.toUpperCase()}_ID`;
  const range = unit.range(last.nameTok);
  const file = unit.files.find((one) => one.path === range.path);
  if (file === undefined) return undefined;
  const note = `id ${value} is yet to be given out in enum kstate_ids`;
  const tail = /^[^,}]*/.exec(file.text.slice(range.end))?.[0] ?? '';
  // A comment or a macro there is not ours to read.
  if (file.builtin || /[/#]/.test(tail) || unit.lookup(name) !== undefined) return { text: String(value), edits: [], note };
  const at = range.end + tail.trimEnd().length;
  const explicit = last.value !== undefined && Number(last.value) === value - 1 ? '' : ` = ${value}`;
  return { text: name, edits: [{ range: { path: range.path, start: at, end: at }, newText: `,\n\t${name}${explicit}` }] };
}

/** A number, or an array of numbers whose length is known. */
function isPlain({ type }: RecordMember): boolean {
  const at = bare(type);
  if (at.kind === 'array') return at.length !== undefined && ['int', 'enum'].includes(bare(at.of).kind);
  return at.kind === 'int' || (at.kind === 'enum' && at.enum.tag !== undefined);
}
