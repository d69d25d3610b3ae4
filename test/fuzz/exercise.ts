/** Asks a unit everything that can be asked of it, and holds each place it gives to the text it is a place in. */
import type { CUnit, Init } from '../../server/c/api';
import type { Declarator, TopLevel } from '../../server/c/ast';
import type { SrcRange } from '../../server/c/source';
import type { CType, Record } from '../../server/c/types';
import type { Finding } from '../../server/rules/rule';
import { Demand } from './target';

/** Of one unit; the rest is as the first ones. */
const MAX_DECLARATIONS = 3000;
const MAX_ANSWERS = 20_000;

export function holdsRanges(unit: CUnit, findings: readonly Finding[]): void {
  const lengths = new Map(unit.files.map((file) => [file.path, file.text.length]));
  const hold = (what: string, { path, start, end }: SrcRange): void => {
    const length = lengths.get(path);
    if (length === undefined) throw new Demand(`${what}: a place in ${JSON.stringify(path)}, which the unit did not read`);
    if (!(Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= length)) throw new Demand(`${what}: a place outside of its file's text\n  ${start}..${end} of ${length}`);
  };
  for (const finding of findings) {
    hold(`finding ${finding.code}`, finding.range);
    for (const related of finding.related) hold(`related to ${finding.code}`, related.range);
    for (const edit of finding.fixes.flatMap((fix) => fix.edits)) hold(`fix of ${finding.code}`, edit.range);
  }
  for (const problem of unit.problems) hold(`problem "${problem.message.slice(0, 40)}"`, problem.range);
  for (const include of unit.includes) hold('include', include.range);
  for (const assumption of unit.assumptions) hold('assumption', assumption.range);
  for (const { name } of unit.expansions) hold('expansion', unit.range(name));
  for (const declaration of unit.declarations.slice(0, MAX_DECLARATIONS)) {
    hold(`declaration (${declaration.kind})`, unit.range(declaration.first, declaration.last));
    if ('nameTok' in declaration) hold(`name of a ${declaration.kind}`, unit.range(declaration.nameTok));
  }
}

/** Types, layouts, constants, initialisers, bodies. Throws only what the unit throws. */
export function exercise(unit: CUnit): void {
  let left = MAX_ANSWERS;
  const records = new Set<Record>();
  const ofType = (type: CType, depth: number): void => {
    if (left-- <= 0 || depth > 50) return;
    unit.spell(type);
    unit.sizeOf(type);
    unit.alignOf(type);
    if (type.kind === 'array' || type.kind === 'vector') ofType(type.of, depth + 1);
    else if (type.kind === 'pointer') ofType(type.to, depth + 1);
    else if (type.kind === 'function') ofType(type.returns, depth + 1);
    else if (type.kind === 'record' && !records.has(type.record)) {
      records.add(type.record);
      unit.layout(type.record);
      for (const member of type.record.members ?? []) ofType(member.type, depth + 1);
    }
  };
  const ofInit = (init: Init): void => {
    if (left-- <= 0) return;
    if (init.kind === 'scalar') {
      unit.evaluate(init.expr);
      unit.typeOf(init.expr);
    } else if (init.kind === 'record') for (const { value } of init.members) ofInit(value);
    else if (init.kind === 'array') for (const { value } of init.elements) ofInit(value);
  };
  const ofDeclarator = (one: Declarator): void => {
    ofType(one.type, 0);
    unit.lookup(one.name);
    if (one.bodyTokens !== undefined) unit.body(one);
    if (one.init !== undefined) ofInit(unit.resolveInit(one.type, one.init));
    if (one.kind === 'variable') unit.compatible(one.type, one.type);
  };
  const each = (one: TopLevel): void => {
    if ('nameTok' in one) ofDeclarator(one);
    else if (one.kind === 'type' && one.type !== undefined) ofType(one.type, 0);
    else if (one.kind === 'staticAssert') unit.evaluate(one.condition);
  };
  for (const one of unit.declarations.slice(0, MAX_DECLARATIONS)) each(one);
  for (const { name } of unit.expansions.slice(0, MAX_DECLARATIONS)) {
    unit.macro(name.text);
    unit.parseExpr([name]);
    unit.parseType([name]);
  }
}
