/**
 * A preprocessed C token, and how it got where it is.
 *
 * Every token keeps its spelling place through macro expansion, and the chain of expansions that brought it, so that a
 * finding lands on the characters a person wrote.
 */

export const enum TokKind {
  End = 0,
  Identifier,
  /** A keyword of C11 or GNU C in any of its spellings (`__inline__`, `__attribute__`, …). */
  Keyword,
  /** A preprocessing number, integer or floating. */
  Number,
  Char,
  String,
  Punct,
  /** A character that starts no token (`@`, a stray `\`, …). */
  Other,
}

/** Small integer that names a file within one translation unit. */
export type FileId = number;

export const enum TokFlag {
  SpaceBefore = 1,
  LineStart = 2,
  /** Painted blue: the name of a macro inside its own expansion, never expanded again. */
  NoExpand = 4,
}

export interface Tok {
  readonly kind: TokKind;
  /** The spelling, line continuations removed. */
  readonly text: string;
  /** Where the characters stand: file and UTF-16 offsets. A pasted token (`##`) stands where its left part stands. */
  readonly file: FileId;
  readonly start: number;
  readonly end: number;
  readonly flags: number;
  /** The innermost expansion that produced the token; null when it was written in place. */
  readonly exp: Expansion | null;
}

export interface MacroDef {
  readonly name: string;
  /** undefined: object-like. */
  readonly params: readonly string[] | undefined;
  /** Name of the variadic parameter (`__VA_ARGS__` or a GNU named one). */
  readonly variadic: string | undefined;
  readonly body: readonly Tok[];
  readonly file: FileId;
  /** From the macro's name to the end of its body. */
  readonly start: number;
  readonly end: number;
  /** Predefined, given on the command line (-D), or from a built-in header. */
  readonly builtin: boolean;
}

/** One use of a macro. */
export interface Expansion {
  readonly macro: MacroDef;
  /** The name in the invocation; its own `exp` tells which macro's body the invocation stood in. */
  readonly name: Tok;
  /** Arguments as written, before their own expansion; undefined for object-like macros. */
  readonly args: readonly (readonly Tok[])[] | undefined;
  /** The closing parenthesis; for an object-like macro the name again. */
  readonly close: Tok;
}
