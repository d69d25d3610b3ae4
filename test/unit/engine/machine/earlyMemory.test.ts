/** Early memory against a page-by-page model on small machines, and against cases counted by hand. */
import assert from 'node:assert';
import fc from 'fast-check';
import { blockSpans } from '../../../../server/engine/machine/blockSpans';
import { EarlyMemory, type EarlyRange } from '../../../../server/engine/machine/earlyMemory';
import { BlockList } from '../../../../server/formats/blockList';

const page = 4096n;
const ram = (...ranges: readonly (readonly [firstPfn: number, pages: number, node: number])[]): readonly EarlyRange[] =>
  ranges.map(([pfn, pages, node]) => ({ start: BigInt(pfn) * page, sizeBytes: BigInt(pages) * page, node }));

function blocksOf(list: readonly (readonly [pfn: number, order: number])[]): BlockList {
  const blocks = new BlockList(1);
  for (const [pfn, order] of list) blocks.push(pfn, order);
  return blocks;
}

const freePairs = (memory: EarlyMemory): readonly (readonly [number, number])[] => memory.freeRanges().spans.pairs();

/** Blocks as walks give them: orders one after the other, ascending in each. */
const walked = fc.array(fc.tuple(fc.nat(900), fc.nat(4)), { maxLength: 60 }).map((list) =>
  list.map(([pfn, order]) => [pfn - (pfn % 2 ** order), order] as const).sort((a, b) => b[1] - a[1] || a[0] - b[0]));

