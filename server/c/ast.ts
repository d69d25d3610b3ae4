/**
 * The syntax tree of GNU C11, as the parser makes it: declarations, initialisers, expressions, statements.
 *
 * Nodes keep their first and last token, hence their place. What could not be read is an `error` node with the token that
 * stopped it, in the place where the thing should stand; everything around it is kept.
 */
import type { CType, EnumType, RecordType } from './types';
import type { Tok } from './token';

interface Node {
  readonly first: Tok;
  readonly last: Tok;
}

// ---- declarations ----

export type StorageClass = 'extern' | 'static' | 'typedef' | 'register' | 'auto' | 'none';

export interface Attribute extends Node {
  /** Without surrounding underscores: `packed`, `aligned`, `section`, … */
  readonly name: string;
  readonly args: readonly Expr[];
}

/** One declared name (a declaration with three declarators gives three). */
export interface Declarator extends Node {
  readonly kind: 'variable' | 'function' | 'typedef' | 'enumerator' | 'param';
  readonly name: string;
  readonly nameTok: Tok;
  readonly type: CType;
  readonly storage: StorageClass;
  readonly inline: boolean;
  readonly threadLocal: boolean;
  readonly attributes: readonly Attribute[];
  readonly init: Initializer | undefined;
  /** The body of a function definition, unparsed until asked for through CUnit.body(). */
  readonly bodyTokens: readonly Tok[] | undefined;
  /** Names of the parameters of a function definition, in order. */
  readonly params: readonly Declarator[] | undefined;
  /** For an enumerator. */
  readonly value: bigint | undefined;
}

export interface StaticAssert extends Node {
  readonly kind: 'staticAssert';
  readonly condition: Expr;
  readonly message: string | undefined;
}

export interface ErrorNode extends Node {
  readonly kind: 'error';
  /** What was expected, in words. */
  readonly expected: string;
  /** The token that stopped the parser. */
  readonly at: Tok;
}

/** A declaration that declares no name of its own: `struct x { … };`, `enum { … };`. */
export interface TypeDeclaration extends Node {
  readonly kind: 'type';
  readonly type: RecordType | EnumType | undefined;
}

export type TopLevel = Declarator | StaticAssert | TypeDeclaration | ErrorNode | TopLevelAsm;

export interface TopLevelAsm extends Node {
  readonly kind: 'asm';
}

// ---- initialisers ----

export type Initializer = Expr | InitList;

export interface InitList extends Node {
  readonly kind: 'initList';
  readonly items: readonly InitItem[];
}

export type Designator =
  | { readonly kind: 'member'; readonly name: string; readonly tok: Tok }
  | { readonly kind: 'index'; readonly index: Expr; readonly end: Expr | undefined };

export interface InitItem extends Node {
  readonly designators: readonly Designator[];
  readonly value: Initializer;
}

// ---- expressions ----

export type Expr =
  | Ident | IntLiteral | FloatLiteral | CharLiteral | StringLiteral
  | Unary | Binary | Assign | Conditional | Call | Index | Member | Cast | CompoundLiteral
  | SizeofExpr | SizeofType | Offsetof | TypesCompatible | ChooseExpr | Generic | StatementExpr | LabelAddress | VaArg | BuiltinTypeCall
  | ErrorNode;

export interface Ident extends Node {
  readonly kind: 'ident';
  readonly name: string;
  /** What the name means when it is declared in an inner scope (a parameter, a local); absent for names of file scope. */
  readonly local?: Declarator;
}
/** The value as written; the type follows C11 6.4.4.1 for the target. */
export interface IntLiteral extends Node { readonly kind: 'int'; readonly value: bigint; readonly suffix: string; readonly decimal: boolean }
export interface FloatLiteral extends Node { readonly kind: 'float'; readonly value: number; readonly suffix: string }
export interface CharLiteral extends Node { readonly kind: 'char'; readonly value: bigint; readonly prefix: string }
/** Adjacent literals joined. `bytes` are the execution characters without the final NUL (one unit per char; wide: units). */
export interface StringLiteral extends Node { readonly kind: 'string'; readonly bytes: readonly number[]; readonly prefix: string }

export type UnaryOp = '+' | '-' | '~' | '!' | '*' | '&' | '++x' | '--x' | 'x++' | 'x--' | '__real__' | '__imag__' | '__extension__';
export interface Unary extends Node { readonly kind: 'unary'; readonly op: UnaryOp; readonly operand: Expr }
export type BinaryOp =
  | '*' | '/' | '%' | '+' | '-' | '<<' | '>>' | '<' | '>' | '<=' | '>=' | '==' | '!=' | '&' | '^' | '|' | '&&' | '||' | ',';
