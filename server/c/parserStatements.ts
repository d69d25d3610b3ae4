/** Statements (C11 6.8) with GNU's: labels as values, case ranges, asm goto, nested functions (skipped), `__label__`. */
import type { Asm, Attribute, Block, DeclStmt, Expr, Stmt } from './ast';
import type { Parser } from './parser';
import { parseDeclaration, skipPragmas } from './parserDeclarations';
import { parseConditional, parseExpression } from './parserExpressions';
import { parseAttributes } from './parserSpecifiers';
import { TokKind } from './token';

/** Stands on the brace. */
export function parseBlock(p: Parser): Block {
  const first = p.tok;
  if (!p.enter()) {
    const error = p.fail('less nesting');
    p.skipBalanced();
    return { kind: 'block', body: [error], first, last: p.previous };
  }
  p.expect('{');
  p.pushScope();
  const body: Stmt[] = [];
  while (!p.atEnd && !p.at('}')) {
    const before = p.pos;
    body.push(parseStatement(p));
    if (p.pos === before) {
      p.fail('a statement');
      p.next();
    }
  }
  p.popScope();
  p.expect('}');
  p.leave();
  return { kind: 'block', body, first, last: p.previous };
}

/** After an expression statement and the like: the semicolon, or on to it. */
function endStatement(p: Parser): void {
  if (p.accept(';')) return;
  p.fail("';'");
  if (p.at('}') || p.atFreshDeclaration) return;
  p.skipTo(';', '}');
  if (p.at(')') || p.at(']')) p.next();
  p.accept(';');
}

function condition(p: Parser): Expr {
  if (!p.expect('(')) return p.fail("'('");
  const made = parseExpression(p);
  if (!p.accept(')')) {
    p.fail("')'");
    p.skipTo(')', ';', '{');
    p.accept(')');
  }
  return made;
}

export function parseStatement(p: Parser): Stmt {
  if (!p.enter()) {
    const error = p.fail('less nesting');
    if (p.at('{') || p.at('(')) p.skipBalanced();
    else p.next();
    return error;
  }
  const made = statement(p);
  p.leave();
  return made;
}

function statement(p: Parser): Stmt {
  skipPragmas(p);
  const first = p.tok;
  switch (p.key) {
    case '{': return parseBlock(p);
    case ';': return { kind: 'empty', first, last: p.next() };
    case 'if': {
      p.next();
      const test = condition(p);
      const then = parseStatement(p);
      const otherwise = p.accept('else') === undefined ? undefined : parseStatement(p);
      return { kind: 'if', condition: test, then, otherwise, first, last: p.previous };
    }
    case 'while': {
      p.next();
      const test = condition(p);
      const body = parseStatement(p);
      return { kind: 'while', condition: test, body, first, last: p.previous };
    }
    case 'do': {
      p.next();
      const body = parseStatement(p);
      p.expect('while');
      const test = condition(p);
      endStatement(p);
      return { kind: 'doWhile', condition: test, body, first, last: p.previous };
    }
    case 'for': return parseFor(p);
    case 'switch': {
      p.next();
      const value = condition(p);
      const body = parseStatement(p);
      return { kind: 'switch', value, body, first, last: p.previous };
    }
    case 'case': {
      p.next();
      const value = parseConditional(p);
      const end = p.accept('...') === undefined ? undefined : parseConditional(p);
      p.expect(':');
      const body = labelled(p);
      return { kind: 'case', value, end, body, first, last: p.previous };
    }
    case 'default': {
      p.next();
      p.expect(':');
      const body = labelled(p);
      return { kind: 'default', body, first, last: p.previous };
    }
    case 'goto': {
      p.next();
      if (p.accept('*')) {
        const target = parseExpression(p);
        endStatement(p);
        return { kind: 'goto', label: undefined, target, first, last: p.previous };
      }
      const label = p.isIdent ? p.next().text : undefined;
      endStatement(p);
      return { kind: 'goto', label, target: undefined, first, last: p.previous };
    }
    case 'return': {
      p.next();
      const value = p.at(';') || p.at('}') ? undefined : parseExpression(p);
      endStatement(p);
      return { kind: 'return', value, first, last: p.previous };
    }
    case 'break': p.next(); endStatement(p); return { kind: 'break', first, last: p.previous };
    case 'continue': p.next(); endStatement(p); return { kind: 'continue', first, last: p.previous };
    case 'asm': return parseAsm(p);
    case '__label__': {
      p.next();
      p.skipTo(';', '}');
      endStatement(p);
      return { kind: 'empty', first, last: p.previous };
    }
    case '_Static_assert': return declarations(p);
    default: break;
  }
  if (p.isIdent && p.peekKey() === ':') {
    const nameTok = p.next();
    p.next();
    parseAttributes(p, []);
    const body = labelled(p);
    return { kind: 'label', name: nameTok.text, nameTok, body, first, last: p.previous };
  }
  if (p.at('attribute')) {
    // `__attribute__((fallthrough));` is a statement, anything else begins a declaration.
    const before = p.pos;
    const attributes: Attribute[] = [];
    parseAttributes(p, attributes);
    if (p.at(';')) return { kind: 'empty', first, last: p.next() };
    p.seek(before);
  }
  if (startsDeclaration(p)) return declarations(p);
  const expr = parseExpression(p);
  endStatement(p);
  return { kind: 'expr', expr, first, last: p.previous };
}

