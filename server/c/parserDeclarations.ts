/** External declarations and those of blocks (C11 6.7, 6.9). */
import type { Attribute, Declarator, Initializer, StaticAssert, TopLevel } from './ast';
import { typeAttributes } from './attributes';
import { completeArray } from './initializer';
import { resolve, unknownType } from './makeTypes';
import { Parser } from './parser';
import { declaratorOf, parseDeclarator } from './parserDeclarators';
import type { Parsed } from './parserDeclarators';
import { parseAssignment } from './parserExpressions';
import { parseInitializer } from './parserInitializers';
import { parseAttributes, parseSpecifiers, skipAsmLabel } from './parserSpecifiers';
import type { Specifiers } from './parserSpecifiers';
import { Scope } from './scope';
import type { FileScope } from './scope';
import type { Sema } from './sema';
import type { Tok } from './token';
import type { CType } from './types';
import { decayed, typeOf } from './typeOf';

/** What a function's body is parsed with later, by the function: the scope of its prototype, and file scope as it is seen from there. */
interface Surroundings {
  readonly prototype: Scope;
  readonly file: FileScope;
  readonly sema: Sema;
  readonly fromThere: <T>(work: () => T) => T;
}
const surroundings = new WeakMap<Declarator, Surroundings>();

/** Parses a function's body with its parameters, the tags of its prototype, and the names declared before it. */
export function parseBody<T>(fn: Declarator, tokens: readonly Tok[], parse: (parser: Parser) => T): T | undefined {
  const around = surroundings.get(fn);
  if (around === undefined) return undefined;
  const { prototype, file, sema, fromThere } = around;
  const scope = new Scope(undefined);
  for (const [tag, record] of prototype.records) scope.records.set(tag, record);
  for (const [tag, made] of prototype.enums) scope.enums.set(tag, made);
  for (const [name, declarator] of prototype.names) scope.names.set(name, declarator);
  for (const param of fn.params ?? []) if (param.name !== '') scope.names.set(param.name, param);
  const parser = new Parser(tokens, sema, file);
  parser.scope = scope;
  const { deep } = sema;
  try {
    return fromThere(() => parse(parser));
  } finally {
    sema.deep = deep;
  }
}

/** `_Pragma("…")` where preprocessing left one. */
export function skipPragmas(p: Parser): void {
  while (p.tok.text === '_Pragma' && p.peekKey() === '(') {
    p.next();
    p.skipBalanced();
  }
}

/** All external declarations of the tokens. Always ends; every token is in some node or was passed over with an ErrorNode. */
export function parseTopLevels(p: Parser): TopLevel[] {
  const all: TopLevel[] = [];
  while (!p.atEnd) {
    skipPragmas(p);
    if (p.accept(';')) continue;
    if (p.atEnd) break;
    const before = p.pos;
    for (const made of parseDeclaration(p)) all.push(made);
    if (p.pos === before) {
      const error = p.fail('a declaration');
      // A block that belongs to nothing: no declaration in it is one of the file's.
      if (p.at('{')) p.skipBlock();
      else p.next();
      if (all[all.length - 1]?.kind !== 'error') all.push(error);
    }
  }
  return all;
}

export function parseStaticAssert(p: Parser): StaticAssert {
  const first = p.next();
  p.expect('(');
  const condition = parseAssignment(p);
  let message: string | undefined;
  if (p.accept(',')) {
    const text = parseAssignment(p);
    if (text.kind === 'string') message = String.fromCharCode(...text.bytes.slice(0, 2000));
  }
  if (!p.at(')')) {
    p.fail("')'");
    p.skipTo(')', ';');
  }
  p.accept(')');
  p.expect(';');
  return { kind: 'staticAssert', condition, message, first, last: p.previous };
}

/** One declaration up to its `;` or function body. */
export function parseDeclaration(p: Parser): TopLevel[] {
  const first = p.tok;
  if (p.at('_Static_assert')) return [parseStaticAssert(p)];
  if (p.at('asm')) {
    p.next();
    while (p.at('volatile') || p.at('inline') || p.at('goto')) p.next();
    if (p.at('(')) p.skipBalanced();
    p.accept(';');
    return [{ kind: 'asm', first, last: p.previous }];
  }
  const specs = parseSpecifiers(p, p.scope === undefined);
  if (specs === undefined || specs.implicit) {
    const unread = unreadable(p, first, specs);
    if (unread !== undefined) return unread;
  }
  const use = specs ?? implicitInt(p, first);
  if (p.at(';')) {
    p.next();
    return [{ kind: 'type', type: use.tagged, first, last: p.previous }];
  }
  return parseDeclarators(p, use);
}

function implicitInt(p: Parser, first: Tok): Specifiers {
  return {
    first, type: unknownType('no type was written', p.tok), storage: 'none', inline: false, threadLocal: false, attributes: [], implicit: true, auto: false,
    tagged: undefined, taggedBody: false,
  };
}

/**
 * No type specifier: K&R's implicit int, or more likely the use of a macro that is defined nowhere (`MODULE_LICENSE("GPL")`,
 * `static DEFINE_MUTEX(lock)`). Those are passed over as one error node, a body after them included.
 */
