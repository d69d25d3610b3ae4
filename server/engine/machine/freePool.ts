/**
 * Free memory of one node and one kind (CMA or not) as a buddy allocator keeps it: blocks of orders, split when smaller ones are asked for, joined with their
 * buddies when freed. Of the smallest order that will do, the lowest block is given. Sections of memory are laid out when they are first needed.
 */
import { ALL_ONES, bitsOf, clearBits, lowestBit, nthBit, setBits } from './bitWords';
import { FreeSection, SECTION_PAGES, SECTION_WORDS } from './freeSection';
import { FEW_PICKS } from './picks';
import type { Picks } from './picks';
import type { Spans } from './spans';

export class FreePool {
  /** Free page frames. */
  pages: number;
  private readonly sections: (FreeSection | undefined)[];
  private readonly slots: Map<number, number>;
  /** By order: a bit for each section that has such blocks, and how many there are. */
  private readonly filled: readonly Int32Array[];
  private readonly counts: Float64Array;
  /** Sections below it are laid out. */
  private laidOut = 0;
  /** What is left of sections that pages were taken from before they were laid out: made when somebody asks. */
  private readonly pending: ((() => Int32Array) | undefined)[];

  /**
   * @param ids numbers of the sections that it may ever have memory in, ascending
   * @param free page frames that are free at first
   * @param holes but for these: millions perhaps, some of them elsewhere
   */
  constructor(private readonly ids: readonly number[], private readonly free: Spans, private readonly holes: Spans, private readonly maxOrder: number) {
    let pages = free.total;
    for (let i = 0; i < free.count; i++) pages -= holes.within(free.start(i), free.end(i));
    this.pages = pages;
    this.sections = new Array<undefined>(ids.length).fill(undefined);
    this.pending = new Array<undefined>(ids.length).fill(undefined);
    this.slots = new Map(ids.map((id, slot) => [id, slot]));
    this.filled = Array.from({ length: maxOrder + 1 }, () => new Int32Array(Math.ceil(ids.length / 32)));
    this.counts = new Float64Array(maxOrder + 1);
  }

  /** First page frame of a block of that order. */
  take(order: number): number | undefined {
    let taken: number | undefined;
    this.takeMany(order, 1, (pfn) => { taken = pfn; });
    return taken;
  }

  /**
   * Takes `count` blocks, the same as one by one, and gives them as ranges of page frames that are made of them.
   * @returns how many there were; fewer when it has no more
   */
  takeMany(order: number, count: number, emit: (pfn: number, pages: number) => void): number {
    let left = count;
    while (left > 0) {
      const from = this.smallest(order);
      if (from < 0) break;
      const slot = this.firstSlot(from);
      const section = this.section(slot);
      const at = section.first(from);
      this.drop(section, slot, from, at);
      const pfn = this.firstPfn(slot) + at * 2 ** from;
      const size = 2 ** from;
      const used = Math.min(size, left * 2 ** order);
      if (used < size) this.addBlocks(pfn + used, pfn + size);
      this.pages -= used;
      left -= used / 2 ** order;
      emit(pfn, used);
    }
    return count - left;
  }

  /** Frees page frames that are not free; joins them with their buddies. */
  give(pfn: number, end: number): void {
    eachBlock(pfn, end, this.maxOrder, (start, order) => { this.giveBlock(start, order); });
    this.pages += end - pfn;
  }

  /** Whether one of the page frames is free. */
  anyFree(pfn: number, end: number): boolean {
    for (let at = pfn; at < end;) {
      const slot = this.slots.get(Math.floor(at / SECTION_PAGES));
      const next = Math.min(end, (Math.floor(at / SECTION_PAGES) + 1) * SECTION_PAGES);
      if (slot !== undefined) {
        if (this.sections[slot] === undefined && this.pending[slot] === undefined) {
          if (this.anyFreeAtFirst(at, next)) return true;
        } else {
          this.layOut(slot);
          const base = this.firstPfn(slot);
          if (this.section(slot).anyIn(at - base, next - base)) return true;
        }
      }
      at = next;
    }
    return false;
  }

  private anyFreeAtFirst(pfn: number, end: number): boolean {
    const { free, holes } = this;
    for (let i = free.firstEndingAfter(pfn); i < free.count && free.start(i) < end; i++) {
      const from = Math.max(pfn, free.start(i));
      const to = Math.min(end, free.end(i));
      if (holes.within(from, to) < to - from) return true;
    }
    return false;
  }

  /** How many blocks of that order could be taken. */
  capacity(order: number): number {
    let sum = 0;
    for (let slot = 0; slot < this.ids.length; slot++) {
      if (this.isWhole(slot)) sum += SECTION_PAGES >>> order;
      else if (!this.isEmpty(slot)) sum += this.laid(slot).countOf(order);
    }
    return sum;
  }

  private laid(slot: number): FreeSection {
    this.layOut(slot);
    return this.section(slot);
  }

