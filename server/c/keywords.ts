/**
 * Keywords of C11 and GNU C in all their spellings. They are the first atoms, so `atom <= LAST_KEYWORD` tells one.
 *
 * Spellings that mean the same share one `Kw` code (gcc manual, Alternate Keywords; c-family/c-common's reserved words as documented).
 */
import { atomOf } from './atoms';

/** One code per meaning; `keywordOf(atom)`. */
export const enum Kw {
  None = 0,
  Auto, Break, Case, Char, Const, Continue, Default, Do, Double, Else, Enum, Extern, Float, For, Goto, If, Inline, Int, Long,
  Register, Restrict, Return, Short, Signed, Sizeof, Static, Struct, Switch, Typedef, Union, Unsigned, Void, Volatile, While,
  Alignas, Alignof, Atomic, Bool, Complex, Generic, Imaginary, Noreturn, StaticAssert, ThreadLocal,
  Asm, Attribute, AutoType, Extension, Imag, Label, Real, Typeof, Int128,
  Float16, Float32, Float64, Float128, Float32x, Float64x, Float80, Decimal32, Decimal64, Decimal128,
  BuiltinVaArg, BuiltinOffsetof, BuiltinTypesCompatible, BuiltinChooseExpr, BuiltinConvertvector, BuiltinHasAttribute, BuiltinTgmath,
  BuiltinComplex, BuiltinShuffle, BuiltinShufflevector, BuiltinCallWithStaticChain,
  AddrSpaceFs, AddrSpaceGs, NullPtr,
}

const TABLE: readonly (readonly [Kw, string])[] = [
  [Kw.Auto, 'auto'], [Kw.Break, 'break'], [Kw.Case, 'case'], [Kw.Char, 'char'], [Kw.Const, 'const __const __const__'],
  [Kw.Continue, 'continue'], [Kw.Default, 'default'], [Kw.Do, 'do'], [Kw.Double, 'double'], [Kw.Else, 'else'], [Kw.Enum, 'enum'],
  [Kw.Extern, 'extern'], [Kw.Float, 'float'], [Kw.For, 'for'], [Kw.Goto, 'goto'], [Kw.If, 'if'],
  [Kw.Inline, 'inline __inline __inline__'], [Kw.Int, 'int'], [Kw.Long, 'long'], [Kw.Register, 'register'],
  [Kw.Restrict, 'restrict __restrict __restrict__'], [Kw.Return, 'return'], [Kw.Short, 'short'],
  [Kw.Signed, 'signed __signed __signed__'], [Kw.Sizeof, 'sizeof'], [Kw.Static, 'static'], [Kw.Struct, 'struct'],
  [Kw.Switch, 'switch'], [Kw.Typedef, 'typedef'], [Kw.Union, 'union'], [Kw.Unsigned, 'unsigned'], [Kw.Void, 'void'],
  [Kw.Volatile, 'volatile __volatile __volatile__'], [Kw.While, 'while'],
  [Kw.Alignas, '_Alignas'], [Kw.Alignof, '_Alignof __alignof __alignof__'], [Kw.Atomic, '_Atomic'], [Kw.Bool, '_Bool'],
  [Kw.Complex, '_Complex __complex __complex__'], [Kw.Generic, '_Generic'], [Kw.Imaginary, '_Imaginary'],
  [Kw.Noreturn, '_Noreturn'], [Kw.StaticAssert, '_Static_assert'], [Kw.ThreadLocal, '_Thread_local __thread'],
  [Kw.Asm, 'asm __asm __asm__'], [Kw.Attribute, '__attribute __attribute__'], [Kw.AutoType, '__auto_type'],
  [Kw.Extension, '__extension__'], [Kw.Imag, '__imag __imag__'], [Kw.Label, '__label__'], [Kw.Real, '__real __real__'],
  [Kw.Typeof, 'typeof __typeof __typeof__'], [Kw.Int128, '__int128 __int128__'],
  [Kw.Float16, '_Float16'], [Kw.Float32, '_Float32'], [Kw.Float64, '_Float64'], [Kw.Float128, '_Float128 __float128'],
  [Kw.Float32x, '_Float32x'], [Kw.Float64x, '_Float64x'], [Kw.Float80, '__float80'],
  [Kw.Decimal32, '_Decimal32'], [Kw.Decimal64, '_Decimal64'], [Kw.Decimal128, '_Decimal128'],
  [Kw.BuiltinVaArg, '__builtin_va_arg'], [Kw.BuiltinOffsetof, '__builtin_offsetof'],
  [Kw.BuiltinTypesCompatible, '__builtin_types_compatible_p'], [Kw.BuiltinChooseExpr, '__builtin_choose_expr'],
  [Kw.BuiltinConvertvector, '__builtin_convertvector'], [Kw.BuiltinHasAttribute, '__builtin_has_attribute'],
  [Kw.BuiltinTgmath, '__builtin_tgmath'], [Kw.BuiltinComplex, '__builtin_complex'], [Kw.BuiltinShuffle, '__builtin_shuffle'],
  [Kw.BuiltinShufflevector, '__builtin_shufflevector'], [Kw.BuiltinCallWithStaticChain, '__builtin_call_with_static_chain'],
  [Kw.AddrSpaceFs, '__seg_fs'], [Kw.AddrSpaceGs, '__seg_gs'],
];

