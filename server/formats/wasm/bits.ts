/**
 * AssemblyScript: the loops over the bits of bitmaps, compiled to WebAssembly by the build. It has the processor's instructions for 64-bit words
 * (lowest bit, number of bits), which JavaScript lacks, and runs at full speed from the first bitmap on.
 */
import { COUNTS, NEXT, PFNS, PIECE, REGION_SHIFT, UNITS, WINDOW } from './memory';

// @ts-ignore: decorator
@inline
function put(at: usize, word: u64, base: i32, first: f64, step: f64): void {
  store<f64>(at, first + <f64>(base + <i32>ctz(word)) * step);
}

/**
 * Writes at `PFNS` first + bit * step for every bit that is set in the unsigned longs of the piece, ascending, and gives how many there are.
 * @param words a multiple of four
 * @param firstBit number of the piece's first bit
 */
export function extract(words: i32, big: bool, firstBit: i32, first: f64, step: f64): i32 {
  let out: usize = PFNS;
  const end = PIECE + (words << 3);
  let base = firstBit;
  for (let at = PIECE; at < end; at += 32) {
    const group = <usize>at;
    if ((load<u64>(group) | load<u64>(group, 8) | load<u64>(group, 16) | load<u64>(group, 24)) === 0) {
      base += 256;
      continue;
    }
    for (let i: usize = 0; i < 32; i += 8) {
      let word = load<u64>(group + i);
      if (big) word = bswap<u64>(word);
      const count = <usize>popcnt(word);
      // The first two without asking whether they are there: in scattered bitmaps no processor can guess it.
      put(out, word, base, first, step);
      word &= word - 1;
      put(out + 8, word, base, first, step);
      let next = out + 16;
      out += count << 3;
      for (word &= word - 1; next < out; next += 8) {
        put(next, word, base, first, step);
        word &= word - 1;
      }
      base += 64;
    }
  }
  return <i32>((out - PFNS) >> 3);
}

/**
 * Counts the units of each bitmap.
 * @param order lower bits of a unit that do not count
 * @param bitShift the bits above them that say which bit of a bitmap
 * @param known distinct numbers so far
 * @returns distinct numbers now
 */
export function count(units: i32, order: i32, bitShift: i32, distinct: usize, known: i32): i32 {
  const end = UNITS + (units << 2);
  for (let at = UNITS; at < end; at += 4) {
    // Two steps: both together may be 32 and more, which the processor would take modulo 32.
    const number = (load<u32>(at) >> order) >> bitShift;
    const place = <usize>COUNTS + (<usize>number << 2);
    const before = load<u32>(place);
    store<u32>(place, before + 1);
    if (before === 0) store<u32>(distinct + (<usize>(known++) << 2), number);
  }
  return known;
}

/** Writes the units, less the lower `order` bits, to where the next one of their region goes. */
export function scatter(units: i32, order: i32, sorted: usize): void {
  const end = UNITS + (units << 2);
  for (let at = UNITS; at < end; at += 4) {
    const unit = load<u32>(at) >> order;
    const place = <usize>NEXT + (<usize>(unit >> REGION_SHIFT) << 2);
    const next = load<u32>(place);
    store<u32>(place, next + 1);
    store<u32>(sorted + (<usize>next << 2), unit);
  }
}

/** Sets the bits of a region's units in the window. */
export function mark(sorted: usize, from: i32, end: i32): void {
  const last = sorted + (<usize>end << 2);
  for (let at = sorted + (<usize>from << 2); at < last; at += 4) {
    const unit = load<u32>(at);
    const place = <usize>WINDOW + <usize>((unit >> 3) & (((1 << REGION_SHIFT) >> 3) - 4));
    store<u32>(place, load<u32>(place) | (1 << unit));
  }
}
