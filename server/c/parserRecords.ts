/** struct, union and enum specifiers (C11 6.7.2.1–6.7.2.3) with GNU's and MS's additions. */
import type { Attribute, Declarator, Expr } from './ast';
import { typeAttributes } from './attributes';
import { bitFieldWidth, evaluate } from './constant';
import { noQuals, resolve, unknownType } from './makeTypes';
import type { Parser } from './parser';
import { parseStaticAssert, skipPragmas } from './parserDeclarations';
import { parseDeclarator, parseTypeName } from './parserDeclarators';
import { parseAssignment } from './parserExpressions';
import { parseAttributes, parseSpecifiers, skipAsmLabel } from './parserSpecifiers';
import type { Specifiers } from './parserSpecifiers';
import { EnumBuild, RecordDef } from './records';
import type { Tok } from './token';
import type { CType, RecordMember } from './types';

export interface Tagged {
  readonly type: CType;
  /** A `{ … }` was there. */
  readonly body: boolean;
}

export function parseRecord(p: Parser): Tagged {
  const word = p.next();
  const union = word.text === 'union';
  const attributes: Attribute[] = [];
  parseAttributes(p, attributes);
  const tag = p.isIdent ? p.next() : undefined;
  parseAttributesBeforeBody(p, attributes);
  if (!p.at('{')) {
    if (tag === undefined) {
      p.fail("a tag or '{'");
      return { type: unknownType(`expected a tag after '${word.text}'`, p.tok), body: false };
    }
    return { type: { kind: 'record', record: mentioned(p, tag, union), quals: noQuals }, body: false };
  }
  const pack = p.packAt();
  const record = tag === undefined ? new RecordDef(undefined, union, word) : defined(p, tag, union);
  if (!p.enter()) {
    p.fail('less nesting');
    p.skipBalanced();
    return { type: unknownType('nested too deeply', word), body: true };
  }
  p.next();
  const members = parseMembers(p);
  p.expect('}');
  p.leave();
  parseAttributes(p, attributes);
  record.define(members, attributes, pack, tag ?? word, p.sema);
  return { type: { kind: 'record', record, quals: noQuals }, body: true };
}

/** `struct tag __attribute__((x)) {` belongs to the type; `struct tag __attribute__((x)) name` to the declaration. */
function parseAttributesBeforeBody(p: Parser, into: Attribute[]): void {
  if (!p.at('attribute')) return;
  const before = p.pos;
  const own: Attribute[] = [];
  parseAttributes(p, own);
  if (p.at('{')) into.push(...own);
  else p.seek(before);
}

function mentioned(p: Parser, tag: Tok, union: boolean): RecordDef {
  const found = p.scope?.findRecord(tag.text, union);
  if (found !== undefined) return found;
  // C11 6.7.2.3p7: `struct x;` alone declares a new type in its scope.
  if (p.at(';') && p.scope !== undefined && !p.inRecord) {
    const made = new RecordDef(tag.text, union, tag);
    p.scope.records.set(tag.text, made);
    return made;
  }
  return p.file.record(tag.text, union, tag);
}

function defined(p: Parser, tag: Tok, union: boolean): RecordDef {
  const { scope } = p;
  if (scope === undefined) return p.file.recordToDefine(tag.text, union, tag);
  const own = scope.records.get(tag.text);
  if (own !== undefined && own.union === union && !own.defined) return own;
  const made = new RecordDef(tag.text, union, tag);
  scope.records.set(tag.text, made);
  return made;
}

function parseMembers(p: Parser): RecordMember[] {
  const members: RecordMember[] = [];
  const outer = p.inRecord;
  p.inRecord = true;
  while (!p.atEnd && !p.at('}')) {
    skipPragmas(p);
    if (p.accept(';')) continue;
    if (p.at('_Static_assert')) {
      parseStaticAssert(p);
      continue;
    }
    const before = p.pos;
    const specs = parseSpecifiers(p, true);
    if (specs === undefined || (specs.implicit && !p.at(':') && !p.isIdent)) {
      if (p.at(')') || p.at(']')) p.next();
      p.fail('a member');
    } else if (specs.implicit) p.fail('a type name');
    else parseMemberDeclarators(p, specs, members);
    if (p.at(';')) p.next();
    else if (!p.at('}')) {
      p.fail("';'");
      if (p.pos === before) p.next();
      p.skipTo(';', '}');
      p.accept(';');
      if (p.pos === before) p.next();
    }
  }
  p.inRecord = outer;
  return members;
}

