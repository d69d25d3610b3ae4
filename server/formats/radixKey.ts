/**
 * Keys of the radix tracker (kho-v2 on). KHO facts 2.2. A key has 64 - page shift + 1 bits, at most 53: a number holds it exactly.
 *
 *   key = 1 << (ORDER_0_LOG2 - order) | phys >> (PAGE_SHIFT + order)
 */

export interface RadixGeometry {
  readonly pageShift: number;
  /** The bit of a key that marks order 0: 64 - page shift. */
  readonly order0Bit: number;
  /** Index bits of a table. */
  readonly tableBits: number;
  /** Bits of a key that a leaf resolves. */
  readonly leafBits: number;
  /** Levels, leaf included. */
  readonly depth: number;
  /** Keys are cut to this many bits by the walk: fewer than a key has only in a 16K tree before the depth fix. */
  readonly walkedBits: number;
}

/**
 * @param depthFix d64b0372760e (7.1-rc): one level more where the order bit of order 0 did not fit (16K pages)
 */
export function radixGeometry(pageShift: number, depthFix = true): RadixGeometry {
  const order0Bit = 64 - pageShift;
  const tableBits = pageShift - 3;
  const leafBits = pageShift + 3;
  const depth = Math.ceil((order0Bit - leafBits + (depthFix ? 1 : 0)) / tableBits) + 1;
  return { pageShift, order0Bit, tableBits, leafBits, depth, walkedBits: leafBits + tableBits * (depth - 1) };
}

/** The key of a block; the low bits of a frame that is not aligned to the order are lost. */
export function radixKey(geometry: RadixGeometry, pfn: number, order: number): number {
  return 2 ** (geometry.order0Bit - order) + Math.floor(pfn / 2 ** order);
}

/** Index of the highest set bit of a whole number below 2^53; -1 for 0. */
export function highestBit(value: number): number {
  if (value < 1) return -1;
  const high = Math.floor(value / 0x100000000);
  return high > 0 ? 63 - Math.clz32(high) : 31 - Math.clz32(value);
}

/** The block of a key; undefined for keys that stand for none (0, or wider than a key can be). */
export function radixBlock(geometry: RadixGeometry, key: number): { readonly pfn: number; readonly order: number } | undefined {
  const bit = highestBit(key);
  const order = geometry.order0Bit - bit;
  if (bit < 0 || order < 0) return undefined;
  return { pfn: (key - 2 ** bit) * 2 ** order, order };
}

/** Index into the table of a level (1 is above the leaves). */
export function radixIndex(geometry: RadixGeometry, key: number, level: number): number {
  const { tableBits, leafBits } = geometry;
  return Math.floor(key / 2 ** ((level - 1) * tableBits + leafBits)) % 2 ** tableBits;
}

/** Bit of the leaf. */
export function radixBit(geometry: RadixGeometry, key: number): number {
  return key % 2 ** geometry.leafBits;
}
