/** Primary and postfix expressions (C11 6.5.1, 6.5.2), literals, and builtins that take types. */
import type { Designator, Expr } from './ast';
import { parseFloat_, parseInt_, parseQuoted } from './literals';
import type { Parser } from './parser';
import { parseTypeName } from './parserDeclarators';
import { parseAssignment, parseExpression, parseStatementExpr } from './parserExpressions';
import { parseDesignators } from './parserInitializers';
import { intSizeBytes } from './targets';
import { TokKind } from './token';
import type { Tok } from './token';
import type { CType } from './types';

export function parsePostfix(p: Parser): Expr {
  return parsePostfixTail(p, parsePrimary(p));
}

export function parsePostfixTail(p: Parser, start: Expr): Expr {
  let left = start;
  for (;;) {
    switch (p.key) {
      case '(': left = parseCall(p, left); break;
      case '[': {
        p.next();
        const index = parseExpression(p);
        closeOr(p, ']');
        left = { kind: 'index', base: left, index, first: left.first, last: p.previous };
        break;
      }
      case '.': case '->': {
        const arrow = p.at('->');
        p.next();
        if (!p.isIdent) return p.fail('a member name', left.first);
        const nameTok = p.next();
        left = { kind: 'member', base: left, arrow, name: nameTok.text, nameTok, first: left.first, last: nameTok };
        break;
      }
      case '++': left = { kind: 'unary', op: 'x++', operand: left, first: left.first, last: p.next() }; break;
      case '--': left = { kind: 'unary', op: 'x--', operand: left, first: left.first, last: p.next() }; break;
      default: return left;
    }
  }
}

/** Takes the closing bracket; when it is missing, notes that and looks for it in the same statement. */
function closeOr(p: Parser, key: ')' | ']'): void {
  if (p.accept(key)) return;
  p.fail(`'${key}'`);
  if (p.atFreshDeclaration) return;
  p.skipTo(key, ';');
  p.accept(key);
}

function parseCall(p: Parser, callee: Expr): Expr {
  p.next();
  const args: (Expr | CType)[] = [];
  let types = false;
  while (!p.atEnd && !p.at(')')) {
    const before = p.pos;
    if (p.startsType()) {
      args.push(parseTypeName(p));
      types = true;
    } else args.push(parseAssignment(p));
    if (p.accept(',')) continue;
    if (!p.at(')') || p.pos === before) break;
  }
  closeOr(p, ')');
  const place = { first: callee.first, last: p.previous };
  if (types && callee.kind === 'ident') return { kind: 'builtinTypeCall', name: callee.name, args, ...place };
  return { kind: 'call', callee, args: args.filter(isExpr), ...place };
}

const typeKinds: ReadonlySet<string> = new Set(['void', 'pointer', 'array', 'function', 'vector', 'record', 'enum', 'typedef', 'unknown']);
/** An expression, not a type: `int` and `float` are kinds of both, only expressions have tokens. */
export function isExpr(x: Expr | CType): x is Expr {
  return !typeKinds.has(x.kind) && 'first' in x;
}

function parsePrimary(p: Parser): Expr {
  const { tok } = p;
  switch (tok.kind) {
    case TokKind.Number: return number(p);
    case TokKind.Char: return character(p);
    case TokKind.String: return strings(p);
    default: break;
  }
  switch (p.key) {
    case '': {
      if (!p.isIdent) break;
      p.next();
      const local = p.scope?.find(tok.text);
      return local === undefined ? { kind: 'ident', name: tok.text, first: tok, last: tok } : { kind: 'ident', name: tok.text, local, first: tok, last: tok };
    }
    case '(': {
      if (!p.enter()) {
        const error = p.fail('less nesting');
        p.skipBalanced();
        return error;
      }
      p.next();
      let made: Expr;
      if (p.at('{')) made = parseStatementExpr(p, tok);
      else {
        made = parseExpression(p);
        closeOr(p, ')');
        // The parentheses belong to the expression's place.
        made = { ...made, first: tok, last: p.previous };
      }
      p.leave();
      return made;
    }
    case '__func__': case '__FUNCTION__': case '__PRETTY_FUNCTION__':
      p.next();
      return { kind: 'ident', name: '__func__', first: tok, last: tok };
    case '__builtin_offsetof': return offsetof(p);
    case '__builtin_types_compatible_p': return typesCompatible(p);
    case '__builtin_choose_expr': return chooseExpr(p);
    case '__builtin_va_arg': return vaArg(p);
    case '_Generic': return generic(p);
    default: break;
  }
  return p.fail('an expression');
}

