/** Random integer constant expressions, printed as C. Divisions by zero and shifts out of range are avoided: they have no value. */
import fc from 'fast-check';

export const constantPrelude = `enum ce { CE_A, CE_B = 41, CE_N = -3 };
enum cl { CL_BIG = 0x100000000, CL_NEG = -1 };
enum cu { CU_TOP = 0x80000000u, CU_NEXT };
typedef unsigned char u8; typedef signed short s16; typedef unsigned int u32; typedef unsigned long long u64; typedef enum ce ce_t;
struct cs { char a; int b : 5; long c[3]; struct { short d; u64 e; }; union { u8 f; u32 g; } h[2]; };
`;

const literals = [
  '0', '1', '2', '7', '10', '255', '256', '0x7fffffff', '0x80000000', '2147483648', '0xffffffff', '4294967296', '0x7fffffffffffffff', '0x8000000000000000', '0xffffffffffffffff',
  '1u', '3U', '1l', '5L', '1ul', '9UL', '1ll', '1ull', '0xffffffffull', '0777', '0b1011', "'a'", "'\\n'", "'\\377'", "'\\0'", "'ab'", 'CE_A', 'CE_B', 'CE_N', 'CL_BIG', 'CL_NEG', 'CU_TOP', 'CU_NEXT',
  'sizeof(int)', 'sizeof(struct cs)', 'sizeof(long)', '__alignof__(u64)', '_Alignof(struct cs)', '__builtin_offsetof(struct cs, e)', '__builtin_offsetof(struct cs, h[1].g)',
  '(unsigned long)&((struct cs *)0)->c[2]', '(unsigned)(unsigned long)&((struct cs *)64)->d', 'sizeof("hello")', '__builtin_strlen("abc")', 'sizeof(((struct cs *)0)->c)',
  '__builtin_types_compatible_p(u64, unsigned long)', '__builtin_types_compatible_p(ce_t, int)', '__builtin_types_compatible_p(enum cu, unsigned)',
  '__builtin_types_compatible_p(char[4], u8[4])', '__builtin_types_compatible_p(int[], int[5])', '__builtin_types_compatible_p(const int, int)', '__builtin_types_compatible_p(const int *, int *)',
  '__builtin_types_compatible_p(int (*)(void), int (*)())', '__builtin_types_compatible_p(int (*)(char), int (*)())', '__builtin_types_compatible_p(long, long long)',
  '(int)3.99', '(u8)200.0', '(long)-1.5', '(int)(1.5f + 2)', '(1.0 < 2)', '(_Bool)0.5', 'sizeof(int[3][4])', 'sizeof(__builtin_va_list)', '__builtin_offsetof(struct { char c; __builtin_va_list v; }, v)', 'sizeof(struct { int : 0; })',
  '_Generic((char)1, int: 1, char: 2, default: 3)', '_Generic(1ul, unsigned long long: 1, unsigned long: 2)', '_Generic((const int)1, int: 5, default: 6)', '_Generic("x", char *: 7, default: 8)',
];
const types = ['char', 'signed char', 'unsigned char', 'short', 'unsigned short', 'int', 'unsigned', 'long', 'unsigned long', 'long long', 'unsigned long long', '_Bool', 'u8', 's16', 'u32', 'u64',
  'enum ce', 'enum cl', 'enum cu', 'const int', 'ce_t'];
const builtins = ['__builtin_popcount', '__builtin_popcountll', '__builtin_ffs', '__builtin_ffsl', '__builtin_ffsll', '__builtin_parity', '__builtin_parityl', '__builtin_bswap16', '__builtin_bswap32',
  '__builtin_bswap64', '__builtin_clrsb', '__builtin_clrsbll', '__builtin_constant_p', '__builtin_abs'];

/** Fully parenthesised but for a few places where precedence is to be seen. */
export const constantExpression: fc.Arbitrary<string> = fc.letrec<{ expr: string }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 5, depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...literals),
    fc.tuple(fc.constantFrom(...types), tie('expr')).map(([t, e]) => `(${t})(${e})`),
    fc.tuple(fc.constantFrom('-', '~', '!', '+', '- -', '!!'), tie('expr')).map(([op, e]) => `${op}(${e})`),
    fc.tuple(fc.constantFrom('+', '-', '*', '&', '|', '^', '==', '!=', '<', '>', '<=', '>=', '&&', '||'), tie('expr'), tie('expr')).map(([op, a, b]) => `(${a}) ${op} (${b})`),
    fc.tuple(fc.constantFrom('+', '-', '*', '&', '|', '^', '<', '==', '<<', '>>'), fc.constantFrom(...literals), fc.constantFrom('+', '-', '&', '|', '^', '<', '=='), fc.constantFrom(...literals))
      .map(([op1, a, op2, b]) => (op1 === '<<' || op1 === '>>' ? `${a} ${op1} 3 ${op2 === '+' || op2 === '-' ? '&' : op2} ${b}` : `${a} ${op1} ${b} ${op2} 5`)),
    fc.tuple(fc.constantFrom('/', '%'), tie('expr'), fc.constantFrom('3', '7u', '10ul', '0x10', '1000ll', "'a'", 'sizeof(long)')).map(([op, a, b]) => `(${a}) ${op} ${b}`),
    fc.tuple(fc.constantFrom('<<', '>>'), tie('expr'), fc.nat(31)).map(([op, a, n]) => `(${a}) ${op} ${n}`),
    fc.tuple(tie('expr'), tie('expr'), tie('expr')).map(([a, b, c]) => `(${a}) ? (${b}) : (${c})`),
    fc.tuple(tie('expr'), tie('expr')).map(([a, b]) => `(${a}) ?: (${b})`),
    fc.tuple(tie('expr'), tie('expr'), tie('expr')).map(([a, b, c]) => `__builtin_choose_expr(!(${a}), ${b}, ${c})`),
    fc.tuple(fc.constantFrom(...builtins), tie('expr')).map(([f, e]) => `${f}(${e})`),
    fc.tuple(fc.constantFrom('__builtin_clz', '__builtin_ctz', '__builtin_clzll', '__builtin_ctzll', '__builtin_clzl', '__builtin_ctzl'), tie('expr')).map(([f, e]) => `${f}((int)(${e}) | 0x100)`),
    tie('expr').map((e) => `sizeof(${e})`),
    tie('expr').map((e) => `__builtin_expect(!!(${e}), 1)`),
    tie('expr').map((e) => `__extension__ (${e})`),
    tie('expr').map((e) => `sizeof(struct { int : (-!!((${e}) & 0)); })`),
    tie('expr').map((e) => `sizeof(char[1 + 2 * !!(${e})])`),
  ),
})).expr;
