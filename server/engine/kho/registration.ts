/**
 * In which order the consumers that a kernel brings add their subtrees: by initcall level, and within a level as they are linked. kexec-metadata is added by
 * kho_init() itself (fs_initcall, KHO facts 1.7); lib/test_kho is a module_init; LUO (kernel/) and memblock (mm/) are late_initcalls (KHO facts 6.1, 7.1). Where
 * finalizing asks notifiers (6.16 to 6.18) they are called in the order of their registration, which is the same.
 */
export const REGISTRATION_ORDER = ['kexec-metadata', 'kho_test', 'LUO', 'memblock'] as const;

export type OwnConsumer = typeof REGISTRATION_ORDER[number];

/** Calls what is there in that order. */
export function register(consumers: Partial<Readonly<Record<OwnConsumer, () => void>>>): void {
  for (const name of REGISTRATION_ORDER) consumers[name]?.();
}
