/**
 * What a translation unit says about KSTATE: descriptions, their fields, the objects registered with them.
 *
 * Facts: KSTATE facts sections 2 and 3.4. The model holds what the code says, right or wrong; rules/ judge it, engine/ runs it.
 */
import type { Expr, Declarator } from '../c/ast';
import type { CUnit, Init } from '../c/api';
import type { SrcRange } from '../c/source';
import type { Expansion } from '../c/token';
import type { CType } from '../c/types';

/** Which KSTATE the tree has. `v3-posted` is v3 without the assignment that repairs stream growth. */
export type KstateDialect = 'v1' | 'v2' | 'dev' | 'v3' | 'v3-posted';

/** A value read from the code, or the reason why it could not be. `range` is what it was read from. */
export type Read<T> =
  | { readonly known: true; readonly value: T; readonly range: SrcRange }
  | { readonly known: false; readonly why: string; readonly range: SrcRange };

/** The macro that made a field, as it stands in the source. */
export interface MacroUse {
  /** `KSTATE_BASE_TYPE_V`, …: the outermost macro with a name the interface defines. */
  readonly name: string;
  readonly expansion: Expansion;
  /** Arguments as written, one range each, with their text. */
  readonly args: readonly { readonly text: string; readonly range: SrcRange }[];
  /** Name of a wrapper macro around it that the person wrote instead; undefined when none. */
  readonly wrapper: string | undefined;
  readonly range: SrcRange;
}

/** The struct member a field is about, when the code lets us know. */
export interface FieldMember {
  /** As written: `a.b`, `t[1]`. */
  readonly path: string;
  readonly struct: CType;
  readonly type: CType;
  readonly offsetBytes: number;
  readonly sizeBytes: number;
  /** Only for a bit-field. */
  readonly bitWidth?: number;
}

/** A member that the struct does not have. */
export interface MissingMember {
  readonly name: string;
  readonly struct: CType;
  /** From the name as written in the designator (`b` of `a.b`). */
  readonly range: SrcRange;
}

export interface KstateField {
  /** Place in the list, from 0. */
  readonly index: number;
  /** `.name`, or the macro's stringified member. */
  readonly name: Read<string>;
  readonly offsetBytes: Read<number>;
  readonly sizeBytes: Read<number>;
  /** Unsigned 32 bit. */
  readonly flags: Read<number>;
  readonly versionId: Read<number>;
  readonly addrType: Read<number>;
  /** Variable name of the nested description (`.ksd`); undefined when not given. */
  readonly ksd: Read<string> | undefined;
  /** Names of the callbacks given. */
  readonly save: Read<string> | undefined;
  readonly restore: Read<string> | undefined;
  readonly count: Read<string> | undefined;
  /** undefined: written by hand. */
  readonly macro: MacroUse | undefined;
  readonly member: FieldMember | undefined;
  /** Given instead of `member` when the struct is known and has no such member. */
  readonly missingMember?: MissingMember;
  /** For macros that name a type (BASE_TYPE, DEPRECATED): that type. */
  readonly statedType: CType | undefined;
  /** The whole entry in the source (the macro use, or the braces). */
  readonly range: SrcRange;
}

/** An element of a `subsections` array. */
export interface SubsectionRef {
  /** Variable name of the description; undefined when the element is no plain `&name`. */
  readonly variable: string | undefined;
  readonly range: SrcRange;
}

export interface KstateDescription {
  /** The C variable. */
  readonly variable: string;
  readonly declarator: Declarator;
  readonly unit: CUnit;
  readonly name: Read<string>;
  readonly id: Read<number>;
  readonly versionId: Read<number>;
  readonly minVersionId: Read<number>;
  /** Up to, and without, the end entry. */
  readonly fields: readonly KstateField[];
  /** The KSTATE_END_OF_LIST entry; undefined when the list has none. */
  readonly end: { readonly range: SrcRange } | undefined;
  /** Entries that stand after the end entry. */
  readonly afterEnd: readonly KstateField[];
  /** The list's initialiser (braces), for fixes; undefined when `.fields` is absent or could not be read. */
  readonly fieldsRange: SrcRange | undefined;
  /** Where a finding about the whole list points: the `.fields` designator, or the item that gives it. */
  readonly fieldsAt?: SrcRange;
  /** Why the list could not be read. */
  readonly fieldsProblem: { readonly why: string; readonly range: SrcRange } | undefined;
  readonly subsections: readonly SubsectionRef[] | undefined;
  readonly subsectionsTerminated: boolean;
  readonly subsectionsRange: SrcRange | undefined;
  /** Where a finding about the whole array points: the `.subsections` designator, or the item that gives it. */
  readonly subsectionsAt?: SrcRange;
  /** The initialiser of `.id`, when given. */
  readonly idExpr?: Expr;
  /** The struct its fields are about, when they agree. */
  readonly struct: CType | undefined;
  /** From the variable's name; `range` spans the whole definition. */
  readonly nameRange: SrcRange;
  readonly range: SrcRange;
}

/** The KSTATE calls that take a description and an object. */
export type RegistrationCall = 'kstate_register' | 'kstate_restore' | 'kstate_register_restore' | 'kstate_unregister';

export interface KstateRegistration {
  readonly call: RegistrationCall;
  /** Function the call stands in. */
  readonly caller: string;
  /** Initcall level that runs the caller (`fs_initcall` = 5, `late_initcall` = 7, …; fractions for `_sync`); undefined when none does. */
  readonly initLevel: number | undefined;
  /** Variable name of the description, when the argument is `&name`. */
  readonly description: string | undefined;
  readonly object: KstateObject | undefined;
  readonly objectExpr: Expr | undefined;
  /** undefined where the call takes none (register_restore, v2): the counter gives it. */
  readonly instanceId: Read<number> | undefined;
  readonly range: SrcRange;
  readonly args: readonly SrcRange[];
}

/** A statically defined object that a registration names. */
export interface KstateObject {
  /** As C names it: `dev`, `devs[1]`, `dev.port`. */
  readonly variable: string;
  readonly declarator: Declarator;
  readonly type: CType;
  /** Its part of the variable's initialiser; undefined when the variable has none. */
  readonly init: Init | undefined;
}

export interface KstateModel {
  readonly unit: CUnit;
  readonly dialect: KstateDialect;
  /** Where the dialect is known from: the tree's header, or the default. */
  readonly dialectFrom: 'header' | 'default';
  /** Descriptions defined in the main file, in order. */
  readonly descriptions: readonly KstateDescription[];
  /** Calls in the main file, in the order the kernel makes them: by initcall level, then by place in the source. */
  readonly registrations: readonly KstateRegistration[];
  /** Uses of the interface's macros that the preprocessor could not expand: wrong number of arguments. */
  readonly badMacroUses?: readonly BadMacroUse[];
}

/** A KSTATE macro that the preprocessor did not expand: too many or too few arguments, or a name that this dialect does not define. */
export interface BadMacroUse {
  readonly name: string;
  /** The macro's name. */
  readonly nameRange: SrcRange;
  readonly range: SrcRange;
  readonly args: readonly { readonly text: string; readonly range: SrcRange }[];
  /** How many the macro's definition wants; of an undefined one, that of the dialects that have it. */
  readonly wanted: number;
  /** No header at hand defines it. */
  readonly undefinedHere?: true;
}