const codes: Kw[] = [Kw.None];
for (const [code, spellings] of TABLE) for (const spelling of spellings.split(' ')) codes[atomOf(spelling)] = code;

/** Atoms 1 .. LAST_KEYWORD are keywords and nothing else. */
export const LAST_KEYWORD: number = codes.length - 1;

/** The meaning of an identifier's atom; Kw.None when it is no keyword. */
export function keywordOf(atom: number): Kw {
  return atom <= LAST_KEYWORD ? (codes[atom] ?? Kw.None) : Kw.None;
}

/** Atoms the preprocessor asks for by name. */
export const A = {
  define: atomOf('define'), undef: atomOf('undef'), include: atomOf('include'), include_next: atomOf('include_next'), import: atomOf('import'),
  if: atomOf('if'), ifdef: atomOf('ifdef'), ifndef: atomOf('ifndef'), elif: atomOf('elif'), elifdef: atomOf('elifdef'),
  elifndef: atomOf('elifndef'), else: atomOf('else'), endif: atomOf('endif'), line: atomOf('line'), error: atomOf('error'),
  warning: atomOf('warning'), pragma: atomOf('pragma'), ident: atomOf('ident'), sccs: atomOf('sccs'), assert: atomOf('assert'),
  unassert: atomOf('unassert'),
  defined: atomOf('defined'), once: atomOf('once'), pack: atomOf('pack'), push: atomOf('push'), pop: atomOf('pop'),
  push_macro: atomOf('push_macro'), pop_macro: atomOf('pop_macro'), GCC: atomOf('GCC'), poison: atomOf('poison'),
  system_header: atomOf('system_header'), STDC: atomOf('STDC'),
  __VA_ARGS__: atomOf('__VA_ARGS__'), __VA_OPT__: atomOf('__VA_OPT__'), _Pragma: atomOf('_Pragma'),
  __FILE__: atomOf('__FILE__'), __FILE_NAME__: atomOf('__FILE_NAME__'), __LINE__: atomOf('__LINE__'), __COUNTER__: atomOf('__COUNTER__'),
  __INCLUDE_LEVEL__: atomOf('__INCLUDE_LEVEL__'), __BASE_FILE__: atomOf('__BASE_FILE__'), __DATE__: atomOf('__DATE__'),
  __TIME__: atomOf('__TIME__'), __TIMESTAMP__: atomOf('__TIMESTAMP__'),
  __has_include: atomOf('__has_include'), __has_include_next: atomOf('__has_include_next'), __has_attribute: atomOf('__has_attribute'),
  __has_cpp_attribute: atomOf('__has_cpp_attribute'), __has_c_attribute: atomOf('__has_c_attribute'), __has_builtin: atomOf('__has_builtin'),
  struct: atomOf('struct'), union: atomOf('union'), enum: atomOf('enum'), __attribute__: atomOf('__attribute__'), __attribute: atomOf('__attribute'),
  __packed: atomOf('__packed'), __aligned: atomOf('__aligned'),
} as const;