function number(p: Parser): Expr {
  const tok = p.next();
  const int = parseInt_(tok.text);
  if (int !== undefined) return { kind: 'int', ...int, first: tok, last: tok };
  const float = parseFloat_(tok.text);
  if (float !== undefined) return { kind: 'float', ...float, first: tok, last: tok };
  const error = { kind: 'error' as const, expected: 'a number', at: tok, first: tok, last: tok };
  p.errors.push(error);
  return error;
}

function wideBits(p: Parser): (prefix: string) => number {
  return (prefix) => (prefix === 'L' ? intSizeBytes(p.sema.target, p.sema.wchar) * 8 : prefix === 'u' ? 16 : 32);
}

/** C11 6.4.4.4p10; several characters in one constant: each shifts the earlier ones by eight bits, as gcc has it. */
function character(p: Parser): Expr {
  const tok = p.next();
  const { prefix, units } = parseQuoted(tok.text, wideBits(p));
  let value = 0n;
  if (prefix === '') {
    for (const unit of units) value = BigInt.asIntN(32, (value << 8n) | BigInt(unit & 255));
    if (units.length === 1 && p.sema.signed('char')) value = BigInt.asIntN(8, value);
  } else value = BigInt(units[units.length - 1] ?? 0);
  return { kind: 'char', value, prefix, first: tok, last: tok };
}

function strings(p: Parser): Expr {
  const first = p.tok;
  const toks: Tok[] = [];
  while (p.tok.kind === TokKind.String) toks.push(p.next());
  // C11 6.4.5p5: one prefix makes them all wide.
  let prefix = '';
  for (const tok of toks) {
    const own = tok.text.slice(0, Math.max(0, tok.text.indexOf('"')));
    if (own !== '') prefix = own;
  }
  const bytes: number[] = [];
  for (const tok of toks) {
    const own = tok.text.slice(0, Math.max(0, tok.text.indexOf('"')));
    const text = own === '' && prefix !== '' ? prefix + tok.text : tok.text;
    for (const unit of parseQuoted(text, wideBits(p)).units) bytes.push(unit);
  }
  return { kind: 'string', bytes, prefix, first, last: p.previous };
}

function offsetof(p: Parser): Expr {
  const first = p.next();
  p.expect('(');
  const type = parseTypeName(p);
  p.expect(',');
  const path: Designator[] = [];
  if (p.isIdent) {
    const tok = p.next();
    path.push({ kind: 'member', name: tok.text, tok });
    parseDesignators(p, path);
  } else p.fail('a member name');
  closeOr(p, ')');
  return { kind: 'offsetof', type, path, first, last: p.previous };
}

function typesCompatible(p: Parser): Expr {
  const first = p.next();
  p.expect('(');
  const left = parseTypeName(p);
  p.expect(',');
  const right = parseTypeName(p);
  closeOr(p, ')');
  return { kind: 'typesCompatible', left, right, first, last: p.previous };
}

function chooseExpr(p: Parser): Expr {
  const first = p.next();
  p.expect('(');
  const condition = parseAssignment(p);
  p.expect(',');
  const then = parseAssignment(p);
  p.expect(',');
  const otherwise = parseAssignment(p);
  closeOr(p, ')');
  return { kind: 'chooseExpr', condition, then, otherwise, first, last: p.previous };
}

function vaArg(p: Parser): Expr {
  const first = p.next();
  p.expect('(');
  const list = parseAssignment(p);
  p.expect(',');
  const type = parseTypeName(p);
  closeOr(p, ')');
  return { kind: 'vaArg', list, type, first, last: p.previous };
}

function generic(p: Parser): Expr {
  const first = p.next();
  p.expect('(');
  const control: Expr | CType = p.startsType() ? parseTypeName(p) : parseAssignment(p);
  const cases: { type: CType | undefined; value: Expr }[] = [];
  while (p.accept(',')) {
    const type = p.accept('default') !== undefined ? undefined : parseTypeName(p);
    p.expect(':');
    cases.push({ type, value: parseAssignment(p) });
  }
  closeOr(p, ')');
  return { kind: 'generic', control, cases, first, last: p.previous };
}
