/** Pages, folios, allocators and address conversions. `struct page` has its real size; the rest of it stands for what configurations vary. */
export const memoryHeader = `
#ifndef KEXEC_HANDOVER_MEMORY_H
#define KEXEC_HANDOVER_MEMORY_H
#include <kexec-handover/kernel.h>

#ifdef CONFIG_PAGE_SHIFT
#define PAGE_SHIFT CONFIG_PAGE_SHIFT
#else
#define PAGE_SHIFT 12
#endif
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#define PAGE_ALIGN(addr) ALIGN(addr, PAGE_SIZE)
#define PAGE_ALIGNED(addr) IS_ALIGNED((unsigned long)(addr), PAGE_SIZE)
#define MAX_PAGE_ORDER 10
#define MAX_ORDER_NR_PAGES (1UL << MAX_PAGE_ORDER)
#define NUMA_NO_NODE (-1)
#define PFN_PHYS(pfn) ((phys_addr_t)(pfn) << PAGE_SHIFT)
#define PHYS_PFN(phys) ((unsigned long)((phys) >> PAGE_SHIFT))
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)

enum kexec_handover_gfp {
	__GFP_HIGHMEM = 0x02, __GFP_MOVABLE = 0x08, __GFP_RECLAIM = 0x0c00, __GFP_IO = 0x40, __GFP_FS = 0x80, __GFP_ZERO = 0x100,
	__GFP_NOWARN = 0x2000, __GFP_NORETRY = 0x10000, __GFP_COMP = 0x40000, __GFP_ACCOUNT = 0x400000,
	GFP_KERNEL = 0x0cc0, GFP_KERNEL_ACCOUNT = 0x400cc0, GFP_ATOMIC = 0x0820, GFP_NOWAIT = 0x2800, GFP_NOIO = 0x0c00,
	GFP_USER = 0x100cc0, GFP_HIGHUSER = 0x100cc2, GFP_HIGHUSER_MOVABLE = 0x100cca,
};

struct address_space;
#ifndef KEXEC_HANDOVER_TREE
struct page {
	unsigned long flags;
	struct list_head lru;
	struct address_space *mapping;
	unsigned long index;
	unsigned long private;
	int _mapcount;
	atomic_t _refcount;
	unsigned long memcg_data;
};
struct folio { struct page page; struct page __page_1; struct page __page_2; struct page __page_3; };
#endif

struct page *alloc_page(gfp_t gfp);
struct page *alloc_pages(gfp_t gfp, unsigned int order);
void __free_page(struct page *page);
void __free_pages(struct page *page, unsigned int order);
unsigned long __get_free_page(gfp_t gfp);
unsigned long __get_free_pages(gfp_t gfp, unsigned int order);
unsigned long get_zeroed_page(gfp_t gfp);
void free_page(unsigned long addr);
void free_pages(unsigned long addr, unsigned int order);
void get_page(struct page *page);
void put_page(struct page *page);
struct folio *folio_alloc(gfp_t gfp, unsigned int order);
struct folio *page_folio(struct page *page);
struct page *folio_page(struct folio *folio, size_t n);
void folio_get(struct folio *folio);
void folio_put(struct folio *folio);
void folio_lock(struct folio *folio);
void folio_unlock(struct folio *folio);
unsigned int folio_order(const struct folio *folio);
size_t folio_size(const struct folio *folio);
long folio_nr_pages(const struct folio *folio);
unsigned long folio_pfn(const struct folio *folio);
void *folio_address(const struct folio *folio);
void *page_address(const struct page *page);
void *page_to_virt(const struct page *page);
unsigned long page_to_pfn(const struct page *page);
struct page *pfn_to_page(unsigned long pfn);
struct page *pfn_to_online_page(unsigned long pfn);
struct folio *pfn_folio(unsigned long pfn);
phys_addr_t page_to_phys(const struct page *page);
struct page *phys_to_page(phys_addr_t phys);
struct page *virt_to_page(const volatile void *addr);
struct folio *virt_to_folio(const void *addr);
phys_addr_t virt_to_phys(const volatile void *addr);
void *phys_to_virt(phys_addr_t phys);
phys_addr_t __pa(const volatile void *addr);
void *__va(phys_addr_t phys);
unsigned int get_order(unsigned long size);
bool pfn_valid(unsigned long pfn);
struct page *vmalloc_to_page(const void *addr);
bool is_vmalloc_addr(const void *addr);

void *kmalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void *kcalloc(size_t n, size_t size, gfp_t gfp);
void *kmalloc_array(size_t n, size_t size, gfp_t gfp);
void *krealloc(const void *pointer, size_t size, gfp_t gfp);
void *kvmalloc(size_t size, gfp_t gfp);
void *kvzalloc(size_t size, gfp_t gfp);
void *kvcalloc(size_t n, size_t size, gfp_t gfp);
void *kvmalloc_array(size_t n, size_t size, gfp_t gfp);
char *kstrdup(const char *s, gfp_t gfp);
char *kasprintf(gfp_t gfp, const char *fmt, ...);
void *kmemdup(const void *from, size_t size, gfp_t gfp);
void kfree(const void *pointer);
void kvfree(const void *pointer);
void kfree_sensitive(const void *pointer);
size_t ksize(const void *pointer);
struct kmem_cache;
struct kmem_cache *kmem_cache_create(const char *name, unsigned int size, unsigned int align, slab_flags_t flags, void (*ctor)(void *));
void *kmem_cache_alloc(struct kmem_cache *cache, gfp_t gfp);
void *kmem_cache_zalloc(struct kmem_cache *cache, gfp_t gfp);
void kmem_cache_free(struct kmem_cache *cache, void *pointer);
#define KMEM_CACHE(type, flags) kmem_cache_create(#type, sizeof(struct type), __alignof__(struct type), flags, NULL)

struct vm_struct;
#define VM_MAP 0x4
#define VM_ALLOC 0x2
extern pgprot_t PAGE_KERNEL;
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
void *vcalloc(size_t n, size_t size);
void vfree(const void *addr);
void *vmap(struct page **pages, unsigned int count, unsigned long flags, pgprot_t prot);
void vunmap(const void *addr);

void *memblock_alloc(phys_addr_t size, phys_addr_t align);
void *memblock_alloc_or_panic(phys_addr_t size, phys_addr_t align);
phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align);
int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_reserve(phys_addr_t base, phys_addr_t size);
int memblock_phys_free(phys_addr_t base, phys_addr_t size);
void memblock_free(void *addr, size_t size);
#define SMP_CACHE_BYTES 64
#define MEMBLOCK_ALLOC_ANYWHERE (~(phys_addr_t)0)
#define MEMBLOCK_ALLOC_ACCESSIBLE 0
enum memblock_flags { MEMBLOCK_NONE = 0, MEMBLOCK_HOTPLUG = 1, MEMBLOCK_MIRROR = 2, MEMBLOCK_NOMAP = 4, MEMBLOCK_DRIVER_MANAGED = 8, MEMBLOCK_RSRV_NOINIT = 16, MEMBLOCK_KERN = 32 };
struct memblock_region { phys_addr_t base, size; enum memblock_flags flags; int nid; };
struct memblock_type { unsigned long cnt, max; phys_addr_t total_size; struct memblock_region *regions; char *name; };
struct memblock { bool bottom_up; phys_addr_t current_limit; struct memblock_type memory, reserved; };

struct bus_type;
void *ioremap(phys_addr_t phys, size_t size);
void iounmap(volatile void *addr);
u8 readb(const volatile void *addr);
u16 readw(const volatile void *addr);
u32 readl(const volatile void *addr);
u64 readq(const volatile void *addr);
void writeb(u8 value, volatile void *addr);
void writew(u16 value, volatile void *addr);
void writel(u32 value, volatile void *addr);
void writeq(u64 value, volatile void *addr);
unsigned long copy_from_user(void *to, const void *from, unsigned long n);
unsigned long copy_to_user(void *to, const void *from, unsigned long n);
struct mm_struct;
struct vm_area_struct;

#endif
`;
