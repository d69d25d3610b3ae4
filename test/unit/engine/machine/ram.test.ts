/** Memory that outlives a kexec, against an array of bytes. */
import assert from 'node:assert';
import fc from 'fast-check';
import { Ram } from '../../../../server/engine/machine/ram';

const page = 64;
const pages = 16;

describe('machine: RAM', () => {
  it('reads and writes as an array of bytes does', () => {
    const step = fc.record({ kind: fc.constantFrom('write', 'place', 'drop', 'snapshot'), at: fc.nat(page * pages - 1), size: fc.integer({ min: 1, max: 300 }), byte: fc.integer({ min: 1, max: 255 }) });
    fc.assert(fc.property(fc.array(step, { maxLength: 25 }), fc.nat(page * pages), fc.nat(200), (steps, from, size) => {
      const ram = new Ram([{ start: 0n, sizeBytes: BigInt(page * pages) }], page, 0xa5);
      const model = new Uint8Array(page * pages).fill(0xa5);
      const snapshots: { taken: readonly { phys: bigint; bytes: Uint8Array }[]; model: Uint8Array }[] = [];
      for (const { kind, at, size: length, byte } of steps) {
        const first = Math.floor(at / page);
        if (kind === 'snapshot') snapshots.push({ taken: ram.snapshot(), model: model.slice() });
        else if (kind === 'drop') {
          const count = Math.min(pages - first, Math.ceil(length / page));
          ram.drop(first, count);
          model.fill(0xa5, first * page, (first + count) * page);
        } else {
          const start = kind === 'place' ? first * page : at;
          const bytes = new Uint8Array(length).map((_, i) => (byte + i) & 0xff);
          const fits = start + (kind === 'place' ? Math.ceil(length / page) * page : length) <= page * pages;
          assert.strictEqual(kind === 'place' ? ram.place({ phys: BigInt(start), bytes }) : ram.write(BigInt(start), bytes), fits);
          if (!fits) continue;
          if (kind === 'place') model.fill(0xa5, start, start + Math.ceil(length / page) * page);
          model.set(bytes, start);
        }
      }
      const read = ram.read(BigInt(from), size);
      if (from + size > page * pages) assert.strictEqual(read, undefined);
      else assert.deepStrictEqual(Array.from(read ?? []), Array.from(model.subarray(from, from + size)));
      assert.deepStrictEqual(Array.from(ram.read(0n, page * pages) ?? []), Array.from(model));
      for (const range of ram.ranges) assert.deepStrictEqual(Array.from(range.bytes), Array.from(model.subarray(Number(range.phys), Number(range.phys) + range.bytes.length)));
      for (const { taken, model: then } of snapshots) {
        for (const { phys, bytes } of taken) assert.deepStrictEqual(Array.from(bytes), Array.from(then.subarray(Number(phys), Number(phys) + bytes.length)), 'a snapshot stays');
      }
    }));
  });

  it('keeps what is placed, and gives views of it', () => {
    const ram = new Ram([{ start: 0n, sizeBytes: 1n << 40n }], 4096);
    const slab = new Uint8Array(4 * 4096).map((_, i) => i & 0xff);
    assert.ok(ram.place({ phys: 0x1000000n, bytes: slab }));
    const read = ram.read(0x1001800n, 8192);
    assert.strictEqual(read?.buffer, slab.buffer);
    assert.strictEqual(read.byteOffset, slab.byteOffset + 0x1800);
    assert.ok(ram.write(0x1001000n, Uint8Array.of(1, 2, 3)));
    assert.deepStrictEqual(Array.from(slab.subarray(4096, 4099)), [1, 2, 3], 'the memory is the array');
    ram.snapshot();
    assert.ok(ram.write(0x1001000n, Uint8Array.of(9)));
    assert.strictEqual(slab[4096], 1, 'what a snapshot holds is copied before it is written to');
    assert.deepStrictEqual(Array.from(ram.read(0x1000fffn, 3) ?? []), [0xff, 9, 2]);
    assert.deepStrictEqual(ram.ranges.map(({ phys, bytes }) => [phys, bytes.length]), [[0x1000000n, 4096], [0x1001000n, 4096], [0x1002000n, 8192]]);
  });

  it('knows where memory is', () => {
    const ram = new Ram([{ start: 4096n, sizeBytes: 8192n }, { start: 12288n, sizeBytes: 4096n }, { start: 65536n, sizeBytes: 4096n }], 4096, 0x5a);
    assert.strictEqual(ram.read(0n, 1), undefined);
    assert.strictEqual(ram.read(4095n, 2), undefined);
    assert.deepStrictEqual(ram.read(12287n, 2), Uint8Array.of(0x5a, 0x5a), 'ranges that touch are one');
    assert.strictEqual(ram.read(16383n, 2), undefined);
    assert.strictEqual(ram.place({ phys: 65536n, bytes: new Uint8Array(4097) }), false);
    assert.strictEqual(ram.place({ phys: 65537n, bytes: new Uint8Array(1) }), false, 'not the start of a page');
    assert.strictEqual(ram.write(69631n, Uint8Array.of(1, 2)), false);
    assert.deepStrictEqual(ram.ranges, []);
    assert.ok(ram.write(69631n, Uint8Array.of(1)));
    assert.deepStrictEqual(Array.from(ram.writtenPfns()), [17 - 1]);
  });
});
