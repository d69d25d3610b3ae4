/** What of a very long file is read unasked. */
import type { Chunk } from './chunks';

/**
 * Tokens of the main file that are expanded and parsed unasked, about 3 MB of C. The longest file of a kernel that is no mere list of
 * macros has less than half of that; beyond, each megabyte would take some hundred of memory.
 */
export const MAX_READ_TOKENS = 1_000_000;

/** `chunks`: those of the main file, in order. The first of those that are left out is named; they are read where something asks for them by name. */
export function readUnasked(chunks: readonly Chunk[]): { readonly read: readonly Chunk[]; readonly leftOut: Chunk | undefined } {
  let tokens = 0;
  let leftOut: Chunk | undefined;
  const read = chunks.filter((chunk) => {
    let own = 0;
    for (const { from, to } of chunk.ranges) own += to - from;
    // One that is too long by itself, a table, leaves room for what comes after it.
    if (tokens + own > MAX_READ_TOKENS) {
      leftOut ??= chunk;
      return false;
    }
    tokens += own;
    return true;
  });
  return { read, leftOut };
}
