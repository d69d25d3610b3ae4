/**
 * Finds where a tree defines a struct or union, and opens a unit that reads the definition as the kernel does: the .c file itself, or a file that
 * does nothing but include the header.
 */
import { readFileSync, statSync } from 'node:fs';
import type { CUnit } from '../c/api';
import type { SourceProvider } from '../c/source';
import type { Record } from '../c/types';
import { recordNamed } from './findRecord';
import { openHeader } from './headerUnit';
import type { Project } from './project';
import { walkC } from './walk';

/** `NAME`, `struct NAME`, `union NAME`, `NAME@path.c` (defined in that file), `typeof(VARIABLE)`. */
export interface TypeName {
  readonly tag: string | undefined;
  readonly variable: string | undefined;
  readonly union: boolean | undefined;
  readonly path: string | undefined;
}

export function parseTypeName(text: string): TypeName {
  const [spelled = '', path] = text.split('@');
  const variable = /^typeof\((\w+)\)$/.exec(spelled.trim())?.[1];
  const [, kind, tag] = /^(?:(struct|union)\s+)?(\w+)$/.exec(spelled.trim()) ?? [];
  return { tag: variable === undefined ? tag : undefined, variable, union: kind === undefined ? undefined : kind === 'union', path };
}

export interface FoundType {
  readonly unit: CUnit;
  readonly record: Record;
  /** The file that was opened for it. */
  readonly file: string;
}

/** A definition's head: `struct tag {`, attributes between. Whether it is one, the unit says. */
const HEAD = /\b(?:struct|union)\s+(?:__\w+(?:\([^()]*\))?\s+)*(\w+)\s*(?:__\w+(?:\([^()]*\))?\s*)*\{/g;
/** A macro that writes the head: `context_lock_struct(mutex) {`. */
const MACRO_HEAD = /^\w+\((\w+)\)\s*\{/gm;
/** A typedef's name: `} atomic_t;`, `typedef struct page *pgtable_t;`. Whether it is of a record, the unit says. */
const TYPEDEF = /^\}\s*(?:__\w+(?:\([^()]*\))?\s*)*(\w+)\s*(?:__\w+(?:\([^()]*\))?\s*)*;|^typedef\s+(?:struct|union)\s+\w+\s+(\w+)\s*;/gm;
/** Read whole into one string; larger ones are tables of data. */
const MAX_FILE_BYTES = 8 << 20;
const WALK = { ignored: new Set<string>(), maxFiles: 200_000 };

export class TypeFinder {
  private readonly units = new Map<string, CUnit>();
  /** tag -> files, one stage after the other. */
  private readonly heads = new Map<string, string[]>();
  private readonly variables = new Map<string, string[]>();
  private stage = 0;
  private readonly stages: readonly (() => readonly string[])[];

  /** `root`: the tree. What is commonly included is looked through first, programs that run beside the kernel not at all. */
  constructor(private readonly project: Project, private readonly source: SourceProvider, private readonly root: string, srcArch: string) {
    const files = (folder: string): readonly string[] => (isFolder(`${root}/${folder}`) ? walkC(`${root}/${folder}`, WALK).files : []);
    this.stages = [
      () => ['include', `arch/${srcArch}`].flatMap(files),
      () => ['kernel', 'mm', 'lib', 'fs', 'block', 'net', 'ipc', 'security', 'init', 'io_uring', 'crypto', 'virt'].flatMap(files),
      () => ['drivers', 'sound', 'scripts'].flatMap(files),
    ];
  }

  /** Every definition, the likely ones first. Stops looking when the caller does. */
  *find(name: TypeName): Generator<FoundType> {
    const tried = new Set<string>();
    if (name.path !== undefined) {
      yield* this.inFile(name, `${this.root}/${name.path}`);
      return;
    }
    for (;;) {
      for (const file of (name.variable === undefined ? this.heads.get(name.tag ?? '') : this.variables.get(name.variable)) ?? []) {
        if (tried.has(file)) continue;
        tried.add(file);
        yield* this.inFile(name, file);
      }
      if (!this.readStage()) return;
    }
  }

  /** Tags, typedefs and variables seen so far, for suggestions. */
  names(): Iterable<string> {
    return [...this.heads.keys(), ...this.variables.keys()];
  }

  private *inFile(name: TypeName, file: string): Generator<FoundType> {
    const unit = this.unitFor(file);
    const record = recordNamed(unit, name);
    if (record?.members !== undefined) yield { unit, record, file };
  }

  /** Reads one more stage into the index; false when all are read. */
  private readStage(): boolean {
    const files = this.stages[this.stage];
    if (files === undefined) return false;
    this.stage += 1;
    for (const file of files()) {
      const text = readText(file);
      for (const match of text.matchAll(HEAD)) add(this.heads, match[1] ?? '', file);
      for (const match of text.matchAll(TYPEDEF)) add(this.heads, match[1] ?? match[2] ?? '', file);
      for (const match of text.matchAll(MACRO_HEAD)) add(this.heads, match[1] ?? '', file);
      // File-scope variables: a name between `}` or a type and `=`, at the beginning of a line.
      for (const match of text.matchAll(/^(?:static |extern )?(?:struct\s+\w+|\})\s[^;{}()\n]*?\b(\w+)(?:\s+__\w+)*\s*(?:=|;)/gm)) add(this.variables, match[1] ?? '', file);
    }
    return true;
  }

  private unitFor(file: string): CUnit {
    const known = this.units.get(file);
    if (known !== undefined) return known;
    const unit = file.endsWith('.c') ? this.project.open(file, this.source).unit : openHeader(file, this.root, this.project, this.source);
    if (this.units.size >= 8) this.units.delete(this.units.keys().next().value ?? '');
    this.units.set(file, unit);
    return unit;
  }
}

function add(index: Map<string, string[]>, name: string, file: string): void {
  const files = index.get(name);
  if (files === undefined) index.set(name, [file]);
  else if (files.at(-1) !== file) files.push(file);
}

function readText(file: string): string {
  try {
    return statSync(file).size > MAX_FILE_BYTES ? '' : readFileSync(file, 'latin1');
  } catch {
    return ''; // gone since the walk
  }
}

function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}
