/**
 * Where things lie in the linear memory of the loops over bitmaps. Read by two compilers: TypeScript's and AssemblyScript's.
 *
 * Reading needs what lies below `UNITS`; marking (bitLoops.ts) goes on behind `COUNTS` with areas whose sizes depend on what is marked:
 *
 *     counts    u32    by number of a bitmap: units of the batch that lie in it; 0 between batches
 *     distinct  u32    the numbers whose count is not 0, in the order in which the units name them first
 *     sorted    u32    the units of the batch, region by region
 */

/** A piece of a bitmap, as the image has it. */
export const PIECE: i32 = 0x1000;
export const PIECE_BYTES: i32 = 0x1000;

/** f64: frame numbers of the piece's bits, and room for two more that are written and not counted. */
export const PFNS: i32 = PIECE + PIECE_BYTES;

/** u32: units that are looked at in one call; few, so that they stay in the cache, and so that V8 has a call at which to take up optimised code. */
export const UNITS: i32 = 0x50000;
export const MOST_UNITS: i32 = 0x4000;

/** Bits of a region: what is marked together, because it fits the cache. A whole number of bitmaps. */
export const REGION_SHIFT: i32 = 19;
export const WINDOW: i32 = UNITS + 4 * MOST_UNITS;
export const WINDOW_BYTES: i32 = 0x10000;

/** u32 by region: where its next unit goes in `sorted`. */
export const NEXT: i32 = WINDOW + WINDOW_BYTES;
export const MOST_REGIONS: i32 = 0x2000;

export const COUNTS: i32 = NEXT + 4 * MOST_REGIONS;
