/** Declarators (C11 6.7.6), abstract ones included, and type names (6.7.7). */
import type { Attribute, Declarator, Expr } from './ast';
import { typeAttributes, typeLevelAttributes } from './attributes';
import { arrayOf, noQuals, pointerTo, resolve, unknownType } from './makeTypes';
import type { Parser } from './parser';
import { parseAssignment } from './parserExpressions';
import { parseAttributes, parseSpecifiers, skipAsmLabel } from './parserSpecifiers';
import type { Specifiers } from './parserSpecifiers';
import { arrayLength } from './constant';
import type { Scope } from './scope';
import { TokKind } from './token';
import type { Tok } from './token';
import type { CType, Quals } from './types';

export interface Parsed {
  readonly first: Tok;
  readonly nameTok: Tok | undefined;
  readonly type: CType;
  readonly attributes: readonly Attribute[];
  /** Of the function the name itself denotes. */
  readonly params: readonly Declarator[] | undefined;
  /** The prototype's scope, for the body. */
  readonly scope: Scope | undefined;
  /** `int f(a, b)`: names without types. */
  readonly oldNames: readonly Tok[] | undefined;
}

interface Suffix {
  readonly wrap: (of: CType) => CType;
  readonly params?: readonly Declarator[];
  readonly scope?: Scope;
  readonly oldNames?: readonly Tok[];
}

const MAX_POINTERS = 64;
const MAX_SUFFIXES = 64;

function parsePointerQuals(p: Parser, attributes: Attribute[]): Quals {
  let quals: Quals = noQuals;
  for (;;) {
    switch (p.key) {
      case 'const': quals = { ...quals, const: true }; p.next(); break;
      case 'volatile': quals = { ...quals, volatile: true }; p.next(); break;
      case 'restrict': quals = { ...quals, restrict: true }; p.next(); break;
      case '_Atomic': quals = { ...quals, atomic: true }; p.next(); break;
      case '__seg_gs': case '__seg_fs': case '__extension__': p.next(); break;
      case 'attribute': parseAttributes(p, attributes); break;
      default: return quals;
    }
  }
}

/** `abstract`: the name may be left out (parameters, type names); a parenthesis then may be a parameter list. */
export function parseDeclarator(p: Parser, base: CType, abstract: boolean): Parsed {
  const first = p.tok;
  const attributes: Attribute[] = [];
  parseAttributes(p, attributes);
  let type = base;
  let stars = 0;
  while (p.at('*') || p.at('^')) {
    p.next();
    const own: Attribute[] = [];
    const quals = parsePointerQuals(p, own);
    if (++stars > MAX_POINTERS) type = unknownType('too many pointers', first);
    else type = typeLevelAttributes(pointerTo(type, quals), own);
  }
  if (p.at('(') && isNested(p, abstract)) {
    if (!p.enter()) {
      p.fail('less nesting');
      p.skipBalanced();
      return { first, nameTok: undefined, type: unknownType('nested too deeply', first), attributes, params: undefined, scope: undefined, oldNames: undefined };
    }
    const open = p.pos;
    p.skipBalanced();
    const suffixes = parseSuffixes(p);
    const around = wrapAll(type, suffixes);
    const after = p.pos;
    p.seek(open + 1);
    const inner = parseDeclarator(p, around, abstract);
    if (!p.at(')')) p.fail("')'");
    p.seek(after);
    p.leave();
    const own = inner.type === around ? suffixes[0] : undefined;
    return {
      first, nameTok: inner.nameTok, type: inner.type, attributes: [...attributes, ...inner.attributes],
      params: inner.params ?? own?.params, scope: inner.scope ?? own?.scope, oldNames: inner.oldNames ?? own?.oldNames,
    };
  }
  let nameTok: Tok | undefined;
  if (p.isIdent) nameTok = p.next();
  const suffixes = parseSuffixes(p);
  const own = suffixes[0];
  return { first, nameTok, type: wrapAll(type, suffixes), attributes, params: own?.params, scope: own?.scope, oldNames: own?.oldNames };
}

function wrapAll(type: CType, suffixes: readonly Suffix[]): CType {
  let made = type;
  for (let i = suffixes.length - 1; i >= 0; i--) made = suffixes[i]?.wrap(made) ?? made;
  return made;
}

/** Whether the parenthesis encloses a declarator (else it opens a parameter list). C11 6.7.6.3p11: a typedef name there is a type. */
function isNested(p: Parser, abstract: boolean): boolean {
  if (!abstract) return true;
  const key = p.peekKey();
  if (key === ')' || key === '...') return false;
  if (key === 'attribute') return true;
  return !p.startsType(1);
}

function parseSuffixes(p: Parser): Suffix[] {
  const suffixes: Suffix[] = [];
  for (;;) {
    if (p.at('[') && p.peekKey() !== '[') suffixes.push(parseArraySuffix(p));
    else if (p.at('(')) suffixes.push(parseParameters(p));
    else return suffixes;
    if (suffixes.length > MAX_SUFFIXES) {
      const at = p.tok;
      while (p.at('[') || p.at('(')) p.skipBalanced();
      return [{ wrap: () => unknownType('too many dimensions', at) }];
    }
  }
}

