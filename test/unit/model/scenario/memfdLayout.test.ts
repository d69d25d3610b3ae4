/** Where the folios of a memfd lie: by laws, beside a page by page count. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { memfdLayout } from '../../../../server/model/scenario/memfdLayout';
import type { MemfdLayout } from '../../../../server/model/scenario/memfdLayout';
import type { FolioGroup } from '../../../../server/model/scenario/scenario';

const PAGE = 4096;

interface Spec { readonly pages: number; readonly holes: readonly (readonly [index: number, pages: number])[]; readonly order?: number; readonly folios?: readonly FolioGroup[] }

function layout({ pages, holes, order = 0, folios }: Spec): ReturnType<typeof memfdLayout> {
  return memfdLayout({
    sizeBytes: BigInt(pages * PAGE), folioOrder: order, placement: 'packed', folios, holes: holes.map(([index, count]) => ({ at: BigInt(index * PAGE), sizeBytes: BigInt(count * PAGE) })),
  }, PAGE);
}

/** Of every page of the file what it lies in: a folio's first page, or a hole (-1). */
function pagesOf({ runs, holes }: MemfdLayout, pages: number): (number | undefined)[] {
  const out: (number | undefined)[] = Array.from({ length: pages }, () => undefined);
  const put = (from: number, count: number, what: number): void => {
    for (let page = from; page < Math.min(from + count, pages); page++) {
      assert.equal(out[page], undefined, `page ${String(page)} twice`);
      out[page] = what;
    }
  };
  for (const { index, order, count } of runs) for (let i = 0; i < count; i++) put(index + i * 2 ** order, 2 ** order, index + i * 2 ** order);
  for (const { index, pages: count } of holes) put(index, count, -1);
  return out;
}

const holesIn = (pages: number): fc.Arbitrary<readonly (readonly [number, number])[]> => fc.array(fc.boolean(), { minLength: pages, maxLength: pages }).map((empty) => {
  const out: [number, number][] = [];
  empty.forEach((is, page) => { if (is) out.push([page, 1]); });
  return out;
});

describe('model/scenario/memfdLayout', () => {
  it('of one order has every folio of which a page is written to, and every other page once', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 70 }).chain((pages) => fc.tuple(fc.constant(pages), holesIn(pages), fc.nat(4))), ([pages, holes, order]) => {
      const { layout: found, problem } = layout({ pages, holes, order });
      assert.equal(problem, undefined);
      const empty = new Set(holes.map(([page]) => page));
      const size = 2 ** order;
      const expected = Array.from({ length: pages }, (_, page) => {
        const head = page - page % size;
        const written = Array.from({ length: size }, (__, i) => head + i).some((one) => one < pages && !empty.has(one));
        return written ? head : -1;
      });
      assert.deepEqual(pagesOf(found, pages), expected);
      assert.equal(found.groups[0]?.count, new Set(expected.filter((head) => head >= 0)).size);
    }), { numRuns: 400 });
  });

  it('of a list has its folios in their order over the holes, each at a multiple of its size, or says which is the first that cannot lie so', () => {
    const group = fc.record({ order: fc.nat(3), count: fc.integer({ min: 1, max: 4 }), placement: fc.constant('packed' as const) });
    const seen = new Set<string>();
    fc.assert(fc.property(fc.integer({ min: 1, max: 30 }).chain((pages) => fc.tuple(fc.constant(pages), fc.oneof(holesIn(pages), fc.constant([])), fc.array(group, { minLength: 1, maxLength: 6 }))), ([pages, holes, folios]) => {
      const { layout: found, problem } = layout({ pages, holes, folios });
      const expected = byPage(pages, new Set(holes.map(([page]) => page)), folios);
      assert.deepEqual([problem?.code, problem?.group], expected.problem === undefined ? [undefined, undefined] : [expected.problem, expected.group]);
      assert.deepEqual(found.runs.flatMap(({ group: of, order, index, count }) => Array.from({ length: count }, (_, i) => [of, index + i * 2 ** order])), expected.heads);
      seen.add(problem?.code ?? 'fits');
    }), { numRuns: 3000, seed: 7 });
    assert.deepEqual([...seen].sort(), ['fits', 'folio-behind', 'folio-cut', 'folio-unaligned', 'folios-short']);
  });
});

/** Folio by folio and page by page. */
function byPage(pages: number, empty: ReadonlySet<number>, folios: readonly FolioGroup[]): { readonly heads: readonly (readonly [number, number])[]; readonly problem?: string; readonly group?: number | undefined } {
  const heads: [number, number][] = [];
  let page = 0;
  const skip = (): void => { while (empty.has(page)) page++; };
  for (const [group, { order, count }] of folios.entries()) {
    for (let i = 0; i < count; i++) {
      skip();
      if (page >= pages) return { heads, problem: 'folio-behind', group };
      if (page % 2 ** order !== 0) return { heads, problem: 'folio-unaligned', group };
      for (let one = page; one < page + 2 ** order; one++) if (empty.has(one)) return { heads, problem: 'folio-cut', group };
      heads.push([group, page]);
      page += 2 ** order;
    }
  }
  skip();
  return page < pages ? { heads, problem: 'folios-short', group: undefined } : { heads };
}
