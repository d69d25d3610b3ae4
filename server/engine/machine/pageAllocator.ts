/**
 * The page allocator of a simulated kernel: buddy lists per node, CMA pageblocks apart (the scratch areas; for movable memory only, as nothing else may stand in
 * the way of the next kexec). Deterministic: of the smallest order that will do, the lowest block; nodes ascending, or the wanted one first.
 *
 * Not told apart: zones of a node, and the pageblocks of the other migrate types. Who needs low memory asks the early allocator.
 */
import { balance } from './balance';
import type { FreeRanges } from './earlyMemory';
import { SECTION_PAGES } from './freeSection';
import { FreePool } from './freePool';
import type { Geometry } from './geometry';
import { PageBits } from './pageBits';
import { Picks } from './picks';
import { eachGap, Spans } from './spans';

/** Page frames of RAM, ascending and disjoint. */
export interface NodeFrames { readonly pfn: number; readonly end: number; readonly node: number }

/** `cma`: from CMA alone, as cma_alloc takes it. `movable`: from CMA, too, while more than half of a node's free memory is there or nothing else is left. */
export type Migrate = 'unmovable' | 'movable' | 'cma';

export interface PageRequest {
  readonly migrate: Migrate;
  /** Asked first; the others follow in their order. */
  readonly node?: number;
  readonly exactNode?: boolean;
}

export interface BulkRequest extends PageRequest {
  /**
   * `packed`: what single allocations one after the other give. `scattered`: evenly over all free memory of the request; what lies between stays free, and
   * broken into small blocks.
   */
  readonly placement: 'packed' | 'scattered';
}

/** A free or a claim that is wrong: nothing was changed. */
export interface PageProblem {
  readonly kind: 'freed twice' | 'never allocated' | 'not the start of a block' | 'another order' | 'belongs to userspace' | 'in use' | 'free' | 'no memory';
  readonly pfn: number;
  readonly order: number;
}

export interface Taken { readonly blocks: number; readonly pages: number }

interface NodePools { readonly node: number; readonly normal: FreePool; readonly cma: FreePool }

export class PageAllocator {
  private readonly nodes: readonly NodePools[];
  /** Pages that were handed out, the first page of each block, and what userspace has. */
  private readonly taken = new PageBits();
  private readonly firsts = new PageBits();
  private readonly userspace = new PageBits();
  /** Handed out and not marked yet: most of what is handed out in bulk nobody asks about. */
  private readonly unmarked: { readonly pfns: Float64Array; readonly order: number }[] = [];

  /**
   * @param free what the early allocator leaves
   * @param cma page frames of CMA areas (of scratch), rounded outwards to pageblocks as the kernel marks them; whether they are free is up to `free` and `release`
   */
  constructor(private readonly geometry: Pick<Geometry, 'maxOrder' | 'pageblockOrder'>, private readonly ram: readonly NodeFrames[], free: FreeRanges, private readonly cma: Spans) {
    const ids = [...new Set(ram.map(({ node }) => node))].sort((a, b) => a - b);
    const pieces = new Map(ids.map((id) => [id, { normal: new Spans(), cma: new Spans() }]));
    // Cut where RAM of a node and where CMA begins and ends.
    for (const range of ram) {
      const node = pieces.get(range.node);
      if (node !== undefined) this.byKind(range.pfn, range.end, (from, to, inCma) => { (inCma ? node.cma : node.normal).appendFrom(free.spans, from, to); });
    }
    this.nodes = ids.map((node) => {
      const sections = sectionsOf(ram.filter((range) => range.node === node));
      const own = pieces.get(node) ?? { normal: new Spans(), cma: new Spans() };
      return { node, normal: new FreePool(sections, own.normal, free.holes, geometry.maxOrder), cma: new FreePool(sections, own.cma, free.holes, geometry.maxOrder) };
    });
  }

  /** Free page frames, of CMA too. */
  get freePages(): number {
    return this.nodes.reduce((sum, { normal, cma }) => sum + normal.pages + cma.pages, 0);
  }

  get freeCmaPages(): number {
    return this.nodes.reduce((sum, { cma }) => sum + cma.pages, 0);
  }

  /** @returns first page frame of a block, aligned to it; undefined: no memory, or larger than the allocator gives */
  alloc(order: number, request: PageRequest): number | undefined {
    if (order > this.geometry.maxOrder) return undefined;
    for (const node of this.nodesFor(request)) {
      const cmaFirst = request.migrate === 'cma' || (request.migrate === 'movable' && balance(node.cma.pages, node.normal.pages, 1, 1) === 1);
      const pools = request.migrate === 'unmovable' ? [node.normal] : request.migrate === 'cma' ? [node.cma] : cmaFirst ? [node.cma, node.normal] : [node.normal, node.cma];
      for (const pool of pools) {
        const pfn = pool.take(order);
        if (pfn === undefined) continue;
        this.taken.setRange(pfn, 2 ** order);
        this.firsts.set(pfn);
        return pfn;
      }
    }
    return undefined;
  }

