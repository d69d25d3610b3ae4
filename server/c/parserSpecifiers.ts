/** Declaration specifiers (C11 6.7.1–6.7.5) in any order, with GNU's, and attributes. */
import type { Attribute, Declarator, Expr, StorageClass } from './ast';
import { parseAssignment } from './parserExpressions';
import { parseEnum, parseRecord } from './parserRecords';
import { parseTypeName } from './parserDeclarators';
import { parseExpression } from './parserExpressions';
import type { Parser } from './parser';
import { intType, noQuals, qualify, resolve, unknownType, unqualified, voidType } from './makeTypes';
import { typeAttributes } from './attributes';
import type { Target } from './targets';
import type { Tok } from './token';
import { TokKind } from './token';
import type { CType, EnumType, IntName, Quals, RecordType } from './types';
import { typeOf } from './typeOf';
import { vaListType } from './vaList';

export interface Specifiers {
  readonly first: Tok;
  readonly type: CType;
  readonly storage: StorageClass;
  readonly inline: boolean;
  readonly threadLocal: boolean;
  readonly attributes: readonly Attribute[];
  /** No type was written at all (implicit int). */
  readonly implicit: boolean;
  /** `__auto_type`: the type is that of the initialiser. */
  readonly auto: boolean;
  /** The struct, union or enum specifier among them, when there is one. */
  readonly tagged: RecordType | EnumType | undefined;
  readonly taggedBody: boolean;
}

/** `__attribute__((…))`, any number of them; the current token need not be one. */
export function parseAttributes(p: Parser, into: Attribute[]): void {
  for (;;) {
    if (p.at('attribute')) {
      p.next();
      if (!p.expect('(') ) continue;
      if (!p.expect('(')) continue;
      while (!p.atEnd && !p.at(')')) {
        if (p.accept(',')) continue;
        const before = p.pos;
        parseOneAttribute(p, into);
        if (p.pos === before) {
          p.fail('an attribute');
          p.skipTo(')', ';');
          if (!p.at(')')) break;
        }
      }
      p.expect(')');
      p.expect(')');
    } else if (p.at('[') && p.peekKey() === '[') {
      p.skipBalanced();
    } else return;
  }
}

function parseOneAttribute(p: Parser, into: Attribute[]): void {
  const { tok } = p;
  if (tok.kind !== TokKind.Identifier && tok.kind !== TokKind.Keyword) return;
  p.next();
  const args: Expr[] = [];
  if (p.at('(')) {
    p.next();
    while (!p.atEnd && !p.at(')')) {
      const before = p.pos;
      const lone = p.peekKey() === ',' || p.peekKey() === ')';
      if (p.isIdent && lone) {
        // `format(printf, 1, 2)`, `cleanup(fn)`, `counted_by(n)`: a bare word, not to be looked up.
        const word = p.next();
        args.push({ kind: 'ident', name: word.text, first: word, last: word });
      } else if (p.startsType()) {
        const type = parseTypeName(p);
        args.push({ kind: 'sizeofType', op: 'alignof', type, first: p.toks[before] ?? tok, last: p.previous });
      } else if (p.tok.kind === TokKind.Keyword && lone) {
        const word = p.next();
        args.push({ kind: 'ident', name: word.text, first: word, last: word });
      } else args.push(parseAssignment(p));
      if (!p.accept(',')) break;
    }
    if (!p.at(')')) p.skipTo(')', ';');
    p.expect(')');
  }
  into.push(p.attribute(tok, p.previous, tok.text, args));
}

/** `asm("name")` after a declarator; taken and forgotten. */
export function skipAsmLabel(p: Parser): void {
  if (p.at('asm')) {
    p.next();
    if (p.at('(')) p.skipBalanced();
  }
}

interface Words {
  signed: number; unsigned: number; short: number; long: number; complex: boolean; base: string | undefined; any: boolean;
}

