/**
 * What gcc 12 answers to `__has_attribute` and `__has_builtin` (gcc manual, same names): recorded from the compilers of each target.
 */

type Table = readonly (readonly [targets: string, names: string])[];

const ATTRIBUTES: Table = [
  ['x86_64 arm64 riscv64 s390x arm i386',
    'NSObject access alias aligned alloc_align alloc_size always_inline artificial assume_aligned cleanup cold common const constructor copy deprecated ' +
    'designated_init destructor error externally_visible fallthrough flatten format format_arg gnu_inline hot ifunc leaf malloc may_alias maybe_unused mode ' +
    'no_address_safety_analysis no_icf no_instrument_function no_profile_instrument_function no_reorder no_sanitize no_sanitize_address ' +
    'no_sanitize_coverage no_sanitize_thread no_sanitize_undefined no_split_stack no_stack_limit no_stack_protector nocf_check noclone nocommon nodiscard ' +
    'noinit noinline noipa nonnull nonstring noplt noreturn nothrow objc_nullability objc_root_class optimize packed patchable_function_entry persistent ' +
    'pure retain returns_nonnull returns_twice scalar_storage_order section sentinel signed_bool_precision simd stack_protect symver tainted_args target ' +
    'target_clones tls_model transaction_callable transaction_may_cancel_outer transaction_pure transaction_safe transaction_safe_dynamic ' +
    'transaction_unsafe transaction_wrap transparent_union unavailable uninitialized unused used vector_mask vector_size visibility volatile ' +
    'warn_if_not_aligned warn_unused warn_unused_result warning weak weakref zero_call_used_regs'],
  ['x86_64 riscv64 arm i386',
    'interrupt naked'],
  ['x86_64 s390x i386',
    'function_return indirect_branch'],
  ['x86_64 i386',
    'callee_pop_aggregate_return cdecl cf_check fastcall fentry_name fentry_section force_align_arg_pointer gcc_struct indirect_return ms_abi ' +
    'ms_hook_prologue ms_struct no_caller_saved_registers nodirect_extern_access regparm sseregparm stdcall sysv_abi thiscall'],
  ['arm64',
    'aarch64_vector_pcs arm_sve_vector_bits'],
  ['s390x',
    'function_return_mem function_return_reg hotpatch indirect_branch_call indirect_branch_jump s390_vector_bool'],
  ['arm',
    'cmse_nonsecure_entry isr long_call pcs short_call'],
];

