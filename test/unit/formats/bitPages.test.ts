import assert from 'node:assert';
import fc from 'fast-check';
import { newBitLoops } from '../../../server/formats/bitLoops';
import { BitPages } from '../../../server/formats/bitPages';
import { appendBits, appendBitsPlainly } from '../../../server/formats/bitRead';
import { BlockList } from '../../../server/formats/blockList';

const listOf = (blocks: BlockList): (readonly [number, number])[] => Array.from({ length: blocks.count }, (_, i) => [blocks.pfns[i] ?? -1, blocks.orders[i] ?? -1] as const);

/** Units in a few clusters and strewn about, some twice: as many as are marked in WebAssembly, and more. */
const many = fc.record({ seed: fc.nat(), count: fc.integer({ min: 8192, max: 12000 }), spread: fc.integer({ min: 8, max: 32 }), cluster: fc.nat({ max: 0xffffffff }) })
  .map(({ seed, count, spread, cluster }) => Uint32Array.from({ length: count }, (_, i) => {
    const strewn = Math.imul(i ^ seed, 0x9e3779b1) >>> (32 - spread);
    return i % 3 === 0 ? cluster - (strewn & 0xffff) : strewn;
  }));

function assertSame(fast: BitPages, plain: BitPages): void {
  assert.equal(fast.count, plain.count);
  for (let slot = 0; slot < fast.count; slot++) {
    assert.equal(fast.numberOf(slot), plain.numberOf(slot));
    assert.equal(fast.find(fast.numberOf(slot)), slot);
    assert.ok(Buffer.compare(fast.bytes(slot, 'little'), plain.bytes(slot, 'little')) === 0, `bitmap ${String(fast.numberOf(slot))}`);
  }
}

