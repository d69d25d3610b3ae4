import assert from 'node:assert';
import fc from 'fast-check';
import { BitmapTracker } from '../../../server/formats/bitmapChunks';
import { readChunks, smallBitmapsIn } from '../../../server/formats/bitmapChunksRead';
import type { BlockList } from '../../../server/formats/blockList';
import type { AllocatePage } from '../../../server/formats/physicalMemory';
import { memoryOfPages } from '../../../server/formats/physicalMemory';
import { radixBlock, radixGeometry, radixKey } from '../../../server/formats/radixKey';
import { RadixTracker } from '../../../server/formats/radixTree';
import { readRadixTree } from '../../../server/formats/radixTreeRead';
import { splitRange } from '../../../server/formats/rangeSplit';

/** Addresses one after the other, with gaps, from 16 GiB on. */
function allocator(): AllocatePage {
  let next = 1n << 34n;
  return (sizeBytes) => {
    const phys = (next + BigInt(sizeBytes) - 1n) / BigInt(sizeBytes) * BigInt(sizeBytes);
    next = phys + BigInt(sizeBytes) * 2n;
    return phys;
  };
}

const listOf = (blocks: BlockList): (readonly [number, number])[] => Array.from({ length: blocks.count }, (_, i) => [blocks.pfns[i] ?? -1, blocks.orders[i] ?? -1] as const);

/** Aligned blocks of every order, below 2^(64 - page shift) frames. */
const blocksOf = (pageShift: number): fc.Arbitrary<(readonly [number, number])[]> => fc.array(
  fc.tuple(fc.integer({ min: 0, max: 20 }), fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.nat(), fc.maxSafeNat()))
    .map(([order, unit]) => [(unit % 2 ** (64 - pageShift - order)) * 2 ** order, order] as const), { maxLength: 40 });

const orders = fc.constantFrom('little' as const, 'big' as const);
const unique = (blocks: readonly (readonly [number, number])[]): (readonly [number, number])[] => [...new Map(blocks.map((one) => [one.join(), one])).values()];
const byOrder = (a: readonly [number, number], b: readonly [number, number]): number => a[1] - b[1] || a[0] - b[0];

