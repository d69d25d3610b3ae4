/** Conditions of the commonest form, told without making tokens. */
import { A } from './keywords';
import type { TokenBuffer } from './lexer';
import { Raw } from './rawTokens';

/** `defined X`, `!defined(X)`, joined by one kind of && or ||: no tokens need be made. undefined: not of that form. */
export function quickTest(buffer: TokenBuffer, from: number, to: number, isDefined: (atom: number) => boolean): boolean | undefined {
  const { kinds, atoms } = buffer;
  let i = from;
  let result = false;
  let join = 0;
  for (;;) {
    let negate = false;
    while (kinds[i] === Raw.Not && i < to) {
      negate = !negate;
      i++;
    }
    if (i >= to) return undefined;
    let value: boolean;
    if (kinds[i] === Raw.Ident && atoms[i] === A.defined) {
      i++;
      const paren = kinds[i] === Raw.LParen;
      if (paren) i++;
      if (i >= to || kinds[i] !== Raw.Ident) return undefined;
      value = isDefined(atoms[i] ?? 0);
      i++;
      if (paren) {
        if (i >= to || kinds[i] !== Raw.RParen) return undefined;
        i++;
      }
    } else if (kinds[i] === Raw.Number && to === from + 1) {
      const text = buffer.spelling(i);
      if (text !== '0' && text !== '1') return undefined;
      value = text === '1';
      i++;
    } else return undefined;
    if (negate) value = !value;
    result = join === 0 ? value : join === Raw.AndAnd ? result && value : result || value;
    if (i >= to) return result;
    const op = kinds[i] ?? Raw.End;
    if ((op !== Raw.AndAnd && op !== Raw.OrOr) || (join !== 0 && join !== op)) return undefined;
    join = op;
    i++;
  }
}