describe('formats/bitPages', () => {
  it('there is WebAssembly, so that what follows compares two ways', () => {
    assert.ok(newBitLoops(1) !== undefined);
  });

  it('many units of 32 bits are marked as one after the other, bitmaps made in the same order; those that were there keep their bits', () => {
    fc.assert(fc.property(fc.array(many, { minLength: 1, maxLength: 3 }), fc.constantFrom(512, 4096, 16384, 65536), fc.nat({ max: 33 }), fc.constantFrom(0, 2 ** 20, 2 ** 52), (batches, bytes, order, base) => {
      const fast = new BitPages(bytes);
      const plain = new BitPages(bytes);
      for (const units of batches) {
        fast.setAll(units, base, 2 ** order);
        plain.setAll(Array.from(units), base, 2 ** order);
      }
      assertSame(fast, plain);
    }), { numRuns: 60 });
  });

  it('doubles are marked like any other numbers: ascending, all or at first, in no order, and with one that has more than 32 bits', () => {
    fc.assert(fc.property(many, fc.constantFrom(512, 4096), fc.constantFrom(0, 2 ** 52), fc.constantFrom('ascending', 'at first', 'wide behind them', 'as they are', 'wide' as const), fc.nat({ max: 3 }), (units, bytes, base, how, order) => {
      const doubles = Float64Array.from(units);
      if (how === 'ascending' || how === 'wide behind them') doubles.sort();
      if (how === 'at first') doubles.subarray(0, doubles.length >> 1).sort();
      if (how === 'wide behind them') doubles[doubles.length - 1] = 2 ** 33 + 5;
      if (how === 'wide') doubles[0] = 2 ** 33 + 5;
      const fast = new BitPages(bytes);
      const plain = new BitPages(bytes);
      fast.setAll(doubles, base, 2 ** order);
      plain.setAll(Array.from(doubles), base, 2 ** order);
      assertSame(fast, plain);
    }), { numRuns: 40 });
  });

  it('more units than are sorted in one go', () => {
    const units = Uint32Array.from({ length: (1 << 22) + 20_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 8);
    const fast = new BitPages(4096);
    const plain = new BitPages(4096);
    fast.setAll(units, 0, 1);
    plain.setAll(Array.from(units), 0, 1);
    assertSame(fast, plain);
  });

  it('without room for WebAssembly all is marked in the plain way', () => {
    const { Memory } = WebAssembly;
    const units = Uint32Array.from({ length: 10_000 }, (_, i) => i * 77);
    const fast = new BitPages(512);
    const plain = new BitPages(512);
    try {
      WebAssembly.Memory = function none() {
        throw new RangeError('could not allocate memory');
      } as unknown as typeof Memory; // Nobody gets one.
      fast.setAll(units, 0, 1);
    } finally {
      WebAssembly.Memory = Memory;
    }
    plain.setAll(Array.from(units), 0, 1);
    assertSame(fast, plain);
  });

  it('bits are read in WebAssembly as in the plain way: any density, size, place, byte order, frame and step', () => {
    const word = fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, fc.nat({ max: 63 }).map((bit) => 1n << BigInt(bit)), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constant((1n << 64n) - 1n));
    fc.assert(fc.property(
      fc.constantFrom(512, 4096, 16384, 65536), fc.array(fc.tuple(fc.nat(), word), { maxLength: 300 }), fc.constantFrom(0n, 1n << 63n, (1n << 64n) - 1n), fc.nat({ max: 7 }), fc.constantFrom('little' as const, 'big' as const),
      fc.oneof(fc.nat(), fc.maxSafeNat()), fc.nat({ max: 51 }),
      (size, words, rest, offset, byteOrder, firstPfn, order) => {
        const bytes = new Uint8Array(size + 8).subarray(offset, offset + size);
        const view = new DataView(bytes.buffer, offset, size);
        for (let at = 0; at < size; at += 8) view.setBigUint64(at, rest);
        for (const [at, value] of words) view.setBigUint64(at % (size / 8) * 8, value);
        const fast = new BlockList(0);
        const plain = new BlockList(0);
        fast.push(7, 7);
        plain.push(7, 7);
        assert.equal(appendBits(bytes, byteOrder, firstPfn, 2 ** order, order, fast), appendBitsPlainly(bytes, byteOrder, firstPfn, 2 ** order, order, plain));
        assert.ok(Buffer.compare(Buffer.from(fast.pfns.buffer, 0, fast.count * 8), Buffer.from(plain.pfns.buffer, 0, plain.count * 8)) === 0);
        assert.ok(Buffer.compare(fast.orders.subarray(0, fast.count), plain.orders.subarray(0, plain.count)) === 0);
      },
    ), { numRuns: 150 });
  });

  it('the lowest bit is the lowest of the first unsigned long, as its machine has it', () => {
    const bytes = new Uint8Array(512);
    bytes[0] = 0x80;
    bytes[15] = 0x03;
    const read = (order: 'little' | 'big'): (readonly [number, number])[] => {
      const blocks = new BlockList(0);
      appendBits(bytes, order, 1000, 4, 2, blocks);
      return listOf(blocks);
    };
    assert.deepEqual(read('little'), [[1028, 2], [1480, 2], [1484, 2]]);
    assert.deepEqual(read('big'), [[1252, 2], [1256, 2], [1260, 2]]);
  });

  it('a hundred thousand units in many regions are all read, ascending in each bitmap', () => {
    const units = Uint32Array.from({ length: 100_000 }, (_, i) => Math.imul(i, 0x9e3779b1) >>> 6);
    const pages = new BitPages(4096);
    pages.setAll(units, 0, 1);
    const blocks = new BlockList();
    for (let slot = 0; slot < pages.count; slot++) {
      const before = blocks.count;
      const bits = appendBits(pages.bytes(slot, 'little'), 'little', pages.numberOf(slot) * 32768, 1, 3, blocks);
      assert.equal(blocks.count, before + bits);
      const read = blocks.pfns.subarray(before, blocks.count);
      assert.deepEqual(read, read.slice().sort());
    }
    assert.deepEqual(blocks.pfns.slice(0, blocks.count).sort(), Float64Array.from(new Set(units)).sort());
    assert.ok(blocks.orders.subarray(0, blocks.count).every((order) => order === 3));
  });
});
