/** The preserved blocks by address, with who owns each: typed arrays throughout, because there may be ten million of them. */
import { BlockList } from '../formats/blockList';

export interface OwnerRow { readonly owner: string; readonly order: number; readonly blocks: number }
export interface Block { readonly pfn: number; readonly order: number }

/** What a claim of a range met. */
export interface RangeClaim {
  /** Blocks that start in the range, ascending. */
  readonly blocks: readonly Block[];
  /** Pages of the range that no block covers. */
  readonly missingPages: number;
  readonly firstMissingPfn: number;
}

/** Blocks that a range claim lists; more are claimed and not listed. */
const MOST_LISTED = 1 << 16;

/** Claims from which on sorting them pays, and the stretches of addresses that they are sorted into. */
const MANY = 1 << 17;
const STRETCHES = 2048;

export class PreservedBlocks {
  private readonly sorted: BlockList;
  /** Owner of each sorted block: index into `names` + 1; 0: nobody. */
  private readonly owners: Uint32Array;
  private readonly names: string[] = [];
  private readonly ids = new Map<string, number>();
  /** First block of each equal part of the addresses: a look-up takes constant time when they are spread evenly. */
  private readonly parts: Uint32Array;
  private readonly firstPfn: number;
  private readonly scale: number;
  /** Of any block: how far below an address one that covers it may start. */
  private readonly largestOrder: number;

  constructor(inWalkOrder: BlockList) {
    this.sorted = sortedRuns(inWalkOrder);
    const { count, pfns, orders } = this.sorted;
    this.owners = new Uint32Array(count);
    this.firstPfn = count === 0 ? 0 : pfns[0] ?? 0;
    const span = count === 0 ? 1 : (pfns[count - 1] ?? 0) - this.firstPfn + 1;
    this.scale = Math.max(1, count) / span;
    this.parts = new Uint32Array(Math.max(1, count) + 2);
    let part = 0;
    let largest = 0;
    for (let i = 0; i < count; i++) {
      const of = this.partOf(pfns[i] ?? 0);
      while (part <= of) this.parts[part++] = i;
      if ((orders[i] ?? 0) > largest) largest = orders[i] ?? 0;
    }
    while (part < this.parts.length) this.parts[part++] = count;
    this.largestOrder = largest;
  }

  get count(): number {
    return this.sorted.count;
  }

  block(i: number): Block {
    return { pfn: this.sorted.pfns[i] ?? 0, order: this.sorted.orders[i] ?? 0 };
  }

  /** Who claimed a block: 0 nobody, else `ownerName` says who. */
  ownerAt(i: number): number {
    return this.owners[i] ?? 0;
  }

  /** Owners are numbered from 1. */
  get ownerNames(): readonly string[] {
    return this.names;
  }

  /** Number of the block that covers a page: of several the one that starts lowest. -1: none. */
  covering(pfn: number): number {
    const [block] = this.inRange(pfn, 1, 1);
    if (block === undefined) return -1;
    let i = this.lowerBound(block.pfn);
    while (i < this.count && this.sorted.orders[i] !== block.order) i++;
    return i;
  }

  private partOf(pfn: number): number {
    return Math.min(this.parts.length - 2, Math.floor((pfn - this.firstPfn) * this.scale));
  }

  /** The first block at or above an address. */
  lowerBound(pfn: number): number {
    const { pfns, count } = this.sorted;
    if (pfn <= this.firstPfn) return 0;
    const part = this.partOf(pfn);
    let low = this.parts[part] ?? 0;
    let high = Math.min(count, this.parts[part + 1] ?? count);
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pfns[middle] ?? 0) < pfn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The id to claim with. */
  owner(name: string): number {
    let id = this.ids.get(name);
    if (id === undefined) {
      this.names.push(name);
      this.ids.set(name, id = this.names.length);
    }
    return id;
  }

  /** The block that starts at an address: of several the largest. -1: none. */
  at(pfn: number): number {
    const { pfns, count } = this.sorted;
    let found = -1;
    for (let i = this.lowerBound(pfn); i < count && pfns[i] === pfn; i++) found = i;
    return found;
  }

  orderAt(pfn: number): number | undefined {
    const i = this.at(pfn);
    return i < 0 ? undefined : this.sorted.orders[i];
  }