/** Without `__builtin_`; a name with `=` before it is also a builtin by that name alone (a library function). */
const BUILTINS: Table = [
  ['x86_64 arm64 riscv64 s390x arm i386',
    'FILE FUNCTION LINE =_Exit =__clear_cache =__fprintf_chk =__memcpy_chk =__memmove_chk =__mempcpy_chk =__memset_chk =__printf_chk =__snprintf_chk ' +
    '=__sprintf_chk =__stpcpy_chk =__stpncpy_chk =__strcat_chk =__strcpy_chk =__strncat_chk =__strncpy_chk =__vfprintf_chk =__vprintf_chk =__vsnprintf_chk ' +
    '=__vsprintf_chk =_exit =abort =abs acc_on_device =acos =acosf =acosh =acoshf =acoshl =acosl add_overflow add_overflow_p adjust_descriptor ' +
    'adjust_trampoline aggregate_incoming_address =aligned_alloc =alloca alloca_with_align alloca_with_align_and_max apply apply_args =asin =asinf =asinh ' +
    '=asinhf =asinhl =asinl assoc_barrier assume_aligned =atan =atan2 =atan2f =atan2l =atanf =atanh =atanhf =atanhl =atanl =bcmp =bcopy bswap16 bswap32 ' +
    'bswap64 =bzero =cabs =cabsf =cabsl =cacos =cacosf =cacosh =cacoshf =cacoshl =cacosl =calloc =carg =cargf =cargl =casin =casinf =casinh =casinhf ' +
    '=casinhl =casinl =catan =catanf =catanh =catanhf =catanhl =catanl =cbrt =cbrtf =cbrtl =ccos =ccosf =ccosh =ccoshf =ccoshl =ccosl =ceil =ceilf =ceilf32 ' +
    '=ceilf32x =ceilf64 =ceill =cexp =cexpf cexpi cexpif cexpil =cexpl choose_expr =cimag =cimagf =cimagl classify_type clear_padding =clog =clog10 ' +
    '=clog10f =clog10l =clogf =clogl clrsb clrsbimax clrsbl clrsbll clz clzimax clzl clzll =conj =conjf =conjl constant_p convertvector =copysign ' +
    '=copysignf =copysignf32 =copysignf32x =copysignf64 =copysignl =cos =cosf =cosh =coshf =coshl =cosl =cpow =cpowf =cpowl =cproj =cprojf =cprojl =creal ' +
    '=crealf =creall =csin =csinf =csinh =csinhf =csinhl =csinl =csqrt =csqrtf =csqrtl =ctan =ctanf =ctanh =ctanhf =ctanhl =ctanl ctz ctzimax ctzl ctzll ' +
    '=dcgettext =dgettext =drem =dremf =dreml dwarf_cfa dwarf_sp_column dynamic_object_size eh_copy_values eh_filter eh_pointer eh_return ' +
    'eh_return_data_regno =erf =erfc =erfcf =erfcl =erff =erfl =execl =execle =execlp =execv =execve =execvp =exit =exp =exp10 =exp10f =exp10l =exp2 =exp2f ' +
    '=exp2l expect expect_with_probability =expf =expl =expm1 =expm1f =expm1l extend_pointer extract_return_addr =fabs =fabsf =fabsf32 =fabsf32x =fabsf64 ' +
    '=fabsl =fdim =fdimf =fdiml =feclearexcept =fegetenv =fegetexceptflag =fegetround =feholdexcept =feraiseexcept =fesetenv =fesetexceptflag =fesetround ' +
    '=fetestexcept =feupdateenv =ffs =ffsimax =ffsl =ffsll =finite =finitef =finitel =floor =floorf =floorf32 =floorf32x =floorf64 =floorl =fma =fmaf ' +
    '=fmaf32 =fmaf32x =fmaf64 =fmal =fmax =fmaxf =fmaxf32 =fmaxf32x =fmaxf64 =fmaxl =fmin =fminf =fminf32 =fminf32x =fminf64 =fminl =fmod =fmodf =fmodl ' +
    '=fork fpclassify =fprintf =fprintf_unlocked =fputc =fputc_unlocked =fputs =fputs_unlocked frame_address =free =frexp =frexpf =frexpl frob_return_addr ' +
    '=fscanf =fwrite =fwrite_unlocked =gamma =gamma_r =gammaf =gammaf_r =gammal =gammal_r =gettext has_attribute huge_val huge_valf huge_valf32 ' +
    'huge_valf32x huge_valf64 huge_vall =hypot =hypotf =hypotl iceil iceilf iceill ifloor ifloorf ifloorl =ilogb =ilogbf =ilogbl =imaxabs =index inf inff ' +
    'inff32 inff32x inff64 infl init_descriptor init_dwarf_reg_size_table init_heap_trampoline init_trampoline irint irintf irintl iround iroundf iroundl ' +
    '=isalnum =isalpha =isascii =isblank =iscntrl =isdigit isfinite =isgraph isgreater isgreaterequal =isinf isinf_sign =isinff =isinfl isless islessequal ' +
    'islessgreater =islower =isnan =isnanf =isnanl isnormal =isprint =ispunct =isspace isunordered =isupper =iswalnum =iswalpha =iswblank =iswcntrl ' +
    '=iswdigit =iswgraph =iswlower =iswprint =iswpunct =iswspace =iswupper =iswxdigit =isxdigit j0 =j0f =j0l j1 =j1f =j1l jn =jnf =jnl =labs lceil lceilf ' +
    'lceill =ldexp =ldexpf =ldexpl lfloor lfloorf lfloorl =lgamma =lgamma_r =lgammaf =lgammaf_r =lgammal =lgammal_r =llabs llceil llceilf llceill llfloor ' +
    'llfloorf llfloorl =llrint =llrintf =llrintl =llround =llroundf =llroundl =log =log10 =log10f =log10l =log1p =log1pf =log1pl =log2 =log2f =log2l =logb ' +
    '=logbf =logbl =logf =logl longjmp =lrint =lrintf =lrintl =lround =lroundf =lroundl =malloc =memchr =memcmp memcmp_eq =memcpy =memmove =mempcpy =memset ' +
    '=modf =modff =modfl mul_overflow mul_overflow_p =nan =nanf =nanf32 =nanf32x =nanf64 =nanl nans nansf nansf32 nansf32x nansf64 nansl =nearbyint ' +
    '=nearbyintf =nearbyintf32 =nearbyintf32x =nearbyintf64 =nearbyintl next_arg =nextafter =nextafterf =nextafterl =nexttoward =nexttowardf =nexttowardl ' +
    'nonlocal_goto object_size offsetof parity parityimax parityl parityll popcount popcountimax popcountl popcountll =posix_memalign =pow =pow10 =pow10f ' +
    '=pow10l =powf powi powif powil =powl prefetch =printf =printf_unlocked =putc =putc_unlocked =putchar =putchar_unlocked =puts =puts_unlocked =realloc ' +
    '=remainder =remainderf =remainderl =remquo =remquof =remquol return return_address =rindex =rint =rintf =rintf32 =rintf32x =rintf64 =rintl =round ' +
    '=roundeven =roundevenf =roundevenf32 =roundevenf32x =roundevenf64 =roundevenl =roundf =roundf32 =roundf32x =roundf64 =roundl sadd_overflow ' +
    'saddl_overflow saddll_overflow saveregs =scalb =scalbf =scalbl =scalbln =scalblnf =scalblnl =scalbn =scalbnf =scalbnl =scanf set_thread_pointer setjmp ' +
    'setjmp_receiver setjmp_setup shuffle shufflevector =signbit =signbitf =signbitl =significand =significandf =significandl =sin =sincos =sincosf ' +
    '=sincosl =sinf =sinh =sinhf =sinhl =sinl smul_overflow smull_overflow smulll_overflow =snprintf speculation_safe_value speculation_safe_value_1 ' +
    'speculation_safe_value_2 speculation_safe_value_4 speculation_safe_value_8 speculation_safe_value_ptr =sprintf =sqrt =sqrtf =sqrtf32 =sqrtf32x ' +
    '=sqrtf64 =sqrtl =sscanf ssub_overflow ssubl_overflow ssubll_overflow stack_restore stack_save =stpcpy =stpncpy =strcasecmp =strcat =strchr =strcmp ' +
    'strcmp_eq =strcpy =strcspn =strdup =strfmon =strftime =strlen =strncasecmp =strncat =strncmp strncmp_eq =strncpy =strndup =strnlen =strpbrk =strrchr ' +
    '=strspn =strstr sub_overflow sub_overflow_p =tan =tanf =tanh =tanhf =tanhl =tanl =tgamma =tgammaf =tgammal thread_pointer =toascii =tolower =toupper ' +
    '=towlower =towupper trap =trunc =truncf =truncf32 =truncf32x =truncf64 =truncl types_compatible_p uadd_overflow uaddl_overflow uaddll_overflow ' +
    'umul_overflow umull_overflow umulll_overflow unreachable unwind_init unwind_resume update_setjmp_buf usub_overflow usubl_overflow usubll_overflow ' +
    'va_arg_pack va_arg_pack_len va_copy va_end va_start =vfprintf =vfscanf =vprintf =vscanf =vsnprintf =vsprintf =vsscanf y0 =y0f =y0l y1 =y1f =y1l yn ' +
    '=ynf =ynl'],
  ['x86_64 arm64 riscv64 s390x i386',
    '=ceilf128 =ceilf64x =copysignf128 =copysignf64x =fabsf128 =fabsf64x =floorf128 =floorf64x =fmaf128 =fmaf64x =fmaxf128 =fmaxf64x =fminf128 =fminf64x ' +
    'huge_valf128 huge_valf64x inff128 inff64x =nanf128 =nanf64x nansf128 nansf64x =nearbyintf128 =nearbyintf64x =rintf128 =rintf64x =roundevenf128 ' +
    '=roundevenf64x =roundf128 =roundf64x =sqrtf128 =sqrtf64x =truncf128 =truncf64x'],
  ['x86_64 arm64 riscv64 s390x',
    'bswap128 speculation_safe_value_16'],
  ['x86_64 s390x i386',
    '=fabsd128 =fabsd32 =fabsd64 =finited128 =finited32 =finited64 infd128 infd32 infd64 =isinfd128 =isinfd32 =isinfd64 =isnand128 =isnand32 =isnand64 ' +
    '=nand128 =nand32 =nand64 nansd128 nansd32 nansd64 =signbitd128 =signbitd32 =signbitd64'],
  ['x86_64 arm64',
    '=ceilf16 =copysignf16 =fabsf16 =floorf16 =fmaf16 =fmaxf16 =fminf16 huge_valf16 inff16 =nanf16 nansf16 =nearbyintf16 =rintf16 =roundevenf16 =roundf16 ' +
    '=sqrtf16 =truncf16'],
  ['x86_64 i386',
    'copysignq cpu_init cpu_is cpu_supports fabsq huge_valq infq nanq nansq'],
  ['x86_64',
    'ms_va_copy ms_va_end ms_va_start sysv_va_copy sysv_va_end sysv_va_start'],
  ['arm',
    'cxa_end_cleanup sat_imm_check'],
];