function typeOfWords(w: Words, at: Tok, target: Target): CType {
  const { base } = w;
  const complex = w.complex ? '_Complex ' : '';
  switch (base) {
    case 'void': return voidType;
    case '_Bool': return intType('_Bool');
    case 'char': return intType(w.unsigned > 0 ? 'unsigned char' : w.signed > 0 ? 'signed char' : 'char');
    case 'int128': return intType(w.unsigned > 0 ? 'unsigned __int128' : '__int128');
    case 'float': return { kind: 'float', name: `${complex}float`, quals: noQuals };
    case 'double': return { kind: 'float', name: `${complex}${w.long > 0 ? 'long ' : ''}double`, quals: noQuals };
    case undefined: case 'int': {
      if (w.complex && base === undefined && !w.any) return { kind: 'float', name: '_Complex double', quals: noQuals };
      const size = w.short > 0 ? 'short' : w.long > 1 ? 'long long' : w.long > 0 ? 'long' : 'int';
      const name: IntName = w.unsigned > 0 ? `unsigned ${size}` : size;
      if (w.complex) return unknownType('complex integers are not read', at);
      return intType(name);
    }
    case '__builtin_va_list': return vaListType(target);
    default: return { kind: 'float', name: `${complex}${base}`, quals: noQuals };
  }
}

/**
 * Reads specifiers up to the first token that is none. `undefined`: the current token starts no declaration.
 * In a place where only a declaration can stand (`sure`), an unknown name before another name is a type whose definition is missing.
 */
export function parseSpecifiers(p: Parser, sure: boolean): Specifiers | undefined {
  const first = p.tok;
  const start = p.pos;
  const attributes: Attribute[] = [];
  let storage: StorageClass = 'none';
  let inline = false;
  let threadLocal = false;
  let auto = false;
  let quals: Quals = noQuals;
  let type: CType | undefined;
  let tagged: RecordType | EnumType | undefined;
  let taggedBody = false;
  const words: Words = { signed: 0, unsigned: 0, short: 0, long: 0, complex: false, base: undefined, any: false };

  loop: while (!p.atEnd) {
    switch (p.key) {
      case 'extern': case 'static': case 'typedef': case 'register': case 'auto': storage = p.key; p.next(); break;
      case 'inline': inline = true; p.next(); break;
      case '_Noreturn': case '__extension__': case '__seg_gs': case '__seg_fs': case '_Imaginary': p.next(); break;
      case 'thread': threadLocal = true; p.next(); break;
      case 'const': quals = { ...quals, const: true }; p.next(); break;
      case 'volatile': quals = { ...quals, volatile: true }; p.next(); break;
      case 'restrict': quals = { ...quals, restrict: true }; p.next(); break;
      case 'attribute': parseAttributes(p, attributes); break;
      case '[':
        if (p.peekKey() !== '[') break loop;
        parseAttributes(p, attributes);
        break;
      case '_Alignas': {
        const tok = p.next();
        const args: Expr[] = [];
        if (p.expect('(')) {
          if (p.startsType()) {
            const of = p.tok;
            args.push({ kind: 'sizeofType', op: 'alignof', type: parseTypeName(p), minimum: true, first: of, last: p.previous });
          } else args.push(parseAssignment(p));
          if (!p.at(')')) p.skipTo(')');
          p.expect(')');
        }
        attributes.push({ name: '_Alignas', args, first: tok, last: p.previous });
        break;
      }
      case '_Atomic':
        p.next();
        if (p.at('(')) {
          p.next();
          type = qualify(parseTypeName(p), { ...noQuals, atomic: true });
          p.expect(')');
        } else quals = { ...quals, atomic: true };
        break;
      case '__auto_type': auto = true; p.next(); break;
      case 'signed': words.signed++; words.any = true; p.next(); break;
      case 'unsigned': words.unsigned++; words.any = true; p.next(); break;
      case 'short': words.short++; words.any = true; p.next(); break;
      case 'long': words.long++; words.any = true; p.next(); break;
      case 'complex': words.complex = true; p.next(); break;
      case 'void': case '_Bool': case 'char': case 'int': case 'float': case 'double': case 'int128': case '__float128': case '_Float16': case '_Float32':
      case '_Float32x': case '_Float64': case '_Float64x': case '_Float128': case '__builtin_va_list':
        words.base = p.key; words.any = true; p.next(); break;
      case 'struct': case 'union': {
        if (type !== undefined) break loop;
        const made = parseRecord(p);
        type = made.type;
        if (made.type.kind === 'record') tagged = made.type;
        taggedBody = made.body;
        break;
      }
      case 'enum': {
        if (type !== undefined) break loop;
        const made = parseEnum(p);
        type = made.type;
        if (made.type.kind === 'enum') tagged = made.type;
        taggedBody = made.body;
        break;
      }
      case 'typeof': case 'typeof_unqual': type = parseTypeof(p); break;
      case '': {
        if (type !== undefined || words.any || words.complex || auto || !p.isIdent) break loop;
        const name = p.tok.text;
        if (name === '__int128_t' || name === '__uint128_t') {
          type = intType(name === '__int128_t' ? '__int128' : 'unsigned __int128');
          p.next();
          break;
        }
        const named = typedefNamed(p, name);
        if (named !== undefined) {
          type = named;
          p.next();
          break;
        }
        if (!unknownTypeName(p, sure || p.pos > start)) break loop;
        type = unknownType(`unknown type name '${name}'`, p.tok);
        p.next();
        break;
      }
      default: break loop;
    }
  }
  if (p.pos === start) return undefined;
  const implicit = type === undefined && !words.any && !words.complex && !auto;
  let base = type ?? typeOfWords(words, first, p.sema.target);
  base = typeAttributes(p.sema, base, attributes);
  return { first, type: qualify(base, quals), storage, inline, threadLocal, attributes, implicit, auto, tagged, taggedBody };
}

