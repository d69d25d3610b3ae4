/**
 * How movable allocations divide themselves between CMA and the rest of a node: from CMA while more than half of the node's free memory is in it
 * (__rmqueue, mm/page_alloc.c), which is: while CMA has more of it than the rest.
 * @param cma free page frames of CMA, `normal` of the rest, `size` of a block
 * @returns how many of `count` blocks come from CMA
 */
export function balance(cma: number, normal: number, size: number, count: number): number {
  const ahead = cma > normal ? Math.min(count, Math.ceil((cma - normal) / size)) : 0;
  if (ahead === count) return count;
  const behind = normal - (cma - ahead * size);
  // From the rest, until CMA has more again; from then on the two take turns.
  const left = count - ahead - (Math.floor(behind / size) + 1);
  return left > 0 ? ahead + Math.ceil(left / 2) : ahead;
}
