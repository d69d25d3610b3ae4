import type { Const, CUnit, Init } from '../../../server/c/api';
import type { Declarator, Expr, TopLevel } from '../../../server/c/ast';
import { resolve } from '../../../server/c/makeTypes';
import { openUnit } from '../../../server/c/unit';
import type { OpenOptions } from '../../../server/c/unit';
import type { Record } from '../../../server/c/types';
import { Memory, options } from './preprocessHelp';

export function open(main: string, headers: Record_ = {}, more: Partial<OpenOptions> = {}, previous?: CUnit): CUnit {
  return openUnit(options(new Memory({ '/m.c': main, ...headers }), more), previous);
}
type Record_ = { readonly [path: string]: string };

export function named(unit: CUnit, name: string): Declarator {
  const found = unit.lookup(name);
  if (found === undefined) throw new Error(`${name} is not declared`);
  return found;
}

export function recordOf(unit: CUnit, tag: string, union = false): Record {
  const found = unit.record(tag, union);
  if (found === undefined) throw new Error(`${tag} is not there`);
  return found;
}

/** The initialiser of a variable, an expression. */
export function initOf(unit: CUnit, name: string): Expr {
  const { init } = named(unit, name);
  if (init === undefined || init.kind === 'initList') throw new Error(`${name} has no expression`);
  return init;
}

/** `12`, `1.5`, `&x+8`, or the reason why not. */
export function say(value: Const): string {
  switch (value.kind) {
    case 'int': case 'float': return String(value.value);
    case 'address': return `&${value.of.kind === 'string' ? JSON.stringify(String.fromCharCode(...value.of.bytes)) : 'name' in value.of ? value.of.name : value.of.kind}+${value.offsetBytes}`;
    case 'unknown': return value.why;
  }
}

/** Value of an expression with some declarations before it. */
export function value(expression: string, before = '', more: Partial<OpenOptions> = {}): string {
  const unit = open(`${before}\nint probe = ${expression};`, {}, more);
  return say(unit.evaluate(initOf(unit, 'probe')));
}

/** `name@offset`, `name@bits:first+count`, in brackets for an anonymous record; size and alignment first. */
export function layoutText(unit: CUnit, record: Record): string {
  const laid = unit.layout(record);
  if (!laid.known) return laid.why;
  const members = laid.value.members.map((m) => {
    const t = resolve(m.member.type);
    if (m.bitOffset !== undefined) return `${m.member.name ?? ''}:${m.bitOffset}+${String(m.bitSize)}`;
    return m.member.name === undefined && t.kind === 'record' ? `@${m.offsetBytes}[${layoutText(unit, t.record)}]` : `${m.member.name ?? ''}@${m.offsetBytes}`;
  });
  return [`${laid.value.sizeBytes}/${laid.value.alignBytes}`, ...members].join(' ');
}

/** `{a=1,b={…}}` with expressions evaluated. */
export function initText(unit: CUnit, init: Init): string {
  switch (init.kind) {
    case 'zero': return '0';
    case 'scalar': return say(unit.evaluate(init.expr));
    case 'string': return JSON.stringify(String.fromCharCode(...init.literal.bytes));
    case 'record': return `{${init.members.map((m) => `${m.member.name ?? ''}=${initText(unit, m.value)}`).join(',')}}`;
    case 'array': return `[${init.length}:${init.elements.map((e) => `${e.index}=${initText(unit, e.value)}`).join(',')}]`;
    case 'unknown': return `?${init.why}`;
  }
}

/** Declared names with their types, errors as `error`. */
export function outline(declarations: readonly TopLevel[], unit: CUnit): string[] {
  return declarations.map((d) => ('name' in d ? `${d.name}: ${unit.spell(d.type)}` : d.kind));
}
