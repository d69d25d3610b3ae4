/** Reads the chunk list of the bitmap tracker as the successor does, in its order; nothing that the list says is trusted. */
import { appendBits } from './bitRead';
import type { BitmapGeometry } from './bitmapChunks';
import { bitmapField, chunkCapacity, chunkElement, chunkHeader, physStartField } from './bitmapChunks';
import { BlockList } from './blockList';
import { decode, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { PhysicalMemory } from './physicalMemory';
import type { FormatProblem } from './problem';
import { Problems, hex } from './problem';

export interface ReadElement {
  readonly physStart: bigint;
  readonly bitmapPhys: bigint;
  /** Set bits; undefined when the bitmap was not read. */
  readonly bits: number | undefined;
}

export interface ReadChunk {
  readonly phys: bigint;
  readonly next: bigint;
  readonly order: number;
  readonly num_elms: number;
  readonly elements: readonly ReadElement[];
}

export interface ReadChunks {
  /** In list order. */
  readonly chunks: readonly ReadChunk[];
  /** In the order in which the successor reserves them. */
  readonly blocks: BlockList;
  readonly problems: readonly FormatProblem[];
  readonly problemsLeftOut: number;
}

/**
 * @param firstPhys value of the map property; 0 reads as an empty list
 *
 * A chunk or bitmap is read once: who points to it again (a cycle, a bitmap of two elements) gets a problem, so that time and memory are bounded by the
 * image.
 */
export function readChunks(memory: PhysicalMemory, firstPhys: bigint, geometry: BitmapGeometry, order: ByteOrder): ReadChunks {
  return new Reader(memory, geometry, order).read(firstPhys);
}

class Reader {
  private readonly chunks: ReadChunk[] = [];
  private readonly blocks = new BlockList();
  private readonly problems = new Problems();
  private readonly seen = new Set<bigint>();
  private readonly seenBitmaps = new Set<bigint>();
  private readonly pageBytes: number;
  private readonly bitmapShift: number;
  /** No page lies at or above this frame. */
  private readonly pfnEnd: number;

  constructor(private readonly memory: PhysicalMemory, private readonly geometry: BitmapGeometry, private readonly order: ByteOrder) {
    this.pageBytes = 1 << geometry.pageShift;
    this.bitmapShift = Math.log2(geometry.bitmapBytes);
    this.pfnEnd = 2 ** (64 - geometry.pageShift);
  }

  read(firstPhys: bigint): ReadChunks {
    let from: { readonly phys: bigint; readonly field: string } = { phys: 0n, field: 'first chunk' };
    for (let phys = firstPhys; phys !== 0n;) {
      const chunk = this.chunk(phys, from);
      if (chunk === undefined) break;
      this.chunks.push(chunk);
      from = { phys, field: 'next' };
      phys = chunk.next;
    }
    return { chunks: this.chunks, blocks: this.blocks, problems: this.problems.list, problemsLeftOut: this.problems.leftOut };
  }

  private problem(phys: bigint, offsetBytes: number, field: string, expected: string, found: string): void {
    this.problems.add({ structure: chunkHeader.structure, phys, offsetBytes, field, expected, found });
  }

  private chunk(phys: bigint, from: { readonly phys: bigint; readonly field: string }): ReadChunk | undefined {
    const wrong = (expected: string): undefined => {
      this.problem(from.phys, 0, from.field, expected, hex(phys));
      return undefined;
    };
    if (phys % BigInt(this.pageBytes) !== 0n) return wrong(`a multiple of ${String(this.pageBytes)}`);
    if (this.seen.has(phys)) return wrong('a chunk that was not read before (the list ends with 0)');
    const bytes = this.memory.read(phys, this.pageBytes);
    if (bytes === undefined) return wrong('the address of a page in the image');
    this.seen.add(phys);
    const header = decode(chunkHeader, bytes, 0, this.order);
    if (!header.ok) return undefined;
    const { next, order, num_elms } = header.value;
    const capacity = chunkCapacity(this.geometry.pageShift);
    if (num_elms > capacity) this.problem(phys, 12, 'num_elms', `at most ${String(capacity)}`, String(num_elms));
    const orderFits = order + this.geometry.pageShift < 64;
    if (!orderFits) this.problem(phys, 8, 'order', `below ${String(64 - this.geometry.pageShift)}`, String(order));
    const elements: ReadElement[] = [];
    const view = viewOf(bytes);
    const little = this.order === 'little';
    for (let i = 0; i < Math.min(num_elms, capacity); i++) {
      const at = chunkHeader.sizeBytes + i * chunkElement.sizeBytes;
      const physStart = view.getBigUint64(at + physStartField.offsetBytes, little);
      const bitmap = view.getBigUint64(at + bitmapField.offsetBytes, little);
      if (physStart === 0n && bitmap === 0n) {
        // Behind what the writer filled in: one problem for all that the count claims beyond it.
        this.problem(phys, 12, 'num_elms', `at most ${String(i)}, the elements that are filled in`, String(num_elms));
        break;
      }
      elements.push({ physStart, bitmapPhys: bitmap, bits: orderFits ? this.bitmap(phys, at, i, physStart, bitmap, order) : undefined });
    }
    return { phys, next, order, num_elms, elements };
  }

  private bitmap(chunk: bigint, at: number, i: number, physStart: bigint, bitmap: bigint, order: number): number | undefined {
    const { bitmapBytes } = this.geometry;
    const wrong = (member: 'phys_start' | 'bitmap', expected: string, found: bigint): undefined => {
      this.problem(chunk, at + (member === 'bitmap' ? bitmapField : physStartField).offsetBytes, `bitmaps[${String(i)}].${member}`, expected, hex(found));
      return undefined;
    };
    const blockShift = order + this.geometry.pageShift;
    if (BigInt.asUintN(blockShift, physStart) !== 0n) return wrong('phys_start', `a multiple of the block of order ${String(order)}, ${hex(1n << BigInt(blockShift))}`, physStart);
    if (BigInt.asUintN(this.bitmapShift, bitmap) !== 0n || bitmap === 0n) return wrong('bitmap', `an address that is a multiple of ${String(bitmapBytes)}`, bitmap);
    if (this.seenBitmaps.has(bitmap)) return wrong('bitmap', 'a bitmap of its own', bitmap);
    const bytes = this.memory.read(bitmap, bitmapBytes);
    if (bytes === undefined) return wrong('bitmap', `the address of ${String(bitmapBytes)} bytes in the image`, bitmap);
    this.seenBitmaps.add(bitmap);
    const step = 2 ** order;
    // Exact: a multiple of a page has at most 52 bits that count.
    const firstPfn = Number(physStart) / this.pageBytes;
    const before = this.blocks.count;
    const bits = appendBits(bytes, this.order, firstPfn, step, order, this.blocks);
    const last = this.blocks.pfns[this.blocks.count - 1];
    if (bits > 0 && last !== undefined && last + step > this.pfnEnd) {
      this.dropBeyond(before, step);
      return wrong('phys_start', 'blocks below 2^64', physStart);
    }
    return bits;
  }

  /** Ascending: those that lie beyond the last address are at the end. */
  private dropBeyond(from: number, step: number): void {
    const { blocks } = this;
    while (blocks.count > from && (blocks.pfns[blocks.count - 1] ?? 0) + step > this.pfnEnd) blocks.count--;
  }
}

/** Whether the bitmaps of a list lie closer together than page-sized ones can: then they are the 512-byte ones of v5 and 6.16 to 6.17.0. */
export function smallBitmapsIn(memory: PhysicalMemory, firstPhys: bigint, pageShift: number, order: ByteOrder): boolean {
  const probe: BitmapGeometry = { pageShift, bitmapBytes: 512 };
  const { chunks } = readChunks(memory, firstPhys, probe, order);
  const pageBits = BigInt(8 << pageShift);
  return chunks.some((chunk) => chunk.order + pageShift < 64
    && chunk.elements.some((element) => element.physStart % (pageBits << BigInt(chunk.order + pageShift)) !== 0n || element.bitmapPhys % BigInt(1 << pageShift) !== 0n));
}