export interface Binary extends Node { readonly kind: 'binary'; readonly op: BinaryOp; readonly opTok: Tok; readonly left: Expr; readonly right: Expr }
export interface Assign extends Node { readonly kind: 'assign'; readonly op: string; readonly target: Expr; readonly value: Expr }
/** `a ?: b` has no `then`. */
export interface Conditional extends Node { readonly kind: 'conditional'; readonly condition: Expr; readonly then: Expr | undefined; readonly otherwise: Expr }
export interface Call extends Node { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Expr[] }
export interface Index extends Node { readonly kind: 'index'; readonly base: Expr; readonly index: Expr }
export interface Member extends Node { readonly kind: 'member'; readonly base: Expr; readonly arrow: boolean; readonly name: string; readonly nameTok: Tok }
export interface Cast extends Node { readonly kind: 'cast'; readonly type: CType; readonly operand: Expr }
export interface CompoundLiteral extends Node { readonly kind: 'compoundLiteral'; readonly type: CType; readonly init: InitList }
/** `minimum`: C11's `_Alignof`, the alignment as a member; without it gcc's `__alignof__`, the preferred one (they differ on i386). */
export interface SizeofExpr extends Node { readonly kind: 'sizeofExpr'; readonly op: 'sizeof' | 'alignof'; readonly operand: Expr; readonly minimum?: boolean }
export interface SizeofType extends Node { readonly kind: 'sizeofType'; readonly op: 'sizeof' | 'alignof'; readonly type: CType; readonly minimum?: boolean }
/** `__builtin_offsetof(type, a.b[2])`. */
export interface Offsetof extends Node { readonly kind: 'offsetof'; readonly type: CType; readonly path: readonly Designator[] }
export interface TypesCompatible extends Node { readonly kind: 'typesCompatible'; readonly left: CType; readonly right: CType }
export interface ChooseExpr extends Node { readonly kind: 'chooseExpr'; readonly condition: Expr; readonly then: Expr; readonly otherwise: Expr }
export interface Generic extends Node {
  readonly kind: 'generic';
  readonly control: Expr | CType;
  readonly cases: readonly { readonly type: CType | undefined; readonly value: Expr }[];
}
export interface StatementExpr extends Node { readonly kind: 'statementExpr'; readonly body: Block }
export interface LabelAddress extends Node { readonly kind: 'labelAddress'; readonly label: string }
export interface VaArg extends Node { readonly kind: 'vaArg'; readonly list: Expr; readonly type: CType }
/** A builtin that takes types among its arguments and is none of the above. */
export interface BuiltinTypeCall extends Node { readonly kind: 'builtinTypeCall'; readonly name: string; readonly args: readonly (Expr | CType)[] }

// ---- statements ----

export type Stmt =
  | Block | ExprStmt | DeclStmt | If | While | DoWhile | For | Switch | Case | Default | Label | Goto | Return | Break | Continue | Asm | Empty
  | ErrorNode;

export interface Block extends Node { readonly kind: 'block'; readonly body: readonly Stmt[] }
export interface ExprStmt extends Node { readonly kind: 'expr'; readonly expr: Expr }
export interface DeclStmt extends Node { readonly kind: 'decl'; readonly declarations: readonly TopLevel[] }
export interface If extends Node { readonly kind: 'if'; readonly condition: Expr; readonly then: Stmt; readonly otherwise: Stmt | undefined }
export interface While extends Node { readonly kind: 'while'; readonly condition: Expr; readonly body: Stmt }
export interface DoWhile extends Node { readonly kind: 'doWhile'; readonly condition: Expr; readonly body: Stmt }
export interface For extends Node {
  readonly kind: 'for';
  readonly init: Expr | DeclStmt | undefined;
  readonly condition: Expr | undefined;
  readonly step: Expr | undefined;
  readonly body: Stmt;
}
export interface Switch extends Node { readonly kind: 'switch'; readonly value: Expr; readonly body: Stmt }
/** `case a ... b:` has `end`. */
export interface Case extends Node { readonly kind: 'case'; readonly value: Expr; readonly end: Expr | undefined; readonly body: Stmt | undefined }
export interface Default extends Node { readonly kind: 'default'; readonly body: Stmt | undefined }
export interface Label extends Node { readonly kind: 'label'; readonly name: string; readonly nameTok: Tok; readonly body: Stmt | undefined }
export interface Goto extends Node { readonly kind: 'goto'; readonly label: string | undefined; readonly target: Expr | undefined }
export interface Return extends Node { readonly kind: 'return'; readonly value: Expr | undefined }
export interface Break extends Node { readonly kind: 'break' }
export interface Continue extends Node { readonly kind: 'continue' }
export interface Asm extends Node { readonly kind: 'asm'; readonly operands: readonly Expr[] }
export interface Empty extends Node { readonly kind: 'empty' }
