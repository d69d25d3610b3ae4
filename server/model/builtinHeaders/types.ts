/**
 * Types that kernel structs are made of. Widths follow the target as every kernel has them. Locks and what holds them are as without debugging
 * options, and stand in a conditional that names those: what has one inside rests on them, and says so.
 */
export const typesHeader = `
#ifndef KEXEC_HANDOVER_TYPES_H
#define KEXEC_HANDOVER_TYPES_H
#include <kexec-handover/compiler.h>

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef short __s16;
typedef int __s32;
typedef long long __s64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;
typedef u8 uint8_t;
typedef u16 uint16_t;
typedef u32 uint32_t;
typedef u64 uint64_t;
typedef s8 int8_t;
typedef s16 int16_t;
typedef s32 int32_t;
typedef s64 int64_t;
typedef u8 u_int8_t;
typedef u16 u_int16_t;
typedef u32 u_int32_t;
typedef unsigned char unchar;
typedef unsigned char u_char;
typedef unsigned short ushort;
typedef unsigned short u_short;
typedef unsigned int uint;
typedef unsigned int u_int;
typedef unsigned long ulong;
typedef unsigned long u_long;
typedef __u16 __le16;
typedef __u32 __le32;
typedef __u64 __le64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __sum16;
typedef __u32 __wsum;

typedef _Bool bool;
enum { false = 0, true = 1 };
#define NULL ((void *)0)

typedef __SIZE_TYPE__ size_t;
#if __SIZEOF_LONG__ == 8
typedef long ssize_t;
typedef u64 phys_addr_t;
typedef u64 dma_addr_t;
typedef struct { s64 counter; } atomic_long_t;
#else
typedef int ssize_t;
#ifdef CONFIG_PHYS_ADDR_T_64BIT
typedef u64 phys_addr_t;
#else
typedef u32 phys_addr_t;
#endif
#ifdef CONFIG_ARCH_DMA_ADDR_T_64BIT
typedef u64 dma_addr_t;
#else
typedef u32 dma_addr_t;
#endif
typedef struct { int counter; } atomic_long_t;
#endif
typedef __PTRDIFF_TYPE__ ptrdiff_t;
typedef long intptr_t;
typedef unsigned long uintptr_t;
typedef unsigned long pgoff_t;
typedef unsigned long kernel_ulong_t;
typedef long long loff_t;
typedef long off_t;
typedef phys_addr_t resource_size_t;
typedef u64 sector_t;
typedef u64 blkcnt_t;
typedef u64 fdt64_t;
typedef u32 fdt32_t;
typedef u32 dev_t;
typedef unsigned int gfp_t;
typedef unsigned int fmode_t;
typedef unsigned int slab_flags_t;
typedef unsigned int __poll_t;
typedef unsigned int irq_hw_number_t;
typedef unsigned short umode_t;
typedef int pid_t;
typedef s64 time64_t;
typedef s64 ktime_t;
typedef struct { unsigned int val; } kuid_t;
typedef struct { unsigned int val; } kgid_t;
typedef struct { unsigned char b[16]; } guid_t;
typedef struct { unsigned char b[16]; } uuid_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef struct { unsigned long pte; } pte_t;

typedef struct { int counter; } atomic_t;
#ifdef __i386__
typedef struct { s64 __attribute__((aligned(8))) counter; } atomic64_t;
#else
typedef struct { s64 counter; } atomic64_t;
#endif
typedef struct refcount_struct { atomic_t refs; } refcount_t;
struct kref { refcount_t refcount; };

struct list_head { struct list_head *next, *prev; };
struct hlist_node { struct hlist_node *next, **pprev; };
struct hlist_head { struct hlist_node *first; };
struct llist_node { struct llist_node *next; };
struct llist_head { struct llist_node *first; };
struct rcu_head { struct rcu_head *next; void (*func)(struct rcu_head *head); };
#define callback_head rcu_head
struct rb_node { unsigned long __rb_parent_color; struct rb_node *rb_right, *rb_left; };
struct rb_root { struct rb_node *rb_node; };
struct rb_root_cached { struct rb_root rb_root; struct rb_node *rb_leftmost; };

#if 1 || defined(CONFIG_DEBUG_SPINLOCK) || defined(CONFIG_DEBUG_MUTEXES) || defined(CONFIG_DEBUG_LOCK_ALLOC) || defined(CONFIG_PREEMPT_RT)
typedef struct spinlock { unsigned int word; } spinlock_t;
typedef struct raw_spinlock { unsigned int word; } raw_spinlock_t;
typedef struct { unsigned int words[2]; } rwlock_t;
typedef struct { unsigned int sequence; spinlock_t lock; } seqlock_t;
typedef struct { unsigned int sequence; } seqcount_t;
struct mutex { atomic_long_t owner; raw_spinlock_t wait_lock; u32 osq; struct list_head wait_list; };
struct rw_semaphore { atomic_long_t count, owner; u32 osq; raw_spinlock_t wait_lock; struct list_head wait_list; };
struct semaphore { raw_spinlock_t lock; unsigned int count; struct list_head wait_list; };
typedef struct wait_queue_head { spinlock_t lock; struct list_head head; } wait_queue_head_t;
struct swait_queue_head { raw_spinlock_t lock; struct list_head task_list; };
struct completion { unsigned int done; struct swait_queue_head wait; };
struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);
struct work_struct { atomic_long_t data; struct list_head entry; work_func_t func; };
struct timer_list { struct hlist_node entry; unsigned long expires; void (*function)(struct timer_list *timer); u32 flags; };
struct workqueue_struct;
struct delayed_work { struct work_struct work; struct timer_list timer; struct workqueue_struct *wq; int cpu; };
struct xarray { spinlock_t xa_lock; gfp_t xa_flags; void *xa_head; };
struct ida { struct xarray xa; };
struct idr { struct xarray idr_rt; unsigned int idr_base, idr_next; };
#endif
struct notifier_block {
	int (*notifier_call)(struct notifier_block *block, unsigned long action, void *data);
	struct notifier_block *next;
	int priority;
};

#define BITS_PER_BYTE 8
#define BITS_PER_LONG (8 * __SIZEOF_LONG__)
#define BITS_PER_LONG_LONG 64
#define BITS_TO_LONGS(bits) (((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define DECLARE_FLEX_ARRAY(type, name) struct { struct { } __empty_##name; type name[]; }
#define struct_group(name, members...) union { struct { members }; struct { members } name; }

#endif
`;
