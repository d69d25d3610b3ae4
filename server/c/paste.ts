/** The text of `##`: what two spellings together are. */
import { atomOf } from './atoms';
import { LAST_KEYWORD } from './keywords';
import { lex } from './lexer';
import { Raw, tokKindOfRaw } from './rawTokens';
import { TokKind } from './token';
import type { Tok } from './token';

export interface Pasted {
  readonly kind: TokKind;
  readonly text: string;
  readonly atom: number;
}

function name(text: string): Pasted {
  const atom = atomOf(text);
  return { kind: atom <= LAST_KEYWORD ? TokKind.Keyword : TokKind.Identifier, text, atom };
}

const WORD = /^[A-Za-z0-9_$]+$/;

/** Undefined when the two do not make one token (C11 6.10.3.3p3). */
export function pasteText(left: Tok, right: Tok): Pasted | undefined {
  const text = left.text + right.text;
  if (left.kind === TokKind.Identifier || left.kind === TokKind.Keyword) {
    if (right.kind === TokKind.Identifier || right.kind === TokKind.Keyword) return name(text);
    if (right.kind === TokKind.Number && WORD.test(right.text)) return name(text);
  }
  // A slash never begins a comment here.
  if (left.text === '/' && right.text !== '=') return undefined;
  const buffer = lex(text);
  if (buffer.count !== 1 || buffer.starts[0] !== 0 || buffer.ends[0] !== text.length) return undefined;
  const raw = buffer.kind(0);
  if (raw === Raw.Ident) return name(text);
  return { kind: tokKindOfRaw(raw), text, atom: raw >= Raw.PunctFirst ? raw : -1 };
}
