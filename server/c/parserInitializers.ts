/** Initialisers (C11 6.7.9) with GNU's `name:` and `[a ... b]`. One broken entry leaves the others whole. */
import type { Designator, InitItem, InitList, Initializer } from './ast';
import type { Parser } from './parser';
import { parseAssignment, parseConditional } from './parserExpressions';

export function parseInitializer(p: Parser): Initializer {
  return p.at('{') ? parseInitList(p) : parseAssignment(p);
}

export function parseInitList(p: Parser): InitList {
  const first = p.next();
  const items: InitItem[] = [];
  if (!p.enter()) {
    const error = p.fail('less nesting');
    p.seek(p.pos - 1);
    p.skipBalanced();
    return { kind: 'initList', items: [{ designators: [], value: error, first, last: first }], first, last: p.previous };
  }
  while (!p.atEnd && !p.at('}')) {
    if (p.at(';') || p.at(')') || p.at(']')) break;
    const before = p.pos;
    items.push(parseItem(p));
    if (!p.at(',') && !p.at('}')) {
      p.fail("',' or '}'");
      if (p.atFreshDeclaration) break;
      p.skipTo(',', '}', ';');
    }
    if (p.accept(',')) continue;
    if (p.at('}') || p.at(';') || p.pos === before) break;
  }
  p.leave();
  p.expect('}');
  return { kind: 'initList', items, first, last: p.previous };
}

function parseItem(p: Parser): InitItem {
  const first = p.tok;
  const designators: Designator[] = [];
  if (p.isIdent && p.peekKey() === ':') {
    const tok = p.next();
    p.next();
    designators.push({ kind: 'member', name: tok.text, tok });
  } else {
    parseDesignators(p, designators);
    // `[1] value` without '=' is an obsolete GNU form; `.a.b` needs its '='.
    if (designators.length > 0 && !p.accept('=') && designators[0]?.kind === 'member') {
      const error = p.fail("'='", first);
      if (!p.at(',') && !p.at('}')) p.skipTo(',', '}', ';');
      return { designators, value: error, first, last: p.previous };
    }
  }
  if (p.at(',') || p.at('}') || p.atFreshDeclaration) {
    const error = p.fail('a value');
    return { designators, value: error, first, last: p.previous };
  }
  const value = parseInitializer(p);
  return { designators, value, first, last: p.previous };
}

/** `.a.b[2]`, `[1 ... 3]`; also the tail of offsetof's second operand. */
export function parseDesignators(p: Parser, into: Designator[]): void {
  for (;;) {
    if (p.at('.')) {
      p.next();
      if (p.isIdent) {
        const tok = p.next();
        into.push({ kind: 'member', name: tok.text, tok });
      } else {
        p.fail('a member name');
        return;
      }
    } else if (p.at('[')) {
      p.next();
      const index = parseConditional(p);
      const end = p.accept('...') ? parseConditional(p) : undefined;
      if (!p.at(']')) {
        p.fail("']'");
        p.skipTo(']', ',', ';');
      }
      p.accept(']');
      into.push({ kind: 'index', index, end });
    } else return;
  }
}
