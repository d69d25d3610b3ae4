/** `kexecHandover/layout` and `kexecHandover/structs`: what the layout panel shows, and what it can show of a file. */
import { LineIndex } from '../c/source';
import type { CUnit } from '../c/api';
import type { Record } from '../c/types';
import { linker } from '../compat/sources';
import { WORKING_TREE } from '../compat/layoutTravel';
import type { LayoutParams, LayoutResult, StructsParams, StructsResult } from '../shared/requests';
import { recordNamed } from '../workspace/findRecord';
import { parseTypeName } from '../workspace/typeFinder';
import type { Context } from './context';
import { fieldAt } from './fieldPlace';
import { recordAt, recordHeads, recordPlace } from './layoutPlace';
import { uriToPath } from './uris';
import { wordAt } from './words';

export function layoutOf(context: Context, params: LayoutParams): LayoutResult {
  const path = uriToPath(params.uri);
  const file = path.slice(path.lastIndexOf('/') + 1);
  const unit = context.layouts.unitOf(path);
  if (unit === undefined) return { ok: false, reason: 'no-struct', message: `${file} cannot be read.` };
  const found = params.name !== undefined ? named(unit, params.name) : params.position === undefined ? undefined : atPosition(context, unit, path, params.position);
  if (found === undefined) {
    const message = params.name === undefined ? `No struct stands at that place of ${file}.` : `${file} and the files it includes do not define \`${params.name}\`.`;
    return { ok: false, reason: 'no-struct', message };
  }
  const view = context.layouts.view(unit, found.record, found.name);
  if (view.known) return { ok: true, view: view.value };
  const where = linker(unit, WORKING_TREE)(unit.range(view.at));
  return { ok: false, reason: 'unknown', message: `The layout of \`${found.name}\` is not known: ${view.why}.`, ...(where === undefined ? {} : { where }) };
}

interface Named {
  readonly record: Record;
  readonly name: string;
}

function named(unit: CUnit, name: string): Named | undefined {
  const record = recordNamed(unit, parseTypeName(name));
  return record?.members === undefined ? undefined : { record, name: nameOf(record, name) };
}

/** A tag, a struct around the place, a description, or a name whose type is a struct. */
function atPosition(context: Context, unit: CUnit, path: string, position: NonNullable<LayoutParams['position']>): Named | undefined {
  const read = context.source.read(path);
  if (!read.ok) return undefined;
  const offset = new LineIndex(read.text).offset(position);
  const word = wordAt(read.text, offset);
  const place = recordPlace(read.text, word, offset);
  const record = place === undefined ? undefined : recordAt(unit, place);
  if (place !== undefined && record !== undefined) return { record, name: nameOf(record, place.name.tag) };
  const analysed = context.analysis.of(path);
  const struct = analysed === undefined ? undefined : fieldAt(analysed, offset)?.description.struct;
  if (struct !== undefined) return named(unit, unit.spell(struct));
  if (word === undefined) return undefined;
  return named(unit, word.text) ?? named(unit, `typeof(${word.text})`);
}

function nameOf(record: Record, fallback: string): string {
  return record.tag === undefined ? fallback : `${record.union ? 'union' : 'struct'} ${record.tag}`;
}

export function structsOf(context: Context, params: StructsParams): StructsResult {
  const read = context.source.read(uriToPath(params.uri));
  if (!read.ok) return [];
  const index = new LineIndex(read.text);
  return recordHeads(read.text).map(({ name, offset }) => ({ name, line: index.position(offset).line + 1 }));
}
