/**
 * `linux/kstate.h` for each dialect, put together from shared pieces.
 *
 * Names, members and values are those of the interface (KSTATE facts 2.1 to 2.5 and 3.4); the text is written here. The field macros
 * expand to real initialisers, so that offsets, sizes and the type check come out of the C front end as they do of the compiler.
 */
import type { KstateDialect } from '../kstate';

const enumsV1 = `
enum kstate_flags {
	KS_SIMPLE = 0x01, KS_POINTER = 0x02, KS_STRUCT = 0x04, KS_CUSTOM = 0x08, KS_ARRAY_OF_POINTER = 0x10,
	KS_END = 0x80000000,
};
enum kstate_ids {
	KSTATE_LAST_ID = -1, KSTATE_PAGE_ID = 0, KSTATE_RSVD_MEM_ID = 1, KSTATE_TEST_ID = 2, KSTATE_TRACE_ID = 3,
	KSTATE_TRACE_BUFFER_ID = 4, KSTATE_TRACE_RING_BUFFER_ID = 5, KSTATE_TRACE_BUFFER_PAGE_ID = 6,
};
`;

const flagsV2 = `
enum kstate_flags {
	KS_BASE_TYPE = 0x01, KS_POINTER = 0x02, KS_STRUCT = 0x04, KS_CUSTOM = 0x08, KS_ARRAY_OF_POINTER = 0x10, KS_ADDRESS = 0x20,
	KS_END = 0x80000000,
};
`;

const flagsV3 = `
enum kstate_flags {
	KS_BASE_TYPE = 0x01, KS_POINTER = 0x02, KS_STRUCT = 0x04, KS_CUSTOM = 0x08, KS_ARRAY_OF_POINTER = 0x10, KS_ADDRESS = 0x20,
	KS_DEPRECATED = 0x40, KS_END = 0x80000000,
};
`;

const addressTypes = `
enum kstate_addr_type { KS_VMEMMAP_ADDR = 0, KS_LINEAR_ADDR = 1 };
`;

const idsV2 = `
enum kstate_ids { KSTATE_LAST_ID = -1, KSTATE_RSVD_MEM_ID = 1, KSTATE_STRUCT_PAGE_ID = 2, KSTATE_TEST_ID = 3 };
`;

const idsV3 = `
enum kstate_ids {
	KSTATE_LAST_ID = -1, KSTATE_FOLIO_ID = 1, KSTATE_KHO_FDT_ID = 2, KSTATE_TEST_ID = 3, KSTATE_TEST_ID_V2 = 4, KSTATE_RESERVED_MEM_ID = 5,
};
`;

const fieldV1 = `
struct kstate_description;
struct kstate_field;
struct kstate_field {
	const char *name;
	size_t offset;
	size_t size;
	enum kstate_flags flags;
	const struct kstate_description *ksd;
	int version_id;
	int (*restore)(void *stream, void *object, const struct kstate_field *field);
	int (*save)(void *stream, void *object, const struct kstate_field *field);
	int (*count)(void);
};
`;

const streamAndField = `
struct kstate_stream { void *pos; struct folio *folio; };
struct kstate_description;
struct kstate_field;
typedef int (*kexec_handover_callback)(struct kstate_stream *stream, void *object, const struct kstate_field *field);
struct kstate_field {
	const char *name;
	size_t offset;
	size_t size;
	enum kstate_flags flags;
	const struct kstate_description *ksd;
	enum kstate_addr_type addr_type;
	int version_id;
	kexec_handover_callback restore;
	kexec_handover_callback save;
	int (*count)(void);
};
`;

const descriptionV2 = `
struct kstate_description {
	const char *name;
	enum kstate_ids id;
	atomic_t instance_id;
	int version_id;
	struct list_head state_list;
	const struct kstate_field *fields;
};
`;

const descriptionDev = `
struct kstate_description {
	const char *name;
	enum kstate_ids id;
	atomic_t instance_id;
	int version_id;
	struct list_head state_list;
	const struct kstate_field *fields;
	const struct kstate_description **subsections;
};
`;

const descriptionV3 = `
struct kstate_description {
	const char *name;
	enum kstate_ids id;
	atomic_t instance_id;
	int version_id;
	int min_version_id;
	const struct kstate_field *fields;
	const struct kstate_description **subsections;
};
`;

const helpers = `
int kstate_save_data(struct kstate_stream *stream, const void *data, size_t size);
bool kstate_get_byte(struct kstate_stream *stream);
unsigned long kstate_get_ulong(struct kstate_stream *stream);
`;

const callsV2 = `
int kstate_register(struct kstate_description *description, void *object);
extern struct kstate_description page_state;
int kstate_page_save(struct kstate_stream *stream, void *object, const struct kstate_field *field);
`;

