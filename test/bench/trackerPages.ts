/** The pages that the tracker benches mark: xorshift64* modulo a machine of a power of two pages, as the reference in C makes them. */

/** 64-bit product's lower half, of two numbers in halves. */
function low64(aHigh: number, aLow: number, bHigh: number, bLow: number): readonly [number, number] {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const p00 = a0 * b0;
  const middle = a1 * b0 + (p00 >>> 16) + ((a0 * b1) >>> 0);
  const low = (((middle % 0x10000) * 0x10000) + (p00 & 0xffff)) >>> 0;
  const carry = Math.floor(middle / 0x10000);
  const high = (a1 * b1 + carry + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  return [high >>> 0, low];
}

/** @param machinePages a power of two, at most 2^32 */
export function scatteredPages(count: number, machinePages: number, seed = 42): Uint32Array {
  const out = new Uint32Array(count);
  let high = 0;
  let low = seed >>> 0;
  for (let i = 0; i < count; i++) {
    // x ^= x >> 12; x ^= x << 25; x ^= x >> 27
    low ^= (low >>> 12) | (high << 20);
    high ^= high >>> 12;
    high ^= (high << 25) | (low >>> 7);
    low ^= low << 25;
    low ^= (low >>> 27) | (high << 5);
    high ^= high >>> 27;
    const [, product] = low64(high >>> 0, low >>> 0, 0x2545f491, 0x4f6cdd1d);
    out[i] = product % machinePages;
  }
  return out;
}

/** Sum of pfn * 0x9e3779b97f4a7c15, modulo 2^64. */
export function checksum(pfns: Float64Array): bigint {
  let sum = 0;
  for (const pfn of pfns) sum += pfn; // Below 2^53 for up to 2^25 pages of a machine of 2^28.
  return BigInt.asUintN(64, BigInt(sum) * 0x9e3779b97f4a7c15n);
}
