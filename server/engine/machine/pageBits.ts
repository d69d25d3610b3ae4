/** A bit per page frame, in chunks that come into being where somebody sets one: a machine's holes cost nothing. */

import { ALL_ONES as ALL, bitsOf } from './bitWords';
import { SECTION_PAGES } from './freeSection';

/** Page frames of a chunk: where pages are far from each other, little is made for each. */
const CHUNK = 1 << 13;
const CHUNK_WORDS = CHUNK / 32;

/** Bits of the blocks' first pages in a word, by order; from order 5 on a word holds one at most. */
const PATTERNS = [ALL, 0x55555555, 0x11111111, 0x01010101, 0x00010001] as const;
export class PageBits {
  private readonly chunks = new Map<number, Int32Array>();
  private lastId = -1;
  private lastChunk: Int32Array | undefined = undefined;

  has(pfn: number): boolean {
    const id = Math.floor(pfn / CHUNK);
    const at = pfn - id * CHUNK;
    return (((this.chunk(id)?.[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
  }

  set(pfn: number): void {
    const id = Math.floor(pfn / CHUNK);
    const at = pfn - id * CHUNK;
    const chunk = this.make(id);
    chunk[at >>> 5] = (chunk[at >>> 5] ?? 0) | (1 << (at & 31));
  }

  setRange(pfn: number, pages: number): void {
    if (pages === 1) {
      this.set(pfn);
      return;
    }
    this.words(pfn, pages, true, (chunk, from, to, mask) => {
      if (mask === ALL) chunk.fill(ALL, from, to);
      else chunk[from] = (chunk[from] ?? 0) | mask;
    });
  }

  clearRange(pfn: number, pages: number): void {
    this.words(pfn, pages, false, (chunk, from, to, mask) => {
      if (mask === ALL) chunk.fill(0, from, to);
      else chunk[from] = (chunk[from] ?? 0) & ~mask;
    });
  }

  /** Sets the bit of the first page of each block of an order in a range that is made of such blocks, aligned to them. */
  setFirsts(pfn: number, pages: number, order: number): void {
    const pattern = PATTERNS[order];
    if (pattern === undefined) {
      for (let at = pfn; at < pfn + pages; at += 2 ** order) this.set(at);
      return;
    }
    this.words(pfn, pages, true, (chunk, from, to, mask) => {
      for (let i = from; i < to; i++) chunk[i] = (chunk[i] ?? 0) | (mask & pattern);
    });
  }

  /** Sets the bits of a section that are set in `words`. */
  setWords(section: number, words: Int32Array): void {
    const firstId = section * (SECTION_PAGES / CHUNK);
    for (let from = 0; from < words.length; from += CHUNK_WORDS) {
      const chunk = this.make(firstId + from / CHUNK_WORDS);
      for (let i = 0; i < CHUNK_WORDS; i++) chunk[i] = (chunk[i] ?? 0) | (words[from + i] ?? 0);
    }
  }

  /** How many of the range are set. */
  count(pfn: number, pages: number): number {
    if (pages === 1) return this.has(pfn) ? 1 : 0;
    let sum = 0;
    this.words(pfn, pages, false, (chunk, from, to, mask) => {
      for (let i = from; i < to; i++) sum += bitsOf((chunk[i] ?? 0) & mask);
    });
    return sum;
  }

  private chunk(id: number): Int32Array | undefined {
    if (id === this.lastId) return this.lastChunk;
    this.lastId = id;
    this.lastChunk = this.chunks.get(id);
    return this.lastChunk;
  }

  private make(id: number): Int32Array {
    const found = this.chunk(id);
    if (found !== undefined) return found;
    const made = new Int32Array(CHUNK_WORDS);
    this.chunks.set(id, made);
    this.lastChunk = made;
    return made;
  }

  /** Visits the words of a range: the first and the last with a mask, whole ones between them together. */
  private words(pfn: number, pages: number, make: boolean, visit: (chunk: Int32Array, from: number, to: number, mask: number) => void): void {
    for (let at = pfn, end = pfn + pages; at < end;) {
      const id = Math.floor(at / CHUNK);
      const first = at - id * CHUNK;
      const last = Math.min(CHUNK, end - id * CHUNK);
      at = id * CHUNK + last;
      const chunk = make ? this.make(id) : this.chunk(id);
      if (chunk === undefined) continue;
      const low = ALL << (first & 31);
      const high = ALL >>> (31 - ((last - 1) & 31));
      const from = first >>> 5;
      const to = (last - 1) >>> 5;
      if (from === to) {
        visit(chunk, from, from + 1, low & high);
        continue;
      }
      visit(chunk, from, from + 1, low);
      if (to > from + 1) visit(chunk, from + 1, to, ALL);
      visit(chunk, to, to + 1, high);
    }
  }
}
