/**
 * Bytes of a cache line as the kernel takes it for its layouts (L1_CACHE_BYTES): arch/ARCH/include/asm/cache.h, for arm and x86 the
 * configuration's default of today's processors.
 */
const LINE_BYTES: ReadonlyMap<string, number> = new Map([['s390x', 256]]);

/** `target`: a name of c/targets.ts. */
export function cacheLineBytes(target: string): number {
  return LINE_BYTES.get(target) ?? 64;
}