  /** Many blocks of an order. @returns their first page frames; undefined and nothing taken when there is not room for all */
  allocMany(order: number, count: number, request: BulkRequest): Float64Array | undefined {
    if (order > this.geometry.maxOrder || count * 2 ** order > this.freePages) return undefined;
    const out = new Float64Array(count);
    const found = request.placement === 'scattered' ? this.scatter(order, count, request, out) : this.pack(order, count, request, out);
    return found ? out : undefined;
  }

  /** __free_pages of a block as it was allocated, or adopted. */
  free(pfn: number, order: number): PageProblem | undefined {
    const pages = 2 ** order;
    const wrong = this.wrongToFree(pfn, pages);
    if (wrong !== undefined) return { kind: wrong, pfn, order };
    this.taken.clearRange(pfn, pages);
    this.firsts.clearRange(pfn, 1);
    this.toPools(pfn, pfn + pages);
    return undefined;
  }

  /** @returns the first that is wrong; those before it are freed */
  freeMany(pfns: Float64Array, order: number): PageProblem | undefined {
    for (const pfn of pfns) {
      const wrong = this.free(pfn, order);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** Memory that was reserved early is given to this allocator: free_reserved_area, or scratch that becomes CMA. */
  release(pfn: number, end: number): PageProblem | undefined {
    const wrong = this.wrongToClaim(pfn, end);
    if (wrong !== undefined) return { kind: wrong, pfn, order: 0 };
    this.toPools(pfn, end);
    return undefined;
  }

  /** Reserved blocks that have an owner now, who can free them: what kho_restore_folio makes of preserved memory. */
  adopt(pfns: Float64Array, order: number): PageProblem | undefined {
    const pages = 2 ** order;
    for (const pfn of pfns) {
      const wrong = this.wrongToClaim(pfn, pfn + pages);
      if (wrong !== undefined) return { kind: wrong, pfn, order };
      this.taken.setRange(pfn, pages);
      this.firsts.set(pfn);
    }
    return undefined;
  }

  /**
   * Userspace fills that share (0 to 1) of each node's free memory with movable pages, low addresses first.
   * @returns page frames taken
   */
  takeShare(share: number): number {
    const part = Math.min(1, Math.max(0, share));
    const take = (id: number, pages: Int32Array): void => {
      this.taken.setWords(id, pages);
      this.userspace.setWords(id, pages);
      // Each page is a block of its own: no block before it reaches into it.
      this.firsts.setWords(id, pages);
    };
    return this.nodes.reduce((sum, { normal, cma }) => {
      const count = Math.floor((normal.pages + cma.pages) * part);
      const fromCma = Math.min(cma.pages, Math.max(balance(cma.pages, normal.pages, 1, count), count - normal.pages));
      cma.takeLowest(fromCma, take);
      normal.takeLowest(count - fromCma, take);
      return sum + count;
    }, 0);
  }

  /** Whether this kernel has handed out a page frame, or somebody adopted it. */
  isTaken(pfn: number): boolean {
    this.settle();
    return this.taken.has(pfn);
  }

  takenBy(pfn: number): 'userspace' | 'kernel' | undefined {
    this.settle();
    return this.userspace.has(pfn) ? 'userspace' : this.taken.has(pfn) ? 'kernel' : undefined;
  }

  /** Of many blocks of an order: how many have a page that was handed out, and how many pages those are. */
  countTaken(pfns: Float64Array, order: number): Taken {
    this.settle();
    let blocks = 0;
    let pages = 0;
    for (const pfn of pfns) {
      const count = this.taken.count(pfn, 2 ** order);
      pages += count;
      if (count > 0) blocks++;
    }
    return { blocks, pages };
  }

  /** Whether a page frame waits to be handed out: neither reserved nor taken. */
  isFree(pfn: number): boolean {
    return this.nodes.some(({ normal, cma }) => normal.anyFree(pfn, pfn + 1) || cma.anyFree(pfn, pfn + 1));
  }

  private pack(order: number, count: number, request: PageRequest, out: Float64Array): boolean {
    const step = 2 ** order;
    let at = 0;
    const take = (pfn: number, pages: number): void => {
      this.taken.setRange(pfn, pages);
      this.firsts.setFirsts(pfn, pages, order);
      for (let one = pfn; one < pfn + pages; one += step) out[at++] = one;
    };
    for (const node of this.nodesFor(request)) {
      if (at === count) break;
      if (request.migrate === 'movable') this.takeMovable(node, order, count - at, take);
      else (request.migrate === 'cma' ? node.cma : node.normal).takeMany(order, count - at, take);
    }
    if (at < count) this.giveBack(out.subarray(0, at), order);
    return at === count;
  }

  /** As single movable allocations divide themselves between the two kinds. @returns blocks taken */
  private takeMovable({ normal, cma }: NodePools, order: number, count: number, take: (pfn: number, pages: number) => void): number {
    const fromCma = cma.takeMany(order, balance(cma.pages, normal.pages, 2 ** order, count), take);
    const fromNormal = normal.takeMany(order, count - fromCma, take);
    return fromCma + fromNormal + cma.takeMany(order, count - fromCma - fromNormal, take);
  }

  private scatter(order: number, count: number, request: PageRequest, out: Float64Array): boolean {
    const pools = this.nodesFor(request).flatMap(({ normal, cma }) => (request.migrate === 'unmovable' ? [normal] : request.migrate === 'cma' ? [cma] : [normal, cma]));
    const capacity = pools.reduce((sum, pool) => sum + pool.capacity(order), 0);
    if (count > capacity) return false;
    const picks = new Picks(count, capacity, out);
    let ascending = true;
    for (const pool of pools) {
      const from = picks.index;
      pool.takeSpread(order, picks);
      // Each pool ascends on its own.
      if (from > 0 && picks.index > from && (out[from] ?? 0) < (out[from - 1] ?? 0)) ascending = false;
    }
    if (!ascending) out.sort();
    this.unmarked.push({ pfns: out, order });
    return true;
  }

  private settle(): void {
    for (const { pfns, order } of this.unmarked) {
      for (const pfn of pfns) {
        this.taken.setRange(pfn, 2 ** order);
        this.firsts.set(pfn);
      }
    }
    this.unmarked.length = 0;
  }

  private giveBack(pfns: Float64Array, order: number): void {
    for (const pfn of pfns) {
      this.taken.clearRange(pfn, 2 ** order);
      this.firsts.clearRange(pfn, 1);
      this.toPools(pfn, pfn + 2 ** order);
    }
  }

  private nodesFor({ node, exactNode }: PageRequest): readonly NodePools[] {
    if (node === undefined) return this.nodes;
    const first = this.nodes.filter((one) => one.node === node);
    return exactNode === true ? first : [...first, ...this.nodes.filter((one) => one.node !== node)];
  }

  private wrongToFree(pfn: number, pages: number): PageProblem['kind'] | undefined {
    this.settle();
    if (!this.taken.has(pfn)) return this.isFree(pfn) ? 'freed twice' : 'never allocated';
    if (this.userspace.has(pfn)) return 'belongs to userspace';
    if (!this.firsts.has(pfn)) return 'not the start of a block';
    const whole = this.taken.count(pfn, pages) === pages && this.firsts.count(pfn, pages) === 1 && (!this.taken.has(pfn + pages) || this.firsts.has(pfn + pages));
    return whole ? undefined : 'another order';
  }

  private wrongToClaim(pfn: number, end: number): PageProblem['kind'] | undefined {
    this.settle();
    if (this.taken.count(pfn, end - pfn) > 0) return 'in use';
    let inRam = 0;
    for (const range of this.ram) {
      const [start, stop] = [Math.max(pfn, range.pfn), Math.min(end, range.end)];
      if (start >= stop) continue;
      const pools = this.nodes.find(({ node }) => node === range.node);
      if (pools !== undefined && (pools.normal.anyFree(start, stop) || pools.cma.anyFree(start, stop))) return 'free';
      inRam += stop - start;
    }
    return inRam < end - pfn ? 'no memory' : undefined;
  }

  /** Page frames to the pools of their nodes and kinds. */
  private toPools(pfn: number, end: number): void {
    for (const range of this.ram) {
      const [start, stop] = [Math.max(pfn, range.pfn), Math.min(end, range.end)];
      if (start >= stop) continue;
      const pools = this.nodes.find(({ node }) => node === range.node);
      if (pools !== undefined) this.byKind(start, stop, (from, to, inCma) => { (inCma ? pools.cma : pools.normal).give(from, to); });
    }
  }

  /** Cuts a range where CMA begins and ends; ascending. */
  private byKind(pfn: number, end: number, visit: (pfn: number, end: number, inCma: boolean) => void): void {
    let at = pfn;
    eachGap(this.cma, pfn, end, (start, stop) => {
      if (start > at) visit(at, start, true);
      visit(start, stop, false);
      at = stop;
    });
    if (at < end) visit(at, end, true);
  }
}

/** CMA pageblocks that areas lie in, in page frames: the kernel marks whole pageblocks. Areas of 0 bytes have none. */
export function cmaFrames(areas: readonly { readonly addr: bigint; readonly size: bigint }[], { pageBytes, pageblockBytes }: Pick<Geometry, 'pageBytes' | 'pageblockBytes'>): Spans {
  const block = BigInt(pageblockBytes);
  const spans = new Spans();
  const sorted = areas.filter(({ size }) => size > 0n).sort((a, b) => (a.addr < b.addr ? -1 : 1));
  for (const { addr, size } of sorted) spans.append(Number((addr / block) * block) / pageBytes, Number(((addr + size + block - 1n) / block) * block) / pageBytes);
  return spans;
}

function sectionsOf(frames: readonly NodeFrames[]): readonly number[] {
  const out: number[] = [];
  for (const { pfn, end } of frames) {
    for (let id = Math.floor(pfn / SECTION_PAGES); id * SECTION_PAGES < end; id++) if (id !== out[out.length - 1]) out.push(id);
  }
  return out;
}
