/** Expressions (C11 6.5.3–6.5.17): everything above postfix. */
import type { BinaryOp, Block, Expr, InitList } from './ast';
import type { Parser } from './parser';
import { parseTypeName } from './parserDeclarators';
import { parseInitList } from './parserInitializers';
import { parsePostfix, parsePostfixTail } from './parserPrimary';
import { parseBlock } from './parserStatements';
import { TokKind } from './token';
import type { Tok } from './token';
import type { CType } from './types';

/** Binding strengths of C11 6.5.5–6.5.14. */
function strength(key: string): number {
  switch (key) {
    case '*': case '/': case '%': return 10;
    case '+': case '-': return 9;
    case '<<': case '>>': return 8;
    case '<': case '>': case '<=': case '>=': return 7;
    case '==': case '!=': return 6;
    case '&': return 5;
    case '^': return 4;
    case '|': return 3;
    case '&&': return 2;
    case '||': return 1;
    default: return 0;
  }
}

function isAssignOp(key: string): boolean {
  switch (key) {
    case '=': case '+=': case '-=': case '*=': case '/=': case '%=': case '<<=': case '>>=': case '&=': case '^=': case '|=': return true;
    default: return false;
  }
}

/** With commas. */
export function parseExpression(p: Parser): Expr {
  let left = parseAssignment(p);
  while (p.at(',')) {
    const opTok = p.next();
    const right = parseAssignment(p);
    left = { kind: 'binary', op: ',', opTok, left, right, first: left.first, last: right.last };
  }
  return left;
}

export function parseAssignment(p: Parser): Expr {
  if (!p.enter()) return tooDeep(p);
  const target = parseConditional(p);
  let made: Expr = target;
  if (isAssignOp(p.key)) {
    const op = p.next().text;
    const value = parseAssignment(p);
    made = { kind: 'assign', op, target, value, first: target.first, last: value.last };
  }
  p.leave();
  return made;
}

function tooDeep(p: Parser): Expr {
  const error = p.fail('less nesting');
  if (p.at('(') || p.at('[') || p.at('{')) p.skipBalanced();
  else if (!p.at(')') && !p.at(']') && !p.at('}') && !p.at(';') && !p.at(',')) p.next();
  return error;
}

export function parseConditional(p: Parser): Expr {
  const condition = parseBinary(p, 1);
  if (!p.at('?')) return condition;
  if (!p.enter()) return tooDeep(p);
  p.next();
  const then = p.at(':') ? undefined : parseExpression(p);
  p.expect(':');
  const otherwise = parseConditional(p);
  p.leave();
  return { kind: 'conditional', condition, then, otherwise, first: condition.first, last: otherwise.last };
}

function parseBinary(p: Parser, least: number): Expr {
  let left = parseUnary(p);
  for (;;) {
    const power = strength(p.key);
    if (power < least || power === 0) return left;
    const { key } = p;
    const opTok = p.next();
    const right = parseBinary(p, power + 1);
    left = { kind: 'binary', op: key as BinaryOp /* strength() is above 0 for binary operators only */, opTok, left, right, first: left.first, last: right.last };
  }
}

/** `(type)` starts here. */
function atTypeInParens(p: Parser): boolean {
  return p.at('(') && p.startsType(1);
}

export function parseUnary(p: Parser): Expr {
  const first = p.tok;
  switch (p.key) {
    case '+': case '-': case '~': case '!': case '*': case '&': return unary(p, p.key);
    case '++': return unary(p, '++x');
    case '--': return unary(p, '--x');
    case '__extension__': return unary(p, '__extension__');
    case 'real': return unary(p, '__real__');
    case 'imag': return unary(p, '__imag__');
    case '&&':
      if (p.peek().kind === TokKind.Identifier) {
        p.next();
        const label = p.next();
        return { kind: 'labelAddress', label: label.text, first, last: label };
      }
      return p.fail('an expression');
    case 'sizeof': return parseSizeof(p, 'sizeof', false);
    case 'alignof': return parseSizeof(p, 'alignof', false);
    case '_Alignof': return parseSizeof(p, 'alignof', true);
    case '(':
      if (atTypeInParens(p)) return parseCast(p);
      return parsePostfix(p);
    default: return parsePostfix(p);
  }
}

function unary(p: Parser, op: '+' | '-' | '~' | '!' | '*' | '&' | '++x' | '--x' | '__extension__' | '__real__' | '__imag__'): Expr {
  if (!p.enter()) return tooDeep(p);
  const first = p.next();
  const operand = parseUnary(p);
  p.leave();
  return { kind: 'unary', op, operand, first, last: operand.last };
}

/** Stands on the parenthesis of a cast or a compound literal. */
function parseCast(p: Parser): Expr {
  if (!p.enter()) return tooDeep(p);
  const first = p.next();
  const type = parseTypeName(p);
  if (!p.expect(')')) p.skipTo(')', ';');
  if (p.previous.text !== ')') p.accept(')');
  let made: Expr;
  if (p.at('{')) made = compoundLiteral(p, first, type);
  else {
    const operand = parseUnary(p);
    made = { kind: 'cast', type, operand, first, last: operand.last };
  }
  p.leave();
  return made;
}

function compoundLiteral(p: Parser, first: Tok, type: CType): Expr {
  const init: InitList = parseInitList(p);
  return parsePostfixTail(p, { kind: 'compoundLiteral', type, init, first, last: init.last });
}

function parseSizeof(p: Parser, op: 'sizeof' | 'alignof', minimum: boolean): Expr {
  if (!p.enter()) return tooDeep(p);
  const first = p.next();
  let made: Expr;
  const least = minimum ? { minimum } : {};
  if (atTypeInParens(p)) {
    const open = p.next();
    const type = parseTypeName(p);
    if (!p.expect(')')) {
      p.skipTo(')', ';');
      p.accept(')');
    }
    if (p.at('{')) {
      const operand = compoundLiteral(p, open, type);
      made = { kind: 'sizeofExpr', op, operand, first, last: operand.last, ...least };
    } else made = { kind: 'sizeofType', op, type, first, last: p.previous, ...least };
  } else {
    const operand = parseUnary(p);
    made = { kind: 'sizeofExpr', op, operand, first, last: operand.last, ...least };
  }
  p.leave();
  return made;
}

/** `({ … })`, the current token being the brace. */
export function parseStatementExpr(p: Parser, first: Tok): Expr {
  const body: Block = parseBlock(p);
  p.expect(')');
  return { kind: 'statementExpr', body, first, last: p.previous };
}
