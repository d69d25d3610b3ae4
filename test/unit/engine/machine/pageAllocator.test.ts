/** The page allocator against laws, against a page-by-page model, and against cases counted by hand. */
import assert from 'node:assert';
import fc from 'fast-check';
import { balance } from '../../../../server/engine/machine/balance';
import type { FreeRanges } from '../../../../server/engine/machine/earlyMemory';
import { cmaFrames, PageAllocator, type Migrate, type NodeFrames } from '../../../../server/engine/machine/pageAllocator';
import { Spans } from '../../../../server/engine/machine/spans';

const geometry = { maxOrder: 10, pageblockOrder: 9 };
type Range = readonly [pfn: number, end: number, node: number];

function freeOf(ranges: readonly Range[]): FreeRanges {
  const spans = new Spans();
  ranges.forEach(([pfn, end], i) => {
    spans.starts[i] = pfn;
    spans.ends[i] = end;
  });
  spans.count = ranges.length;
  return { spans, holes: new Spans(1) };
}

/** The same memory as one range for each node, with holes, of which some lie outside. */
function holedOf(ranges: readonly Range[]): FreeRanges {
  const nodes = [...new Set(ranges.map(([, , node]) => node))];
  const hulls = nodes.map((node): Range => {
    const own = ranges.filter((range) => range[2] === node);
    return [Math.min(...own.map(([pfn]) => pfn)), Math.max(...own.map(([, end]) => end)), node];
  });
  const holes = new Spans(1);
  let at = 0;
  for (const [pfn, end] of ranges) {
    holes.append(at, pfn);
    at = end;
  }
  holes.append(at, at + 100);
  return { ...freeOf(hulls), holes };
}

const spansOf = (pairs: readonly (readonly [number, number])[]): Spans => {
  const spans = new Spans();
  for (const [start, end] of pairs) spans.append(start, end);
  return spans;
};

const framesOf = (ranges: readonly Range[]): readonly NodeFrames[] => ranges.map(([pfn, end, node]) => ({ pfn, end, node }));

const ram: readonly Range[] = [[0, 8192, 0], [8192, 16384, 1]];
/** Two nodes of 32 MiB with a gap or two, and 4 MiB of CMA in each. */
const free: readonly Range[] = [[256, 5000, 0], [5001, 5002, 0], [5010, 8192, 0], [8192, 12000, 1], [12100, 16384, 1]];
const cma = [[1024, 2048], [15360, 16384]] as const;
const total = free.reduce((sum, [pfn, end]) => sum + end - pfn, 0);
const inCma = (pfn: number): boolean => cma.some(([start, end]) => pfn >= start && pfn < end);
const isFreeAtFirst = (pfn: number): boolean => free.some(([start, end]) => pfn >= start && pfn < end);
const nodeOf = (pfn: number): number => (pfn < 8192 ? 0 : 1);
const machine = (): PageAllocator => new PageAllocator(geometry, framesOf(ram), holedOf(free), spansOf(cma));
const plain = (): PageAllocator => new PageAllocator(geometry, framesOf(ram), freeOf(free), spansOf(cma));

const migrate = fc.constantFrom<Migrate>('unmovable', 'movable', 'cma');

