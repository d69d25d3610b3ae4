import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RowsAt } from '../../../webview/model/virtualRows';
import { MOST_PX, heightPx, rowsInSight, scrollTopFor } from '../../../webview/model/virtualRows';

/** A table at any place that its scroll bar can be brought to; half of them are higher than a browser draws. */
const anywhere = fc.record({
  count: fc.oneof(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1_000_000, max: 50_000_000 })), rowPx: fc.integer({ min: 10, max: 40 }), viewportPx: fc.integer({ min: 40, max: 2000 }), share: fc.double({ min: 0, max: 1, noNaN: true }),
}).map(({ share, ...table }): RowsAt => ({ ...table, scrollTop: share * Math.max(0, heightPx(table.count, table.rowPx) - table.viewportPx) }));
/** Places in large tables are fractions of a large number: less than a hundredth of a pixel. */
const CLOSE = 0.01;

describe('rows in sight', () => {
  it('are those between the top and the bottom of what is seen, and one more', () => {
    // 100 rows of 20 pixels, 210 of them seen from 50 on: the rows 2.5 to 13.
    assert.deepEqual(rowsInSight({ count: 100, rowPx: 20, viewportPx: 210, scrollTop: 50 }), { from: 2, to: 14, topPx: 40 });
    assert.deepEqual(rowsInSight({ count: 100, rowPx: 20, viewportPx: 200, scrollTop: 0 }), { from: 0, to: 11, topPx: 0 });
    assert.deepEqual(rowsInSight({ count: 100, rowPx: 20, viewportPx: 200, scrollTop: 1800 }), { from: 90, to: 100, topPx: 1800 });
    assert.deepEqual(rowsInSight({ count: 3, rowPx: 20, viewportPx: 200, scrollTop: 0 }), { from: 0, to: 3, topPx: 0 });
    assert.deepEqual(rowsInSight({ count: 0, rowPx: 20, viewportPx: 200, scrollTop: 0 }), { from: 0, to: 0, topPx: 0 });
  });

  it('scroll in proportion where a browser draws nothing as high', () => {
    // 2,000,000 rows of 20 pixels would be 40,000,000; the bar moves over 8,000,000 - 200, for 2,000,000 - 10 rows at the top.
    assert.equal(heightPx(2_000_000, 20), 8_000_000);
    assert.equal(heightPx(400_000, 20), 8_000_000);
    assert.equal(heightPx(399_999, 20), 7_999_980);
    const at = { count: 2_000_000, rowPx: 20, viewportPx: 200 };
    assert.deepEqual(rowsInSight({ ...at, scrollTop: 0 }), { from: 0, to: 11, topPx: 0 });
    const half = rowsInSight({ ...at, scrollTop: 3_999_900 });
    assert.equal(half.from, 999_995);
    assert.ok(Math.abs(half.topPx - 3_999_900) < CLOSE);
    const end = rowsInSight({ ...at, scrollTop: 7_999_800 });
    assert.equal(end.to, 2_000_000);
    assert.ok(Math.abs(end.topPx + (end.to - end.from) * 20 - 8_000_000) < CLOSE, 'the last row ends where everything ends');
  });

  it('cover what is seen, wherever that is, with no more than two rows too many', () => {
    fc.assert(fc.property(anywhere, (at) => {
      const { from, to, topPx } = rowsInSight(at);
      assert.ok(from >= 0 && to <= at.count && from < to);
      assert.ok(topPx <= at.scrollTop + CLOSE && topPx > at.scrollTop - at.rowPx - CLOSE);
      const seenTo = Math.min(at.scrollTop + at.viewportPx, heightPx(at.count, at.rowPx));
      assert.ok(topPx + (to - from) * at.rowPx >= seenTo - CLOSE);
      assert.ok((to - from) * at.rowPx <= at.viewportPx + 3 * at.rowPx);
      assert.ok(heightPx(at.count, at.rowPx) <= MOST_PX);
    }));
  });
});

describe('scrolling to a row', () => {
  it('moves as little as it must', () => {
    const at = { count: 100, rowPx: 20, viewportPx: 200, scrollTop: 400 };
    assert.equal(scrollTopFor(20, at), 400);
    assert.equal(scrollTopFor(29, at), 400);
    assert.equal(scrollTopFor(19, at), 380);
    assert.equal(scrollTopFor(30, at), 420);
    assert.equal(scrollTopFor(0, at), 0);
    assert.equal(scrollTopFor(99, at), 1800);
  });

  it('shows the whole row, and stays where it is when it is shown already', () => {
    fc.assert(fc.property(anywhere, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (at, share) => {
      const row = Math.floor(share * at.count);
      const scrollTop = scrollTopFor(row, at);
      assert.ok(scrollTop >= 0 && scrollTop <= Math.max(0, heightPx(at.count, at.rowPx) - at.viewportPx) + CLOSE);
      const { from, to, topPx } = rowsInSight({ ...at, scrollTop });
      assert.ok(row >= from && row < to, `row ${String(row)} of ${String(from)} to ${String(to)}`);
      const top = topPx + (row - from) * at.rowPx;
      assert.ok(top >= scrollTop - CLOSE && top + at.rowPx <= scrollTop + at.viewportPx + CLOSE);
      assert.ok(Math.abs(scrollTopFor(row, { ...at, scrollTop }) - scrollTop) < CLOSE);
    }));
  });
});
