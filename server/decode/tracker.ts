/** Which blocks a root lists: its chunk list, radix tree, or (v4) ranges in the tree itself. */
import { readChunks, smallBitmapsIn } from '../formats/bitmapChunksRead';
import type { ReadChunks } from '../formats/bitmapChunksRead';
import { chunkElement, chunkHeader } from '../formats/bitmapChunks';
import { BlockList } from '../formats/blockList';
import { generationsWith } from '../formats/generations';
import type { RootFormId } from '../formats/khoRoot';
import type { ReadRoot } from '../formats/khoRootRead';
import { overlay } from '../formats/layoutTable';
import type { ByteOrder } from '../formats/layoutTable';
import type { PhysicalMemory } from '../formats/physicalMemory';
import type { FormatProblem } from '../formats/problem';
import type { RadixGeometry } from '../formats/radixKey';
import { radixGeometry } from '../formats/radixKey';
import { radixSlot } from '../formats/radixTree';
import type { ReadRadixTree } from '../formats/radixTreeRead';
import { readRadixTree } from '../formats/radixTreeRead';
import { splitRange } from '../formats/rangeSplit';
import type { Structure } from './structure';
import { group } from './structure';

export type Tracker =
  | { readonly kind: 'radix'; readonly geometry: RadixGeometry; readonly tree: ReadRadixTree; readonly blocks: BlockList; readonly problems: readonly FormatProblem[]; readonly lostOrders: FormatProblem | undefined }
  | { readonly kind: 'chunks'; readonly bitmapBytes: number; readonly list: ReadChunks; readonly blocks: BlockList; readonly problems: readonly FormatProblem[] }
  | { readonly kind: 'ranges' | 'none'; readonly blocks: BlockList; readonly problems: readonly FormatProblem[] };

/** How large the bitmaps of a chunk list are, where the root's form does not tell: as they lie in memory, or as somebody wants to try it. */
export type BitmapsOf = 'as they lie' | '512 bytes';

/** The other size that a list's bitmaps could have: 6.16 and 6.18 write the same string, and few bitmaps may lie as either would. A root without a subtree may be that of any of these kernels. */
export function otherBitmaps(root: ReadRoot, tracker: Tracker): BitmapsOf | undefined {
  return sizesOf(root).has('bitmaps of 512 bytes') && tracker.kind === 'chunks' && tracker.bitmapBytes !== 512 && tracker.list.chunks.length > 0 ? '512 bytes' : undefined;
}

function sizesOf({ form, subtrees }: ReadRoot): ReadonlySet<string> {
  const forms: readonly RootFormId[] = form === undefined ? [] : form.id === '6.19' && subtrees.length === 0 ? ['6.16', '6.19'] : [form.id];
  return new Set(forms.flatMap(generationsWith).map(({ tracker }) => tracker.id));
}

export function readTracker(memory: PhysicalMemory, root: ReadRoot, pageShift: number, order: ByteOrder, bitmaps: BitmapsOf = 'as they lie'): Tracker {
  const { form, mapPhys } = root;
  if (form?.map === undefined) return root.memRanges.length > 0 ? ranges(root, pageShift) : { kind: 'none', blocks: new BlockList(0), problems: [] };
  const wrong = (found: string): readonly FormatProblem[] => [{ structure: 'KHO root FDT', offsetBytes: 0, field: form.map?.property ?? '', expected: 'the address of the memory map', found }];
  if (mapPhys === undefined) return { kind: 'none', blocks: new BlockList(0), problems: wrong('none') };
  if (form.map.of === 'radix') return mapPhys === 0n ? { kind: 'none', blocks: new BlockList(0), problems: wrong('0') } : radix(memory, mapPhys, pageShift, order);
  const list = chunks(memory, mapPhys, pageShift, order, root, bitmaps);
  // A tree that is only changed has 0 there until kho_finalize() ran; one that finalizing writes has 0 when nothing was preserved.
  return mapPhys === 0n && form.writer === 'edited' ? { ...list, problems: wrong('0 (kho_finalize() never ran): nothing is preserved') } : list;
}

