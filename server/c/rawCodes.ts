/**
 * Raw token codes: what the lexer writes into a buffer's `kinds` and `flags`, before any macro is looked at.
 *
 * Codes from `Raw.PunctFirst` on are punctuators; digraphs get the code of what they stand for (C11 6.4.6p3), their spelling stays in the text.
 * This file is read by two compilers: TypeScript's and AssemblyScript's (wasm/lexer.ts). It holds nothing but enums.
 */

export const enum Raw {
  /** Past the last token of a file. */
  End = 0,
  Ident,
  Number,
  Char,
  String,
  /** A character that starts no token, or a quote without its partner on the line. */
  Other,
  /** `<…>` after `#include`. */
  HeaderName,
  // eslint-disable-next-line @typescript-eslint/no-duplicate-enum-values -- the first punctuator has two names
  PunctFirst = 8, LParen = 8, RParen, LBrace, RBrace, LBracket, RBracket, Semi, Comma,
  Hash, HashHash,
  Eq, Star, Dot, Arrow, Ellipsis,
  Plus, Minus, Slash, Percent, Amp, Pipe, Caret, Tilde, Not, Question, Colon, Lt, Gt,
  PlusPlus, MinusMinus, Shl, Shr, Le, Ge, EqEq, Ne, AndAnd, OrOr,
  StarEq, SlashEq, PercentEq, PlusEq, MinusEq, ShlEq, ShrEq, AmpEq, CaretEq, PipeEq,
  PunctEnd,
}

/** Bits of a raw token's `flags`. The first two equal TokFlag's. */
export const enum RawFlag {
  SpaceBefore = 1,
  LineStart = 2,
  /** The spelling holds line continuations: its text is not the plain slice. */
  Spliced = 4,
  /** A digraph: the spelling differs from PUNCT_TEXT. */
  Digraph = 8,
  /** First token of a line with nothing before it, not even a blank: column 0. */
  Column0 = 16,
}
