/** Definitions that the walk cannot take as they are. */
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { Raw } from './rawTokens';

/** A `#` that is no parameter's, or a strange parameter list, can make gcc refuse a definition. */
export function mayBeRefused(buffer: TokenBuffer, nameAt: number, end: number): boolean {
  if (nameAt + 1 < end && buffer.kind(nameAt + 1) === Raw.LParen && ((buffer.flags[nameAt + 1] ?? 0) & 1) === 0) {
    let i = nameAt + 2;
    // Names with commas between, no name twice; anything else is for the parser to judge.
    for (; i < end && buffer.kind(i) === Raw.Ident; i += 2) {
      const atom = buffer.atom(i);
      if (atom === A.__VA_ARGS__) return true;
      for (let k = nameAt + 2; k < i; k += 2) if (buffer.atom(k) === atom) return true;
      if (buffer.kind(i + 1) !== Raw.Comma) {
        i++;
        break;
      }
    }
    if (i < end && buffer.kind(i) === Raw.Ellipsis) i++;
    if (i >= end || buffer.kind(i) !== Raw.RParen || (i > nameAt + 2 && buffer.kind(i - 1) === Raw.Comma)) return true;
    for (; i < end; i++) if (buffer.kind(i) === Raw.Hash || buffer.kind(i) === Raw.HashHash) return true;
    return false;
  }
  for (let i = nameAt + 1; i < end; i++) if (buffer.kind(i) === Raw.HashHash) return true;
  return false;
}
