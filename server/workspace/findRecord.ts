/** Where a struct or union is defined: in files that were named, or in a kernel tree. */
import type { CUnit } from '../c/api';
import { recordJson } from '../c/recordJson';
import type { SourceProvider, SrcRange } from '../c/source';
import type { CType, Record } from '../c/types';
import { recordOf } from '../model/typeTools';
import { readKstate } from '../model/kstateModel';
import type { KstateModel } from '../model/kstate';
import type { Project } from './project';
import type { FoundType, TypeFinder, TypeName } from './typeFinder';

/** A definition, and how many others of the same name differ from it. */
export interface FoundRecords {
  readonly first: FoundType;
  /** Definitions that are laid out differently, in the order in which they are found. */
  readonly others: readonly FoundType[];
}

/** Definitions looked at; more of one name are drivers' private ones. */
const MAX_DEFINITIONS = 24;
/** So many files are opened without a look at their words. */
const FEW_FILES = 4;

/** The record that a name means in a unit and that is defined there: a tag, a typedef's or a variable's type. `name.path` is not looked at. */
export function recordNamed(unit: CUnit, name: TypeName): Record | undefined {
  if (name.variable !== undefined) return recordBehind(unit.lookup(name.variable)?.type);
  if (name.tag === undefined) return undefined;
  if (name.union !== undefined) return unit.record(name.tag, name.union);
  const tagged = [unit.record(name.tag, false), unit.record(name.tag, true)].filter((one) => one !== undefined);
  const declared = unit.lookup(name.tag);
  return tagged[0] ?? (declared?.kind === 'typedef' ? recordBehind(declared.type) : undefined);
}

/** Of a type as C declares a variable with it: an array's element, too. */
function recordBehind(type: CType | undefined): Record | undefined {
  let seen = type;
  for (let steps = 0; steps < 64 && seen !== undefined; steps++) {
    if (seen.kind === 'typedef') seen = seen.target;
    else if (seen.kind === 'array') seen = seen.of;
    else break;
  }
  return seen === undefined ? undefined : recordOf(seen);
}

/**
 * In the tree that `finder` knows. A header's definition is the one that everybody sees, so nothing more is looked for; one in a .c file is
 * private, and others may have the same name.
 */
export function findInTree(finder: TypeFinder, name: TypeName): FoundRecords | undefined {
  let first: FoundType | undefined;
  const others: FoundType[] = [];
  let seen = 0;
  for (const found of finder.find(name)) {
    if (first === undefined) first = found;
    else if (!sameLayout(first, found) && !others.some((other) => sameLayout(other, found))) others.push(found);
    if (name.path !== undefined || (seen === 0 && found.file.endsWith('.h')) || ++seen >= MAX_DEFINITIONS) break;
  }
  return first === undefined ? undefined : { first, others };
}

export interface Declared {
  readonly unit: CUnit;
  readonly range: SrcRange;
}

export interface SearchedFiles extends Partial<FoundRecords> {
  /** Where it is declared and no more. */
  readonly onlyDeclared: Declared | undefined;
}

/** In the files given. Of many only those that have the word are opened; of few also those whose headers have it. */
export function findInFiles(files: readonly string[], name: TypeName, project: Project, source: SourceProvider): SearchedFiles {
  const word = new RegExp(`\\b${name.variable ?? name.tag ?? ''}\\b`);
  let first: FoundType | undefined;
  const others: FoundType[] = [];
  let onlyDeclared: SearchedFiles['onlyDeclared'];
  for (const file of files) {
    if (name.path !== undefined && file !== name.path && !file.endsWith(`/${name.path}`)) continue;
    const read = source.read(file);
    if (!read.ok || (files.length > FEW_FILES && !word.test(read.text))) continue;
    const { unit } = project.open(file, source);
    const record = recordNamed(unit, name);
    if (record?.members === undefined) {
      onlyDeclared ??= declaredIn(unit, name);
      continue;
    }
    const found: FoundType = { unit, record, file };
    if (first === undefined) first = found;
    else if (!sameLayout(first, found) && !others.some((other) => sameLayout(other, found))) others.push(found);
    if (others.length >= MAX_DEFINITIONS) break;
  }
  return first === undefined ? { onlyDeclared } : { first, others, onlyDeclared };
}

/** `struct tag;` or a use of it, in the file or in what it includes. */
function declaredIn(unit: CUnit, { tag }: TypeName): Declared | undefined {
  if (tag === undefined) return undefined;
  const pattern = new RegExp(`\\b(?:struct|union)\\s+${tag}\\b`);
  for (const file of [unit.main, ...unit.files]) {
    const match = pattern.exec(file.text);
    if (match !== null) return { unit, range: { path: file.path, start: match.index, end: match.index + match[0].length } };
  }
  return undefined;
}

function sameLayout(a: FoundType, b: FoundType): boolean {
  if (a.record === b.record) return true;
  return JSON.stringify(recordJson(a.unit, a.record)) === JSON.stringify(recordJson(b.unit, b.record));
}

/** Descriptions of the files that may say something about `record`: those with the word `kstate` and its tag. */
export function modelsAbout(record: Record, files: readonly string[], project: Project, source: SourceProvider, own?: CUnit): readonly KstateModel[] {
  const models: KstateModel[] = [];
  if (own !== undefined && speaksOf(own.main.text, record)) models.push(readKstate(own));
  for (const file of files) {
    if (file === own?.main.path) continue;
    const read = source.read(file);
    if (read.ok && speaksOf(read.text, record)) models.push(project.open(file, source).model);
  }
  return models;
}

function speaksOf(text: string, record: Record): boolean {
  return /kstate_description/.test(text) && (record.tag === undefined || new RegExp(`\\b${record.tag}\\b`).test(text));
}
