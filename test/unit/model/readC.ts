/** Reads C text from memory, with the built-in headers, as the tests of models and rules need it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openUnit } from '../../../server/c/unit';
import type { CUnit } from '../../../server/c/api';
import type { SourceProvider, SrcRange } from '../../../server/c/source';
import { LineIndex } from '../../../server/c/source';
import { builtinHeaders } from '../../../server/model/builtinHeaders';
import type { KstateDescription, KstateDialect, KstateModel } from '../../../server/model/kstate';
import { readKstate } from '../../../server/model/kstateModel';

export interface ReadOptions {
  readonly path?: string;
  readonly dialect?: KstateDialect;
  readonly includePaths?: readonly string[];
  readonly files?: ReadonlyMap<string, string>;
}

/** Files in memory first, then those below the project's fixtures. */
function provider(files: ReadonlyMap<string, string>): SourceProvider {
  return {
    read(name) {
      const text = files.get(name);
      if (text !== undefined) return { ok: true, text, identity: `memory:${text.length}:${name}` };
      if (!name.startsWith(path.resolve('test/fixtures'))) return { ok: false, reason: 'missing' };
      try {
        return { ok: true, text: readFileSync(name, 'utf8'), identity: name };
      } catch {
        return { ok: false, reason: 'missing' };
      }
    },
  };
}

export function unitOf(text: string, options: ReadOptions = {}): CUnit {
  const name = options.path ?? '/src/driver.c';
  return openUnit({
    source: provider(new Map([...(options.files ?? []), [name, text]])),
    path: name,
    target: 'x86_64',
    includePaths: options.includePaths ?? [],
    defines: [],
    forcedIncludes: [],
    builtinHeaders: builtinHeaders(options.dialect ?? 'v3'),
  });
}

export function modelOf(text: string, options: ReadOptions = {}): KstateModel {
  return readKstate(unitOf(text, options));
}

export function description(model: KstateModel, variable: string): KstateDescription {
  const found = model.descriptions.find((d) => d.variable === variable);
  if (found === undefined) throw new Error(`no description ${variable}; there are: ${model.descriptions.map((d) => d.variable).join(', ')}`);
  return found;
}

/** The characters of a range in the main file. */
export function slice(model: KstateModel, range: SrcRange): string {
  return range.path === model.unit.main.path ? model.unit.main.text.slice(range.start, range.end) : `<${range.path}>`;
}

/** Line from 1. */
export function lineOf(text: string, range: SrcRange): number {
  return new LineIndex(text).position(range.start).line + 1;
}

export function fixture(...parts: readonly string[]): string {
  return path.resolve('test/fixtures', ...parts);
}

export function readFixture(...parts: readonly string[]): string {
  return readFileSync(fixture(...parts), 'utf8');
}
