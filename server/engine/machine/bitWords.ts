/** Words of bits: counting, finding, and going from a level of blocks to the next. */

export const ALL_ONES = -1;

export function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of the lowest bit; the word is not 0. */
export function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

/** Number of the set bit that has `n` set ones below it. */
export function nthBit(word: number, n: number): number {
  let bits = word;
  for (let i = 0; i < n; i++) bits &= bits - 1;
  return lowestBit(bits);
}

/** Sets the bits from `from` to before `to`. */
export function setBits(words: Int32Array, from: number, to: number): void {
  fillBits(words, from, to, ALL_ONES);
}

/** Clears the bits from `from` to before `to`. */
export function clearBits(words: Int32Array, from: number, to: number): void {
  fillBits(words, from, to, 0);
}

/** @param filler what whole words become */
function fillBits(words: Int32Array, from: number, to: number, filler: number): void {
  if (to <= from) return;
  const first = from >>> 5;
  const last = (to - 1) >>> 5;
  const low = ALL_ONES << (from & 31);
  const high = ALL_ONES >>> (31 - ((to - 1) & 31));
  if (first === last) {
    fillWord(words, first, low & high, filler);
    return;
  }
  fillWord(words, first, low, filler);
  if (last > first + 1) words.fill(filler, first + 1, last);
  fillWord(words, last, high, filler);
}

function fillWord(words: Int32Array, i: number, mask: number, filler: number): void {
  words[i] = ((words[i] ?? 0) & ~mask) | (filler & mask);
}

/** 16 bits: bit i says whether bits 2i and 2i + 1 of the word are set. */
export function bothOfPairs(word: number): number {
  let bits = word & (word >>> 1) & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}

/** 32 bits: bits 2i and 2i + 1 are bit i of the low 16 of the word. */
export function doubled(word: number): number {
  let bits = word & 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  bits = (bits | (bits << 1)) & 0x55555555;
  return bits | (bits << 1);
}
