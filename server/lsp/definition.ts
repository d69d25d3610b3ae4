/** Go to definition: macros, descriptions, callbacks, types, and the struct members that field macros name. */
import type { Definition, DefinitionParams, Location } from 'vscode-languageserver/node';
import type { CUnit } from '../c/api';
import type { SrcRange } from '../c/source';
import type { MacroDef } from '../c/token';
import { fieldAt, memberDeclaration } from './fieldPlace';
import type { Analysed } from './analysis';
import { builtinUri } from './builtinContent';
import type { Context } from './context';
import { guarded } from './guard';
import { fileOf, lineIndexOf, rangeIn } from './places';
import { isScenarioFile } from '../workspace/scenarioFile';
import { scenarioDefinition } from './scenarioHover';
import { uriToPath } from './uris';
import type { Word } from './words';
import { wordAt } from './words';

export function definition(context: Context): void {
  context.connection.onDefinition(guarded<DefinitionParams, Definition | null>(context.log, 'definition', null, (params) => {
    const path = uriToPath(params.textDocument.uri);
    if (isScenarioFile(path)) return scenarioDefinition(context.scenarios, params.textDocument.uri, params.position);
    const analysed = context.analysis.of(path);
    if (analysed === undefined) return null;
    const { unit } = analysed;
    const offset = lineIndexOf(unit.main).offset(params.position);
    const include = unit.includes.find((i) => i.range.path === path && i.range.start <= offset && offset <= i.range.end);
    if (include !== undefined) return include.resolved === undefined ? null : location(context, unit, { path: include.resolved.path, start: 0, end: 0 });
    const word = wordAt(unit.main.text, offset);
    if (word === undefined) return null;
    const range = definitionOf(analysed, word);
    return range === undefined ? null : location(context, unit, range);
  }));
}

/** Where the thing that `word` names is defined; undefined when it cannot be told. */
export function definitionOf(analysed: Analysed, word: Word): SrcRange | undefined {
  const { unit } = analysed;
  const expansion = unit.expansions.find((e) => e.name.start === word.start && e.name.text === word.text && fileIs(unit, e.name.file));
  if (expansion !== undefined) return macroRange(unit, expansion.macro);
  const place = fieldAt(analysed, word.start);
  if (place?.role === 'member') {
    const member = memberDeclaration(analysed, place, word);
    if (member !== undefined) return member;
  }
  if (word.before === '.' && place !== undefined) {
    const owner = unit.record(place.field === undefined ? 'kstate_description' : 'kstate_field');
    const member = owner?.members?.find((m) => m.name === word.text)?.nameTok;
    if (member !== undefined) return unit.range(member);
  }
  if (word.wordBefore === 'struct' || word.wordBefore === 'union') {
    const record = unit.record(word.text, word.wordBefore === 'union');
    return record === undefined ? undefined : unit.range(record.at);
  }
  if (word.wordBefore === 'enum') {
    const found = unit.enum(word.text);
    return found === undefined ? undefined : unit.range(found.at);
  }
  const declared = unit.lookup(word.text);
  if (declared !== undefined) return unit.range(declared.nameTok);
  const macro = unit.macro(word.text);
  return macro === undefined ? undefined : macroRange(unit, macro);
}

function macroRange(unit: CUnit, macro: MacroDef): SrcRange | undefined {
  const file = unit.files.find((f) => f.id === macro.file);
  // Predefined and command line macros stand in no file.
  return file === undefined ? undefined : { path: file.path, start: macro.start, end: macro.end };
}

function fileIs(unit: CUnit, id: number): boolean {
  return unit.main.id === id;
}

function location(context: Context, unit: CUnit, range: SrcRange): Location | null {
  const file = fileOf(unit, range.path);
  if (file === undefined) return null;
  if (!file.builtin) return { uri: context.documents.uriOf(file.path), range: rangeIn(file, range.start, range.end) };
  const uri = builtinUri(context, file);
  return uri === undefined ? null : { uri, range: rangeIn(file, range.start, range.end) };
}
