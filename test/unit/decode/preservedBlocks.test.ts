import assert from 'node:assert';
import fc from 'fast-check';
import { PreservedBlocks } from '../../../server/decode/preservedBlocks';
import { BlockList } from '../../../server/formats/blockList';

/** Aligned blocks of a small machine, in any order, over each other too. */
const blocks = fc.array(fc.record({ order: fc.nat(5), at: fc.nat(255) }).map(({ order, at }) => ({ pfn: Math.floor(at / 2 ** order) * 2 ** order, order })), { maxLength: 24 });
const range = fc.record({ pfn: fc.nat(300), pages: fc.nat(80) });

function made(list: readonly { readonly pfn: number; readonly order: number }[]): PreservedBlocks {
  const out = new BlockList(0);
  for (const { pfn, order } of list) out.push(pfn, order);
  return new PreservedBlocks(out);
}

describe('preserved blocks by address', () => {
  it('say which pages of a range no block covers, page by page', () => {
    fc.assert(fc.property(blocks, range, (list, { pfn, pages }) => {
      const missing = Array.from({ length: pages }, (_, i) => pfn + i).filter((page) => !list.some((b) => page >= b.pfn && page < b.pfn + 2 ** b.order));
      const all = made(list);
      const found = all.claimRange(pfn, pages, all.owner('somebody'));
      assert.deepEqual([found.missingPages, found.firstMissingPfn], [missing.length, missing[0] ?? -1]);
      assert.equal(found.blocks.length, list.filter((b) => b.pfn >= pfn && b.pfn < pfn + pages).length);
    }), { numRuns: 1000 });
  });

  it('name only blocks that touch a range, and one that reaches into it from below', () => {
    fc.assert(fc.property(blocks, range, (list, { pfn, pages }) => {
      const found = made(list).inRange(pfn, pages, 1000);
      for (const b of found) assert.ok(list.some((one) => one.pfn === b.pfn && one.order === b.order), 'a block that was given');
      const from = list.filter((b) => b.pfn < pfn && b.pfn + 2 ** b.order > pfn);
      const inside = list.filter((b) => b.pfn >= pfn && b.pfn < pfn + pages);
      assert.equal(found.length, inside.length + (from.length > 0 ? 1 : 0));
      if (from.length > 0) assert.equal((found[0]?.pfn ?? 0) + 2 ** (found[0]?.order ?? 0), Math.max(...from.map((b) => b.pfn + 2 ** b.order)));
    }), { numRuns: 1000 });
  });

  it('claim many addresses in any order as one after the other does', () => {
    const count = 200_000;
    const list = new BlockList(0);
    for (let i = 0; i < count; i++) list.push(1000 + i * 3, 0);
    // Every block once, in an order that jumps about (7919 and 200,000 have no common factor); then addresses between blocks, in front, behind, and 0.
    const wanted = Float64Array.from({ length: count + 5 }, (_, i) => (i < count ? 1000 + (i * 7919 % count) * 3 : [0, 1001, 5, 1000 + count * 3, 0][i - count] ?? 0));
    const blocks = new PreservedBlocks(list);
    assert.deepEqual(blocks.claimAll(wanted, blocks.owner('x')), { missing: 3, first: 1001 });
    assert.deepEqual(blocks.ownerTable(), [{ owner: 'x', order: 0, blocks: count }]);
    const some = new PreservedBlocks(list);
    assert.deepEqual(some.claimAll(wanted.subarray(0, 150_000), some.owner('y')), { missing: 0, first: 0 });
    const claimed = new Set(wanted.subarray(0, 150_000));
    assert.deepEqual(some.unowned().map(({ pfn }) => pfn), Array.from(list.pfns.subarray(0, count)).filter((pfn) => !claimed.has(pfn)));
  });
});