describe('machine: the page allocator', () => {
  it('gives the lowest block of the smallest order that will do', () => {
    const pages = machine();
    assert.strictEqual(pages.freePages, total);
    assert.strictEqual(pages.freeCmaPages, 2048);
    const unmovable = { migrate: 'unmovable' } as const;
    // 256 is where memory begins; its run of blocks is 256+256, 512+512, then CMA. Page 5001 stands alone, and is the only block of order 0 beside those at run ends.
    assert.strictEqual(pages.alloc(0, unmovable), 5001);
    assert.strictEqual(pages.alloc(8, unmovable), 256);
    assert.strictEqual(pages.alloc(9, unmovable), 512);
    assert.strictEqual(pages.alloc(11, unmovable), undefined);
    assert.strictEqual(pages.alloc(10, { ...unmovable, node: 1 }), 8192);
    assert.strictEqual(pages.freePages, total - 1 - 256 - 512 - 1024);
  });

  it('gives the same where what is not free is told as holes', () => {
    const request = fc.record({ order: fc.nat(10), count: fc.integer({ min: 1, max: 400 }), migrate, placement: fc.constantFrom('packed' as const, 'scattered' as const) });
    fc.assert(fc.property(fc.array(request, { maxLength: 12 }), fc.array(fc.nat(16500), { maxLength: 20 }), (requests, asked) => {
      const [holed, ranges] = [machine(), plain()];
      assert.strictEqual(holed.freePages, ranges.freePages);
      for (const pfn of asked) assert.strictEqual(holed.isFree(pfn), isFreeAtFirst(pfn));
      for (const { order, count, ...how } of requests) assert.deepStrictEqual(holed.allocMany(order, count, how), ranges.allocMany(order, count, how));
      assert.strictEqual(holed.freePages, ranges.freePages);
      for (const pfn of asked) assert.strictEqual(holed.isFree(pfn), ranges.isFree(pfn));
    }));
  });

  it('keeps unmovable memory out of CMA, even when nothing else is left', () => {
    const pages = machine();
    let count = 0;
    for (let pfn = pages.alloc(0, { migrate: 'unmovable' }); pfn !== undefined; pfn = pages.alloc(0, { migrate: 'unmovable' })) {
      assert.ok(!inCma(pfn) && isFreeAtFirst(pfn));
      count++;
    }
    assert.strictEqual(count, total - 2048);
    assert.strictEqual(pages.freePages, 2048);
    assert.strictEqual(pages.alloc(3, { migrate: 'movable' }), 1024);
  });

  it('takes movable memory from CMA while that has more than the rest', () => {
    const small = new PageAllocator(geometry, framesOf([[0, 4096, 0]]), freeOf([[1024, 2048, 0], [3072, 3172, 0]]), spansOf([[1024, 2048]]));
    const kinds = Array.from({ length: 1000 }, () => small.alloc(0, { migrate: 'movable' })).map((pfn) => (pfn !== undefined && pfn < 2048 ? 'C' : 'n')).join('');
    // 1024 CMA, 100 others: 924 from CMA make it 100 to 100; then one of the others, and in turns.
    assert.strictEqual(kinds, `${'C'.repeat(924)}${'nC'.repeat(38)}`);
  });

  it('divides bulk between CMA and the rest as one by one', () => {
    fc.assert(fc.property(fc.nat(300), fc.nat(300), fc.constantFrom(1, 2, 4, 8), fc.nat(80), (cmaPages, normal, size, count) => {
      let [c, n, fromCma] = [cmaPages, normal, 0];
      for (let i = 0; i < count; i++) {
        if (c > Math.floor((c + n) / 2)) {
          c -= size;
          fromCma++;
        } else n -= size;
        // The law is about what the rule wants as long as both have memory.
        if (c < 0 || n < 0) return;
      }
      assert.strictEqual(balance(cmaPages, normal, size, count), fromCma);
    }));
  });

  it('gives aligned blocks of memory that is free, never twice, and takes them back', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('alloc' as const), order: fc.nat(10), migrate, node: fc.option(fc.constantFrom(0, 1), { nil: undefined }) }),
      fc.record({ kind: fc.constant('free' as const), which: fc.nat(1000) }),
    );
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const pages = machine();
      const owner = new Uint8Array(16384);
      const blocks: { pfn: number; order: number }[] = [];
      let held = 0;
      for (const one of steps) {
        if (one.kind === 'free') {
          const [block] = blocks.splice(one.which % Math.max(1, blocks.length), 1);
          if (block === undefined) continue;
          assert.strictEqual(pages.free(block.pfn, block.order), undefined);
          assert.strictEqual(pages.free(block.pfn, block.order)?.kind, 'freed twice');
          owner.fill(0, block.pfn, block.pfn + 2 ** block.order);
          held -= 2 ** block.order;
        } else {
          const pfn = pages.alloc(one.order, { migrate: one.migrate, exactNode: true, ...(one.node === undefined ? {} : { node: one.node }) });
          if (pfn === undefined) continue;
          assert.strictEqual(pfn % 2 ** one.order, 0);
          for (let at = pfn; at < pfn + 2 ** one.order; at++) {
            assert.ok(isFreeAtFirst(at) && owner[at] === 0);
            if (one.migrate !== 'movable') assert.strictEqual(inCma(at), one.migrate === 'cma');
            if (one.node !== undefined) assert.strictEqual(nodeOf(at), one.node);
            owner[at] = 1;
          }
          blocks.push({ pfn, order: one.order });
          held += 2 ** one.order;
        }
        assert.strictEqual(pages.freePages, total - held);
      }
      for (let pfn = 0; pfn < owner.length; pfn += 7) assert.strictEqual(pages.isTaken(pfn), owner[pfn] === 1);
      for (const { pfn, order } of blocks) assert.strictEqual(pages.free(pfn, order), undefined);
      // Everything joined again: the blocks of a fresh machine.
      const fresh = machine();
      for (const order of [10, 9, 5, 0]) assert.strictEqual(pages.alloc(order, { migrate: 'unmovable' }), fresh.alloc(order, { migrate: 'unmovable' }));
    }), { numRuns: 60 });
  });

  it('gives in bulk, packed, what it gives one by one', () => {
    fc.assert(fc.property(fc.nat(6), fc.nat(400), migrate, fc.array(fc.nat(4), { maxLength: 20 }), (order, count, kind, before) => {
      const [bulk, single] = [machine(), machine()];
      for (const pages of [bulk, single]) before.forEach((small, i) => { const pfn = pages.alloc(small, { migrate: 'movable' }); if (i % 2 === 0 && pfn !== undefined) pages.free(pfn, small); });
      const many = bulk.allocMany(order, count, { migrate: kind, placement: 'packed' });
      const each: number[] = [];
      for (let i = 0; i < count; i++) {
        const pfn = single.alloc(order, { migrate: kind });
        if (pfn !== undefined) each.push(pfn);
      }
      if (each.length < count) {
        assert.strictEqual(many, undefined);
        assert.strictEqual(bulk.freePages, single.freePages + each.length * 2 ** order);
        return;
      }
      assert.deepStrictEqual(Array.from(many ?? []).sort((a, b) => a - b), each.sort((a, b) => a - b));
      assert.strictEqual(bulk.freePages, single.freePages);
      assert.strictEqual(bulk.freeMany(many ?? new Float64Array(0), order), undefined);
    }), { numRuns: 60 });
  });

  it('scatters blocks evenly over what is free', () => {
    fc.assert(fc.property(fc.nat(5), fc.integer({ min: 1, max: 300 }), migrate, fc.nat(30), (order, count, kind, used) => {
      const pages = machine();
      for (let i = 0; i < used; i++) pages.alloc(i % 4, { migrate: 'movable' });
      const before = pages.freePages;
      const isFree = Array.from({ length: 16384 }, (_, pfn) => pages.isFree(pfn) && !inCma(pfn));
      const candidates = Array.from({ length: 16384 >> order }, (_, i) => i * 2 ** order).filter((pfn) => isFree.slice(pfn, pfn + 2 ** order).every(Boolean));
      const pfns = pages.allocMany(order, count, { migrate: kind, placement: 'scattered' });
      if (kind === 'unmovable') assert.deepStrictEqual(pfns === undefined ? [] : Array.from(pfns), count > candidates.length ? [] : Array.from({ length: count }, (_, i) => candidates[Math.floor((i * candidates.length) / count)]));
      if (pfns === undefined) {
        assert.strictEqual(pages.freePages, before);
        return;
      }
      if (kind === 'unmovable') for (const pfn of candidates.filter((one) => !pfns.includes(one))) assert.ok(pages.isFree(pfn) && pages.isFree(pfn + 2 ** order - 1));
      assert.strictEqual(pages.freePages, before - count * 2 ** order);
      assert.strictEqual(new Set(pfns).size, count);
      for (const [i, pfn] of pfns.entries()) {
        assert.ok(pfn % 2 ** order === 0 && isFreeAtFirst(pfn) && isFreeAtFirst(pfn + 2 ** order - 1) && pages.isTaken(pfn));
        if (kind !== 'movable') assert.strictEqual(inCma(pfn), kind === 'cma');
        if (i > 0) assert.ok(pfn >= (pfns[i - 1] ?? 0) + 2 ** order);
      }
      assert.strictEqual(pages.freeMany(pfns, order), undefined);
      assert.strictEqual(pages.freePages, before);
    }), { numRuns: 60 });
    const spread = new PageAllocator(geometry, framesOf([[0, 1 << 20, 0]]), freeOf([[0, 1 << 20, 0]]), new Spans()).allocMany(0, 8, { migrate: 'unmovable', placement: 'scattered' });
    assert.deepStrictEqual(Array.from(spread ?? []), [0, 1, 2, 3, 4, 5, 6, 7].map((i) => i * 131072));
  });

  it('lets userspace fill a share, and nobody else free that', () => {
    const pages = machine();
    const own = pages.allocMany(2, 50, { migrate: 'unmovable', placement: 'packed' });
    const before = pages.freePages;
    const taken = pages.takeShare(0.75);
    assert.ok(Math.abs(taken - before * 0.75) <= 2);
    assert.strictEqual(pages.freePages, before - taken);
    let [user, kernel] = [0, 0];
    let first: number | undefined = undefined;
    for (let pfn = 0; pfn < 16384; pfn++) {
      const by = pages.takenBy(pfn);
      if (by === 'userspace') {
        user++;
        first ??= pfn;
      } else if (by === 'kernel') kernel++;
      assert.strictEqual(pages.isFree(pfn), isFreeAtFirst(pfn) && by === undefined);
    }
    assert.deepStrictEqual([user, kernel], [taken, 200]);
    assert.strictEqual(pages.free(first ?? 0, 0)?.kind, 'belongs to userspace');
    assert.strictEqual(pages.freeMany(own ?? new Float64Array(0), 2), undefined, 'blocks beside it are whole');
    assert.strictEqual(pages.takeShare(1), before - taken + 200);
    assert.strictEqual(pages.freePages, 0);
    assert.strictEqual(pages.freeCmaPages, 0);
  });

  it('tells wrong frees apart', () => {
    const pages = new PageAllocator(geometry, framesOf([[0, 1024, 0]]), freeOf([[512, 1024, 0]]), new Spans());
    const pfn = pages.alloc(3, { migrate: 'unmovable' }) ?? 0;
    const next = pages.alloc(3, { migrate: 'unmovable' }) ?? 0;
    assert.strictEqual(next, pfn + 8);
    const kind = (at: number, order: number): string | undefined => pages.free(at, order)?.kind;
    assert.strictEqual(kind(pfn + 1, 0), 'not the start of a block');
    assert.strictEqual(kind(pfn, 2), 'another order');
    assert.strictEqual(kind(pfn, 4), 'another order');
    assert.strictEqual(kind(100, 0), 'never allocated', 'reserved');
    assert.strictEqual(kind(600, 0), 'freed twice', 'free');
    assert.strictEqual(kind(pfn, 3), undefined);
    assert.strictEqual(kind(pfn, 3), 'freed twice');
    assert.strictEqual(kind(next, 3), undefined);
  });

  it('counts what was handed out among many blocks', () => {
    const pages = machine();
    const pfns = pages.allocMany(0, 40, { migrate: 'cma', placement: 'packed' });
    assert.deepStrictEqual(Array.from(pfns ?? []).slice(0, 2), [1024, 1025]);
    assert.deepStrictEqual(pages.countTaken(Float64Array.of(1000, 1024, 1063, 1064), 0), { blocks: 2, pages: 2 });
    assert.deepStrictEqual(pages.countTaken(Float64Array.of(1008, 1024, 1056, 1072), 4), { blocks: 2, pages: 24 });
  });

  it('adopts and releases reserved memory only', () => {
    const pages = machine();
    assert.strictEqual(pages.adopt(Float64Array.of(16, 32), 4), undefined);
    assert.strictEqual(pages.freePages, total);
    assert.strictEqual(pages.takenBy(47), 'kernel');
    assert.strictEqual(pages.adopt(Float64Array.of(32), 4)?.kind, 'in use');
    assert.strictEqual(pages.adopt(Float64Array.of(240), 5)?.kind, 'free', 'its second half');
    assert.strictEqual(pages.adopt(Float64Array.of(16384), 0)?.kind, 'no memory');
    assert.strictEqual(pages.free(32, 4), undefined);
    assert.strictEqual(pages.freePages, total + 16);
    assert.strictEqual(pages.release(5000, 5001), undefined);
    assert.strictEqual(pages.release(5000, 5001)?.kind, 'free');
    assert.strictEqual(pages.freePages, total + 17);
  });

  it('joins released memory with its neighbours', () => {
    const pages = new PageAllocator(geometry, framesOf([[0, 1024, 0]]), freeOf([[0, 500, 0], [501, 1024, 0]]), new Spans());
    assert.strictEqual(pages.alloc(10, { migrate: 'unmovable' }), undefined);
    assert.strictEqual(pages.release(500, 501), undefined);
    assert.strictEqual(pages.alloc(10, { migrate: 'unmovable' }), 0);
  });

  it('turns scratch into CMA on a cold boot', () => {
    const areas = [{ addr: 0x400000n, size: 0x300000n }, { addr: 0x100000n, size: 0n }];
    const spans = cmaFrames(areas, { pageBytes: 4096, pageblockBytes: 0x200000 });
    assert.deepStrictEqual(spans.pairs(), [[1024, 2048]], 'whole pageblocks, as sizes of before 7.1 may end within one');
    const pages = new PageAllocator(geometry, framesOf([[0, 4096, 0]]), freeOf([[256, 1024, 0]]), spans);
    assert.strictEqual(pages.freeCmaPages, 0);
    assert.strictEqual(pages.release(1024, 1024 + 768), undefined);
    assert.strictEqual(pages.freeCmaPages, 768);
    assert.strictEqual(pages.alloc(9, { migrate: 'cma' }), 1024);
  });

  it('is made for a terabyte: memory far away and millions of folios', () => {
    const far = 2 ** 34;
    const pages = new PageAllocator(geometry, framesOf([[0, 2 ** 27, 0], [far, far + 2 ** 27, 1]]), freeOf([[256, 2 ** 27, 0], [far, far + 2 ** 27, 1]]), new Spans());
    const packed = pages.allocMany(0, 3_000_000, { migrate: 'unmovable', placement: 'packed', node: 1 });
    assert.strictEqual(packed?.[0], far);
    assert.strictEqual(packed[2_999_999], far + 2_999_999);
    const spread = pages.allocMany(0, 1_000_000, { migrate: 'unmovable', placement: 'scattered' });
    assert.ok(spread !== undefined);
    assert.deepStrictEqual(pages.countTaken(spread, 0), { blocks: 1_000_000, pages: 1_000_000 });
    assert.strictEqual(pages.freePages, 2 ** 28 - 256 - 4_000_000);
    pages.takeShare(1);
    assert.strictEqual(pages.freePages, 0);
  });
});
