/** Headers that many others take for granted; a file of the kernel has them before it includes anything else. */
export const KERNEL_PRELUDE: readonly string[] = ['linux/sched.h', 'linux/mm.h', 'linux/irq.h', 'linux/acpi.h', 'linux/libfdt.h'];
