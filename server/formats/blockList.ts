/** Preserved blocks as typed arrays: tens of millions of them without an object each. */

/** Capacities of the first two steps: few copies on the way to millions. */
const FEW = 1 << 16;
const MANY = 1 << 22;

/** Blocks that are appended one by one: a view of them would take longer. */
const FEW_AT_ONCE = 32;

export class BlockList {
  /** Page frame numbers, below 2^52 and so exact. Only the first `count` are in use. */
  pfns: Float64Array;
  orders: Uint8Array;
  count = 0;

  constructor(capacity = 1024) {
    this.pfns = new Float64Array(capacity);
    this.orders = new Uint8Array(capacity);
  }

  /** Makes room for that many more. Room that is not used takes addresses, not memory. */
  reserve(more: number): void {
    const needed = this.count + more;
    if (needed <= this.pfns.length) return;
    const capacity = Math.max(needed, needed > FEW ? MANY : FEW, this.pfns.length * 4);
    const pfns = new Float64Array(capacity);
    pfns.set(this.pfns.subarray(0, this.count));
    const orders = new Uint8Array(capacity);
    orders.set(this.orders.subarray(0, this.count));
    this.pfns = pfns;
    this.orders = orders;
  }

  push(pfn: number, order: number): void {
    this.reserve(1);
    this.pfns[this.count] = pfn;
    this.orders[this.count] = order;
    this.count++;
  }

  /** Appends blocks of one order: the first `more` of the frame numbers. */
  append(from: Float64Array, more: number, order: number): void {
    this.reserve(more);
    const { pfns, orders, count } = this;
    if (more > FEW_AT_ONCE) {
      pfns.set(from.subarray(0, more), count);
      orders.fill(order, count, count + more);
    } else {
      for (let i = 0; i < more; i++) {
        pfns[count + i] = from[i] ?? 0;
        orders[count + i] = order;
      }
    }
    this.count = count + more;
  }

  /** The blocks by address, of those with the same the smaller first. */
  sorted(): BlockList {
    const { count } = this;
    const out = new BlockList(count);
    out.count = count;
    // Sorted as numbers: pfn * 64 + order is exact below 2^47, where every real machine's memory lies.
    const small = this.pfns.subarray(0, count).every((pfn) => pfn < 0x800000000000);
    if (small) {
      const keys = Float64Array.from({ length: count }, (_, i) => (this.pfns[i] ?? 0) * 64 + (this.orders[i] ?? 0)).sort();
      keys.forEach((key, i) => {
        const pfn = Math.floor(key / 64);
        out.pfns[i] = pfn;
        out.orders[i] = key - pfn * 64;
      });
      return out;
    }
    const places = Uint32Array.from({ length: count }, (_, i) => i).sort((a, b) => (this.pfns[a] ?? 0) - (this.pfns[b] ?? 0) || (this.orders[a] ?? 0) - (this.orders[b] ?? 0));
    places.forEach((place, i) => {
      out.pfns[i] = this.pfns[place] ?? 0;
      out.orders[i] = this.orders[place] ?? 0;
    });
    return out;
  }

  /** Address in bytes and order of a block. */
  at(i: number, pageShift: number): { readonly phys: bigint; readonly order: number } | undefined {
    const pfn = i < this.count ? this.pfns[i] : undefined;
    return pfn === undefined ? undefined : { phys: BigInt(pfn) << BigInt(pageShift), order: this.orders[i] ?? 0 };
  }
}
