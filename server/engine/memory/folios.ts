/** The page allocator, as far as KSTATE needs it: folios with an order and a reference count. Deterministic. */
import type { PhysicalMemory } from './physical';

export interface Folio {
  readonly phys: bigint;
  readonly order: number;
  refs: number;
}

/** get_order: the smallest k with pageBytes << k >= size (0 for sizes up to a page). */
export function getOrder(sizeBytes: number, pageBytes: number): number {
  let order = 0;
  while (pageBytes * 2 ** order < sizeBytes) order++;
  return order;
}

export class FolioAllocator {
  private readonly byPfn = new Map<number, Folio>();
  private readonly placements: bigint[];

  /**
   * `from`: lowest physical address to hand out. `placements`: where the next allocations go, before that.
   * `place`: where those behind that go; undefined: from `from` on.
   * `fill`: what a new folio holds, as the kernel does not zero it.
   */
  constructor(private readonly memory: PhysicalMemory, private from: bigint, placements: readonly bigint[], private readonly maxOrder: number, private readonly place?: (order: number) => bigint | undefined) {
    this.placements = [...placements];
  }

  sizeBytes(folio: Folio): number {
    return this.memory.pageBytes * 2 ** folio.order;
  }

  /** undefined: larger than the allocator gives. */
  alloc(order: number, fill: number): Folio | undefined {
    if (order > this.maxOrder) return undefined;
    const phys = this.placements.shift() ?? this.place?.(order) ?? this.next(order);
    const folio = this.declare(phys, order);
    this.memory.write(phys, new Uint8Array(this.sizeBytes(folio)).fill(fill));
    return folio;
  }

  /** Makes a folio at a given address, as something outside the engine placed it. Keeps the bytes there. */
  declare(phys: bigint, order: number): Folio {
    const folio: Folio = { phys, order, refs: 1 };
    this.byPfn.set(this.pfn(phys), folio);
    return folio;
  }

  /** The folio whose first page is at this address. */
  at(phys: bigint): Folio | undefined {
    return this.byPfn.get(this.pfn(phys));
  }

  /** folio_put. False: it was free already. */
  put(folio: Folio): boolean {
    folio.refs--;
    return folio.refs >= 0;
  }

  pfn(phys: bigint): number {
    return Number(phys / BigInt(this.memory.pageBytes));
  }

  private next(order: number): bigint {
    const size = BigInt(this.memory.pageBytes) << BigInt(order);
    let phys = ((this.from + size - 1n) / size) * size;
    while (this.overlaps(phys, size)) phys += size;
    this.from = phys + size;
    return phys;
  }

  private overlaps(phys: bigint, size: bigint): boolean {
    for (const folio of this.byPfn.values()) {
      if (folio.phys < phys + size && phys < folio.phys + BigInt(this.sizeBytes(folio))) return true;
    }
    return false;
  }
}
