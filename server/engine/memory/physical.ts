/** Sparse physical memory with real bytes. Pages come into being when touched; until then they hold a fill byte. */
import { MemoryFault } from './fault';

/** A page that another keeps, not to be written to; undefined: nobody knows what it holds. */
export type MemoryBehind = (pfn: number) => Uint8Array | undefined;

export class PhysicalMemory {
  private readonly pages = new Map<number, Uint8Array>();
  private readonly pageShift: number;

  /** `fill`: what memory holds that nobody wrote. `behind`: memory that somebody else keeps; what is written here hides it. */
  constructor(readonly pageBytes: number, readonly ramBytes: bigint, private readonly fill: number, private readonly behind?: MemoryBehind) {
    this.pageShift = Math.log2(pageBytes);
  }

  /** Whether a page frame is RAM that is online. */
  online(pfn: number): boolean {
    return pfn >= 0 && BigInt(pfn) < this.ramBytes >> BigInt(this.pageShift);
  }

  read(phys: bigint, lengthBytes: number): Uint8Array {
    this.check(phys, lengthBytes, 'read');
    const out = new Uint8Array(lengthBytes);
    this.eachPage(phys, lengthBytes, (pfn, at, done, count) => {
      const page = this.pages.get(pfn) ?? this.behind?.(pfn);
      if (page === undefined) out.fill(this.fill, done, done + count);
      else out.set(page.subarray(at, at + count), done);
    });
    return out;
  }

  write(phys: bigint, bytes: Uint8Array): void {
    this.check(phys, bytes.length, 'write');
    this.eachPage(phys, bytes.length, (pfn, at, done, count) => {
      let page = this.pages.get(pfn);
      if (page === undefined) {
        page = this.behind?.(pfn)?.slice() ?? new Uint8Array(this.pageBytes).fill(this.fill);
        this.pages.set(pfn, page);
      }
      page.set(bytes.subarray(done, done + count), at);
    });
  }

  /** Page frames in a range that somebody has written to. */
  touched(phys: bigint, sizeBytes: number): readonly number[] {
    const first = Number(phys >> BigInt(this.pageShift));
    const last = Number((phys + BigInt(sizeBytes) - 1n) >> BigInt(this.pageShift));
    return [...this.pages.keys()].filter((pfn) => pfn >= first && pfn <= last).sort((a, b) => a - b);
  }

  private check(phys: bigint, lengthBytes: number, access: 'read' | 'write'): void {
    if (phys < 0n || phys + BigInt(lengthBytes) > this.ramBytes) throw new MemoryFault(phys, access, lengthBytes);
  }

  private eachPage(phys: bigint, lengthBytes: number, visit: (pfn: number, at: number, done: number, count: number) => void): void {
    let pfn = Number(phys >> BigInt(this.pageShift));
    let at = Number(phys & BigInt(this.pageBytes - 1));
    let done = 0;
    while (done < lengthBytes) {
      const count = Math.min(lengthBytes - done, this.pageBytes - at);
      visit(pfn, at, done, count);
      done += count;
      at = 0;
      pfn++;
    }
  }
}
