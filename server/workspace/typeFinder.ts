/**
 * Finds where a tree defines a struct or union, and opens a unit that reads the definition as the kernel does: the .c file itself, or a file that
 * does nothing but include the header.
 */
import type { CUnit } from '../c/api';
import { targetOf } from '../c/targets';
import { compilerRecord } from '../c/vaList';
import type { SourceProvider } from '../c/source';
import type { Record } from '../c/types';
import { DefinitionFiles } from './definitionFiles';
import { recordNamed } from './findRecord';
import { openHeader } from './headerUnit';
import type { Project } from './project';

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

/** Units kept. Types of one header are often asked for one after another. */
const MAX_UNITS = 8;
/** Files that include a header which does not stand alone, tried for it. */
const MAX_INCLUDERS = 4;

export class TypeFinder {
  private readonly units = new Map<string, CUnit>();
  private readonly definitions: DefinitionFiles;

  /** `root`: the tree. */
  constructor(private readonly project: Project, private readonly source: SourceProvider, private readonly root: string, srcArch: string) {
    this.definitions = new DefinitionFiles(root, srcArch);
  }

  /** Every definition, the likely ones first. Stops looking when the caller does. */
  *find(name: TypeName): Generator<FoundType> {
    if (name.path === undefined && name.tag !== undefined && name.union !== true) {
      const file = `${this.root}/include/linux/types.h`;
      const record = compilerRecord(name.tag, targetOf(this.project.targetOf(file)));
      // Of no file; any unit lays it out.
      if (record !== undefined) yield { unit: this.unitFor(file), record, file };
    }
    for (const file of name.path === undefined ? this.definitions.of(name) : [`${this.root}/${name.path}`]) yield* this.inFile(name, file);
  }

  /** Tags, typedefs and variables seen so far, for suggestions. */
  names(): Iterable<string> {
    return this.definitions.names();
  }

  /** A header that does not stand alone is read as files that include it do. */
  private *inFile(name: TypeName, file: string): Generator<FoundType> {
    const own = this.opened(name, file);
    if (own !== undefined && own.unit.layout(own.record).known) {
      yield own;
      return;
    }
    let found = false;
    if (file.endsWith('.h')) {
      for (const includer of this.definitions.includersOf(file).slice(0, MAX_INCLUDERS)) {
        const other = this.opened(name, includer);
        if (other === undefined || !other.unit.layout(other.record).known) continue;
        found = true;
        yield { ...other, file };
        break;
      }
    }
    if (!found && own !== undefined) yield own;
  }

  private opened(name: TypeName, file: string): FoundType | undefined {
    const unit = this.unitFor(file);
    const record = recordNamed(unit, name);
    return record?.members === undefined ? undefined : { unit, record, file };
  }

  private unitFor(file: string): CUnit {
    const known = this.units.get(file);
    if (known !== undefined) return known;
    const unit = file.endsWith('.c') ? this.project.open(file, this.source).unit : openHeader(file, this.root, this.project, this.source);
    if (this.units.size >= MAX_UNITS) this.units.delete(this.units.keys().next().value ?? '');
    this.units.set(file, unit);
    return unit;
  }
}