/** Builtins of one architecture's instructions are told by their prefix alone. */
const VENDOR: ReadonlyMap<string, RegExp> = new Map([
  ['x86_64', /^__builtin_ia32_/], ['i386', /^__builtin_ia32_/], ['arm64', /^__builtin_aarch64_/], ['arm', /^__builtin_arm_/],
  ['s390x', /^__builtin_(?:s390|vec|tbegin|tend|tabort|tx|non_tx)_?/], ['riscv64', /^__builtin_riscv_/],
]);

const ATOMIC = new RegExp('^(?:__atomic_(?:(?:compare_exchange|exchange|load|store)(?:_n)?|(?:add|and|nand|or|sub|xor)_fetch|fetch_(?:add|and|nand|or|sub|xor))' +
  '|__sync_(?:(?:add|and|nand|or|sub|xor)_and_fetch|fetch_and_(?:add|and|nand|or|sub|xor)|(?:bool|val)_compare_and_swap|lock_release|lock_test_and_set))(_(?:1|2|4|8|16))?$');
const ATOMIC_PLAIN: ReadonlySet<string> = new Set('__atomic_always_lock_free __atomic_clear __atomic_feraiseexcept __atomic_is_lock_free __atomic_signal_fence __atomic_test_and_set __atomic_thread_fence __sync_synchronize __cyg_profile_func_enter __cyg_profile_func_exit'.split(' '));