describe('formats/bitmapChunks', () => {
  for (const [pageShift, bitmapBytes] of [[12, 512], [12, 4096], [14, 16384], [16, 65536]] as const) {
    it(`pages of ${String(1 << pageShift)}, bitmaps of ${String(bitmapBytes)}: what is marked and not taken back is read, orders and addresses ascending`, () => {
      fc.assert(fc.property(blocksOf(pageShift), fc.nat(), orders, (blocks, drop, order) => {
        const tracker = new BitmapTracker({ pageShift, bitmapBytes });
        for (const [pfn, o] of blocks) tracker.mark(pfn, o);
        const all = unique(blocks);
        const gone = all.filter((_, i) => (drop >> (i % 30)) % 2 === 1);
        for (const [pfn, o] of gone) assert.ok(tracker.unmark(pfn, o));
        const { firstPhys, pages } = tracker.encode(allocator(), order);
        const read = readChunks(memoryOfPages(pages), firstPhys, { pageShift, bitmapBytes }, order);
        assert.deepEqual(read.problems, []);
        assert.deepEqual(listOf(read.blocks), all.filter((one) => !gone.includes(one)).sort(byOrder));
        assert.equal(tracker.cost().chunkPages, read.chunks.length);
      }), { numRuns: 60 });
    });
  }

  it('memory is that of the facts: 4096 pages 128 MiB apart', () => {
    const pfns = Float64Array.from({ length: 4096 }, (_, i) => i * 32768);
    for (const [bitmapBytes, mib] of [[512, 2], [4096, 16]] as const) {
      const tracker = new BitmapTracker({ pageShift: 12, bitmapBytes });
      tracker.markAll(pfns, 0);
      assert.deepEqual(tracker.cost(), { bitmapBytes: mib << 20, chunkPages: 17 });
      const { firstPhys, pages } = tracker.encode(allocator(), 'little');
      assert.equal(smallBitmapsIn(memoryOfPages(pages), firstPhys, 12, 'little'), bitmapBytes === 512);
    }
  });

  it('a cycle, a shared bitmap and counts that lie are named, and the rest is read', () => {
    const tracker = new BitmapTracker({ pageShift: 12, bitmapBytes: 4096 });
    tracker.mark(5, 0);
    tracker.mark(40000, 0);
    tracker.mark(64, 3);
    const { firstPhys, pages } = tracker.encode(allocator(), 'little');
    const [first, last] = pages.filter((page) => page.phys >= firstPhys);
    assert.ok(first && last);
    new DataView(last.bytes.buffer).setBigUint64(0, firstPhys, true);
    new DataView(first.bytes.buffer).setUint32(12, 300, true);
    new DataView(first.bytes.buffer).setBigUint64(16 + 24, new DataView(first.bytes.buffer).getBigUint64(24, true), true);
    const read = readChunks(memoryOfPages(pages), firstPhys, { pageShift: 12, bitmapBytes: 4096 }, 'little');
    assert.deepEqual(listOf(read.blocks), [[5, 0], [64, 3]]);
    assert.deepEqual(read.problems.slice(0, 2).map(({ field, expected, found }) => [field, expected, found]), [['num_elms', 'at most 255', '300'], ['bitmaps[1].bitmap', 'a bitmap of its own', `0x${(new DataView(first.bytes.buffer).getBigUint64(24, true)).toString(16)}`]]);
    assert.deepEqual(read.problems.slice(2).map(({ field, expected }) => [field, expected]), [['num_elms', 'at most 2, the elements that are filled in'], ['next', 'a chunk that was not read before (the list ends with 0)']]);
  });
});

