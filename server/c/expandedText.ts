/** Tokens that go into expansion, and those that come out of it. */
import { atomOf } from './atoms';
import type { Expander } from './expand';
import { LAST_KEYWORD } from './keywords';
import { lex } from './lexer';
import { PAD_NONE, PFlag, PTok, isPad, tokenOf, withFlags } from './ppToken';
import type { PpTok } from './ppToken';
import { Raw } from './rawTokens';
import { TokKind } from './token';
import type { Tok } from './token';

/**
 * Tokens that expansion may make. A unit of the kernel makes up to five for each token it reads (xfs, with everything in it asked for); what is more in proportion
 * doubles, and the little that every text may make is done within a second.
 */
export const LEAST_BUDGET = 700_000;
const BUDGET_PER_TOKEN = 15;
const MOST_BUDGET = 25_000_000;

/** Beside the least, for a text of so many tokens. */
export function budgetFor(read: number): number {
  return Math.min(read * BUDGET_PER_TOKEN, MOST_BUDGET);
}

/** As text that was not expanded yet: names that were painted in another expansion are tried again. */
export function asPTok(t: Tok): PTok {
  if (t instanceof PTok) return withFlags(t, t.flags & ~PFlag.NoExpand);
  const atom = t.kind === TokKind.Identifier || t.kind === TokKind.Keyword ? atomOf(t.text) : -1;
  if (t.kind === TokKind.Punct) return tokenOf(lex(t.text), 0, t.file);
  return new PTok(atom > 0 && atom <= LAST_KEYWORD ? TokKind.Keyword : t.kind, t.text, t.file, t.start, t.end, t.flags, t.exp, atom);
}

/** Whether a bracket is not closed. */
export function openBrackets(toks: readonly PpTok[]): boolean {
  let depth = 0;
  for (const { kind, atom } of toks) {
    if (kind !== TokKind.Punct) continue;
    if (atom === Raw.LParen || atom === Raw.LBrace || atom === Raw.LBracket) depth++;
    else if (atom === Raw.RParen || atom === Raw.RBrace || atom === Raw.RBracket) depth--;
  }
  return depth > 0;
}

/** Reads an expander to its end; marks become the SpaceBefore flag of the token after them. */
export function drain(expander: Expander, out: PTok[], each: () => void): void {
  let pad: PTok | undefined;
  try {
    for (;;) {
      const t = expander.next();
      if (isPad(t)) {
        if (pad === undefined || (pad !== PAD_NONE && (pad.flags & PFlag.SpaceBefore) === 0 && t === PAD_NONE)) pad = t;
        else if (pad === PAD_NONE) pad = t;
        continue;
      }
      if (t.kind === TokKind.End) break;
      each();
      const space = pad === undefined || pad === PAD_NONE ? t.flags & PFlag.SpaceBefore : pad.flags & PFlag.SpaceBefore;
      pad = undefined;
      out.push(space === (t.flags & PFlag.SpaceBefore) ? t : withFlags(t, (t.flags & ~PFlag.SpaceBefore) | space));
    }
  } finally {
    expander.close();
  }
}
