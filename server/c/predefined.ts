/**
 * The macros that gcc 12 predefines, by target: what `gcc -std=gnu11 -dM -E -x c /dev/null` prints with the flags a kernel is built with
 * (-O2 -nostdinc -funsigned-char -fshort-wchar -fno-PIE; x86: no SSE, x87 or red zone, -mcmodel=kernel, -fcf-protection=branch; arm64: -mgeneral-regs-only;
 * riscv64: rv64imac; s390x: -march=z10 -msoft-float; arm: armv7-a, soft float; i386: -march=i686 -mregparm=3).
 *
 * Facts of the compiler, each written once, beside the targets that share it. `-D` and `-U` of a unit come after them.
 */
import type { UnitOptions } from './api';
import { forAllTargets } from './predefinedAll';
import { forOneTarget } from './predefinedOwn';
import { forSomeTargets } from './predefinedShared';

/** Macros as `NAME VALUE`, a line each, and the targets that have them, with blanks between. */
export type MacroGroup = readonly [targets: string, macros: string];

const groups: readonly MacroGroup[] = [...forAllTargets, ...forSomeTargets, ...forOneTarget];

const texts = new Map<string, string>();

/** Text of `#define` lines for a target; that of x86_64 for a target not known. */
export function predefinedText(target: string): string {
  const known = groups.some(([targets]) => targets.split(' ').includes(target)) ? target : 'x86_64';
  let text = texts.get(known);
  if (text === undefined) {
    text = '';
    for (const [targets, macros] of groups) if (targets.split(' ').includes(known)) text += macros.replace(/^/gm, '#define ') + '\n';
    texts.set(known, text);
  }
  return text;
}

/** `-D` and `-U` as text: `-D F(a)=b` defines a function-like macro; without a value it is an -U. */
export function commandLine(defines: UnitOptions['defines']): string {
  return defines.map(({ name, value }) => (value === undefined ? `#undef ${name}\n` : `#define ${name} ${value.replace(/\r?\n/g, ' ')}\n`)).join('');
}