/** What a label stands before; nothing before `}`. */
function labelled(p: Parser): Stmt | undefined {
  return p.at('}') || p.atEnd ? undefined : parseStatement(p);
}

function startsDeclaration(p: Parser): boolean {
  if (p.startsType()) return true;
  if (!p.isIdent) return false;
  const next = p.peek();
  const nextKey = p.peekKey();
  if (p.lookup(p.tok.text) !== undefined) return false;
  if (nextKey === '' && next.kind === TokKind.Identifier) return true;
  if (nextKey !== '*' || p.peek(2).kind !== TokKind.Identifier) return false;
  const after = p.peekKey(3);
  return p.peekKey(2) === '' && (after === ';' || after === '=' || after === ',' || after === '[');
}

function declarations(p: Parser): DeclStmt {
  const first = p.tok;
  const made = parseDeclaration(p);
  return { kind: 'decl', declarations: made, first, last: p.previous };
}

function parseFor(p: Parser): Stmt {
  const first = p.next();
  p.pushScope();
  p.expect('(');
  let init: Expr | DeclStmt | undefined;
  if (p.at(';')) p.next();
  else if (startsDeclaration(p)) init = declarations(p);
  else {
    init = parseExpression(p);
    endStatement(p);
  }
  const test = p.at(';') || p.at(')') ? undefined : parseExpression(p);
  if (!p.at(')')) p.expect(';');
  const step = p.at(')') ? undefined : parseExpression(p);
  if (!p.accept(')')) {
    p.fail("')'");
    p.skipTo(')', ';', '{');
    p.accept(')');
  }
  const body = parseStatement(p);
  p.popScope();
  return { kind: 'for', init, condition: test, step, body, first, last: p.previous };
}

/** `asm goto ("…" : out : in : clobbers : labels)`: its operands' expressions are kept. */
export function parseAsm(p: Parser): Asm {
  const first = p.next();
  while (p.at('volatile') || p.at('inline') || p.at('goto') || p.at('const')) p.next();
  const operands: Expr[] = [];
  if (p.expect('(')) {
    while (!p.atEnd && !p.at(')') && !p.at(';') && !p.at('}')) {
      if (p.at('[')) p.skipBalanced();
      else if (p.at('(')) {
        p.next();
        operands.push(parseExpression(p));
        if (!p.accept(')')) {
          p.fail("')'");
          p.skipTo(')', ';');
          p.accept(')');
        }
      } else p.next();
    }
    p.expect(')');
  }
  endStatement(p);
  return { kind: 'asm', operands, first, last: p.previous };
}

