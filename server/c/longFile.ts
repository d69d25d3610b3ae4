/** Where the reading of a very long file ends. */
import type { Chunk } from './chunks';

/**
 * Tokens of the main file that are expanded and parsed unasked, about 5 MB of C. The longest file of a kernel that is no mere list of
 * macros has a third of that; beyond, each megabyte would take some hundred of memory.
 */
export const MAX_READ_TOKENS = 1_500_000;

const ends = new WeakMap<readonly Chunk[], { readonly count: number; readonly end: number }>();

/** Chunks before this index are read whole; later ones where something asks for them by name. */
export function readTo(chunks: readonly Chunk[]): number {
  const kept = ends.get(chunks);
  if (kept?.count === chunks.length) return kept.end;
  let tokens = 0;
  let end = 0;
  for (; end < chunks.length && tokens <= MAX_READ_TOKENS; end++) {
    const chunk = chunks[end];
    if (chunk?.inMain === true) for (const { from, to } of chunk.ranges) tokens += to - from;
  }
  ends.set(chunks, { count: chunks.length, end });
  return end;
}