const callsV3 = `
void kstate_restore_data(struct kstate_stream *stream, void *data, size_t size);
int kstate_register(struct kstate_description *description, void *object, int instance);
void kstate_unregister(struct kstate_description *description, void *object, int instance);
int kstate_restore(struct kstate_description *description, void *object, int instance);
int kstate_register_restore(struct kstate_description *description, void *object);
int kstate_folio_save(struct kstate_stream *stream, void *object, const struct kstate_field *field);
int kstate_folio_restore(struct kstate_stream *stream, void *object, const struct kstate_field *field);
int kstate_finalize(void);
int kstate_abort(void);
`;

/** The size of T, and an array of length -1 (no size: does not compile) unless T is exactly the member's type. */
const checkedSize = `
#define KEXEC_HANDOVER_CHECKED_SIZE(F, S, T) \\
	(sizeof(T) + 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((S *)0)->F), T) ? 1 : -1]))
`;

const macrosV1 = `
#define KSTATE_SIMPLE(F, S) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(((S *)0)->F), .flags = KS_SIMPLE }
#define KSTATE_POINTER(F, S) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(*((S *)0)->F), .flags = KS_POINTER }
`;

const macrosV2 = `
#define KSTATE_BASE_TYPE(F, S, T) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = KEXEC_HANDOVER_CHECKED_SIZE(F, S, T), .flags = KS_BASE_TYPE }
#define KSTATE_POINTER(F, S) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(*((S *)0)->F), .flags = KS_POINTER }
#define KSTATE_ADDRESS(F, S, K) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(*((S *)0)->F), .flags = KS_ADDRESS, .addr_type = (K) }
`;

/** Three entries in a row: keep the page, its address, and the counts that its struct page holds (facts 4.4). */
const macroPage = `
#define KSTATE_PAGE(F, S) \\
	{ .name = "page", .offset = __builtin_offsetof(S, F), .flags = KS_CUSTOM, .save = kstate_page_save }, \\
	KSTATE_ADDRESS(F, S, KS_VMEMMAP_ADDR), \\
	{ .name = "struct_page", .offset = __builtin_offsetof(S, F), .flags = KS_STRUCT | KS_POINTER, .ksd = &page_state }
`;

const macrosV3 = `
#define KSTATE_BASE_TYPE_V(F, S, T, V) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = KEXEC_HANDOVER_CHECKED_SIZE(F, S, T), .flags = KS_BASE_TYPE, .version_id = (V) }
#define KSTATE_BASE_TYPE(F, S, T) KSTATE_BASE_TYPE_V(F, S, T, 0)
#define KSTATE_BASE_TYPE_DEPRECATED(F, T, V) \\
	{ .name = #F, .size = sizeof(T), .flags = KS_DEPRECATED, .version_id = (V) }
#define KSTATE_POINTER_V(F, S, V) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(*((S *)0)->F), .flags = KS_POINTER, .version_id = (V) }
#define KSTATE_POINTER(F, S) KSTATE_POINTER_V(F, S, 0)
#define KSTATE_ADDRESS_V(F, S, K, V) \\
	{ .name = #F, .offset = __builtin_offsetof(S, F), .size = sizeof(*((S *)0)->F), .flags = KS_ADDRESS, .addr_type = (K), .version_id = (V) }
#define KSTATE_ADDRESS(F, S, K) KSTATE_ADDRESS_V(F, S, K, 0)
`;

const macroFolio = `
#define KSTATE_FOLIO(F, S) \\
	{ .name = "folio", .offset = __builtin_offsetof(S, F), .flags = KS_CUSTOM, .save = kstate_folio_save, .restore = kstate_folio_restore }
`;

const macroEnd = `
#define KSTATE_END_OF_LIST() { .flags = KS_END }
`;

const pieces: Readonly<Record<KstateDialect, readonly string[]>> = {
  v1: [enumsV1, fieldV1, descriptionV2, 'int kstate_register(struct kstate_description *description, void *object);', macrosV1, macroEnd],
  v2: [flagsV2, addressTypes, idsV2, streamAndField, descriptionV2, helpers, callsV2, checkedSize, macrosV2, macroPage, macroEnd],
  dev: [flagsV3, addressTypes, idsV2, streamAndField, descriptionDev, helpers, callsV2, checkedSize, macrosV3, macroPage, macroEnd],
  v3: [flagsV3, addressTypes, idsV3, streamAndField, descriptionV3, helpers, callsV3, checkedSize, macrosV3, macroFolio, macroEnd],
  'v3-posted': [flagsV3, addressTypes, idsV3, streamAndField, descriptionV3, helpers, callsV3, checkedSize, macrosV3, macroFolio, macroEnd],
};

/** The text of our `linux/kstate.h` for a dialect. */
export function kstateHeader(dialect: KstateDialect): string {
  return `
#ifndef KEXEC_HANDOVER_KSTATE_H
#define KEXEC_HANDOVER_KSTATE_H
#include <kexec-handover/memory.h>
${pieces[dialect].join('')}
#endif
`;
}