/** Standard attributes answer with the date they were voted in (C23 6.7.12). */
const DATES: ReadonlyMap<string, number> = new Map([['nodiscard', 202003], ['deprecated', 201904], ['fallthrough', 201904], ['maybe_unused', 201904]]);

const sets = new Map<string, { attributes: ReadonlySet<string>; builtins: ReadonlySet<string> }>();

function of(target: string): { attributes: ReadonlySet<string>; builtins: ReadonlySet<string> } {
  let found = sets.get(target);
  if (found === undefined) {
    const names = (table: Table): Set<string> => new Set(table.flatMap(([targets, list]) => (targets.split(' ').includes(target) ? list.split(' ') : [])));
    found = { attributes: names(ATTRIBUTES), builtins: names(BUILTINS) };
    sets.set(target, found);
  }
  return found;
}

/** The number `__has_attribute(name)` is; `name` may have a scope (`gnu::packed`). 0: not known. `standard`: asked by __has_c_attribute, where only a scope makes GNU's names known. */
export function hasAttribute(name: string, target: string, standard: boolean): number {
  const [scope, scoped] = name.includes('::') ? name.split('::') : [undefined, name];
  const plain = (scoped ?? '').replace(/^__(.+)__$/, '$1');
  if (scope !== undefined) return scope.replace(/^__(.+)__$/, '$1') === 'gnu' && of(target).attributes.has(plain) ? 1 : 0;
  const date = DATES.get(plain);
  if (date !== undefined) return date;
  return !standard && of(target).attributes.has(plain) ? 1 : 0;
}

export function hasBuiltin(name: string, target: string): boolean {
  if (ATOMIC_PLAIN.has(name)) return true;
  const sized = ATOMIC.exec(name);
  if (sized !== null) {
    // `_n` forms have no size of their own; 16 bytes are for machines of 64 bits.
    if (sized[1] === undefined) return true;
    return !name.includes('_n_') && (sized[1] !== '_16' || (target !== 'arm' && target !== 'i386'));
  }
  const { builtins } = of(target);
  if (name.startsWith('__builtin_')) return builtins.has(name.slice(10)) || builtins.has(`=${name.slice(10)}`) || VENDOR.get(target)?.test(name) === true;
  return builtins.has(`=${name}`);
}
