/** The tracker as JSON: radix nodes and leaves, or chunks and bitmaps. */
import { BlockList } from '../formats/blockList';
import { appendBits } from '../formats/bitRead';
import type { PhysicalMemory } from '../formats/physicalMemory';
import type { Machine } from './context';
import type { Json } from './exactJson';
import { integer } from './exactJson';
import type { PreservedBlocks } from './preservedBlocks';
import type { Tracker } from './tracker';

type Fields = { readonly [key: string]: Json | undefined };

function pairs(list: BlockList, pageShift: number): Json {
  return Array.from({ length: list.count }, (_, i) => [(list.pfns[i] ?? 0) * 2 ** pageShift, list.orders[i] ?? 0]);
}

function sortedPairs(blocks: PreservedBlocks, pageShift: number): Json {
  return Array.from({ length: blocks.count }, (_, i) => [blocks.block(i).pfn * 2 ** pageShift, blocks.block(i).order]);
}

function totals(blocks: PreservedBlocks, pageShift: number): Fields {
  const byOrder = blocks.countByOrder();
  let pages = 0;
  for (const [order, count] of byOrder) pages += count * 2 ** order;
  return {
    count_by_order: Object.fromEntries([...byOrder].map(([order, count]) => [String(order), count])), total_entries: blocks.count,
    total_4k_pages: pages * 2 ** (pageShift - 12),
  };
}

export function radixJson(tracker: Extract<Tracker, { kind: 'radix' }>, blocks: PreservedBlocks, pageShift: number): Json {
  const { tree, geometry } = tracker;
  return {
    root: tree.nodes[0] === undefined ? null : integer(tree.nodes[0].phys), levels: geometry.depth,
    nodes: tree.nodes.map((node) => ({ phys: integer(node.phys), level: node.level, key_start: node.keyStart, entries: node.entries })),
    leaves: tree.leaves.map((leaf) => ({ phys: integer(leaf.phys), key_start: leaf.keyStart, order_if_all_same: leaf.order ?? null, bits: leaf.bits })),
    preserved: sortedPairs(blocks, pageShift), preserved_in_key_order: pairs(tracker.blocks, pageShift), ...totals(blocks, pageShift),
  };
}

export function bitmapJson(tracker: Extract<Tracker, { kind: 'chunks' }>, blocks: PreservedBlocks, machine: Machine, memory: PhysicalMemory): Fields {
  const { list, bitmapBytes } = tracker;
  const elements = list.chunks.flatMap((chunk) => chunk.elements);
  return {
    chunks: list.chunks.map((chunk) => ({
      phys: integer(chunk.phys), next: integer(chunk.next), order: chunk.order, num_elms: chunk.num_elms,
      elms: chunk.elements.map((element) => ({
        phys_start: integer(element.physStart), bitmap_phys: integer(element.bitmapPhys), bits: element.bits ?? null,
        bit_runs: element.bits === undefined ? [] : runsOf(memory.read(element.bitmapPhys, bitmapBytes), machine),
      })),
    })),
    bitmap: {
      preserve_bits: bitmapBytes * 8, preserved: sortedPairs(blocks, machine.pageShift), preserved_in_walk_order: pairs(tracker.blocks, machine.pageShift),
      ...totals(blocks, machine.pageShift), chunk_pages: list.chunks.length, bitmap_pages: elements.length, empty_bitmaps: elements.filter((element) => element.bits === 0).length,
    },
  };
}

/** Stretches of set bits: first and length. */
function runsOf(bytes: Uint8Array | undefined, machine: Machine): Json {
  if (bytes === undefined) return [];
  const bits = new BlockList(64);
  appendBits(bytes, machine.order, 0, 1, 0, bits);
  const out: [number, number][] = [];
  for (let i = 0; i < bits.count; i++) {
    const bit = bits.pfns[i] ?? 0;
    const last = out[out.length - 1];
    if (last !== undefined && last[0] + last[1] === bit) last[1]++;
    else out.push([bit, 1]);
  }
  return out;
}