  /** Gives the block that starts at an address to an owner; false when there is none. The first owner of a block keeps it. */
  claim(pfn: number, owner: number): boolean {
    const i = this.at(pfn);
    if (i < 0) return false;
    if (this.owners[i] === 0) this.owners[i] = owner;
    return true;
  }

  /**
   * Gives the blocks that start at many addresses to an owner; addresses of 0 are passed over. Says how many addresses no block starts at, and the first of them.
   * Millions in no order are looked up a stretch of addresses at a time, so that memory is not jumped about in.
   */
  claimAll(pfns: Float64Array, owner: number): { readonly missing: number; readonly first: number } {
    const wanted = pfns.length < MANY ? pfns : this.byStretch(pfns);
    let missing = 0;
    for (let i = 0; i < wanted.length; i++) {
      const pfn = wanted[i] ?? 0;
      if (pfn !== 0 && !this.claim(pfn, owner)) missing++;
    }
    return { missing, first: missing === 0 ? 0 : pfns.find((pfn) => pfn !== 0 && this.at(pfn) < 0) ?? 0 };
  }

  /** The same addresses, those of one stretch behind each other. */
  private byStretch(pfns: Float64Array): Float64Array {
    const perPart = STRETCHES / this.parts.length;
    const stretchOf = (pfn: number): number => Math.floor(Math.max(0, this.partOf(pfn)) * perPart);
    const ends = new Uint32Array(STRETCHES + 1);
    for (let i = 0; i < pfns.length; i++) {
      const at = stretchOf(pfns[i] ?? 0) + 1;
      ends[at] = (ends[at] ?? 0) + 1;
    }
    for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] ?? 0) + (ends[i - 1] ?? 0);
    const out = new Float64Array(pfns.length);
    for (let i = 0; i < pfns.length; i++) {
      const pfn = pfns[i] ?? 0;
      const stretch = stretchOf(pfn);
      const at = ends[stretch] ?? 0;
      out[at] = pfn;
      ends[stretch] = at + 1;
    }
    return out;
  }

  /** Gives every block that starts in a range to an owner, and says which pages no block covers. */
  claimRange(pfn: number, pages: number, owner: number): RangeClaim {
    const { pfns, orders, count } = this.sorted;
    const end = pfn + pages;
    const blocks: Block[] = [];
    const cover = this.coverOf(pfn);
    let covered = cover === undefined ? pfn : Math.min(end, endOf(cover));
    let missingPages = 0;
    let firstMissingPfn = -1;
    for (let i = this.lowerBound(pfn); i < count && (pfns[i] ?? 0) < end; i++) {
      const start = pfns[i] ?? 0;
      const order = orders[i] ?? 0;
      if (this.owners[i] === 0) this.owners[i] = owner;
      if (blocks.length < MOST_LISTED) blocks.push({ pfn: start, order });
      if (start > covered) {
        if (firstMissingPfn < 0) firstMissingPfn = covered;
        missingPages += start - covered;
      }
      covered = Math.max(covered, start + 2 ** order);
    }
    if (covered < end) {
      if (firstMissingPfn < 0) firstMissingPfn = covered;
      missingPages += end - covered;
    }
    return { blocks, missingPages, firstMissingPfn };
  }

  /** Of the blocks that start below an address and cover it the one that reaches farthest. */
  private coverOf(pfn: number): Block | undefined {
    let cover: Block | undefined;
    // Blocks are aligned to their order, so each order has one place to look at.
    for (let order = 1; order <= this.largestOrder; order++) {
      const start = Math.floor(pfn / 2 ** order) * 2 ** order;
      if (start === pfn) continue;
      const { pfns, orders, count } = this.sorted;
      for (let i = this.lowerBound(start); i < count && pfns[i] === start; i++) {
        if (orders[i] === order && (cover === undefined || start + 2 ** order > endOf(cover))) cover = { pfn: start, order };
      }
    }
    return cover;
  }

  /** Owners with the blocks of each order, by name and order. */
  ownerTable(): readonly OwnerRow[] {
    const counts = new Map<number, number>();
    const { orders, count } = this.sorted;
    for (let i = 0; i < count; i++) {
      const id = this.owners[i] ?? 0;
      if (id === 0) continue;
      const key = id * 64 + (orders[i] ?? 0);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return [...counts].map(([key, blocks]) => ({ owner: this.names[Math.floor(key / 64) - 1] ?? '', order: key % 64, blocks }))
      .sort((a, b) => (a.owner < b.owner ? -1 : a.owner > b.owner ? 1 : a.order - b.order));
  }

  /** Blocks that nobody claimed, ascending. */
  unowned(): Block[] {
    const out: Block[] = [];
    for (let i = 0; i < this.count; i++) if (this.owners[i] === 0) out.push(this.block(i));
    return out;
  }

  /** How many blocks nobody claimed, and the first of them. */
  unownedCount(): { readonly count: number; readonly first: Block | undefined } {
    let count = 0;
    let first = -1;
    for (let i = 0; i < this.count; i++) {
      if (this.owners[i] !== 0) continue;
      if (count++ === 0) first = i;
    }
    return { count, first: first < 0 ? undefined : this.block(first) };
  }

  /** Pairs of neighbours by address where one lies over the other; `most` of them. */
  overlaps(most: number): readonly { readonly below: Block; readonly above: Block }[] {
    const out: { below: Block; above: Block }[] = [];
    let reach = -1;
    let holder = 0;
    for (let i = 0; i < this.count && out.length < most; i++) {
      const pfn = this.sorted.pfns[i] ?? 0;
      const order = this.sorted.orders[i] ?? 0;
      if (pfn < reach) out.push({ below: this.block(holder), above: { pfn, order } });
      if (pfn + 2 ** order > reach) {
        reach = pfn + 2 ** order;
        holder = i;
      }
    }
    return out;
  }

  /** Blocks that touch a range, the first `most`. */
  inRange(pfn: number, pages: number, most: number): readonly Block[] {
    const cover = this.coverOf(pfn);
    const out: Block[] = cover === undefined ? [] : [cover];
    for (let i = this.lowerBound(pfn); i < this.count && out.length < most; i++) {
      const block = this.block(i);
      if (block.pfn >= pfn + pages) break;
      out.push(block);
    }
    return out;
  }

  countByOrder(): ReadonlyMap<number, number> {
    const counts = new Float64Array(64);
    for (let i = 0; i < this.count; i++) {
      const order = (this.sorted.orders[i] ?? 0) & 63;
      counts[order] = (counts[order] ?? 0) + 1;
    }
    return new Map(Array.from(counts, (n, order) => [order, n] as const).filter(([, n]) => n > 0));
  }
}

