/** Shapes that a reader falls over by size alone: depth, length, repetition, doubling. Each takes how often, at most `most` bytes come out. */
import type { Random } from './random';

const repeated = [
  '(', '{', '[', '*', '&', '-', '!', '~', '+', '#', '##', '\\\n', '"', '\'', '/', '/*', '*/', '//\\\n', '<', ',', ';', '.', '?', ':', '=', '\0', '\xff', ' ', '\n', '\r', '\t', '\\', '0', '9', 'a', '_', '??/', '@',
  '#if 1\n', '#if 0\n', '#else\n', '#elif 1\n', '#endif\n', '#define X X X\n', '#define X(\n', '#undef X\n', '#include "a.h"\n', '#include <linux/kstate.h>\n', '#pragma pack(push, 1)\n', '#pragma push_macro("X")\n', '#line 9\n', '#error\n', '#\n',
  'struct a {', 'struct {', 'union a { int x; } ', 'enum { A = ', 'enum {A,', 'int x;', 'int (', 'int *', 'int a[', 'typedef int t;', 'typedef ', 'struct ', 'const ', 'long ', 'static ', 'unsigned ', 'x ', 'x,', 'x;', 'x(', 'x=', '1+', '1?', '1?2:', '(int)', '-(', 'sizeof ', 'sizeof(',
  '({', '{{', '{(', '[(', 'if(', 'if(1)', 'else ', 'for(', 'while(1)', 'do ', 'switch(', 'case 1:', 'a:', 'return ', 'goto ', '"a" ', 'L"a"', '.a', '.a=', '[0]=', '[0 ... 9] =', '->a', '&&a', 'a?b:', 'a=', 'a,', '_Generic(', 'typeof(', '__attribute__((', '__attribute__((packed))',
  '__extension__ ', '_Pragma("', '_Pragma("pack(1)")', '__VA_OPT__(', '__COUNTER__ ', 'defined(', '_Static_assert(', '_Static_assert(1, "");', 'asm(', '__builtin_choose_expr(1,', '__builtin_offsetof(struct a, ', 'void f(', 'void f(void){', 'void f(void){}', 'int a:1;', 'struct{int a;};',
  'KSTATE_BASE_TYPE(', 'KSTATE_BASE_TYPE(a, struct b, int), ', 'static struct kstate_description d = {', 'kstate_register(', 'X(X', 'X(', 'X(X)(', 'X X X ',
] as const;

const around: readonly (readonly [before: string, after: string])[] = [
  ['', ''], ['', ''], ['int q = ', ';\n'], ['int q[] = { ', ' };\n'], ['#if ', '\n#endif\n'], ['#define X ', '\nint q = X;\n'], ['#define X(a) ', '\nint q = X(X(1));\n'], ['void f(void) { ', ' }\n'], ['struct s { ', ' };\n'], ['enum { ', ' };\n'],
  ['static struct kstate_description d = { .fields = (const struct kstate_field[]) { ', ' } };\n'], ['#include "', '"\n'], ['#include ', '\n'], ['_Static_assert(', ', "");\n'], ['typedef ', ' t;\nt v;\n'], ['__attribute__((', ')) int a;\n'], ['#pragma ', '\n'], ['int a', ';\n'], ['"', '"'],
  ['int v = sizeof(', ');\n'], ['#define X(...) __VA_ARGS__\nX(', ')\n'], ['#line ', '\n'], ['/*', '*/'], ['#if 0\n', '\n#endif\n'],
];

type Shape = (random: Random, most: number) => string;

function repeat(random: Random, most: number): string {
  const piece = random.pick(repeated);
  const inner = random.oneIn(3) ? piece + random.pick(repeated) : piece;
  const times = Math.max(1, Math.floor(random.size(most) / inner.length));
  const [before, after] = random.pick(around) ?? ['', ''];
  return before + inner.repeat(times) + (random.oneIn(3) ? closing(inner).repeat(times) : '') + after;
}

/** What closes the brackets that a piece opens. */
function closing(piece: string): string {
  return [...piece].reverse().map((c) => ({ '(': ')', '{': '}', '[': ']' })[c] ?? '').join('');
}

function doublingMacros(random: Random, most: number): string {
  const depth = random.size(Math.min(400, most / 40));
  const arity = random.oneIn(2);
  const lines = Array.from({ length: depth }, (_, i) => (arity
    ? `#define A${i}(x) ${i === 0 ? 'x' : `A${i - 1}(x${random.oneIn(3) ? ' + 1' : ''}) , A${i - 1}(A${i - 1}(x))`}`
    : `#define A${i} ${i === 0 ? 'x' : `A${i - 1} A${i - 1}`}`));
  return `${lines.join('\n')}\nint q[] = { A${depth - 1}${arity ? '(1)' : ''} };\n#if A${depth - 1}${arity ? '(1)' : ''}\n#endif\n`;
}

