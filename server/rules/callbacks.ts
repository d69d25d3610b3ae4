/** What the bodies of custom callbacks do with the stream, as far as this file shows. */
import type { Tok } from '../c/token';
import type { CUnit } from '../c/api';

const writers: ReadonlySet<string> = new Set(['kstate_save_data', 'kstate_folio_save']);
const readers: ReadonlySet<string> = new Set(['kstate_restore_data', 'kstate_get_byte', 'kstate_get_ulong', 'kstate_folio_restore']);

/** The callback writes to the stream: true, false, or undefined when its body is not in this file. */
export function writesStream(unit: CUnit, callback: string): boolean | undefined {
  return calls(unit, callback, writers);
}

export function readsStream(unit: CUnit, callback: string): boolean | undefined {
  return calls(unit, callback, readers);
}

/** A call by name, in the body or in the functions of this file that it calls. One that hands the stream elsewhere is not known. */
function calls(unit: CUnit, name: string, wanted: ReadonlySet<string>): boolean | undefined {
  const seen = new Set<string>();
  const queue = [name];
  let opaque = false;
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    if (wanted.has(at)) return true;
    const fn = unit.lookup(at);
    const tokens = fn?.bodyTokens;
    if (tokens === undefined) {
      opaque ||= at === name;
      continue;
    }
    const stream = fn?.params?.[0]?.name;
    // `*(u8 *)stream->pos`, or the stream given to a function that is elsewhere: could be either.
    opaque ||= tokens.some((tok, i) => tok.text === '->' && tokens[i + 1]?.text === 'pos');
    for (const [i, tok] of tokens.entries()) {
      if (tokens[i + 1]?.text !== '(') continue;
      if (wanted.has(tok.text)) return true;
      const callee = unit.lookup(tok.text);
      if (callee?.bodyTokens !== undefined) queue.push(tok.text);
      else if (stream !== undefined && callee?.kind === 'function' && !writers.has(tok.text) && !readers.has(tok.text) && passes(tokens, i + 1, stream)) opaque = true;
    }
  }
  return opaque ? undefined : false;
}

/** The identifier stands among the arguments of the call whose `(` is at `open`. */
function passes(tokens: readonly Tok[], open: number, name: string): boolean {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const text = tokens[i]?.text;
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return false;
    else if (text === name) return true;
  }
  return false;
}
