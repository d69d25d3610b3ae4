/**
 * Walks a tracker as a kernel does that trusts it: whatever stands in memory is taken for what it should be. What is read for people, with every fault named,
 * stands in bitmapChunksRead.ts and radixTreeRead.ts. KHO facts 2.1 and 2.2 (readers).
 */
import { appendBits } from './bitRead';
import type { BitmapGeometry } from './bitmapChunks';
import { chunkCapacity, chunkElement, chunkHeader } from './bitmapChunks';
import { BlockList } from './blockList';
import { decode, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { RadixGeometry } from './radixKey';
import { radixBlock } from './radixKey';

/** Memory as a kernel sees it through its direct map: undefined is an address behind which there is no memory, and the kernel dies of it. */
export interface DirectMap {
  read(phys: bigint, sizeBytes: number): Uint8Array | undefined;
}

/** Why a walk does not come to its end. */
export interface WalkEnd {
  readonly kind: 'faults' | 'hangs';
  readonly phys: bigint;
  readonly what: string;
}

export interface TrackerWalk {
  /** In the order of the walk, up to where it ended. */
  readonly blocks: BlockList;
  readonly end: WalkEnd | undefined;
  /** Pages of the list or the tree itself, in the order in which they were read: chunks, or nodes and leaves. */
  readonly ownPages: readonly bigint[];
}

/** Nodes that a walk may meet before it counts as one that never ends: more than a tree over all of 2^52 bytes in single pages can have. */
const MOST_NODES = 1 << 24;

class Ended extends Error {
  constructor(readonly end: WalkEnd) {
    super(end.what);
  }
}

const faults = (phys: bigint, what: string): Ended => new Ended({ kind: 'faults', phys, what });

function walked(ownPages: readonly bigint[], blocks: BlockList, walk: () => void): TrackerWalk {
  try {
    walk();
    return { blocks, end: undefined, ownPages };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { blocks, end: error.end, ownPages };
  }
}

/** kho_mem_deserialize(): from a chunk to the next, with the geometry of the kernel that reads. */
export function walkChunks(map: DirectMap, firstPhys: bigint, { pageShift, bitmapBytes }: BitmapGeometry, order: ByteOrder): TrackerWalk {
  const blocks = new BlockList();
  const chunks: bigint[] = [];
  const seen = new Set<bigint>();
  const bitmap = (chunk: bigint, at: number, bytes: Uint8Array, blockOrder: number): void => {
    const element = decode(chunkElement, bytes, at, order);
    if (!element.ok) throw faults(chunk, 'num_elms counts elements behind the end of the chunk');
    const { phys_start: start, bitmap: phys } = element.value;
    const bits = map.read(phys, bitmapBytes);
    if (bits === undefined) throw faults(phys, 'a bitmap where no memory is');
    appendBits(bits, order, Number(start >> BigInt(pageShift)), 2 ** blockOrder, blockOrder, blocks);
  };
  return walked(chunks, blocks, () => {
    for (let phys = firstPhys; phys !== 0n;) {
      if (seen.has(phys)) throw new Ended({ kind: 'hangs', phys, what: 'the list of chunks leads back into itself' });
      seen.add(phys);
      const bytes = map.read(phys, 1 << pageShift);
      const header = bytes === undefined ? undefined : decode(chunkHeader, bytes, 0, order);
      if (bytes === undefined || header?.ok !== true) throw faults(phys, 'a chunk where no memory is');
      chunks.push(phys);
      const { next, order: blockOrder, num_elms } = header.value;
      // C shifts by an order of 52 or more in ways that nobody can rely on: no writer makes such a chunk.
      if (num_elms > 0 && blockOrder + pageShift >= 64) throw faults(phys, `order ${String(blockOrder)}`);
      if (num_elms > chunkCapacity(pageShift)) throw faults(phys, `num_elms ${String(num_elms)} counts elements behind the end of the chunk`);
      for (let i = 0; i < num_elms; i++) bitmap(phys, chunkHeader.sizeBytes + i * chunkElement.sizeBytes, bytes, blockOrder);
      phys = next;
    }
  });
}

/** kho_radix_walk_tree(): slots ascending at each level, with the depth of the kernel that reads. */
export function walkRadixTree(map: DirectMap, rootPhys: bigint, geometry: RadixGeometry, order: ByteOrder): TrackerWalk {
  const { pageShift, tableBits, leafBits, depth } = geometry;
  const blocks = new BlockList();
  const nodes: bigint[] = [];
  const pageBytes = 1 << pageShift;
  const little = order === 'little';
  const read = (phys: bigint): Uint8Array => {
    if (nodes.length >= MOST_NODES) throw new Ended({ kind: 'hangs', phys, what: 'nodes point to each other' });
    const bytes = map.read(phys, pageBytes);
    if (bytes === undefined) throw faults(phys, 'a node where no memory is');
    nodes.push(phys);
    return bytes;
  };
  const leaf = (phys: bigint, keyStart: number): void => {
    const bits = read(phys);
    const block = radixBlock(geometry, keyStart);
    if (block !== undefined) {
      appendBits(bits, order, block.pfn, 2 ** block.order, block.order, blocks);
      return;
    }
    // Key 0: the orders whose bit lies in the leaf itself.
    const keys = new BlockList(64);
    appendBits(bits, order, 0, 1, 0, keys);
    for (let i = 0; i < keys.count; i++) {
      const one = radixBlock(geometry, keys.pfns[i] ?? 0);
      if (one === undefined) throw faults(phys, 'key 0, which has no order');
      blocks.push(one.pfn, one.order);
    }
  };
  const node = (phys: bigint, level: number, keyStart: number): void => {
    const view = viewOf(read(phys));
    const span = 2 ** ((level - 1) * tableBits + leafBits);
    for (let slot = 0; slot < pageBytes / 8; slot++) {
      if (view.getUint32(slot * 8) === 0 && view.getUint32(slot * 8 + 4) === 0) continue;
      const key = keyStart + slot * span;
      if (key >= 2 ** (geometry.order0Bit + 1)) throw faults(phys, 'a key that is wider than keys are');
      const child = view.getBigUint64(slot * 8, little);
      if (level === 1) leaf(child, key);
      else node(child, level - 1, key);
    }
  };
  return walked(nodes, blocks, () => { node(rootPhys, depth - 1, 0); });
}

/**
 * What `1 << (order + PAGE_SHIFT)` gives, taken for a size: the shift is that of an int, so that an order of 19 (4K pages) gives all memory from the block to
 * the end of the address space, and larger ones far too little (KHO facts 2.1, T25).
 */
export function reservedBytesOf(order: number, pageShift: number): bigint {
  return BigInt.asUintN(64, BigInt(1 << (order + pageShift)));
}