function unreadable(p: Parser, first: Tok, specs: Specifiers | undefined): TopLevel[] | undefined {
  if (p.isIdent && p.peekKey() === '(') {
    const name = p.next();
    const error = { kind: 'error' as const, expected: `a declaration of '${name.text}' (macro or type)`, at: name };
    // No complaint: the header that defines the macro is missing, which is reported as such.
    p.skipBalanced();
    const attributes: Attribute[] = [];
    parseAttributes(p, attributes);
    if (p.at('{')) p.skipBlock();
    else if (p.at('=')) {
      p.skipTo(';', '}');
      p.accept(';');
    } else p.accept(';');
    return [{ ...error, first, last: p.previous }];
  }
  if (specs !== undefined && p.isIdent) return undefined;
  const error = p.fail('a declaration', first);
  resync(p);
  return [{ ...error, first, last: p.previous }];
}

/** After an error between declarations: past the next `;` or block, but not past a line that starts a new declaration. */
function resync(p: Parser): void {
  let moved = false;
  while (!p.atEnd) {
    if (p.at(';')) {
      p.next();
      return;
    }
    if (p.at('}') && p.scope !== undefined) return;
    if (moved && p.atFreshDeclaration) return;
    moved = true;
    if (p.at('{')) {
      p.skipBlock();
      if (p.at(';')) p.next();
      return;
    }
    if (p.at('(') || p.at('[')) p.skipBalanced();
    else p.next();
  }
}

function parseDeclarators(p: Parser, specs: Specifiers): TopLevel[] {
  const all: TopLevel[] = [];
  for (let count = 0; ; count++) {
    const made = parseDeclarator(p, specs.type, false);
    if (made.nameTok === undefined) {
      const error = p.fail('a name', specs.first);
      all.push(error);
      if (!p.atFreshDeclaration) resync(p);
      return all;
    }
    skipAsmLabel(p);
    const own = [...made.attributes];
    parseAttributes(p, own);
    // gcc applies those of the specifiers after those of the declarator.
    const attributes = [...own, ...specs.attributes];
    const type = typeAttributes(p.sema, made.type, own);
    const isFunction = resolve(type).kind === 'function';
    if (isFunction && specs.storage !== 'typedef' && count === 0 && (p.at('{') || startsOldParams(p, made))) {
      all.push(functionDefinition(p, specs, made, type, attributes));
      return all;
    }
    all.push(declareOne(p, specs, made, type, attributes, isFunction));
    if (p.accept(',')) continue;
    if (p.accept(';')) return all;
    const error = p.fail("';'");
    all.push(error);
    if (!p.atFreshDeclaration) resync(p);
    return all;
  }
}

function declareOne(p: Parser, specs: Specifiers, made: Parsed, type: CType, attributes: readonly Attribute[], isFunction: boolean): Declarator {
  const kind = specs.storage === 'typedef' ? 'typedef' : isFunction ? 'function' : 'variable';
  if (!p.at('=')) {
    const plain = declaratorOf(p, kind, specs, made, type, attributes);
    p.declare(plain);
    return plain;
  }
  // C11 6.2.1p7: the name is in scope in its own initialiser.
  const early = declaratorOf(p, kind, specs, made, type, attributes);
  if (p.scope !== undefined) p.declare(early);
  p.next();
  const init: Initializer = p.atFreshDeclaration ? p.fail('a value') : parseInitializer(p);
  const whole = specs.auto ? autoType(p, type, init) : completeArray(p.sema, type, init);
  const declared = { ...early, type: whole, init, last: p.previous };
  p.declare(declared);
  return declared;
}

function autoType(p: Parser, type: CType, init: Initializer): CType {
  if (init.kind === 'initList') return unknownType('__auto_type with a list', init.first);
  return { ...decayed(typeOf(p.sema, init)), quals: type.quals };
}

/** `int f(a, b) int a; char b; {` */
function startsOldParams(p: Parser, made: Parsed): boolean {
  return made.oldNames !== undefined && !p.at(';') && !p.at(',') && !p.at('=') && p.startsType();
}

function functionDefinition(p: Parser, specs: Specifiers, made: Parsed, type: CType, attributes: readonly Attribute[]): Declarator {
  let { params } = made;
  const scope = made.scope ?? new Scope(p.scope);
  if (made.oldNames !== undefined) {
    p.pushScope(scope);
    while (!p.atEnd && !p.at('{') && p.startsType()) parseDeclaration(p);
    p.popScope();
    params = made.oldNames.map((tok) => {
      const found = scope.names.get(tok.text);
      return found === undefined ? { ...implicitParam(p, tok) } : { ...found, kind: 'param' as const };
    });
  }
  const from = p.pos;
  const withoutBody = declaratorOf(p, 'function', specs, made, type, attributes);
  if (p.at('{')) p.skipBalanced();
  const bodyTokens = p.toks.slice(from, p.pos);
  const declared: Declarator = { ...withoutBody, params, bodyTokens, last: p.previous };
  surroundings.set(declared, { prototype: scope, file: p.file, sema: p.sema, fromThere: p.file.here() });
  p.declare(declared);
  return declared;
}

function implicitParam(p: Parser, tok: Tok): Declarator {
  return {
    kind: 'param', name: tok.text, nameTok: tok, type: unknownType('no type was written', tok), storage: 'none', inline: false, threadLocal: false,
    attributes: [], init: undefined, bodyTokens: undefined, params: undefined, value: undefined, first: tok, last: p.previous,
  };
}

