/** Macros that add nothing a layout depends on: empty ones, and attributes for checkers, optimisers and linkers. */
import { atomText } from './atoms';
import { A, Kw, keywordOf } from './keywords';
import type { TokenBuffer } from './lexer';
import { Raw } from './rawTokens';

/** Attributes that sizes, alignments or the order of members depend on (gcc manual, Type and Variable Attributes). */
const OF_LAYOUT: ReadonlySet<string> = new Set([
  'packed', 'aligned', 'mode', 'vector_size', 'ms_struct', 'gcc_struct', 'scalar_storage_order', 'transparent_union', 'randomize_layout', 'warn_if_not_aligned',
]);

/** The body of the `#define` (an #undef counts as empty) is no text, or such attributes only. `inner`: the same of a macro it uses. */
export function isInertBody(buffer: TokenBuffer, directive: number, inner: (atom: number) => boolean): boolean {
  const name = (buffer.directives[directive] ?? 0) + 2;
  const end = buffer.directiveEnds[directive] ?? 0;
  if (buffer.structure.names[directive] === A.undef) return true;
  let i = name + 1;
  if (i < end && buffer.kind(i) === Raw.LParen && ((buffer.flags[i] ?? 0) & 1) === 0) i = closing(buffer, i, end) + 1;
  while (i < end) {
    if (buffer.kind(i) !== Raw.Ident) return false;
    const atom = buffer.atom(i);
    if (keywordOf(atom) === Kw.Attribute) {
      const close = closing(buffer, i + 1, end);
      for (let k = i + 1; k < close; k++) {
        if (buffer.kind(k) === Raw.Ident && OF_LAYOUT.has(atomText(buffer.atom(k)).replace(/^__|__$/g, ''))) return false;
      }
      i = close + 1;
    } else if (inner(atom)) {
      i++;
      if (i < end && buffer.kind(i) === Raw.LParen) i = closing(buffer, i, end) + 1;
    } else return false;
  }
  return true;
}

/** The parenthesis that closes the one at `open`; the end when none does. */
function closing(buffer: TokenBuffer, open: number, end: number): number {
  let depth = 0;
  for (let i = open; i < end; i++) {
    const kind = buffer.kind(i);
    if (kind === Raw.LParen) depth++;
    else if (kind === Raw.RParen && --depth <= 0) return i;
  }
  return end;
}
