/**
 * What the rest of the house sees of one translation unit. `openUnit` (unit.ts) makes it.
 *
 * Nothing is parsed before it is asked for: a unit lexes and preprocesses its files into top-level chunks, indexes the names
 * each could declare, and parses a chunk when a lookup lands on it. The main file's chunks are parsed by `declarations`.
 */
import type { Block, Declarator, Expr, Initializer, StringLiteral, CompoundLiteral, TopLevel } from './ast';
import type { SrcRange, SourceProvider } from './source';
import type { Expansion, FileId, MacroDef, Tok } from './token';
import type { CType, EnumDef, Known, MemberLayout, Record, RecordLayout, RecordMember, Unknown } from './types';

export interface CFile {
  readonly id: FileId;
  readonly path: string;
  readonly text: string;
  /** A built-in header of ours, used because the tree has none. */
  readonly builtin: boolean;
  /** How often an identifier stands in the text, or in a part of it, conditionals and directives included, comments and literals not. */
  mentions(name: string, within?: { readonly start: number; readonly end: number }): number;
}

export interface Include {
  /** The directive's operand, quotes included, in the including file. */
  readonly range: SrcRange;
  readonly spelled: string;
  /** undefined: not found anywhere, and no built-in header stands in. */
  readonly resolved: CFile | undefined;
}

/** Something the compiler would complain of, or that could not be read. */
export interface CProblem {
  readonly range: SrcRange;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  /** The text may be right, but some of it was not read: a header that cannot be read, a limit that was met. */
  readonly leftOut?: true;
}

/** A decision taken without a build folder's knowledge. */
export interface Assumption {
  /** What follows "assumes": `CONFIG_X=n`, `CONFIG_HZ=1000`, `nothing of <generated/x.h>, which is missing`. */
  readonly what: string;
  /** Where it was met first. */
  readonly range: SrcRange;
}

/** A constant as C's translation phase knows it. */
export type Const =
  | { readonly kind: 'int'; readonly value: bigint; readonly type: CType }
  | { readonly kind: 'float'; readonly value: number; readonly type: CType }
  /** The address of something plus an offset: `&obj.member`, `array + 3`, a function, a string, a compound literal. */
  | { readonly kind: 'address'; readonly of: Declarator | StringLiteral | CompoundLiteral; readonly offsetBytes: bigint; readonly type: CType }
  | (Unknown & { readonly kind: 'unknown' });

/** An initialiser with designators applied, as the object will be: later items have overridden earlier ones. */
export type Init =
  /** Not mentioned by the initialiser: zero. */
  | { readonly kind: 'zero'; readonly type: CType }
  | { readonly kind: 'scalar'; readonly type: CType; readonly expr: Expr }
  | { readonly kind: 'string'; readonly type: CType; readonly literal: StringLiteral }
  /** In order of the record's members; `path` steps through anonymous members are separate levels. For a union, the last one set. */
  | { readonly kind: 'record'; readonly type: CType; readonly record: Record; readonly members: readonly InitMember[]; readonly from: Initializer }
  /** Sparse: elements not listed are zero. `length` is the array's, from the type or from the initialiser. */
  | { readonly kind: 'array'; readonly type: CType; readonly length: number; readonly elements: readonly InitElement[]; readonly from: Initializer }
  | (Unknown & { readonly kind: 'unknown'; readonly type: CType });
export interface InitMember {
  readonly member: RecordMember;
  readonly value: Init;
  /** The item that set it, first to last token (designator included). */
  readonly first: Tok;
  readonly last: Tok;
}
export interface InitElement {
  readonly index: number;
  readonly value: Init;
  readonly first: Tok;
  readonly last: Tok;
}

export interface CUnit {
  readonly main: CFile;
  readonly files: readonly CFile[];
  readonly includes: readonly Include[];
  readonly problems: readonly CProblem[];
  readonly assumptions: readonly Assumption[];

  /** Every external declaration written in the main file (macro-made ones included), in order. */
  readonly declarations: readonly TopLevel[];
  /** Every macro use whose name is written in the main file outside macro bodies, by offset; nested uses in arguments included. */
  readonly expansions: readonly Expansion[];

  /** The definition in force at the end of the main file. */
  macro(name: string): MacroDef | undefined;
  /** Ordinary identifier at file scope: variable, function, typedef, enumerator. A definition is preferred to a declaration. */
  lookup(name: string): Declarator | undefined;
  record(tag: string, union?: boolean): Record | undefined;
  enum(tag: string): EnumDef | undefined;

  /** The parsed body of a function definition; undefined for a mere declaration. */
  body(fn: Declarator): Block | undefined;

  /** Parses tokens (for example a macro argument) as a type name or as an expression, in file scope. */
  parseType(tokens: readonly Tok[]): CType;
  parseExpr(tokens: readonly Tok[]): Expr;

  typeOf(expr: Expr): CType;
  evaluate(expr: Expr): Const;
  resolveInit(type: CType, init: Initializer): Init;

  sizeOf(type: CType): Known<number>;
  alignOf(type: CType): Known<number>;
  layout(record: Record): Known<RecordLayout>;
  /**
   * What the layout of the record rests on that nobody told us: options of the configuration as they were taken, missing headers. By name, bounded by
   * what the record's text, its members' types and the macros they use mention. Empty when the configuration is known.
   */
  assumptionsOf(record: Record): readonly Assumption[];
  /** Why `record(tag)` finds nothing: the options that keep definitions in the unit's files out of it. Empty when there are none. */
  assumptionsOfTag(tag: string): readonly Assumption[];
  /** The same of any type. */
  assumptionsOfType(type: CType): readonly Assumption[];
  /** The same of a constant: enumerators, sizes and macros that it speaks of. */
  assumptionsOfExpr(expr: Expr): readonly Assumption[];
  /** What decides that the text of the range is there at all: the conditionals around it. */
  assumptionsAt(range: SrcRange): readonly Assumption[];
  /**
   * The member a designator path names (`a.b`, `t[1]`, anonymous members searched), with its offset from the start of `type`.
   * `member` is that of the last step that names one; `type` is the type of the whole path.
   */
  memberAt(type: CType, path: readonly Tok[]): Known<{ layout: MemberLayout; offsetBytes: number; type: CType }>;
  /** GNU `__builtin_types_compatible_p`: top-level qualifiers ignored, enums distinct from each other, typedefs seen through. */
  compatible(a: CType, b: CType): boolean;
  /** As C writes it, typedef names kept. */
  spell(type: CType): string;

  /** Where the characters of a token stand that a person wrote: its spelling when that is in no macro body, else the invocation. */
  range(first: Tok, last?: Tok): SrcRange;
}

/** How a unit is to be read. */
export interface UnitOptions {
  readonly source: SourceProvider;
  readonly path: string;
  readonly target: string;
  /** `#include <…>`: searched in order; quote includes look beside the including file first. */
  readonly includePaths: readonly string[];
  /** `-D` and `-U`, in order. */
  readonly defines: readonly { readonly name: string; readonly value: string | undefined }[];
  /** `-include`. */
  readonly forcedIncludes: readonly string[];
  /**
   * Headers of ours by include spelling (`linux/kstate.h`), used when the search paths have none. An include path `<built-in>/x` stands for
   * those whose name begins with `x/`.
   */
  readonly builtinHeaders: ReadonlyMap<string, string>;
}
