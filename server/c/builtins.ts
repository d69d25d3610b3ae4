/** What gcc's builtins return; their values, where constant, are in constantBuiltins.ts. */
import { constQuals, intType, noQuals, pointerTo, qualify, voidType } from './makeTypes';
import type { Sema } from './sema';
import type { CType } from './types';

const charPointer = pointerTo(intType('char'));
const results = new Map<string, CType>();
function give(type: CType, names: string): void {
  for (const name of names.split(' ')) results.set(`__builtin_${name}`, type);
}
give(intType('int'), 'constant_p ffs ffsl ffsll clz clzl clzll ctz ctzl ctzll clrsb clrsbl clrsbll popcount popcountl popcountll parity parityl parityll memcmp strcmp strncmp '
  + 'abs isnan isinf has_attribute classify_type printf sprintf snprintf vsnprintf setjmp bcmp');
give(intType('long'), 'expect expect_with_probability labs');
give(intType('long long'), 'llabs');
give(intType('_Bool'), 'add_overflow sub_overflow mul_overflow add_overflow_p sub_overflow_p mul_overflow_p');
give(intType('unsigned short'), 'bswap16');
give(intType('unsigned int'), 'bswap32');
give(pointerTo(voidType), 'alloca memcpy memmove memset return_address frame_address assume_aligned extract_return_addr malloc calloc thread_pointer memchr apply_args');
give(charPointer, 'strcpy strncpy strchr strrchr strstr strcat strncat');
give(voidType, 'unreachable trap prefetch va_start va_end va_copy clear_padding longjmp abort');
results.set('__builtin_speculation_safe_value', intType('long'));
results.set('__builtin_FILE', pointerTo(qualify(intType('char'), constQuals)));
results.set('__builtin_FUNCTION', pointerTo(qualify(intType('char'), constQuals)));
results.set('__builtin_LINE', intType('int'));

const sizes: ReadonlySet<string> = new Set('strlen object_size dynamic_object_size strnlen strcspn strspn'.split(' ').map((name) => `__builtin_${name}`));

/** The function type of a builtin (its parameters are left open); undefined for a name that is none we know. */
export function builtinType(sema: Sema, name: string): CType | undefined {
  // uint64_t of gcc's <stdint.h>.
  const returns = name === '__builtin_bswap64' ? intType(sema.target.longBytes === 8 ? 'unsigned long' : 'unsigned long long')
    : sizes.has(name) ? intType(sema.sizeType) : results.get(name);
  return returns === undefined ? undefined : { kind: 'function', returns, params: [], variadic: true, oldStyle: true, quals: noQuals };
}