  /** Not laid out, and all of it is free. */
  private isWhole(slot: number): boolean {
    if (this.sections[slot] !== undefined || this.pending[slot] !== undefined) return false;
    const start = this.firstPfn(slot);
    const span = this.free.firstEndingAfter(start);
    return span < this.free.count && this.free.start(span) <= start && this.free.end(span) >= start + SECTION_PAGES && !this.holes.touches(start, start + SECTION_PAGES);
  }

  /** Not laid out, and none of it is free. */
  private isEmpty(slot: number): boolean {
    if (this.sections[slot] !== undefined || this.pending[slot] !== undefined) return false;
    const start = this.firstPfn(slot);
    return !this.free.touches(start, start + SECTION_PAGES);
  }

  /** Takes blocks of an order out of all its memory, as `picks` says of the candidates by address. */
  takeSpread(order: number, picks: Picks): void {
    for (let slot = 0; slot < this.ids.length; slot++) {
      if (this.isEmpty(slot)) continue;
      const base = this.firstPfn(slot);
      if (this.isWhole(slot)) {
        // Every block is a candidate; it is laid out when somebody asks for what is left.
        const { rank, index } = picks;
        const picked = picks.takeFrom(SECTION_PAGES >>> order, base, 2 ** order);
        if (picked === 0) continue;
        this.pages -= picked * 2 ** order;
        this.pending[slot] = () => {
          const left = new Int32Array(SECTION_WORDS).fill(ALL_ONES);
          for (let i = index; i < index + picked; i++) clearBlock(left, picks.rankOf(i) - rank, order);
          return left;
        };
        continue;
      }
      const section = this.laid(slot);
      const candidates = section.countOf(order);
      const picked = picks.within(candidates);
      if (picked === 0) picks.rank += candidates;
      else this.pickFrom(section, slot, order, picks, picked);
    }
  }

  private pickFrom(section: FreeSection, slot: number, order: number, picks: Picks, picked: number): void {
    const base = this.firstPfn(slot);
    const found: number[] = [];
    for (let i = 0, words = section.blocksOf(order); i < words.length; i++) {
      const word = words[i] ?? 0;
      const count = bitsOf(word);
      while (picks.next < picks.rank + count) {
        const inWord = picks.next - picks.rank;
        const block = i * 32 + (count === 32 ? inWord : nthBit(word, inWord));
        picks.take(base + block * 2 ** order);
        found.push(block);
      }
      picks.rank += count;
    }
    if (picked <= FEW_PICKS) {
      for (const block of found) this.takeBlock(section, slot, order, block);
      return;
    }
    const pages = section.toPages();
    for (const block of found) clearBlock(pages, block, order);
    this.replace(slot, pages, picked * 2 ** order);
  }

  /** Takes a block of an order that is free, as it is or as part of a larger one. */
  private takeBlock(section: FreeSection, slot: number, order: number, block: number): void {
    let from = order;
    while (!section.has(from, block >>> (from - order))) from++;
    this.drop(section, slot, from, block >>> (from - order));
    while (--from >= order) this.add(section, slot, from, (block >>> (from - order)) ^ 1);
    this.pages -= 2 ** order;
  }

  /**
   * Takes so many of its lowest page frames.
   * @param emit a bit per page frame of a section, and the section's number
   */
  takeLowest(count: number, emit: (id: number, pages: Int32Array) => void): void {
    let left = Math.min(count, this.pages);
    for (let slot = 0; left > 0 && slot < this.ids.length; slot++) {
      const pages = this.pagesOf(slot);
      const rest = new Int32Array(SECTION_WORDS);
      let taken = 0;
      for (let i = 0; i < SECTION_WORDS; i++) {
        let bits = pages[i] ?? 0;
        const inWord = bitsOf(bits);
        if (taken + inWord > left) {
          for (let more = taken + inWord - left; more > 0; more--) bits ^= 0x80000000 >>> Math.clz32(bits);
          rest[i] = (pages[i] ?? 0) & ~bits;
          pages[i] = bits;
        }
        taken += bitsOf(bits);
      }
      if (taken === 0) continue;
      left -= taken;
      this.replace(slot, rest, taken);
      emit(this.ids[slot] ?? 0, pages);
    }
  }

  private firstPfn(slot: number): number {
    return (this.ids[slot] ?? 0) * SECTION_PAGES;
  }

  private section(slot: number): FreeSection {
    return this.sections[slot] ?? (this.sections[slot] = new FreeSection(this.maxOrder));
  }

  /** The smallest order at or above that one of which there is a block; -1: none. */
  private smallest(order: number): number {
    do {
      for (let from = order; from <= this.maxOrder; from++) if ((this.counts[from] ?? 0) > 0) return from;
    } while (this.layOutNext());
    return -1;
  }

  private firstSlot(order: number): number {
    const bits = this.filled[order] ?? [];
    for (let i = 0; i < bits.length; i++) {
      const word = bits[i] ?? 0;
      if (word !== 0) return i * 32 + lowestBit(word);
    }
    return -1;
  }

