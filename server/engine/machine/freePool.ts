/**
 * Free memory of one node and one kind (CMA or not) as a buddy allocator keeps it: blocks of orders, split when smaller ones are asked for, joined with their
 * buddies when freed. Of the smallest order that will do, the lowest block is given. Sections of memory are laid out when they are first needed.
 */
import { FreeSection, lowest, SECTION_PAGES } from './freeSection';
import type { Spans } from './spans';

export class FreePool {
  /** Free page frames. */
  pages: number;
  private readonly sections: (FreeSection | undefined)[];
  private readonly slots: Map<number, number>;
  /** By order: a bit for each section that has such blocks, and how many there are. */
  private readonly filled: readonly Uint32Array[];
  private readonly counts: Float64Array;
  /** Sections below it are laid out. */
  private laidOut = 0;

  /**
   * @param ids numbers of the sections that it may ever have memory in, ascending
   * @param free page frames that are free at first
   */
  constructor(private readonly ids: readonly number[], private readonly free: Spans, private readonly maxOrder: number) {
    this.pages = free.total;
    this.sections = new Array<undefined>(ids.length).fill(undefined);
    this.slots = new Map(ids.map((id, slot) => [id, slot]));
    this.filled = Array.from({ length: maxOrder + 1 }, () => new Uint32Array(Math.ceil(ids.length / 32)));
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
        this.layOut(slot);
        const base = this.firstPfn(slot);
        if (this.section(slot).anyIn(at - base, next - base)) return true;
      }
      at = next;
    }
    return false;
  }

  /** How many blocks of that order could be taken. */
  capacity(order: number): number {
    while (this.layOutNext());
    let sum = 0;
    for (let from = order; from <= this.maxOrder; from++) sum += (this.counts[from] ?? 0) * 2 ** (from - order);
    return sum;
  }

  /**
   * Takes blocks of an order out of all its memory. Candidates are counted from `rank` on, section by section, in each by rising order and address; `wanted(rank)` is
   * the lowest rank at or above it that is to be taken.
   * @returns the rank behind its last candidate
   */
  takeSpread(order: number, rank: number, wanted: (rank: number) => number, emit: (pfn: number) => void): number {
    let at = rank;
    let next = wanted(rank);
    while (this.layOutNext());
    for (let slot = 0; slot < this.ids.length; slot++) {
      const section = this.sections[slot];
      if (section === undefined) continue;
      // Rising orders: what a block leaves is smaller than itself, and so not met again.
      for (let from = order; from <= this.maxOrder; from++) {
        if ((section.counts[from] ?? 0) === 0) continue;
        const pieces = 2 ** (from - order);
        for (const number of section.all(from)) {
          if (next >= at + pieces) {
            at += pieces;
            continue;
          }
          this.drop(section, slot, from, number);
          const start = this.firstPfn(slot) + number * 2 ** from;
          let free = start;
          for (; next < at + pieces; next = wanted(next + 1)) {
            const pfn = start + (next - at) * 2 ** order;
            if (pfn > free) this.addBlocks(free, pfn);
            free = pfn + 2 ** order;
            this.pages -= 2 ** order;
            emit(pfn);
          }
          if (free < start + 2 ** from) this.addBlocks(free, start + 2 ** from);
          at += pieces;
        }
      }
    }
    return at;
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
      if (word !== 0) return i * 32 + lowest(word);
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
    this.section(slot);
    const start = this.firstPfn(slot);
    const end = start + SECTION_PAGES;
    const { free } = this;
    for (let i = free.firstEndingAfter(start); i < free.count && free.start(i) < end; i++) this.addBlocks(Math.max(start, free.start(i)), Math.min(end, free.end(i)));
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
    const filled = this.filled[order];
    if (filled !== undefined) filled[slot >>> 5] = (filled[slot >>> 5] ?? 0) | (1 << (slot & 31));
  }

  private drop(section: FreeSection, slot: number, order: number, at: number): void {
    section.remove(order, at);
    this.counts[order] = (this.counts[order] ?? 0) - 1;
    const filled = this.filled[order];
    if (filled !== undefined && section.counts[order] === 0) filled[slot >>> 5] = (filled[slot >>> 5] ?? 0) & ~(1 << (slot & 31));
  }
}

/** A range as blocks, each as large as the alignment of its start and what is left allow (__free_pages_memory). */
function eachBlock(pfn: number, end: number, maxOrder: number, visit: (pfn: number, order: number) => void): void {
  for (let at = pfn; at < end;) {
    // The low bits decide: no order comes near 31.
    const low = at % 0x40000000;
    let order = low === 0 ? maxOrder : Math.min(maxOrder, lowest(low));
    while (at + 2 ** order > end) order--;
    visit(at, order);
    at += 2 ** order;
  }
}
