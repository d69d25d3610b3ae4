/** page->private and what restoring makes of it, against a model that keeps one value for each page. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { BlockList } from '../../../../server/formats/blockList';
import { blockRuns } from '../../../../server/formats/blockRuns';
import { BitmapTracker } from '../../../../server/formats/bitmapChunks';
import type { GenerationId } from '../../../../server/formats/generations';
import { memoryOfPages } from '../../../../server/formats/physicalMemory';
import { radixGeometry } from '../../../../server/formats/radixKey';
import { RadixTracker } from '../../../../server/formats/radixTree';
import { reservedBytesOf, walkChunks, walkRadixTree } from '../../../../server/formats/trackerWalk';
import type { PageRules } from '../../../../server/engine/handover/incoming/preservedPages';
import { PreservedPages } from '../../../../server/engine/handover/incoming/preservedPages';
import { incomingRules } from '../../../../server/engine/handover/incoming/rules';
import { generationOf } from '../../decode/randomHandover';

const rulesOf = (id: GenerationId): PageRules => ({ magic: generationOf(id).magic, largeBlocks: incomingRules[id].largeBlocks, maxOrder: 10, online: (pfn) => pfn < 2 ** 20 });

function marked(id: GenerationId, blocks: readonly (readonly [number, number])[]): PreservedPages {
  const list = new BlockList();
  for (const [pfn, order] of blocks) list.push(pfn, order);
  const pages = new PreservedPages(rulesOf(id));
  pages.mark(blockRuns(list));
  return pages;
}

describe('engine/handover/incoming/preservedPages', () => {
  it('each generation as the table of the facts has it', () => {
    const cases = [
      ['6.17', 3, 3], ['6.18', 'not preserved', 'not preserved'], ['6.19', 'not preserved', 'not preserved'], ['7.1', 'not preserved', 'not preserved'],
    ] as const;
    for (const [id, again, tail] of cases) {
      const pages = marked(id, [[8, 3], [2048, 11]]);
      assert.equal(pages.restore(8), 3);
      assert.equal(pages.restore(8), again, `${id}: a second time`);
      // A page in the middle of a block, or of nobody: without a magic its private is 0, an order like any other.
      assert.equal(pages.restore(9), tail === 3 ? 0 : tail);
      assert.equal(pages.restore(2048), id === '7.1' ? 11 : 'too large', `${id}: above MAX_PAGE_ORDER`);
      assert.equal(pages.restore(2 ** 20), 'no memory');
    }
  });

  it('of two blocks with one head the later in the walk wins; restoring counts what is left', () => {
    const head = fc.tuple(fc.nat(300), fc.nat(4)).map(([unit, order]) => [unit * 16, order] as const);
    fc.assert(fc.property(fc.array(head, { maxLength: 60 }), fc.array(fc.nat(4900), { maxLength: 60 }), (blocks, asked) => {
      const pages = marked('7.1', blocks);
      const model = new Map(blocks.map(([pfn, order]) => [pfn, order]));
      assert.equal(pages.blocks, model.size);
      for (const pfn of [...asked, ...blocks.map(([one]) => one)]) {
        assert.equal(pages.orderAt(pfn), model.get(pfn));
        assert.equal(pages.restore(pfn), model.get(pfn) ?? 'not preserved');
        model.delete(pfn);
      }
      assert.equal(pages.remaining().count, 0);
      assert.equal(pages.blocks, 0);
      assert.equal(pages.pages, 0);
    }));
  });

  it('in any order, many at once or one by one, as a walk of a sound tracker gives them or not', () => {
    const head = fc.tuple(fc.nat(300), fc.nat(4)).map(([unit, order]) => [unit * 16, order] as const);
    const lists = fc.oneof(fc.array(head, { maxLength: 60 }), fc.uniqueArray(head, { maxLength: 60, selector: ([pfn]) => pfn }).map((list) => [...list].sort((a, b) => a[1] - b[1] || a[0] - b[0])));
    const asked = fc.array(fc.oneof(fc.nat(4900), fc.nat(300).map((unit) => unit * 16)), { maxLength: 60 });
    fc.assert(fc.property(lists, asked, fc.constantFrom<GenerationId>('6.17', '6.18', '7.1'), fc.boolean(), (blocks, extra, id, stop) => {
      const [many, single] = [marked(id, blocks), marked(id, blocks)];
      const pfns = [...blocks.map(([pfn]) => pfn), ...extra, ...blocks.map(([pfn]) => pfn).reverse()];
      const orders = new Uint8Array(pfns.length);
      const { restored, failed, failedAt, firstWhy } = many.restoreMany(pfns, { stop, orders });
      const one: (number | string)[] = [];
      for (const pfn of pfns) {
        one.push(single.restore(pfn));
        if (stop && typeof one[one.length - 1] === 'string') break;
      }
      const bad = one.flatMap((answer, i) => (typeof answer === 'string' ? [i] : []));
      assert.deepEqual([restored, failed, failedAt, firstWhy], [one.length - bad.length, bad.length, bad.slice(0, 100), bad[0] === undefined ? undefined : one[bad[0]]]);
      for (const [i, answer] of one.entries()) if (typeof answer === 'number') assert.equal(orders[i], answer);
      assert.deepEqual([many.blocks, many.pages], [single.blocks, single.pages]);
    }));
  });

  it('many at once: counted by order, failures by their place', () => {
    const pages = marked('7.1', [[0, 0], [2, 1], [4, 0], [512, 9]]);
    const orders = new Uint8Array(6);
    assert.deepEqual(pages.restoreMany([4, 0, 7, 512, 2, 4], { skipZero: true, orders }), { restored: 3, byOrder: [1, 1, 0, 0, 0, 0, 0, 0, 0, 1], failedAt: [2, 5], failed: 2, firstWhy: 'not preserved' });
    assert.deepEqual([...orders], [0, 0, 0, 9, 1, 0]);
    const left = pages.remaining();
    assert.deepEqual([left.count, left.pfns[0], left.orders[0]], [1, 0, 0]);
    assert.deepEqual(pages.restoreMany([7, 0], { stop: true }), { restored: 0, byOrder: [], failedAt: [0], failed: 1, firstWhy: 'not preserved' });
  });
});

/** Pages from 16 GiB on, one after the other. */
function allocator(): (sizeBytes: number) => bigint {
  let next = 1n << 34n;
  return (sizeBytes) => {
    const phys = next;
    next += BigInt(sizeBytes);
    return phys;
  };
}