  private layOutNext(): boolean {
    while (this.laidOut < this.ids.length && this.sections[this.laidOut] !== undefined) this.laidOut++;
    if (this.laidOut >= this.ids.length) return false;
    this.layOut(this.laidOut);
    return true;
  }

  /** Makes blocks of the memory that was free at first. */
  private layOut(slot: number): void {
    if (this.sections[slot] !== undefined) return;
    if (this.isWhole(slot)) {
      this.section(slot).makeWhole();
      const { maxOrder } = this;
      this.counts[maxOrder] = (this.counts[maxOrder] ?? 0) + (SECTION_PAGES >>> maxOrder);
      this.markFilled(slot, maxOrder, true);
      return;
    }
    if (this.isEmpty(slot)) this.section(slot);
    else this.replace(slot, this.pagesOf(slot), 0);
  }

  /** Free page frames of a section: a bit each. */
  private pagesOf(slot: number): Int32Array {
    const section = this.sections[slot];
    if (section !== undefined) return section.toPages();
    const left = this.pending[slot];
    if (left !== undefined) return left();
    const pages = new Int32Array(SECTION_WORDS);
    const start = this.firstPfn(slot);
    const { free, holes } = this;
    const end = start + SECTION_PAGES;
    for (let i = free.firstEndingAfter(start); i < free.count && free.start(i) < end; i++) {
      setBits(pages, Math.max(0, free.start(i) - start), Math.min(SECTION_PAGES, free.end(i) - start));
    }
    for (let i = holes.firstEndingAfter(start); i < holes.count && holes.start(i) < end; i++) {
      clearBits(pages, Math.max(0, holes.start(i) - start), Math.min(SECTION_PAGES, holes.end(i) - start));
    }
    return pages;
  }

  /** Gives a section other free page frames, fewer by `taken`. */
  private replace(slot: number, pages: Int32Array, taken: number): void {
    const section = this.section(slot);
    for (let order = 0; order <= this.maxOrder; order++) this.counts[order] = (this.counts[order] ?? 0) - (section.counts[order] ?? 0);
    section.fromPages(pages);
    this.pending[slot] = undefined;
    for (let order = 0; order <= this.maxOrder; order++) {
      const count = section.counts[order] ?? 0;
      this.counts[order] = (this.counts[order] ?? 0) + count;
      this.markFilled(slot, order, count > 0);
    }
    this.pages -= taken;
  }

  private giveBlock(pfn: number, order: number): void {
    const slot = this.slots.get(Math.floor(pfn / SECTION_PAGES));
    if (slot === undefined) return;
    this.layOut(slot);
    const section = this.section(slot);
    let at = (pfn - this.firstPfn(slot)) >>> order;
    let joined = order;
    while (joined < this.maxOrder && section.has(joined, at ^ 1)) {
      this.drop(section, slot, joined, at ^ 1);
      at >>>= 1;
      joined++;
    }
    this.add(section, slot, joined, at);
  }

  /** Page frames of one section, of which no block's buddy is free. */
  private addBlocks(pfn: number, end: number): void {
    const id = Math.floor(pfn / SECTION_PAGES);
    const slot = this.slots.get(id);
    if (slot === undefined) return;
    const section = this.section(slot);
    eachBlock(pfn, end, this.maxOrder, (start, order) => { this.add(section, slot, order, (start - id * SECTION_PAGES) >>> order); });
  }

  private add(section: FreeSection, slot: number, order: number, at: number): void {
    section.add(order, at);
    this.counts[order] = (this.counts[order] ?? 0) + 1;
    this.markFilled(slot, order, true);
  }

  private drop(section: FreeSection, slot: number, order: number, at: number): void {
    section.remove(order, at);
    this.counts[order] = (this.counts[order] ?? 0) - 1;
    if (section.counts[order] === 0) this.markFilled(slot, order, false);
  }

  private markFilled(slot: number, order: number, has: boolean): void {
    const filled = this.filled[order];
    const bit = 1 << (slot & 31);
    if (filled !== undefined) filled[slot >>> 5] = has ? (filled[slot >>> 5] ?? 0) | bit : (filled[slot >>> 5] ?? 0) & ~bit;
  }
}

/** Clears the bits of a block's page frames. */
function clearBlock(pages: Int32Array, block: number, order: number): void {
  const first = block * 2 ** order;
  if (order >= 5) pages.fill(0, first >>> 5, (first + 2 ** order) >>> 5);
  else pages[first >>> 5] = (pages[first >>> 5] ?? 0) & ~((2 ** (2 ** order) - 1) << (first & 31));
}

/** A range as blocks, each as large as the alignment of its start and what is left allow (__free_pages_memory). */
function eachBlock(pfn: number, end: number, maxOrder: number, visit: (pfn: number, order: number) => void): void {
  for (let at = pfn; at < end;) {
    // The low bits decide: no order comes near 31.
    const low = at % 0x40000000;
    let order = low === 0 ? maxOrder : Math.min(maxOrder, lowestBit(low));
    while (at + 2 ** order > end) order--;
    visit(at, order);
    at += 2 ** order;
  }
}
