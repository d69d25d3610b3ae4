/** A driver for the tests, with every kind of field, right in every way. Offsets and sizes: x86_64, by hand. */
export const DRIVER = `#include <linux/kstate.h>
#include <linux/types.h>
#include <linux/init.h>

struct lamp {
	u32 hours;		/* +0 */
	u8 level;		/* +4 */
	char name[6];		/* +5 */
	u64 *cycles;		/* +16 */
	struct folio *log;	/* +24 */
	u16 watts;		/* +32 */
};

static struct kstate_description lamp_extra = {
	.name = "lamp/extra",
	.id = KSTATE_TEST_ID_V2,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(level, struct lamp, u8),
		KSTATE_END_OF_LIST()
	},
};

static struct kstate_description lamp_state = {
	.name = "lamp",
	.id = KSTATE_TEST_ID,
	.version_id = 3,
	.min_version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(hours, struct lamp, u32),
		KSTATE_BASE_TYPE(name, struct lamp, char [6]),
		KSTATE_POINTER(cycles, struct lamp),
		KSTATE_BASE_TYPE_DEPRECATED(colour, u16, 2),
		KSTATE_BASE_TYPE_V(watts, struct lamp, u16, 3),
		KSTATE_END_OF_LIST()
	},
	.subsections = (const struct kstate_description *[]) {
		&lamp_extra,
		NULL
	},
};

static u64 lamp_cycles = 0x1122334455667788;

static struct lamp lamp = {
	.hours = 0x01020304,
	.level = 7,
	.name = "hall",
	.cycles = &lamp_cycles,
	.watts = 60,
};

static int __init lamp_init(void)
{
	int ret;

	ret = kstate_register(&lamp_state, &lamp, 5);
	if (ret)
		return ret;
	ret = kstate_restore(&lamp_state, &lamp, 5);
	return ret == -ENOENT ? 0 : ret;
}
late_initcall(lamp_init);
`;

/** DRIVER with the version of one field raised above its description's: one finding, an error, on the 4. */
export const FAULTY = DRIVER.replace('u16, 3)', 'u16, 4)');
/** DRIVER without the end of its second list: one finding, an error, with a certain fix. */
export const UNENDED = DRIVER.replace('watts, struct lamp, u16, 3),\n\t\tKSTATE_END_OF_LIST()', 'watts, struct lamp, u16, 3),');

/**
 * The stream of DRIVER (facts 3.1, 3.2): magic; section header with id 3, version 3, instance 5, 20 bytes of data; hours, name, pointee of cycles, nothing for
 * the deprecated one, watts; subsection header with id 4, version 1, the same instance, 1 byte; level; end.
 */
export const DRIVER_STREAM = [
  '8c77373b',
  '02000000 03000000 03000000 05000000 14000000', '04030201', '68616c6c0000', '8877665544332211', '3c00',
  '01000000 04000000 01000000 05000000 01000000', '07',
  'ffffffff',
].join('').replaceAll(' ', '');
