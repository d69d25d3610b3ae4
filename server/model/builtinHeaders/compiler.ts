/** Compiler words and build-time checks that kernel code uses everywhere, as far as reading C needs them. */
export const compilerHeader = `
#ifndef KEXEC_HANDOVER_COMPILER_H
#define KEXEC_HANDOVER_COMPILER_H

#define __init
#define __exit
#define __initdata
#define __initconst
#define __exitdata
#define __meminit
#define __devinit
#define __meminitdata
#define __init_memblock
#define __initdata_memblock
#define __init_or_module
#define __initdata_or_module
#define __exit_call
#define __cpuinit
#define __net_init
#define __net_exit
#define __sched
#define __latent_entropy
#define __visible
#define __nocast
#define __safe
#define __deprecated
#define __no_sanitize_address
#define __ref
#define __refdata
#define __user
#define __iomem
#define __kernel
#define __rcu
#define __percpu
#define __force
#define __bitwise
#define __private
#define __must_hold(x)
#define __acquires(x)
#define __releases(x)
#define __must_check __attribute__((warn_unused_result))
#define __maybe_unused __attribute__((unused))
#define __always_unused __attribute__((unused))
#define __used __attribute__((used))
#define __weak __attribute__((weak))
#define __cold __attribute__((cold))
#define __pure __attribute__((pure))
#define __malloc __attribute__((malloc))
#define __noreturn __attribute__((noreturn))
#define __packed __attribute__((packed))
#define __aligned(bytes) __attribute__((aligned(bytes)))
#define __section(name) __attribute__((section(name)))
#define __printf(fmt, first) __attribute__((format(printf, fmt, first)))
#define __cleanup(fn) __attribute__((cleanup(fn)))
#define __read_mostly
#define __ro_after_init
#define __cacheline_aligned
#define ____cacheline_aligned
#define ____cacheline_aligned_in_smp
#define __counted_by(member)
#define __always_inline inline __attribute__((always_inline))
#define noinline __attribute__((noinline))
#define asmlinkage
#define fallthrough do { } while (0)
#define notrace
#define __no_kasan_or_inline
#define __randomize_layout
#define __designated_init __attribute__((designated_init))

#define likely(x) (x)
#define unlikely(x) (x)
#define barrier() do { } while (0)
#define READ_ONCE(x) (x)
#define WRITE_ONCE(x, v) ((x) = (v))
#define smp_mb() barrier()
#define smp_rmb() barrier()
#define smp_wmb() barrier()

#define offsetof(type, member) __builtin_offsetof(type, member)
#define offsetofend(type, member) (offsetof(type, member) + sizeof_field(type, member))
#define sizeof_field(type, member) sizeof(((type *)0)->member)
#define typeof_member(type, member) __typeof__(((type *)0)->member)
#define __same_type(a, b) __builtin_types_compatible_p(__typeof__(a), __typeof__(b))
#define container_of(pointer, type, member) ((type *)((char *)(pointer) - offsetof(type, member)))

#define static_assert(condition, ...) _Static_assert(condition, #condition)
#define BUILD_BUG_ON(condition) do { _Static_assert(!(condition), #condition); } while (0)
#define BUILD_BUG_ON_MSG(condition, text) do { _Static_assert(!(condition), text); } while (0)
#define BUILD_BUG() do { } while (0)
#define BUILD_BUG_ON_ZERO(condition, ...) (0 * (int)sizeof(char[(condition) ? -1 : 1]))

#define __stringify_1(x...) #x
#define __stringify(x...) __stringify_1(x)
#define ___PASTE(a, b) a##b
#define __PASTE(a, b) ___PASTE(a, b)
#define __UNIQUE_ID(prefix) __PASTE(prefix, __COUNTER__)

#define IS_ENABLED(option) 1
#define IS_BUILTIN(option) 1
#define IS_REACHABLE(option) 1

#endif
`;