function parseArraySuffix(p: Parser): Suffix {
  p.next();
  while (p.at('static') || p.at('const') || p.at('volatile') || p.at('restrict') || p.at('attribute')) {
    if (p.at('attribute')) parseAttributes(p, []);
    else p.next();
  }
  let length: Expr | undefined;
  if (p.at('*') && p.peekKey() === ']') p.next();
  else if (!p.at(']')) length = parseAssignment(p);
  if (!p.at(']')) {
    p.fail("']'");
    p.skipTo(']', ';');
  }
  p.accept(']');
  const written = length;
  if (written === undefined) return { wrap: (of) => arrayOf(of, undefined) };
  if (written.kind === 'int' && written.value < 0x20000000000000n) return { wrap: (of) => arrayOf(of, Number(written.value), written) };
  const { sema } = p;
  const fromHere = p.file.here();
  return { wrap: (of) => arrayOf(of, () => fromHere(() => arrayLength(sema, written)), written) };
}

/** C11 6.7.6.3p7, p8: parameters of array and function type are pointers. */
function adjusted(type: CType): CType {
  const t = resolve(type);
  if (t.kind === 'array') return pointerTo(t.of);
  if (t.kind === 'function') return pointerTo(type);
  return type;
}

function parseParameters(p: Parser): Suffix {
  p.next();
  if (p.at(')')) {
    p.next();
    return { wrap: (returns) => ({ kind: 'function', returns, params: [], variadic: false, oldStyle: true, quals: noQuals }), params: [] };
  }
  if (p.at('void') && p.peekKey() === ')') {
    p.next();
    p.next();
    return { wrap: (returns) => ({ kind: 'function', returns, params: [], variadic: false, oldStyle: false, quals: noQuals }), params: [] };
  }
  const after = p.peekKey();
  if (p.isIdent && (after === ',' || after === ')') && !p.isTypedef(p.tok.text)) return parseOldNames(p);

  const scope = p.pushScope();
  const params: Declarator[] = [];
  let variadic = false;
  while (!p.atEnd && !p.at(')')) {
    if (p.accept('...')) {
      variadic = true;
      break;
    }
    const entered = p.enter();
    const specs = entered ? parseSpecifiers(p, true) : undefined;
    if (specs === undefined) {
      p.fail('a parameter');
      p.skipTo(',', ')', ';');
    } else {
      const made = parseDeclarator(p, specs.type, true);
      const own = [...specs.attributes, ...made.attributes];
      parseAttributes(p, own);
      const type = adjusted(typeAttributes(p.sema, made.type, own.slice(specs.attributes.length)));
      const declared = declaratorOf(p, 'param', specs, made, type, own);
      params.push(declared);
      if (declared.name !== '') scope.names.set(declared.name, declared);
    }
    if (entered) p.leave();
    if (!p.at(',') && !p.at(')')) {
      p.fail("',' or ')'");
      p.skipTo(',', ')', ';');
    }
    if (!p.accept(',')) break;
  }
  p.popScope();
  p.expect(')');
  return {
    wrap: (returns) => ({
      kind: 'function', returns, params: params.map((d) => ({ name: d.name === '' ? undefined : d.name, type: d.type })), variadic, oldStyle: false, quals: noQuals,
    }),
    params, scope,
  };
}

function parseOldNames(p: Parser): Suffix {
  const oldNames: Tok[] = [];
  while (p.isIdent) {
    oldNames.push(p.next());
    if (!p.accept(',')) break;
  }
  if (!p.at(')')) p.skipTo(')', ';');
  p.expect(')');
  return { wrap: (returns) => ({ kind: 'function', returns, params: [], variadic: false, oldStyle: true, quals: noQuals }), params: [], oldNames };
}

export function declaratorOf(
  p: Parser, kind: Declarator['kind'], specs: Specifiers, made: Parsed, type: CType, attributes: readonly Attribute[], more?: Partial<Declarator>,
): Declarator {
  const nameTok = made.nameTok ?? p.previous;
  return {
    kind, name: made.nameTok?.text ?? '', nameTok, type, storage: specs.storage, inline: specs.inline, threadLocal: specs.threadLocal, attributes,
    init: undefined, bodyTokens: undefined, params: made.params, value: undefined, first: specs.first, last: p.previous, ...more,
  };
}

/** `const char *`, `struct x (*)[3]`: a type name; unknown with a reason when it can't be read. */
export function parseTypeName(p: Parser): CType {
  const at = p.tok;
  if (!p.enter()) {
    p.fail('less nesting');
    return unknownType('nested too deeply', at);
  }
  const specs = parseSpecifiers(p, true);
  if (specs === undefined) {
    p.leave();
    const error = p.fail('a type name');
    return unknownType(error.at.kind === TokKind.Identifier ? `unknown type name '${error.at.text}'` : 'expected a type name', error.at);
  }
  const made = parseDeclarator(p, typeLevelAttributes(specs.type, specs.attributes), true);
  skipAsmLabel(p);
  const after: Attribute[] = [];
  parseAttributes(p, after);
  p.leave();
  return typeLevelAttributes(typeAttributes(p.sema, made.type, after), after);
}

