/** Raw tokens (rawCodes.ts) and what they are to people and to the parser. */
import { Raw } from './rawCodes';
import { TokKind } from './token';

export { Raw, RawFlag } from './rawCodes';

/** Spelling by code, for the usual (not digraph) forms; '' for codes that are no punctuators. */
export const PUNCT_TEXT: readonly string[] = [
  '', '', '', '', '', '', '', '',
  '(', ')', '{', '}', '[', ']', ';', ',',
  '#', '##',
  '=', '*', '.', '->', '...',
  '+', '-', '/', '%', '&', '|', '^', '~', '!', '?', ':', '<', '>',
  '++', '--', '<<', '>>', '<=', '>=', '==', '!=', '&&', '||',
  '*=', '/=', '%=', '+=', '-=', '<<=', '>>=', '&=', '^=', '|=',
];

export function tokKindOfRaw(raw: number): TokKind {
  if (raw >= Raw.PunctFirst) return TokKind.Punct;
  switch (raw) {
    case Raw.Ident: return TokKind.Identifier;
    case Raw.Number: return TokKind.Number;
    case Raw.Char: return TokKind.Char;
    case Raw.String: return TokKind.String;
    case Raw.End: return TokKind.End;
    default: return TokKind.Other;
  }
}
