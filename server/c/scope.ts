/** Scopes of a translation unit: inner ones are maps, the file's own is answered by the unit, on demand. */
import type { Declarator } from './ast';
import type { EnumBuild, RecordDef } from './records';
import type { Tok } from './token';

/** Names of one block, prototype or function body. */
export class Scope {
  readonly names = new Map<string, Declarator>();
  readonly records = new Map<string, RecordDef>();
  readonly enums = new Map<string, EnumBuild>();

  constructor(readonly parent: Scope | undefined) {}

  find(name: string): Declarator | undefined {
    for (let s: Scope | undefined = this; s !== undefined; s = s.parent) { // eslint-disable-line @typescript-eslint/no-this-alias -- walks outwards
      const found = s.names.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Structs and unions share one name space of tags; `union` keeps them apart so that bad code can't mix them. */
  findRecord(tag: string, union: boolean): RecordDef | undefined {
    for (let s: Scope | undefined = this; s !== undefined; s = s.parent) { // eslint-disable-line @typescript-eslint/no-this-alias -- walks outwards
      const found = s.records.get(tag);
      if (found !== undefined && found.union === union) return found;
    }
    return undefined;
  }

  findEnum(tag: string): EnumBuild | undefined {
    for (let s: Scope | undefined = this; s !== undefined; s = s.parent) { // eslint-disable-line @typescript-eslint/no-this-alias -- walks outwards
      const found = s.enums.get(tag);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** File scope, as the parser needs it. */
export interface FileScope {
  lookup(name: string): Declarator | undefined;
  /** Cheaper than lookup for names that are none. */
  isTypedef(name: string): boolean;
  /** The shared object of that tag; made when first mentioned. */
  record(tag: string, union: boolean, at: Tok): RecordDef;
  enum(tag: string, at: Tok): EnumBuild;
  /** The same, about to be given its members: what was defined before it is known then. */
  recordToDefine(tag: string, union: boolean, at: Tok): RecordDef;
  enumToDefine(tag: string, at: Tok): EnumBuild;
  declare(declarator: Declarator): void;
  /** For work that is put off: what it gives does later what is given to it, with the names that are visible now. */
  here(): <T>(work: () => T) => T;
}
