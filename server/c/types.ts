/** C types. Sizes are for one target (targets.ts) and come from layout.ts; a type itself knows no numbers. */
import type { Attribute, Declarator, Expr } from './ast';
import type { Tok } from './token';

export interface Quals {
  readonly const: boolean;
  readonly volatile: boolean;
  readonly restrict: boolean;
  readonly atomic: boolean;
}

interface TypeBase {
  readonly quals: Quals;
  /** Attributes written on the type itself (`int * __attribute__((aligned(16))) p`); those of a declaration stand in its Declarator. */
  readonly attributes?: readonly Attribute[];
}

export type IntName =
  | '_Bool' | 'char' | 'signed char' | 'unsigned char' | 'short' | 'unsigned short' | 'int' | 'unsigned int'
  | 'long' | 'unsigned long' | 'long long' | 'unsigned long long' | '__int128' | 'unsigned __int128';

export interface VoidType extends TypeBase { readonly kind: 'void' }
export interface IntType extends TypeBase { readonly kind: 'int'; readonly name: IntName }
export interface FloatType extends TypeBase { readonly kind: 'float'; readonly name: string }
export interface PointerType extends TypeBase { readonly kind: 'pointer'; readonly to: CType }
export interface ArrayType extends TypeBase {
  readonly kind: 'array';
  readonly of: CType;
  /** Elements; undefined when flexible, incomplete, or when `lengthExpr` can't be evaluated. */
  readonly length: number | undefined;
  readonly lengthExpr: Expr | undefined;
}
export interface FunctionType extends TypeBase {
  readonly kind: 'function';
  readonly returns: CType;
  readonly params: readonly { readonly name: string | undefined; readonly type: CType }[];
  readonly variadic: boolean;
  readonly oldStyle: boolean;
}
export interface VectorType extends TypeBase { readonly kind: 'vector'; readonly of: CType; readonly sizeBytes: number }

/** A use of a struct or union; all uses share one `record`. */
export interface RecordType extends TypeBase { readonly kind: 'record'; readonly record: Record }
export interface Record {
  readonly tag: string | undefined;
  readonly union: boolean;
  /** undefined: only declared, not (yet) defined. */
  readonly members: readonly RecordMember[] | undefined;
  readonly attributes: readonly Attribute[];
  /** Value of `#pragma pack` in force at the definition, in bytes; 0 for none. */
  readonly pragmaPackBytes: number;
  /** The tag, or the keyword when anonymous, at the definition (at the first mention when undefined). */
  readonly at: Tok;
}
export interface RecordMember {
  /** undefined: an anonymous struct or union, or an unnamed bit-field. */
  readonly name: string | undefined;
  readonly type: CType;
  /** undefined: no bit-field, or a width that can't be evaluated (then `bitWidthExpr` is there and layout says why). */
  readonly bitWidth: number | undefined;
  /** Only for bit-fields. */
  readonly bitWidthExpr?: Expr;
  readonly attributes: readonly Attribute[];
  readonly first: Tok;
  readonly nameTok: Tok | undefined;
  readonly last: Tok;
}

export interface EnumType extends TypeBase { readonly kind: 'enum'; readonly enum: EnumDef }
export interface EnumDef {
  readonly tag: string | undefined;
  readonly enumerators: readonly Declarator[] | undefined;
  readonly attributes: readonly Attribute[];
  /** A fixed underlying type (C23) when written. */
  readonly underlying: CType | undefined;
  readonly at: Tok;
}

/** A name for another type, kept so that messages say `u32` where the source does. */
export interface TypedefType extends TypeBase { readonly kind: 'typedef'; readonly name: string; readonly target: CType; readonly declared: Declarator }

/** A type that could not be read or resolved; `at` is the token that stopped it, `why` says so in words. */
export interface UnknownType extends TypeBase { readonly kind: 'unknown'; readonly why: string; readonly at: Tok }

export type CType =
  | VoidType | IntType | FloatType | PointerType | ArrayType | FunctionType | VectorType | RecordType | EnumType | TypedefType | UnknownType;

// ---- layout ----

export interface MemberLayout {
  readonly member: RecordMember;
  /** From the start of the record asked for. A bit-field's is that of its storage unit. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /**
   * Only for bit-fields: bits from the start of the record in the target's own numbering, as DWARF's data_bit_offset. Bit 0 of a byte
   * is the least significant one on little-endian targets, the most significant one on big-endian targets.
   */
  readonly bitOffset: number | undefined;
  readonly bitSize: number | undefined;
}
export interface RecordLayout {
  readonly record: Record;
  readonly sizeBytes: number;
  readonly alignBytes: number;
  readonly members: readonly MemberLayout[];
}

/** Why a number could not be had; `at` is the token that stopped it. */
export interface Unknown {
  readonly known: false;
  readonly why: string;
  readonly at: Tok;
}
export type Known<T> = { readonly known: true; readonly value: T } | Unknown;