function typedefNamed(p: Parser, name: string): CType | undefined {
  if (!p.isTypedef(name)) return undefined;
  const declared: Declarator | undefined = p.lookup(name);
  if (declared === undefined || declared.kind !== 'typedef') return unknownType(`the typedef '${name}' could not be read`, p.tok);
  return { kind: 'typedef', name, target: declared.type, declared, quals: noQuals };
}

/** `foo_t x`, `foo_t *x` with foo_t declared nowhere: the header that has it is missing. */
function unknownTypeName(p: Parser, sure: boolean): boolean {
  const next = p.peek();
  const key = p.peekKey();
  if (p.lookup(p.tok.text) !== undefined) return false;
  if (key === '' && next.kind === TokKind.Identifier) return true;
  if (key === 'const' || key === 'volatile' || key === 'restrict') return true;
  if (key !== '*') return false;
  if (sure) return true;
  // In a block `a * b` may be an expression; `a *b;`, `a *b =`, `a *b,` as a statement with an undeclared `a` is not.
  let ahead = 2;
  while (p.peekKey(ahead) === '*' || p.peekKey(ahead) === 'const') ahead++;
  const after = p.peekKey(ahead + 1);
  return p.peek(ahead).kind === TokKind.Identifier && (after === ';' || after === '=' || after === ',' || after === '[');
}

function parseTypeof(p: Parser): CType {
  const bare = p.at('typeof_unqual');
  const tok = p.next();
  if (!p.expect('(')) return unknownType("expected '(' after typeof", tok);
  let type: CType;
  if (p.startsType()) type = parseTypeName(p);
  else {
    const operand = parseExpression(p);
    type = typeOf(p.sema, operand);
  }
  if (!p.at(')')) {
    p.fail("')'");
    p.skipTo(')', ';');
  }
  p.accept(')');
  return bare ? unqualified(resolve(type)) : type;
}
