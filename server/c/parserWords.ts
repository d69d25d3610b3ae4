/** The words the grammar knows, each in one spelling: `__inline__` is `inline`. */

const spellings: readonly (readonly [string, string])[] = [
  ['const', 'const __const __const__'], ['volatile', 'volatile __volatile __volatile__'], ['restrict', 'restrict __restrict __restrict__'],
  ['inline', 'inline __inline __inline__'], ['signed', 'signed __signed __signed__'], ['typeof', 'typeof __typeof __typeof__'],
  ['typeof_unqual', 'typeof_unqual __typeof_unqual __typeof_unqual__'], ['asm', 'asm __asm __asm__'], ['attribute', '__attribute __attribute__'],
  ['alignof', '__alignof __alignof__'], ['complex', '_Complex __complex __complex__'], ['real', '__real __real__'], ['imag', '__imag __imag__'],
  ['thread', '__thread _Thread_local'], ['int128', '__int128 __int128__'], ['_Static_assert', '_Static_assert static_assert'],
];
const plain = 'auto break case char continue default do double else enum extern float for goto if int long register return short sizeof static struct switch '
  + 'typedef union unsigned void while _Alignas _Alignof _Atomic _Bool _Generic _Imaginary _Noreturn __auto_type __extension__ __label__ __float128 _Float16 '
  + '_Float32 _Float32x _Float64 _Float64x _Float128 __builtin_offsetof __builtin_va_arg __builtin_types_compatible_p __builtin_choose_expr __builtin_va_list '
  + '__seg_gs __seg_fs __func__ __FUNCTION__ __PRETTY_FUNCTION__';

const words = new Map<string, string>(plain.split(' ').map((word) => [word, word]));
for (const [to, from] of spellings) for (const word of from.split(' ')) words.set(word, to);

/** undefined for an identifier. */
export function wordOf(text: string): string | undefined {
  return words.get(text);
}

const specifierStart: ReadonlySet<string> = new Set(('const volatile restrict inline signed typeof typeof_unqual attribute _Alignas complex thread int128 auto char '
  + 'double enum extern float int long register short static struct typedef union unsigned void _Atomic _Bool _Noreturn __auto_type __float128 _Float16 _Float32 '
  + '_Float32x _Float64 _Float64x _Float128 __builtin_va_list __seg_gs __seg_fs __extension__ _Imaginary').split(' '));

/** Type specifiers, qualifiers, storage classes and what else may begin a declaration; typedef names aside. */
export function startsSpecifiers(key: string): boolean {
  return specifierStart.has(key);
}

/** Attribute names are the same with and without underscores around: `__packed__` is `packed`. */
export function attributeName(text: string): string {
  return text.length > 4 && text.startsWith('__') && text.endsWith('__') ? text.slice(2, -2) : text;
}
