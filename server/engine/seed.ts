/** Seeded bytes that stand in for values the source does not give. */

/** FNV-1a over UTF-16 units: a small, stable hash of a name. */
export function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * Bytes in which any two within 256 differ, so that a byte shows where it came from: an odd step through all byte values. The
 * high bits of the position are mixed in, as a run longer than 256 would repeat otherwise.
 */
export function patternBytes(seed: string, lengthBytes: number): Uint8Array {
  const h = hash32(seed);
  const start = h & 0xff;
  const step = ((h >>> 8) & 0xff) | 1;
  const out = new Uint8Array(lengthBytes);
  for (let i = 0; i < lengthBytes; i++) out[i] = (start + i * step + (i >> 8)) & 0xff;
  return out;
}
