/** Which functions the kernel calls by itself while booting, and when. */
import type { CUnit } from '../c/api';
import type { Declarator } from '../c/ast';
import { TokKind } from '../c/token';

/**
 * Order of the initcall sections, as in the kernel's linker script: `_sync` ones run after their level, rootfs between
 * fs_sync and device, early ones before all others.
 */
export const initcallLevels: Readonly<Record<string, number>> = {
  console_initcall: -2,
  early_initcall: -1,
  pure_initcall: 0,
  core_initcall: 1,
  core_initcall_sync: 1.5,
  postcore_initcall: 2,
  postcore_initcall_sync: 2.5,
  arch_initcall: 3,
  arch_initcall_sync: 3.5,
  subsys_initcall: 4,
  subsys_initcall_sync: 4.5,
  fs_initcall: 5,
  fs_initcall_sync: 5.5,
  rootfs_initcall: 5.75,
  device_initcall: 6,
  module_init: 6,
  __initcall: 6,
  device_initcall_sync: 6.5,
  late_initcall: 7,
  late_initcall_sync: 7.5,
};

const initcalls = new WeakMap<CUnit, ReadonlyMap<string, number>>();

/** Functions that an initcall macro names, each with its (earliest) level. A unit has many expansions: looked through once. */
export function initcallsOf(unit: CUnit): ReadonlyMap<string, number> {
  const known = initcalls.get(unit);
  if (known !== undefined) return known;
  const levels = new Map<string, number>();
  for (const expansion of unit.expansions) {
    const level = Object.hasOwn(initcallLevels, expansion.macro.name) ? initcallLevels[expansion.macro.name] : undefined;
    const fn = expansion.args?.[0]?.[0]?.text;
    if (level === undefined || fn === undefined) continue;
    levels.set(fn, Math.min(level, levels.get(fn) ?? Infinity));
  }
  initcalls.set(unit, levels);
  return levels;
}

/** Level per function of the main file: its own initcall, or that of the earliest function that calls it by name. */
export function initLevels(unit: CUnit): ReadonlyMap<string, number> {
  const levels = new Map(initcallsOf(unit));
  if (levels.size === 0) return levels;

  const callees = callsByName(unit);
  const queue = [...levels.keys()];
  for (let fn = queue.pop(); fn !== undefined; fn = queue.pop()) {
    const level = levels.get(fn);
    if (level === undefined) continue;
    for (const callee of callees.get(fn) ?? []) {
      if ((levels.get(callee) ?? Infinity) <= level) continue;
      levels.set(callee, level);
      queue.push(callee);
    }
  }
  return levels;
}

/** Function -> functions of the main file whose name followed by `(` stands in its body. */
function callsByName(unit: CUnit): ReadonlyMap<string, readonly string[]> {
  const functions = unit.declarations.filter((d): d is Declarator => d.kind === 'function' && d.bodyTokens !== undefined);
  const names = new Set(functions.map((fn) => fn.name));
  return new Map(functions.map((fn) => [fn.name, [...calledNames(fn)].filter((name) => names.has(name))]));
}

/** By function: a body that stays over a keystroke is not read again. */
const called = new WeakMap<Declarator, ReadonlySet<string>>();

/** Names followed by `(` in a function's body, in order of their first mention. */
export function calledNames(fn: Declarator): ReadonlySet<string> {
  const known = called.get(fn);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const tokens = fn.bodyTokens ?? [];
  for (const [i, tok] of tokens.entries()) {
    if (tok.kind === TokKind.Punct && tok.text === '(') {
      // `(kstate_register)(…)` calls the function even where a macro has its name.
      let at = i - 1;
      while (tokens[at]?.text === ')') at--;
      const before = tokens[at];
      if (before?.kind === TokKind.Identifier && (at === i - 1 || tokens[at - 1]?.text === '(')) names.add(before.text);
    }
  }
  called.set(fn, names);
  return names;
}
