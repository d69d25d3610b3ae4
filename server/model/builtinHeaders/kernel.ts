/** Constants, helpers and prototypes of the everyday headers: kernel, errno, err, printk, string, list, locks, bits. */
export const kernelHeader = `
#ifndef KEXEC_HANDOVER_KERNEL_H
#define KEXEC_HANDOVER_KERNEL_H
#include <kexec-handover/types.h>

#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define EBADF 9
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define EBUSY 16
#define EEXIST 17
#define ENODEV 19
#define EINVAL 22
#define ENOTTY 25
#define EFBIG 27
#define ENOSPC 28
#define ERANGE 34
#define ENODATA 61
#define EPROTO 71
#define EBADMSG 74
#define EOVERFLOW 75
#define EOPNOTSUPP 95
#define ETIMEDOUT 110
#define ENOTSUPP 524
#define EPROBE_DEFER 517
#define MAX_ERRNO 4095

void *ERR_PTR(long error);
long PTR_ERR(const void *pointer);
bool IS_ERR(const void *pointer);
bool IS_ERR_OR_NULL(const void *pointer);
void *ERR_CAST(const void *pointer);
int PTR_ERR_OR_ZERO(const void *pointer);

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define min(a, b) ((a) < (b) ? (a) : (b))
#define max(a, b) ((a) > (b) ? (a) : (b))
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(value, low, high) min(max(value, low), high)
#define swap(a, b) do { __typeof__(a) __swapped = (a); (a) = (b); (b) = __swapped; } while (0)
#define abs(x) ((x) < 0 ? -(x) : (x))
#define ALIGN(x, to) (((x) + (to) - 1) & ~((__typeof__(x))(to) - 1))
#define ALIGN_DOWN(x, to) ((x) & ~((__typeof__(x))(to) - 1))
#define IS_ALIGNED(x, to) (((x) & ((__typeof__(x))(to) - 1)) == 0)
#define round_up(x, to) ALIGN(x, to)
#define round_down(x, to) ALIGN_DOWN(x, to)
#define roundup(x, to) ((((x) + (to) - 1) / (to)) * (to))
#define DIV_ROUND_UP(n, d) (((n) + (d) - 1) / (d))
#define struct_size(pointer, member, count) (sizeof(*(pointer)) + sizeof(*(pointer)->member) * (count))
#define flex_array_size(pointer, member, count) (sizeof(*(pointer)->member) * (count))
#define upper_32_bits(n) ((u32)((n) >> 32))
#define lower_32_bits(n) ((u32)(n))
#define U8_MAX ((u8)~0U)
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define U64_MAX ((u64)~0ULL)
#define INT_MAX 0x7fffffff
#define UINT_MAX 0xffffffffU
#define ULONG_MAX 0xffffffffffffffffUL

#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define GENMASK(high, low) ((~0UL << (low)) & (~0UL >> (BITS_PER_LONG - 1 - (high))))
#define GENMASK_ULL(high, low) ((~0ULL << (low)) & (~0ULL >> (63 - (high))))
void set_bit(long nr, volatile unsigned long *addr);
void clear_bit(long nr, volatile unsigned long *addr);
bool test_bit(long nr, const volatile unsigned long *addr);
bool test_and_set_bit(long nr, volatile unsigned long *addr);
bool test_and_clear_bit(long nr, volatile unsigned long *addr);
void bitmap_zero(unsigned long *dst, unsigned int bits);
unsigned int hweight32(unsigned int w);
unsigned int hweight64(u64 w);
int ilog2(u64 n);
int fls(unsigned int x);
int fls64(u64 x);
unsigned long __ffs(unsigned long word);
bool is_power_of_2(unsigned long n);
unsigned long roundup_pow_of_two(unsigned long n);

#define SZ_4K 0x1000UL
#define SZ_8K 0x2000UL
#define SZ_16K 0x4000UL
#define SZ_32K 0x8000UL
#define SZ_64K 0x10000UL
#define SZ_128K 0x20000UL
#define SZ_256K 0x40000UL
#define SZ_512K 0x80000UL
#define SZ_1M 0x100000UL
#define SZ_2M 0x200000UL
#define SZ_4M 0x400000UL
#define SZ_16M 0x1000000UL
#define SZ_64M 0x4000000UL
#define SZ_1G 0x40000000UL

#define KERN_SOH "\\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"
int printk(const char *fmt, ...);
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
#define pr_emerg(fmt, args...) printk(KERN_EMERG pr_fmt(fmt), ##args)
#define pr_err(fmt, args...) printk(KERN_ERR pr_fmt(fmt), ##args)
#define pr_warn(fmt, args...) printk(KERN_WARNING pr_fmt(fmt), ##args)
#define pr_warn_once(fmt, args...) printk(KERN_WARNING pr_fmt(fmt), ##args)
#define pr_notice(fmt, args...) printk(KERN_NOTICE pr_fmt(fmt), ##args)
#define pr_info(fmt, args...) printk(KERN_INFO pr_fmt(fmt), ##args)
#define pr_cont(fmt, args...) printk(fmt, ##args)
#define pr_debug(fmt, args...) printk(KERN_DEBUG pr_fmt(fmt), ##args)
int kexec_handover_warn_on(int on, const char *condition);
int kexec_handover_warn_on_once(int on, const char *condition);
int kexec_handover_warn(int on, const char *fmt, ...);
int kexec_handover_warn_once(int on, const char *fmt, ...);
__attribute__((noreturn)) void kexec_handover_bug(void);
#define BUG() kexec_handover_bug()
#define BUG_ON(condition) do { if (condition) BUG(); } while (0)
#define WARN_ON(condition) kexec_handover_warn_on(!!(condition), #condition)
#define WARN_ON_ONCE(condition) kexec_handover_warn_on_once(!!(condition), #condition)
#define WARN(condition, fmt...) kexec_handover_warn(!!(condition), fmt)
#define WARN_ONCE(condition, fmt...) kexec_handover_warn_once(!!(condition), fmt)
__attribute__((noreturn)) void panic(const char *fmt, ...);

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
void *memchr_inv(const void *from, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
char *strstr(const char *s, const char *find);
char *strncpy(char *to, const char *from, size_t n);
ssize_t strscpy(char *to, const char *from, ...);
ssize_t strscpy_pad(char *to, const char *from, ...);
int snprintf(char *to, size_t n, const char *fmt, ...);
int scnprintf(char *to, size_t n, const char *fmt, ...);
int sprintf(char *to, const char *fmt, ...);
int sscanf(const char *from, const char *fmt, ...);
int kstrtoint(const char *s, unsigned int base, int *out);
int kstrtouint(const char *s, unsigned int base, unsigned int *out);
int kstrtoull(const char *s, unsigned int base, unsigned long long *out);
int kstrtobool(const char *s, bool *out);
u32 crc32_le(u32 crc, const void *p, size_t n);
u32 jhash(const void *key, u32 length, u32 initial);
#define crc32(seed, data, length) crc32_le(seed, data, length)
u16 le16_to_cpu(__le16 v);
u32 le32_to_cpu(__le32 v);
u64 le64_to_cpu(__le64 v);
__le16 cpu_to_le16(u16 v);
__le32 cpu_to_le32(u32 v);
__le64 cpu_to_le64(u64 v);

#define LIST_HEAD_INIT(name) { &(name), &(name) }
#define LIST_HEAD(name) struct list_head name = LIST_HEAD_INIT(name)
#define HLIST_HEAD_INIT { .first = NULL }
#define HLIST_HEAD(name) struct hlist_head name = HLIST_HEAD_INIT
#define RB_ROOT (struct rb_root) { NULL, }
void INIT_LIST_HEAD(struct list_head *list);
void list_add(struct list_head *entry, struct list_head *head);
void list_add_tail(struct list_head *entry, struct list_head *head);
void list_del(struct list_head *entry);
void list_del_init(struct list_head *entry);
void list_move(struct list_head *entry, struct list_head *head);
void list_move_tail(struct list_head *entry, struct list_head *head);
void list_splice_init(struct list_head *list, struct list_head *head);
bool list_empty(const struct list_head *head);
#define list_entry(pointer, type, member) container_of(pointer, type, member)
#define list_first_entry(head, type, member) list_entry((head)->next, type, member)
#define list_last_entry(head, type, member) list_entry((head)->prev, type, member)
#define list_first_entry_or_null(head, type, member) (list_empty(head) ? (type *)NULL : list_first_entry(head, type, member))
#define list_next_entry(pos, member) list_entry((pos)->member.next, __typeof__(*(pos)), member)
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_entry(pos, head, member) \\
	for (pos = list_first_entry(head, __typeof__(*pos), member); &pos->member != (head); pos = list_next_entry(pos, member))
#define list_for_each_entry_safe(pos, next, head, member) \\
	for (pos = list_first_entry(head, __typeof__(*pos), member), next = list_next_entry(pos, member); \\
	     &pos->member != (head); pos = next, next = list_next_entry(next, member))
#define list_for_each_entry_reverse(pos, head, member) \\
	for (pos = list_last_entry(head, __typeof__(*pos), member); &pos->member != (head); \\
	     pos = list_entry(pos->member.prev, __typeof__(*pos), member))

#define ATOMIC_INIT(value) { (value) }
#define ATOMIC64_INIT(value) { (value) }
#define ATOMIC_LONG_INIT(value) { (value) }
#define REFCOUNT_INIT(value) { .refs = ATOMIC_INIT(value) }
#define KREF_INIT(value) { .refcount = REFCOUNT_INIT(value) }
int atomic_read(const atomic_t *v);
void atomic_set(atomic_t *v, int value);
void atomic_inc(atomic_t *v);
void atomic_dec(atomic_t *v);
void atomic_add(int value, atomic_t *v);
int atomic_inc_return(atomic_t *v);
int atomic_dec_return(atomic_t *v);
bool atomic_dec_and_test(atomic_t *v);
s64 atomic64_read(const atomic64_t *v);
void atomic64_set(atomic64_t *v, s64 value);
s64 atomic64_inc_return(atomic64_t *v);
void refcount_set(refcount_t *r, int value);
void refcount_inc(refcount_t *r);
bool refcount_dec_and_test(refcount_t *r);
void kref_init(struct kref *k);
void kref_get(struct kref *k);
int kref_put(struct kref *k, void (*release)(struct kref *k));

#define __SPIN_LOCK_UNLOCKED(name) { 0 }
#define __MUTEX_INITIALIZER(name) { .wait_list = LIST_HEAD_INIT((name).wait_list) }
#define __RWSEM_INITIALIZER(name) { .wait_list = LIST_HEAD_INIT((name).wait_list) }
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)
#define DEFINE_RAW_SPINLOCK(name) raw_spinlock_t name = { 0 }
#define DEFINE_RWLOCK(name) rwlock_t name = { { 0 } }
#define DEFINE_SEQLOCK(name) seqlock_t name = { 0 }
#define DEFINE_MUTEX(name) struct mutex name = __MUTEX_INITIALIZER(name)
#define DECLARE_RWSEM(name) struct rw_semaphore name = __RWSEM_INITIALIZER(name)
#define DEFINE_IDA(name) struct ida name
#define DEFINE_IDR(name) struct idr name
#define DEFINE_XARRAY(name) struct xarray name
#define DEFINE_XARRAY_ALLOC(name) struct xarray name
#define DECLARE_COMPLETION(name) struct completion name
#define DECLARE_WAIT_QUEUE_HEAD(name) struct wait_queue_head name
#define DECLARE_WORK(name, fn) struct work_struct name = { .func = (fn) }
#define DECLARE_DELAYED_WORK(name, fn) struct delayed_work name = { .work = { .func = (fn) } }
#define INIT_WORK(work, fn) do { (work)->func = (fn); } while (0)
#define INIT_DELAYED_WORK(work_, fn) do { (work_)->work.func = (fn); } while (0)
void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void spin_lock_irq(spinlock_t *lock);
void spin_unlock_irq(spinlock_t *lock);
#define spin_lock_irqsave(lock, flags) do { (flags) = 0; spin_lock(lock); } while (0)
#define spin_unlock_irqrestore(lock, flags) do { (void)(flags); spin_unlock(lock); } while (0)
void raw_spin_lock(raw_spinlock_t *lock);
void raw_spin_unlock(raw_spinlock_t *lock);
void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
int mutex_lock_interruptible(struct mutex *lock);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void mutex_destroy(struct mutex *lock);
void init_rwsem(struct rw_semaphore *sem);
void down_read(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void down_write(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
void init_completion(struct completion *done);
void complete(struct completion *done);
void wait_for_completion(struct completion *done);
void init_waitqueue_head(wait_queue_head_t *queue);
void wake_up(wait_queue_head_t *queue);
bool schedule_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work_sync(struct delayed_work *work);
void rcu_read_lock(void);
void rcu_read_unlock(void);
void synchronize_rcu(void);
#define guard(kind) __guard_##kind
void __guard_mutex(struct mutex *lock);
void __guard_spinlock(spinlock_t *lock);
void __guard_rwsem_read(struct rw_semaphore *sem);
void __guard_rwsem_write(struct rw_semaphore *sem);
#define scoped_guard(kind, args...) for (int __scope = (guard(kind)(args), 1); __scope; __scope = 0)
#define __free(kind)
#define no_free_ptr(pointer) (pointer)
#define return_ptr(pointer) return (pointer)

void *xa_load(struct xarray *xa, unsigned long index);
void *xa_store(struct xarray *xa, unsigned long index, void *entry, gfp_t gfp);
void *xa_erase(struct xarray *xa, unsigned long index);
void xa_init(struct xarray *xa);
void xa_destroy(struct xarray *xa);
#define xa_for_each(xa, index, entry) for (index = 0, entry = xa_load(xa, 0); entry; entry = xa_load(xa, ++index))

extern unsigned long jiffies;
#define HZ 250
void msleep(unsigned int msecs);
void udelay(unsigned long usecs);
ktime_t ktime_get(void);
u64 ktime_get_ns(void);
unsigned int num_possible_cpus(void);
unsigned int num_online_cpus(void);
int smp_processor_id(void);
extern unsigned int nr_cpu_ids;
#define NR_CPUS 64
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < nr_cpu_ids; (cpu)++)
#define DEFINE_PER_CPU(type, name) type name
#define DECLARE_PER_CPU(type, name) extern type name
#define per_cpu(name, cpu) (name)
#define this_cpu_ptr(pointer) (pointer)
#define NOTIFY_DONE 0
#define NOTIFY_OK 1
#define NOTIFY_BAD 0x8002
#define NOTIFY_STOP 0x8001

#endif
`;
