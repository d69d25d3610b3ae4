/**
 * `generated/bounds.h`, as the build makes it: kernel/bounds.c is read, and the constants of its `DEFINE(name, value)` are evaluated. What a
 * value rests on is written around it as a condition, so that whoever uses it rests on the same options.
 */
import type { CUnit } from '../c/api';

export function boundsText(unit: CUnit): string {
  const lines: string[] = ['#ifndef KEXEC_HANDOVER_BOUNDS_H', '#define KEXEC_HANDOVER_BOUNDS_H'];
  for (const { macro, args, name } of unit.expansions) {
    const [symbol, value] = args ?? [];
    const [named] = symbol ?? [];
    if (macro.name !== 'DEFINE' || named === undefined || value === undefined) continue;
    const expr = unit.parseExpr(value);
    const constant = unit.evaluate(expr);
    if (constant.kind !== 'int') continue;
    const options = [...unit.assumptionsOfExpr(expr), ...unit.assumptionsAt(unit.range(name))].flatMap(({ what }) => /^CONFIG_\w+/.exec(what) ?? []);
    lines.push(`#if 1 ${[...new Set(options)].map((option) => `|| defined(${option}) `).join('')}`, `#define ${named.text} ${constant.value}`, '#endif');
  }
  return `${[...lines, '#endif'].join('\n')}\n`;
}