describe('formats/radixTree', () => {
  for (const pageShift of [12, 14, 16]) {
    const geometry = radixGeometry(pageShift);
    it(`pages of ${String(1 << pageShift)}: what is marked is read in key order, the largest order first`, () => {
      fc.assert(fc.property(blocksOf(pageShift), fc.nat(), orders, (blocks, drop, order) => {
        const tracker = new RadixTracker(geometry);
        for (const [pfn, o] of blocks) tracker.mark(pfn, o);
        const all = unique(blocks);
        const gone = all.filter((_, i) => (drop >> (i % 30)) % 2 === 1);
        for (const [pfn, o] of gone) assert.ok(tracker.unmark(pfn, o));
        for (const one of all) assert.equal(tracker.has(...one), !gone.includes(one));
        const { rootPhys, pages } = tracker.encode(allocator(), order);
        const read = readRadixTree(memoryOfPages(pages), rootPhys, geometry, order);
        assert.deepEqual(read.problems, []);
        assert.deepEqual(listOf(read.blocks), all.filter((one) => !gone.includes(one)).sort((a, b) => radixKey(geometry, ...a) - radixKey(geometry, ...b)));
        assert.equal(tracker.cost().pages, pages.length);
        assert.equal(read.nodes.length + read.leaves.length, pages.length);
      }), { numRuns: 60 });
    });

    it(`pages of ${String(1 << pageShift)}: every key names its block`, () => {
      fc.assert(fc.property(blocksOf(pageShift), (blocks) => {
        for (const [pfn, order] of blocks) {
          // As the kernel computes it, in 64 bits.
          const key = (1n << BigInt(64 - pageShift - order)) | ((BigInt(pfn) << BigInt(pageShift)) >> BigInt(pageShift + order));
          assert.equal(BigInt(radixKey(geometry, pfn, order)), key);
          assert.deepEqual(radixBlock(geometry, Number(key)), { pfn, order });
        }
      }));
    });
  }

  it('pages are those of the facts', () => {
    const gib = 1 << 18;
    const rows: readonly (readonly [number, number, number, number, number])[] = [ // first frame, count, step, order, pages
      [0x140000, 1, 1, 0, 6], [4 * gib, gib, 1, 0, 13], [4 * gib, gib * 16, 1, 0, 133], [4 * gib, 1 << 13, 512, 9, 6], [4 * gib, 1 << 12, 1024, 10, 6], [0, 4096, 32768, 0, 4108], [4 * gib, 4096, 1, 0, 6],
    ];
    for (const [first, count, step, order, pages] of rows) {
      const tracker = new RadixTracker(radixGeometry(12));
      tracker.markAll(Float64Array.from({ length: count }, (_, i) => first + i * step), order);
      assert.equal(tracker.cost().pages, pages);
    }
    const tracker = new RadixTracker(radixGeometry(12));
    for (let order = 0; order <= 10; order++) tracker.mark(4 * gib, order);
    assert.equal(tracker.cost().pages, 48);
  });

  it('16K pages before the depth fix: the order bit of order 0 is lost, and the successor reads another block', () => {
    const geometry = radixGeometry(14, false);
    const tracker = new RadixTracker(geometry);
    tracker.mark(0x140000000 / 16384, 0);
    const { rootPhys, pages } = tracker.encode(allocator(), 'little');
    const { blocks } = readRadixTree(memoryOfPages(pages), rootPhys, geometry, 'little');
    // Read back as key 0x50000: facts 2.2 and the oracle beside it.
    assert.deepEqual(listOf(blocks), [[radixBlock(geometry, 0x50000)?.pfn, radixBlock(geometry, 0x50000)?.order]]);
  });

  it('a root that is a node of itself is read once', () => {
    const tracker = new RadixTracker(radixGeometry(12));
    tracker.mark(1, 0);
    const { rootPhys, pages } = tracker.encode(allocator(), 'little');
    const root = pages[0]?.bytes ?? assert.fail();
    new DataView(root.buffer).setBigUint64(8, rootPhys, true);
    new DataView(root.buffer).setBigUint64(8 * 300, 0xdead000n, true);
    const read = readRadixTree(memoryOfPages(pages), rootPhys, radixGeometry(12), 'little');
    assert.deepEqual(listOf(read.blocks), [[1, 0]]);
    assert.deepEqual(read.problems.map(({ field, found }) => [field, found]), [['table[1] of level 5', `0x${rootPhys.toString(16)}`], ['table[300] of level 5', '0xdead000']]);
  });
});

describe('formats/rangeSplit', () => {
  it('the ranges of the facts, right and as the v5 posting had them', () => {
    const text = (from: number, to: number, rule: 'aligned' | 'length only'): string => splitRange(from, to, rule).map(({ pfn, order }) => `${pfn.toString(16)},${String(order)}`).join(' ');
    assert.equal(text(1, 4, 'aligned'), '1,0 2,1');
    assert.equal(text(3, 10, 'aligned'), '3,0 4,2 8,1');
    assert.equal(text(0x140001, 0x140010, 'aligned'), '140001,0 140002,1 140004,2 140008,3');
    assert.equal(text(1, 4, 'length only'), '1,1 3,0');
    assert.equal(text(3, 10, 'length only'), '3,2 7,1 9,0');
  });

  it('aligned blocks cover the range, and no block spans two nodes', () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 1, max: 100000 }), fc.nat(), (start, length, border) => {
      const nodeOf = (pfn: number): number => (pfn < border ? 0 : 1);
      let at = start;
      for (const { pfn, order } of splitRange(start, start + length, 'aligned', nodeOf)) {
        assert.equal(pfn, at);
        assert.equal(pfn % 2 ** order, 0);
        assert.equal(nodeOf(pfn), nodeOf(pfn + 2 ** order - 1));
        at += 2 ** order;
      }
      assert.equal(at, start + length);
    }));
  });
});
