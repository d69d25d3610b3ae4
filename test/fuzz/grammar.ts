/** C from a grammar: records, constants, macros, functions and descriptions that hang together more often than mutations do. */
import fc from 'fast-check';
import { constantExpression, constantPrelude } from '../differential/randomConstants';
import { prelude, print, recordChoice } from '../differential/randomStructs';
import type { Printed } from '../differential/randomStructs';
import type { Random } from './random';

const TARGET = { longBits: 64, has128: true } as const;

export function grammatical(random: Random): string {
  const parts: string[] = [];
  if (!random.oneIn(3)) parts.push('#include <linux/kstate.h>\n#include <linux/types.h>\n');
  if (random.oneIn(2)) parts.push(macros(random));
  parts.push(prelude(true), constantPrelude);
  const printed: Printed[] = [];
  for (const choice of fc.sample(recordChoice, { seed: random.bits() | 0, numRuns: random.size(8) })) {
    const one = print(choice, printed.length, printed, TARGET);
    printed.push(one);
    parts.push(one.text);
  }
  fc.sample(constantExpression, { seed: random.bits() | 0, numRuns: random.size(6) }).forEach((expr, i) => {
    parts.push(random.oneIn(2) ? `enum { K${i} = (${expr}) };\n` : `static const long k${i} = ${expr};\n`);
  });
  for (const one of printed) parts.push(random.oneIn(2) ? variable(random, one) : description(random, one));
  if (random.oneIn(2)) parts.push(body(random, printed));
  return parts.join('');
}

function macros(random: Random): string {
  let text = '';
  for (let i = random.size(12); i > 0; i--) {
    const name = `M${random.below(6)}`;
    const other = `M${random.below(6)}`;
    text += random.pick([
      `#define ${name} ${other} + 1\n`, `#define ${name}(x) ${other}(x) x\n`, `#define ${name}(x, ...) #x #__VA_ARGS__ x##__VA_ARGS__\n`, `#define ${name}(x, y...) ${other}(y, ##x)\n`,
      `#define ${name}(...) __VA_OPT__(${other}(__VA_ARGS__)) ${other}\n`, `#define ${name}() (${other}\n`, `#undef ${name}\n`, `#if ${name}\nint in_${name};\n#elif defined(${other}) && ${other}(1) > 2\n#else\n#endif\n`,
      `#define ${name} ${other}(${name}, ${other})\n`, `#define ${name}(a, b) a ## b\nint ${name}(M, ${random.below(6)});\n`, `enum { e${random.bits()} = ${name}(1, 2) };\n`,
    ]);
  }
  return text;
}

function variable(random: Random, one: Printed): string {
  const word = one.union ? 'union' : 'struct';
  const items = one.offsets.slice(0, random.below(6)).map((path) => `.${path} = ${random.pick(['1', '{ 0 }', '{ }', '-1', '"text"', '&here', '{ [2 ... 4] = 7 }', '(void *)8', '1.5'])}`);
  return `static ${word} ${one.name} v${one.name}${random.oneIn(4) ? '[3]' : ''} = { ${items.join(', ')} };\n`;
}

const FIELDS = ['KSTATE_BASE_TYPE', 'KSTATE_BASE_TYPE_V', 'KSTATE_POINTER', 'KSTATE_FOLIO', 'KSTATE_STRUCT', 'KSTATE_ADDRESS', 'KSTATE_CUSTOM', 'KSTATE_BASE_TYPE_DEPRECATED', 'M0', 'M1'] as const;

function description(random: Random, one: Printed): string {
  const fields = one.offsets.slice(0, random.size(8)).map((path) => {
    const type = random.pick(['int', 'u64', 'unsigned char [4]', 'void *', 'struct empty', '__typeof__(((struct fwd *)0)->x)', '']);
    return `\t\t${random.pick(FIELDS)}(${path}, ${one.union ? 'union' : 'struct'} ${one.name}, ${type}${random.oneIn(3) ? `, ${random.below(5)}` : ''}),\n`;
  });
  return `static struct kstate_description d${one.name} = {\n\t.name = "${one.name}", .id = ${random.below(4)}, .version_id = ${random.below(4)}, .min_version_id = ${random.below(4)},\n` +
    `\t.fields = (const struct kstate_field[]) {\n${fields.join('')}${random.oneIn(5) ? '' : '\t\tKSTATE_END_OF_LIST()\n'}\t},\n${random.oneIn(3) ? `\t.subsections = (const struct kstate_description *[]) { &d${one.name}, NULL },\n` : ''}};\n` +
    `static struct ${one.name} o${one.name};\nstatic int __init r${one.name}(void) { return kstate_register(&d${one.name}, &o${one.name}, 0); }\nlate_initcall(r${one.name});\n`;
}

function body(random: Random, printed: readonly Printed[]): string {
  const one = random.pick(printed);
  const statements = Array.from({ length: random.size(20) }, () => random.pick([
    'int i = 0;', 'for (int j = 0; j < 3; j++) { i += j; }', 'switch (i) { case 1 ... 3: break; default: goto out; }', 'if (i) { } else while (0);', 'do { } while (({ int k = 1; k; }));', 'asm volatile("" : "=r"(i) : "0"(1) : "memory");',
    `sizeof(struct ${one?.name ?? 'x'});`, 'out: return i ? : 2;', 'typeof(i) *p = &i, q[i];', '__auto_type z = (char)i;', 'M0(1, 2);', 'M1;', '{ struct inner { int x : 3; } y = { .x = 1 }; }',
    'kstate_register(&dS0, &oS0, 1);', '(void)_Generic(i, int: 1, default: M2(3));', 'static const char *const names[] = { [3] = "a", "b" };',
  ]));
  return `static int fn(struct fwd *f, int n, ...)\n{\n\t${statements.join('\n\t')}\n}\n`;
}
