/** What types and constants are worked out with: the target, the dialect's switches, the names of file scope. */
import type { Const } from './api';
import type { Declarator } from './ast';
import { isSigned } from './targets';
import type { Target } from './targets';
import type { Tok } from './token';
import type { IntName, Known, Record, RecordLayout, Unknown } from './types';
import { Work } from './work';

/** Switches of gcc that change meanings. Left out: as recent kernels are built. */
export interface Dialect {
  /** -funsigned-char (kernels since 6.2, any target). Default true. */
  readonly unsignedChar?: boolean;
  /** -fshort-wchar (kernels). Default true. */
  readonly shortWchar?: boolean;
  /** -fms-extensions: `struct tag;` inside a record is an anonymous member. Default true: without it gcc warns that such a line does nothing. */
  readonly msExtensions?: boolean;
}

/** Layouts of records, shared by units that share records. */
export class Layouts {
  private known = new WeakMap<Record, Known<RecordLayout>>();
  private unknown = new WeakMap<Record, Known<RecordLayout>>();

  get(record: Record): Known<RecordLayout> | undefined {
    return this.known.get(record) ?? this.unknown.get(record);
  }

  set(record: Record, layout: Known<RecordLayout>): void {
    (layout.known ? this.known : this.unknown).set(record, layout);
  }

  isKnown(record: Record): boolean {
    return this.known.has(record);
  }

  /** Some text has changed: what was missing may be there. */
  forgetUnknown(): void {
    this.unknown = new WeakMap();
  }

  /** A record that others may hold has changed. */
  forgetAll(): void {
    this.forgetUnknown();
    this.known = new WeakMap();
  }
}

export class Sema {
  /** Nesting of everything that recurs (parsing, evaluation, layout), so that no input exhausts the stack. */
  deep = 0;
  readonly work = new Work();
  /** Locals of a statement expression under evaluation. */
  readonly values = new Map<Declarator, Const>();
  readonly layingOut = new Set<Record>();
  readonly wchar: IntName;
  readonly msExtensions: boolean;
  private readonly unsignedChar: boolean;

  /** Chunks being parsed, one inside another. */
  parsing = 0;

  constructor(readonly target: Target, dialect: Dialect = {}, readonly layouts: Layouts = new Layouts()) {
    this.unsignedChar = dialect.unsignedChar ?? true;
    this.wchar = dialect.shortWchar ?? true ? 'unsigned short' : target.wchar;
    this.msExtensions = dialect.msExtensions ?? true;
  }

  /** Ordinary identifiers of file scope; the unit puts its own in. */
  lookup: (name: string) => Declarator | undefined = () => undefined;

  /** Complaints about initialisers, once per place. */
  readonly problems = new Map<string, { readonly first: Tok; readonly last: Tok; readonly message: string }>();
  report(first: Tok, last: Tok, message: string): void {
    if (this.problems.size < 1000) this.problems.set(`${first.file}:${first.start}:${message}`, { first, last, message });
  }

  signed(name: IntName): boolean {
    return name === 'char' && this.unsignedChar ? false : isSigned(this.target, name);
  }

  get sizeType(): IntName {
    // gcc's SIZE_TYPE: `unsigned int` on 32-bit Linux targets, `long unsigned int` on the others.
    return this.target.longBytes === 8 ? 'unsigned long' : 'unsigned int';
  }

  get ptrdiffType(): IntName {
    return this.target.longBytes === 8 ? 'long' : 'int';
  }
}

export function unknown(why: string, at: Tok): Unknown {
  return { known: false, why, at };
}
