/** What is asked of a printed record, and how our unit answers; shared with the recorded set. */
import type { CUnit, Const } from '../../server/c/api';
import { resolve } from '../../server/c/makeTypes';
import { openUnit } from '../../server/c/unit';
import type { MemberLayout, Record } from '../../server/c/types';
import type { Compiler } from './compilers';
import type { Printed } from './randomStructs';

/**
 * On strict-alignment targets gcc forgets that an attribute made the alignment of a record that lives in a register
 * (finalize_type_size). Of all answers only `_Alignof` of a record with a vector of 32 bytes beside one shows it; it is not modelled.
 */
function forgets(compiler: Compiler): boolean {
  return compiler.target === 'riscv64';
}

export function layoutQuestions(printed: Printed, compiler: Compiler): string[] {
  const type = `${printed.union ? 'union' : 'struct'} ${printed.name}`;
  return [`sizeof(${type})`, `__alignof__(${type})`, ...(forgets(compiler) ? [] : [`_Alignof(${type})`]), ...printed.offsets.map((path) => `__builtin_offsetof(${type}, ${path})`)];
}

export function openText(text: string, target: string): CUnit {
  return openUnit({
    source: { read: (path) => (path === '/t.c' ? { ok: true, text, identity: text } : { ok: false, reason: 'missing' }) },
    path: '/t.c', target, includePaths: [], defines: [], forcedIncludes: [], builtinHeaders: new Map(),
    dialect: { unsignedChar: false, shortWchar: false },
  });
}

export function words64(value: Const | undefined): string {
  if (value === undefined) return 'nothing';
  return value.kind === 'int' ? String(BigInt.asUintN(64, value.value)) : value.kind === 'unknown' ? value.why : value.kind;
}

/** Values of the items of an array variable. */
export function itemValues(unit: CUnit, name: string): string[] {
  const init = unit.lookup(name)?.init;
  return init?.kind === 'initList' ? init.items.map((item) => words64(item.value.kind === 'initList' ? undefined : unit.evaluate(item.value))) : [];
}

/** Follows `a.b` by name through anonymous records; gives the absolute bit position. */
export function bitMember(unit: CUnit, record: Record, path: readonly string[]): { readonly first: number; readonly count: number } | undefined {
  const [name, ...rest] = path;
  const laid = unit.layout(record);
  if (!laid.known) return undefined;
  for (const member of laid.value.members) {
    if (member.member.name === name) {
      if (rest.length === 0) return member.bitOffset === undefined ? undefined : { first: member.bitOffset, count: member.bitSize ?? 0 };
      return shifted(unit, member, rest);
    }
    if (member.member.name === undefined && member.bitOffset === undefined) {
      const found = shifted(unit, member, path);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function shifted(unit: CUnit, member: MemberLayout, path: readonly string[]): { readonly first: number; readonly count: number } | undefined {
  const t = resolve(member.member.type);
  const inner = t.kind === 'record' ? bitMember(unit, t.record, path) : undefined;
  return inner === undefined ? undefined : { first: inner.first + member.offsetBytes * 8, count: inner.count };
}