const listed = ({ pfns, orders, count }: BlockList): (readonly [number, number])[] => Array.from({ length: count }, (_, i) => [pfns[i] ?? -1, orders[i] ?? -1] as const);

describe('formats/trackerWalk', () => {
  it('bitmaps of 512 bytes read as pages: each element takes those behind it for its own', () => {
    const tracker = new BitmapTracker({ pageShift: 12, bitmapBytes: 512 });
    // The first bitmap holds frames below 4096, the second the next 4096; they lie behind each other.
    for (const pfn of [1, 4096, 4097]) tracker.mark(pfn, 0);
    const { firstPhys, pages } = tracker.encode(allocator(), 'little');
    const memory = { read: (phys: bigint, sizeBytes: number) => memoryOfPages([...pages, { phys: (1n << 34n) + 1024n, bytes: new Uint8Array(8192) }]).read(phys, sizeBytes) };
    const { blocks, end } = walkChunks(memory, firstPhys, { pageShift: 12, bitmapBytes: 4096 }, 'little');
    // By hand: element 0 starts at frame 0 and finds bits 1, 4096, 4097; element 1 starts at 4096 and finds its bits 0 and 1. What lies behind (the chunk itself, here) is read as bits, too.
    assert.deepEqual(listed(blocks).filter(([pfn]) => pfn < 8192), [[1, 0], [4096, 0], [4097, 0], [4096, 0], [4097, 0]]);
    assert.equal(end, undefined);
  });

  it('bitmaps of a page read as 512 bytes: seven of eight pages are lost', () => {
    const tracker = new BitmapTracker({ pageShift: 12, bitmapBytes: 4096 });
    for (const pfn of [5, 4095, 4096, 32767, 32768]) tracker.mark(pfn, 0);
    const { firstPhys, pages } = tracker.encode(allocator(), 'little');
    assert.deepEqual(listed(walkChunks(memoryOfPages(pages), firstPhys, { pageShift: 12, bitmapBytes: 512 }, 'little').blocks), [[5, 0], [4095, 0], [32768, 0]]);
  });

  it('16K pages without the depth fix: order 0 comes back as another order and address', () => {
    const old = radixGeometry(14, false);
    const tracker = new RadixTracker(old);
    tracker.mark(0x50000, 0);
    const { rootPhys, pages } = tracker.encode(allocator(), 'little');
    // The key 0x4000000050000 is cut to 0x50000: its highest bit is 18, so order 50 - 18, and the rest is 0x10000 blocks of it.
    assert.deepEqual(listed(walkRadixTree(memoryOfPages(pages), rootPhys, old, 'little').blocks), [[0x10000 * 2 ** 32, 32]]);
  });

  it('a list that leads back, a node outside of memory, a count that lies: the kernel does not come through', () => {
    const tracker = new BitmapTracker({ pageShift: 12, bitmapBytes: 4096 });
    tracker.mark(5, 0);
    const { firstPhys, pages } = tracker.encode(allocator(), 'little');
    const chunk = pages.find((page) => page.phys === firstPhys);
    assert.ok(chunk);
    const view = new DataView(chunk.bytes.buffer, chunk.bytes.byteOffset);
    const walk = () => walkChunks(memoryOfPages(pages), firstPhys, { pageShift: 12, bitmapBytes: 4096 }, 'little');
    view.setBigUint64(0, firstPhys, true);
    assert.deepEqual([walk().end?.kind, listed(walk().blocks)], ['hangs', [[5, 0]]]);
    view.setBigUint64(0, 0n, true);
    view.setUint32(12, 256, true);
    assert.equal(walk().end?.kind, 'faults');
    view.setUint32(12, 1, true);
    view.setBigUint64(24, 1n << 50n, true);
    assert.deepEqual(walk().end, { kind: 'faults', phys: 1n << 50n, what: 'a bitmap where no memory is' });
    assert.equal(walkRadixTree(memoryOfPages([]), 4096n, radixGeometry(12), 'little').end?.kind, 'faults');
  });

  it('the reserved size is an int that was shifted', () => {
    // gcc on x86-64 and arm64: 1 << 30; 1 << 31 is INT_MIN, whose 64 bits are those of a huge size; 1 << 32 is 1 << 0.
    assert.deepEqual([0, 18, 19, 20, 32].map((order) => reservedBytesOf(order, 12)), [4096n, 1n << 30n, 0xffffffff80000000n, 1n, 4096n]);
  });
});
