// SPDX-License-Identifier: MIT
/* The state of a ring that a device goes on using, and a field that a second kernel added: without a version, in the middle. */
#include <linux/kstate.h>

struct ring_state {
	u32 head;
	u32 tail;
	u32 budget;
	u64 dropped;
};

static struct ring_state ring = {
	.head = 17,
	.tail = 5,
	.dropped = 0x1122334455667788,
};

static struct kstate_description ring_kstate = {
	.name = "ring",
	.id = KSTATE_TEST_ID,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(head, struct ring_state, u32),
		KSTATE_BASE_TYPE(tail, struct ring_state, u32),
		KSTATE_BASE_TYPE(budget, struct ring_state, u32),
		KSTATE_BASE_TYPE(dropped, struct ring_state, u64),
		KSTATE_END_OF_LIST()
	},
};

static int ring_init(void)
{
	int err = kstate_restore(&ring_kstate, &ring, 1);

	/* A cold boot has nothing to restore. */
	if (err && err != -ENOENT)
		return err;
	return kstate_register(&ring_kstate, &ring, 1);
}
