/** Finds the interface macro that made an entry, and the wrapper around it, from the chain of expansions of the entry's first token. */
import type { CUnit } from '../c/api';
import { TokFlag } from '../c/token';
import type { Expansion, Tok } from '../c/token';
import type { MacroUse } from './kstate';
import { kstateMacro } from './kstateMacros';

/** undefined: the entry is written by hand. */
export function readMacroUse(unit: CUnit, first: Tok): MacroUse | undefined {
  const chain = expansionChain(first);
  let use: Expansion | undefined;
  let outside: Expansion[] = [];
  for (const expansion of chain) {
    if (kstateMacro(expansion.macro.name) !== undefined) {
      use = expansion;
      outside = [];
    } else if (use !== undefined) outside.push(expansion);
  }
  if (use === undefined) return undefined;
  const wrapper = standsInBody(use) ? outside.at(-1) : undefined;
  const written = wrapper ?? use;
  return {
    name: use.macro.name,
    expansion: use,
    args: (use.args ?? []).map((tokens) => argument(unit, tokens, written)),
    wrapper: wrapper?.macro.name,
    range: unit.range(written.name, written.close),
  };
}

/** Expansions that led to a token, innermost first. */
export function expansionChain(tok: Tok): readonly Expansion[] {
  const chain: Expansion[] = [];
  for (let at = tok.exp; at !== null && chain.length < 256; at = at.name.exp) chain.push(at);
  return chain;
}

/** The name of the invocation is part of the definition of the macro around it, not of that macro's arguments. */
function standsInBody(use: Expansion): boolean {
  for (let around = use.name.exp; around !== null; around = around.name.exp) {
    if (use.name.file === around.macro.file && use.name.start >= around.macro.start && use.name.end <= around.macro.end) return true;
  }
  return false;
}

export function argument(unit: CUnit, tokens: readonly Tok[], written: Expansion): MacroUse['args'][number] {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return { text: '', range: unit.range(written.close) };
  return { text: spellTokens(tokens), range: unit.range(first, last) };
}

/** Tokens as written, white space between them reduced to one space. */
export function spellTokens(tokens: readonly Tok[]): string {
  let text = '';
  for (const tok of tokens) {
    const spaced = (tok.flags & (TokFlag.SpaceBefore | TokFlag.LineStart)) !== 0;
    text += text !== '' && spaced ? ` ${tok.text}` : tok.text;
  }
  return text;
}
