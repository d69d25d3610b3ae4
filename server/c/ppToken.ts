/** The token object that expansion makes, and the marks it uses inside. */
import { LAST_KEYWORD } from './keywords';
import { PUNCT_TEXT, Raw, RawFlag, tokKindOfRaw } from './rawTokens';
import type { TokenBuffer } from './lexer';
import { TokKind } from './token';
import type { Expansion, FileId, Tok } from './token';

/** Flags of PTok beyond TokFlag; none is left set in what the preprocessor hands out. */
export const enum PFlag {
  SpaceBefore = 1,
  LineStart = 2,
  NoExpand = 4,
  /** The left operand of `##`. */
  PasteLeft = 32,
  /** In a macro's body: a parameter (or __VA_OPT__) after `#`. */
  Stringify = 64,
}

/** A preprocessed token with the integer that names its text. */
export interface PpTok extends Tok {
  /** Identifiers and keywords: the atom of the text (`atomText(atom) === text`). Punctuators: the `Raw` code. Others: -1. */
  readonly atom: number;
}

export class PTok implements PpTok {
  constructor(
    readonly kind: TokKind,
    readonly text: string,
    readonly file: FileId,
    readonly start: number,
    readonly end: number,
    readonly flags: number,
    readonly exp: Expansion | null,
    readonly atom: number,
  ) {}
}

export function withFlags(t: PTok, flags: number): PTok {
  return new PTok(t.kind, t.text, t.file, t.start, t.end, flags, t.exp, t.atom);
}

export function withExpansion(t: PTok, exp: Expansion, flags: number): PTok {
  return new PTok(t.kind, t.text, t.file, t.start, t.end, flags, exp, t.atom);
}

export function isName(t: Tok): boolean {
  return t.kind === TokKind.Identifier || t.kind === TokKind.Keyword;
}

// Marks in the stream of an expansion. They stand for gcc's padding tokens: what white space to print or stringise next.
/** White space as the next token has it; also: do not paste. */
export const PAD_NONE = new PTok(TokKind.End, '', 0, 0, 0, 0, null, -2);
/** White space of a source token that had some before it. */
export const PAD_WHITE = new PTok(TokKind.End, '', 0, 0, 0, PFlag.SpaceBefore, null, -2);
/** White space of a source token that had none. */
export const PAD_TIGHT = new PTok(TokKind.End, '', 0, 0, 0, 0, null, -2);
/** End of a macro argument being expanded. */
export const ARG_END = new PTok(TokKind.End, '', 0, 0, 0, 0, null, -3);

export function isPad(t: PTok): boolean {
  return t.atom === -2;
}

export function padLike(t: PTok): PTok {
  return (t.flags & PFlag.SpaceBefore) !== 0 ? PAD_WHITE : PAD_TIGHT;
}

/** Raw token `i` of a buffer as an object. */
export function tokenOf(buffer: TokenBuffer, i: number, file: FileId): PTok {
  const raw = buffer.kinds[i] ?? Raw.End;
  const start = buffer.starts[i] ?? 0;
  const end = buffer.ends[i] ?? 0;
  const rawFlags = buffer.flags[i] ?? 0;
  const flags = rawFlags & (RawFlag.SpaceBefore | RawFlag.LineStart);
  if (raw === Raw.Ident) {
    const atom = buffer.atoms[i] ?? 0;
    return new PTok(atom <= LAST_KEYWORD ? TokKind.Keyword : TokKind.Identifier, buffer.spelling(i), file, start, end, flags, null, atom);
  }
  if (raw >= Raw.PunctFirst) {
    const text = (rawFlags & (RawFlag.Spliced | RawFlag.Digraph)) === 0 ? (PUNCT_TEXT[raw] ?? '') : buffer.spelling(i);
    return new PTok(TokKind.Punct, text, file, start, end, flags, null, raw);
  }
  return new PTok(tokKindOfRaw(raw), buffer.spelling(i), file, start, end, flags, null, -1);
}