describe('machine: early memory', () => {
  it('gives the highest place that fits', () => {
    const memory = new EarlyMemory(ram([0, 256, 0], [256, 256, 1]), 4096);
    assert.strictEqual(memory.alloc({ sizeBytes: page, alignBytes: page }), 511n * page);
    assert.strictEqual(memory.alloc({ sizeBytes: 4n * page, alignBytes: 4n * page }), 504n * page);
    assert.strictEqual(memory.alloc({ sizeBytes: page, alignBytes: page }), 510n * page, 'the gap that the alignment left');
    assert.strictEqual(memory.alloc({ sizeBytes: 64n, alignBytes: 64n, node: 0 }), 256n * page - 64n);
    assert.strictEqual(memory.alloc({ sizeBytes: page, alignBytes: page, limit: 100n * page }), 99n * page);
    assert.strictEqual(memory.alloc({ sizeBytes: 300n * page, alignBytes: page }), undefined, 'no block spans two nodes');
    assert.strictEqual(memory.alloc({ sizeBytes: 250n * page, alignBytes: page, node: 0, exactNode: true }), undefined);
  });

  it('goes to another node unless it must not, and never gives the first page', () => {
    const memory = new EarlyMemory(ram([0, 4, 0], [4, 4, 1]), 4096);
    assert.strictEqual(memory.alloc({ sizeBytes: 4n * page, alignBytes: page, node: 0, exactNode: true }), undefined, 'page 0 is kept');
    assert.strictEqual(memory.alloc({ sizeBytes: 4n * page, alignBytes: page, node: 0 }), 4n * page);
    assert.strictEqual(memory.alloc({ sizeBytes: 3n * page, alignBytes: page }), page);
    assert.strictEqual(memory.alloc({ sizeBytes: 1n, alignBytes: 1n }), undefined);
  });

  it('gives an address for a size of 0, and reserves nothing', () => {
    const memory = new EarlyMemory(ram([0, 64, 0]), 4096);
    assert.strictEqual(memory.alloc({ sizeBytes: 0n, alignBytes: page }), 64n * page);
    assert.strictEqual(memory.reservedBytes, 0n);
  });

  it('counts what the kernel has for itself, by node and below a limit', () => {
    const memory = new EarlyMemory(ram([0, 256, 0], [256, 256, 1]), 4096);
    memory.reserve(0n, 16n * page);
    memory.reserve(16n * page, 8n * page, { kern: true });
    memory.reserve(20n * page, 8n * page, { kern: true });
    assert.strictEqual(memory.kernBytes(), 12n * page, 'an overlap counts once');
    memory.alloc({ sizeBytes: 4n * page, alignBytes: page, node: 1 });
    memory.alloc({ sizeBytes: 2n * page, alignBytes: page });
    assert.strictEqual(memory.kernBytes(undefined, 0), 12n * page);
    assert.strictEqual(memory.kernBytes(undefined, 1), 4n * page, 'what is allocated without a node belongs to none');
    assert.strictEqual(memory.kernBytes(), 18n * page);
    assert.strictEqual(memory.kernBytes(20n * page), 4n * page);
    memory.free(18n * page, 4n * page);
    assert.strictEqual(memory.kernBytes(), 14n * page);
    assert.ok(!memory.isReserved(18n * page) && memory.isReserved(22n * page) && memory.isReserved(17n * page));
  });

  it('allocates from scratch only while it is told to', () => {
    const memory = new EarlyMemory(ram([0, 512, 0], [512, 512, 1]), 4096);
    memory.markScratch(32n * page, 16n * page);
    memory.markScratch(48n * page, 16n * page);
    memory.markScratch(500n * page, 24n * page);
    memory.setScratchOnly(true);
    assert.strictEqual(memory.alloc({ sizeBytes: page, alignBytes: page }), 523n * page);
    assert.strictEqual(memory.alloc({ sizeBytes: 12n * page, alignBytes: page }), 500n * page, 'the part of an area on the other node');
    assert.strictEqual(memory.alloc({ sizeBytes: 32n * page, alignBytes: page }), 32n * page, 'areas that touch are one');
    assert.strictEqual(memory.alloc({ sizeBytes: 12n * page, alignBytes: page }), undefined);
    memory.setScratchOnly(false);
    assert.strictEqual(memory.alloc({ sizeBytes: 12n * page, alignBytes: page }), 1012n * page);
    assert.deepStrictEqual(freePairs(memory), [[0, 32], [64, 500], [512, 523], [524, 1012]], 'marks do not cut what is free');
  });

  it('keeps pages back that are reserved in part', () => {
    const memory = new EarlyMemory(ram([0, 16, 0]), 4096);
    memory.reserve(4n * page + 100n, 10n);
    memory.reserve(8n * page + 4000n, 200n);
    assert.deepStrictEqual(freePairs(memory), [[0, 4], [5, 8], [10, 16]]);
  });

  it('joins blocks as a set of pages would be', () => {
    fc.assert(fc.property(walked, fc.boolean(), (list, shuffled) => {
      const blocks = blocksOf(shuffled ? [...list].reverse() : list);
      const pages = new Set(list.flatMap(([pfn, order]) => Array.from({ length: 2 ** order }, (_, i) => pfn + i)));
      const spans = blockSpans(blocks);
      const found = spans.pairs().flatMap(([start, end]) => Array.from({ length: end - start }, (_, i) => start + i));
      assert.deepStrictEqual(found, [...pages].sort((a, b) => a - b));
      for (let i = 1; i < spans.count; i++) assert.ok(spans.start(i) > spans.end(i - 1), 'neighbours are joined');
    }));
  });

  it('leaves free what no block, reservation or hole covers', () => {
    const reservation = fc.tuple(fc.nat(1000), fc.integer({ min: 1, max: 40 }));
    fc.assert(fc.property(walked, fc.array(reservation, { maxLength: 8 }), (list, reservations) => {
      const ranges = [[0, 300, 0], [300, 200, 1], [600, 300, 1]] as const;
      const memory = new EarlyMemory(ram(...ranges), 4096);
      const taken = new Set<number>();
      for (const [pfn, pages] of reservations) {
        memory.reserve(BigInt(pfn) * page, BigInt(pages) * page, { kern: pages % 2 === 0 });
        for (let i = 0; i < pages; i++) taken.add(pfn + i);
      }
      const before = taken.size;
      for (const [pfn, order] of list) for (let i = 0; i < 2 ** order; i++) taken.add(pfn + i);
      assert.strictEqual(memory.reserveFrames(blockSpans(blocksOf(list))), taken.size - before);
      const { spans, holes } = memory.freeRanges();
      const found = spans.pairs().flatMap(([start, end]) => Array.from({ length: end - start }, (_, at) => start + at).filter((pfn) => !holes.has(pfn)));
      const expected = ranges.flatMap(([start, pages]) => Array.from({ length: pages }, (_, i) => start + i).filter((pfn) => !taken.has(pfn)));
      assert.deepStrictEqual(found, expected);
    }));
  });

  it('never gives what is reserved, and always where the caller wants it', () => {
    const request = fc.record({ size: fc.integer({ min: 1, max: 50000 }), align: fc.constantFrom(1, 64, 4096, 16384, 65536), limit: fc.option(fc.integer({ min: 1, max: 512 }), { nil: undefined }), node: fc.option(fc.constantFrom(0, 1), { nil: undefined }) });
    fc.assert(fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      const memory = new EarlyMemory(ram([0, 256, 0], [256, 256, 1]), 4096);
      const given: { start: bigint; end: bigint }[] = [];
      for (const { size, align, limit, node } of requests) {
        const at = memory.alloc({ sizeBytes: BigInt(size), alignBytes: BigInt(align), exactNode: true, ...(limit === undefined ? {} : { limit: BigInt(limit) * page }), ...(node === undefined ? {} : { node }) });
        if (at === undefined) continue;
        const end = at + BigInt(size);
        assert.strictEqual(at % BigInt(align), 0n);
        assert.ok(at >= page && end <= BigInt(limit ?? 512) * page);
        if (node !== undefined) assert.strictEqual(memory.nodeOf(at), node);
        assert.strictEqual(memory.nodeOf(at), memory.nodeOf(end - 1n));
        for (const other of given) assert.ok(end <= other.start || at >= other.end);
        given.push({ start: at, end });
      }
      assert.strictEqual(memory.reservedBytes, given.reduce((sum, { start, end }) => sum + end - start, 0n));
      assert.strictEqual(memory.kernBytes(), memory.reservedBytes);
    }));
  });
});