/** The first page behind a block. */
function endOf({ pfn, order }: Block): number {
  return pfn + 2 ** order;
}

/** Blocks by address, of those with the same the smaller first. A walk gives an ascending run for each order, so runs are merged, not sorted. */
function sortedRuns(of: BlockList): BlockList {
  const starts: number[] = [];
  for (let i = 0; i < of.count; i++) if (i === 0 || before(of, i, i - 1)) starts.push(i);
  if (starts.length <= 1) return of;
  if (starts.length > 4096) return of.sorted();
  let runs: BlockList[] = starts.map((start, i) => slice(of, start, starts[i + 1] ?? of.count));
  while (runs.length > 1) {
    const next: BlockList[] = [];
    for (let i = 0; i < runs.length; i += 2) {
      const [a, b] = [runs[i], runs[i + 1]];
      if (a !== undefined) next.push(b === undefined ? a : merge(a, b));
    }
    runs = next;
  }
  return runs[0] ?? of;
}

function before(of: BlockList, i: number, j: number): boolean {
  const [a, b] = [of.pfns[i] ?? 0, of.pfns[j] ?? 0];
  return a < b || (a === b && (of.orders[i] ?? 0) < (of.orders[j] ?? 0));
}

function slice(of: BlockList, from: number, to: number): BlockList {
  const out = new BlockList(0);
  out.pfns = of.pfns.subarray(from, to);
  out.orders = of.orders.subarray(from, to);
  out.count = to - from;
  return out;
}

function merge(a: BlockList, b: BlockList): BlockList {
  const out = new BlockList(a.count + b.count);
  let [i, j] = [0, 0];
  for (let at = 0; at < a.count + b.count; at++) {
    const [left, right] = [a.pfns[i] ?? 0, b.pfns[j] ?? 0];
    const takeB = i >= a.count || (j < b.count && (right < left || (right === left && (b.orders[j] ?? 0) < (a.orders[i] ?? 0))));
    const from = takeB ? b : a;
    const k = takeB ? j++ : i++;
    out.pfns[at] = from.pfns[k] ?? 0;
    out.orders[at] = from.orders[k] ?? 0;
  }
  out.count = a.count + b.count;
  return out;
}