function manyNames(random: Random, most: number): string {
  const line = random.pick([
    (i: number) => `#define REG_NAME_${i} 0x${i.toString(16)}\n`, (i: number) => `struct s${i} { struct s${i - 1} *p; int a : 3; };\n`, (i: number) => `struct s${i} { struct s${i - 1} a, b; };\n`, (i: number) => `typedef t${i - 1} t${i};\n`,
    (i: number) => `static int f${i}(int x) { return f${i - 1}(x) + ${i}; }\n`, (i: number) => `enum e${i} { E${i} = E${i - 1} + 1 };\n`, (i: number) => `int v${i} = sizeof(v${i - 1}) + ${i};\n`, (i: number) => `#define C${i} C${i - 1} + 1\n`,
    (i: number) => `#define F${i}(x) F${i - 1}(x)\n`, (i: number) => `static struct kstate_description d${i} = { .name = "d", .id = ${i}, .fields = (const struct kstate_field[]) { KSTATE_END_OF_LIST() } };\n`,
    (i: number) => `\t.reg${i} = { .base = 0x${i.toString(16)}, .mask = REG_${i} },\n`, (i: number) => `#ifdef C${i}\nint a${i};\n#else\nint b${i};\n#endif\n`, (i: number) => `typeof(v${i - 1}) v${i};\n`, (i: number) => `typedef t${i - 1} t${i}[2];\n`, (i: number) => `typedef t${i - 1} (*t${i})(t${i - 1});\n`,
    (i: number) => `int a${i}[sizeof(a${i - 1})];\n`, (i: number) => `extern typeof(a${i}) a${i + 1};\n`,
  ] as const);
  const count = random.size(Math.min(200_000, most / 60));
  let text = random.oneIn(2) ? '#include <linux/kstate.h>\n' : '';
  for (let i = 0; i < count; i++) text += line(i);
  return `${text}int end = sizeof(v${count - 1}) + E${count - 1} + C${count - 1} + sizeof(struct s${count - 1}) + F${count - 1}(1);\nt${count - 1} last;\n`;
}

function longTokens(random: Random, most: number): string {
  const n = random.size(most);
  return random.pick([
    () => `int ${'a'.repeat(n)} = 1;\n`, () => `long v = ${'9'.repeat(n)};\n`, () => `long v = 0x${'f'.repeat(n)}ull;\n`, () => `double d = 1${'0'.repeat(n)}.5e${'9'.repeat(n % 300)};\n`, () => `char *s = "${'x'.repeat(n)}";\n`, () => `char *s = "${'\\x41'.repeat(n >> 2)}";\n`,
    () => `char s[] = ${'"a" '.repeat(n >> 2)};\n`, () => `// ${'c'.repeat(n)}\nint a;\n`, () => `/* ${'*'.repeat(n)} */ int a;\n`, () => `#define X ${'y '.repeat(n >> 1)}\nint a = X;\n`, () => `int c = '${'a'.repeat(n)}';\n`,
    () => `int a[${'9'.repeat(n % 40)}]; struct s { char c[${'8'.repeat(n % 40)}]; int b : ${n}; };\n`, () => `int a[] = { [${'9'.repeat(n % 30)}] = 1, [0 ... ${n}${n}] = 2 };\n`, () => `#line ${'9'.repeat(n)} "${'f'.repeat(n)}"\nint a = __LINE__; char *f = __FILE__;\n`,
    () => `long v = 1 << ${n}, w = 1ull << 9999999999, x = -9223372036854775807 - 1 / -1, y = 1 % 0, z = ${'1 << '.repeat(Math.min(n, 3000))}1;\n`, () => `struct s { char a[0x7fffffffffffffff]; char b[0x7fffffffffffffff]; } s[${n}]; int v = sizeof(s);\n`,
    () => `int a __attribute__((aligned(${n}))), b __attribute__((aligned(0x${'f'.repeat(n % 20)}))); typedef int v __attribute__((vector_size(${n})));\n`, () => `int ${'*'.repeat(n % 5000)}p; int v = ${'*'.repeat(n % 5000)}p;\n`,
  ] as const)();
}

function macroStorm(random: Random, most: number): string {
  const n = random.size(Math.min(3000, most / 20));
  return random.pick([
    () => `#define F(x) x F\nint a = F${'(1)'.repeat(n)};\n`, () => `#define F(x) F(x)(x\nint a = ${'F('.repeat(n)}\n`, () => `#define CAT(a, b) a##b\nint ${'CAT(a, '.repeat(n)}b${')'.repeat(n)};\n`, () => `#define S(x) #x\nchar *s = S(${'"\\\\" '.repeat(n)});\n`,
    () => `#define E(...) __VA_ARGS__\nint a = ${'E('.repeat(n)}1${')'.repeat(n)};\n`, () => `#define P(x, y) x y\nint a = P(${'P('.repeat(n)},1);\n`, () => `#define G(${Array.from({ length: n }, (_, i) => `a${i}`).join(',')}) a0\nint a = G(${'1,'.repeat(n - 1)}1);\n`,
    () => `#define D(x) D2(x) D2(x)\n#define D2(x) D3(x) D3(x)\n#define D3(x) x x\nint a = ${'D('.repeat(n % 200)}1${')'.repeat(n % 200)};\n`, () => `#define EMPTY\n#define DEFER(x) x EMPTY\n#define EXP(...) EXP1(EXP1(EXP1(__VA_ARGS__)))\n#define EXP1(...) EXP2(EXP2(EXP2(__VA_ARGS__)))\n#define EXP2(...) EXP3(EXP3(EXP3(__VA_ARGS__)))\n#define EXP3(...) __VA_ARGS__\n#define R() R2 EMPTY ()()\n#define R2() R\nint a = EXP(R()${'()'.repeat(n % 20)});\n`,
    () => `#define O(...) __VA_OPT__(${'__VA_OPT__('.repeat(n)}\nint a = O(1);\n`, () => `${Array.from({ length: n }, (_, i) => `#pragma push_macro("X")\n#define X ${i}\n`).join('')}int a = X;\n${'#pragma pop_macro("X")\n'.repeat(n)}int b = X;\n`,
    () => `#define X() Y(\n#define Y(x) x X()\nint a = X() ${'X() '.repeat(n)} ${')'.repeat(n)};\n`,
  ] as const)();
}

const shapes: readonly [Shape, ...Shape[]] = [repeat, repeat, repeat, repeat, doublingMacros, manyNames, manyNames, longTokens, macroStorm];

export function hostile(random: Random, most: number): string {
  const text = random.pick(shapes)(random, most);
  return text.length > most + 1000 ? text.slice(0, most) : text;
}
