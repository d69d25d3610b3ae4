/** Walks a radix tree in memory as the successor does: slots ascending, so blocks come in the order of their keys, the largest order first. */
import { appendBits, wordsOf } from './bitRead';
import { BlockList } from './blockList';
import { viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import type { PhysicalMemory } from './physicalMemory';
import type { FormatProblem } from './problem';
import { Problems, hex } from './problem';
import type { RadixGeometry } from './radixKey';
import { radixBlock } from './radixKey';
import { radixSlot } from './radixTree';

export interface RadixNode {
  readonly phys: bigint;
  /** 1 is above the leaves. */
  readonly level: number;
  /** The smallest key below it. */
  readonly keyStart: number;
  /** Slots in use. */
  readonly entries: number;
}

export interface RadixLeaf {
  readonly phys: bigint;
  readonly keyStart: number;
  readonly bits: number;
  /** Undefined in the one leaf that holds more than one order. */
  readonly order: number | undefined;
}

export interface ReadRadixTree {
  /** Table nodes in the order of the walk, the root first. */
  readonly nodes: readonly RadixNode[];
  readonly leaves: readonly RadixLeaf[];
  /** In key order, which is the order of the walk. */
  readonly blocks: BlockList;
  readonly problems: readonly FormatProblem[];
  readonly problemsLeftOut: number;
}

/** A node is read once, so that time and memory are bounded by the image: a tree that points to a node twice gets a problem. */
export function readRadixTree(memory: PhysicalMemory, rootPhys: bigint, geometry: RadixGeometry, order: ByteOrder): ReadRadixTree {
  return new Walk(memory, geometry, order).read(rootPhys);
}

class Walk {
  private readonly nodes: RadixNode[] = [];
  private readonly leaves: RadixLeaf[] = [];
  private readonly blocks = new BlockList();
  private readonly problems = new Problems();
  private readonly seen = new Set<bigint>();
  private readonly pageBytes: number;
  private readonly keyEnd: number;

  constructor(private readonly memory: PhysicalMemory, private readonly geometry: RadixGeometry, private readonly order: ByteOrder) {
    this.pageBytes = 1 << geometry.pageShift;
    this.keyEnd = 2 ** (geometry.order0Bit + 1);
  }

  read(rootPhys: bigint): ReadRadixTree {
    const root = this.page(rootPhys, { phys: 0n, offsetBytes: 0, field: 'root' });
    if (root !== undefined) this.node(root, rootPhys, this.geometry.depth - 1, 0);
    return { nodes: this.nodes, leaves: this.leaves, blocks: this.blocks, problems: this.problems.list, problemsLeftOut: this.problems.leftOut };
  }

  private page(phys: bigint, from: { readonly phys: bigint; readonly offsetBytes: number; readonly field: string }): Uint8Array | undefined {
    const wrong = (expected: string): undefined => {
      this.problems.add({ structure: radixSlot.structure, ...from, expected, found: hex(phys) });
      return undefined;
    };
    if (phys % BigInt(this.pageBytes) !== 0n || phys === 0n) return wrong(`the address of a page of ${String(this.pageBytes)} bytes`);
    if (this.seen.has(phys)) return wrong('a node that nothing else points to');
    const bytes = this.memory.read(phys, this.pageBytes);
    if (bytes === undefined) return wrong('the address of a page in the image');
    this.seen.add(phys);
    return bytes;
  }

  private node(bytes: Uint8Array, phys: bigint, level: number, keyStart: number): void {
    const { tableBits, leafBits } = this.geometry;
    const span = 2 ** ((level - 1) * tableBits + leafBits);
    const words = wordsOf(bytes, 'little');
    const view = viewOf(bytes);
    const at = this.nodes.length;
    this.nodes.push({ phys, level, keyStart, entries: 0 });
    let entries = 0;
    for (let slot = 0; slot < words.length / 2; slot++) {
      if (words[slot * 2] === 0 && words[slot * 2 + 1] === 0) continue;
      entries++;
      const offsetBytes = slot * radixSlot.sizeBytes;
      const from = { phys, offsetBytes, field: `table[${String(slot)}] of level ${String(level)}` };
      const key = keyStart + slot * span;
      if (key >= this.keyEnd) {
        this.problems.add({ structure: radixSlot.structure, ...from, expected: `0, because keys have ${String(this.geometry.order0Bit + 1)} bits`, found: hex(view.getBigUint64(offsetBytes, this.order === 'little')) });
        continue;
      }
      const child = view.getBigUint64(offsetBytes, this.order === 'little');
      const page = this.page(child, from);
      if (page === undefined) continue;
      if (level > 1) this.node(page, child, level - 1, key);
      else this.leaf(page, child, key);
    }
    this.nodes[at] = { phys, level, keyStart, entries };
  }

  private leaf(bytes: Uint8Array, phys: bigint, keyStart: number): void {
    const { blocks } = this;
    const block = radixBlock(this.geometry, keyStart);
    if (block !== undefined) {
      // Every key of the leaf has the same order bit: leaves but the first start above it.
      const bits = appendBits(bytes, this.order, block.pfn, 2 ** block.order, block.order, blocks);
      this.leaves.push({ phys, keyStart, bits, order: block.order });
      return;
    }
    const keys = new BlockList(64);
    const bits = appendBits(bytes, this.order, 0, 1, 0, keys);
    let order: number | undefined;
    let mixed = false;
    for (let i = 0; i < bits; i++) {
      const key = keys.pfns[i] ?? 0;
      const one = radixBlock(this.geometry, key);
      if (one === undefined) {
        this.problems.add({ structure: 'kho_radix_leaf', phys, offsetBytes: 0, field: 'bit 0', expected: '0, because key 0 has no order bit', found: '1' });
        continue;
      }
      blocks.push(one.pfn, one.order);
      if (i > 0 && order !== undefined && order !== one.order) mixed = true;
      order = one.order;
    }
    this.leaves.push({ phys, keyStart, bits, order: mixed ? undefined : order });
  }
}