function parseMemberDeclarators(p: Parser, specs: Specifiers, members: RecordMember[]): void {
  if (p.at(';') || p.at('}')) {
    // An anonymous struct or union (C11 6.7.2.1p13); with a tag or by a typedef name as -fms-extensions has it.
    const t = resolve(specs.type);
    if (t.kind !== 'record') return;
    if (t.record.tag !== undefined && !p.sema.msExtensions) return;
    if (specs.type.kind === 'typedef' && !p.sema.msExtensions) return;
    members.push({ name: undefined, type: specs.type, bitWidth: undefined, attributes: specs.attributes, first: specs.first, nameTok: undefined, last: p.previous });
    return;
  }
  for (;;) {
    const own: Attribute[] = [];
    let nameTok: Tok | undefined;
    let type = specs.type;
    if (!p.at(':')) {
      const made = parseDeclarator(p, specs.type, false);
      own.push(...made.attributes);
      ({ nameTok, type } = made);
      if (nameTok === undefined) {
        p.fail('a member name');
        return;
      }
    }
    let width: Expr | undefined;
    if (p.accept(':')) width = parseAssignment(p);
    skipAsmLabel(p);
    parseAttributes(p, own);
    members.push(memberOf(p, specs, typeAttributes(p.sema, type, own), nameTok, width, [...specs.attributes, ...own]));
    if (!p.accept(',')) return;
  }
}

function memberOf(p: Parser, specs: Specifiers, type: CType, nameTok: Tok | undefined, width: Expr | undefined, attributes: readonly Attribute[]): RecordMember {
  const plain = { name: nameTok?.text, type, attributes, first: specs.first, nameTok, last: p.previous };
  if (width === undefined) return { ...plain, bitWidth: undefined };
  if (width.kind === 'int') return { ...plain, bitWidth: Number(width.value), bitWidthExpr: width };
  const { sema } = p;
  return {
    ...plain, bitWidthExpr: width,
    get bitWidth() {
      return bitFieldWidth(sema, width);
    },
  };
}

export function parseEnum(p: Parser): Tagged {
  const word = p.next();
  const attributes: Attribute[] = [];
  parseAttributes(p, attributes);
  const tag = p.isIdent ? p.next() : undefined;
  parseAttributesBeforeBody(p, attributes);
  let underlying: CType | undefined;
  if (p.at(':') && (p.startsType(1))) {
    p.next();
    underlying = parseTypeName(p);
  }
  if (!p.at('{')) {
    if (tag === undefined) {
      p.fail("a tag or '{'");
      return { type: unknownType("expected a tag after 'enum'", p.tok), body: false };
    }
    const made = p.scope?.findEnum(tag.text) ?? p.file.enum(tag.text, tag);
    if (underlying !== undefined) made.setUnderlying(underlying);
    return { type: { kind: 'enum', enum: made, quals: noQuals }, body: false };
  }
  let made: EnumBuild;
  if (tag === undefined) made = new EnumBuild(undefined, word);
  else if (p.scope === undefined) made = p.file.enumToDefine(tag.text, tag);
  else {
    made = new EnumBuild(tag.text, tag);
    p.scope.enums.set(tag.text, made);
  }
  p.next();
  const enumerators = parseEnumerators(p, { kind: 'enum', enum: made, quals: noQuals });
  p.expect('}');
  parseAttributes(p, attributes);
  made.define(enumerators, attributes, underlying, tag ?? word, p.sema);
  return { type: { kind: 'enum', enum: made, quals: noQuals }, body: true };
}

function parseEnumerators(p: Parser, type: CType): Declarator[] {
  const enumerators: Declarator[] = [];
  let value: bigint | undefined = 0n;
  while (!p.atEnd && !p.at('}')) {
    skipPragmas(p);
    if (!p.isIdent) {
      p.fail('an enumerator');
      p.skipTo(',', '}', ';');
      if (!p.accept(',')) break;
      continue;
    }
    const nameTok = p.next();
    const attributes: Attribute[] = [];
    parseAttributes(p, attributes);
    if (p.accept('=')) {
      const written = parseAssignment(p);
      const got = evaluate(p.sema, written);
      value = got.kind === 'int' ? got.value : undefined;
    }
    const enumerator: Declarator = {
      kind: 'enumerator', name: nameTok.text, nameTok, type, storage: 'none', inline: false, threadLocal: false, attributes, init: undefined,
      bodyTokens: undefined, params: undefined, value, first: nameTok, last: p.previous,
    };
    enumerators.push(enumerator);
    p.declare(enumerator);
    value = value === undefined ? undefined : value + 1n;
    if (!p.at(',') && !p.at('}')) {
      p.fail("',' or '}'");
      p.skipTo(',', '}', ';');
    }
    if (!p.accept(',')) break;
  }
  return enumerators;
}