function radix(memory: PhysicalMemory, root: bigint, pageShift: number, order: ByteOrder): Tracker {
  const wanted = radixGeometry(pageShift);
  let geometry = wanted;
  let tree = readRadixTree(memory, root, wanted, order);
  // Only trees of 16K pages have another depth before the depth fix, under the same string.
  const older = radixGeometry(pageShift, false);
  if (tree.problems.length > 0 && older.depth !== wanted.depth) {
    const other = readRadixTree(memory, root, older, order);
    if (other.problems.length < tree.problems.length) [geometry, tree] = [older, other];
  }
  const lostOrders = geometry === wanted ? undefined : lostOrderBits(root, wanted, geometry);
  return { kind: 'radix', geometry, tree, blocks: tree.blocks, problems: tree.problems, lostOrders };
}

/** KHO facts 2.2: such a tree has no place for the order bit of order 0, so its kernel reads those pages back with another order and address. The blocks are shown as it does. */
function lostOrderBits(root: bigint, wanted: RadixGeometry, found: RadixGeometry): FormatProblem {
  return {
    structure: radixSlot.structure, phys: root, offsetBytes: 0, field: 'levels', expected: `${String(wanted.depth)}, which hold the order bit of order 0 (bit ${String(wanted.order0Bit)} of a key)`,
    found: `${String(found.depth)}: blocks of order 0 come back with another order and address`,
  };
}

function chunks(memory: PhysicalMemory, first: bigint, pageShift: number, order: ByteOrder, root: ReadRoot, bitmaps: BitmapsOf): Extract<Tracker, { kind: 'chunks' }> {
  const sizes = sizesOf(root);
  const small = sizes.has('bitmaps of 512 bytes') && (bitmaps === '512 bytes' || !sizes.has('bitmaps of a page') || smallBitmapsIn(memory, first, pageShift, order));
  const bitmapBytes = small ? 512 : 1 << pageShift;
  const list = readChunks(memory, first, { pageShift, bitmapBytes }, order);
  return { kind: 'chunks', bitmapBytes, list, blocks: list.blocks, problems: list.problems };
}

function ranges(root: ReadRoot, pageShift: number): Tracker {
  const blocks = new BlockList();
  for (const { addr, size } of root.memRanges) {
    const end = Math.min(2 ** 52, Number((addr + size) >> BigInt(pageShift)));
    for (const { pfn, order } of splitRange(Number(addr >> BigInt(pageShift)), end)) blocks.push(pfn, order);
  }
  return { kind: 'ranges', blocks, problems: [] };
}

/** Pages of the tracker for the structure tree. */
export function trackerStructure(tracker: Tracker, pageBytes: number): Structure {
  const detail = `${String(tracker.blocks.count)} blocks`;
  if (tracker.kind === 'radix') {
    const { nodes, leaves } = tracker.tree;
    return group('radix tree', detail, [
      ...nodes.map((node): Structure => ({
        kind: 'radix-node', label: `node of level ${String(node.level)}`, detail: `${String(node.entries)} entries, keys from 0x${node.keyStart.toString(16)}`, phys: node.phys, sizeBytes: pageBytes, children: [],
        fields: () => Array.from({ length: pageBytes / 8 }, (_, i) => overlay(radixSlot, i * 8, `[${String(i)}].`)).flat(),
      })),
      ...leaves.map((leaf): Structure => ({
        kind: 'radix-leaf', label: 'leaf', detail: `${String(leaf.bits)} blocks${leaf.order === undefined ? '' : ` of order ${String(leaf.order)}`}, keys from 0x${leaf.keyStart.toString(16)}`, phys: leaf.phys, sizeBytes: pageBytes, children: [],
      })),
    ]);
  }
  if (tracker.kind === 'chunks') {
    return group('chunk list', detail, tracker.list.chunks.map((chunk): Structure => ({
      kind: 'chunk', label: `chunk of order ${String(chunk.order)}`, detail: `${String(chunk.num_elms)} bitmaps`, phys: chunk.phys, sizeBytes: pageBytes,
      fields: () => [...overlay(chunkHeader, 0), ...chunk.elements.flatMap((_, i) => overlay(chunkElement, chunkHeader.sizeBytes + i * chunkElement.sizeBytes, `[${String(i)}].`))],
      children: chunk.elements.filter((element) => element.bits !== undefined).map((element): Structure => ({
        kind: 'bitmap', label: `bitmap from 0x${element.physStart.toString(16)}`, detail: `${String(element.bits ?? 0)} blocks`, phys: element.bitmapPhys, sizeBytes: tracker.bitmapBytes, children: [],
      })),
    })));
  }
  return group('tracker', tracker.kind === 'ranges' ? `${detail} of mem ranges` : 'none', []);
}
