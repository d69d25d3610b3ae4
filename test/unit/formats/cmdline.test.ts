/** `kho_scratch=` and `reserve_mem=` against the rules of KHO facts 3 and 7.1; expectations counted by hand. */
import assert from 'node:assert';
import fc from 'fast-check';
import { parseKhoScratch, parseReserveMem, parseReserveMemList } from '../../../server/formats/cmdline';
import { memparse } from '../../../server/formats/memparse';
import { problemText } from '../../../server/formats/problem';
import { generations, type GenerationId, type ScratchRules } from '../../../server/formats/generations';

function rulesOf(id: GenerationId): ScratchRules {
  const found = generations.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found.scratch;
}

const MiB = 1n << 20n;
const sizes = (lowmem: bigint, global: bigint, perNode: bigint) => ({ by: 'sizes', lowmemBytes: lowmem, globalBytes: global, perNodeBytes: perNode });

function taken(value: string, id: GenerationId = '7.1'): unknown {
  const parsed = parseKhoScratch(value, rulesOf(id));
  return parsed.ok ? parsed.value : `${parsed.problem.error} ${String(parsed.problem.offsetBytes)}+${String(parsed.problem.lengthChars)}`;
}

describe('machine: the command line', () => {
  it('reads sizes as memparse does', () => {
    const cases: readonly (readonly [text: string, value: bigint, end: number])[] = [
      ['32M', 32n * MiB, 3], ['0x20', 32n, 4], ['0x1eK', 30n * 1024n, 5], ['010', 8n, 3], ['08', 0n, 1], ['0x', 0n, 1], ['1k2', 1024n, 2], ['2g', 2n << 30n, 2], ['1T', 1n << 40n, 2],
      ['3P', 3n << 50n, 2], ['1E', 1n << 60n, 2], ['16E', 0n, 3], ['K', 0n, 1], ['', 0n, 0], ['-1', 0n, 0], [' 1', 0n, 0], ['18446744073709551616', 0n, 20], ['1KB', 1024n, 2],
    ];
    for (const [text, value, end] of cases) assert.deepStrictEqual(memparse(text, 0), { value, end }, text);
  });

  it('takes three sizes, or a percentage', () => {
    assert.deepStrictEqual(taken('32M,64M,32M'), sizes(32n * MiB, 64n * MiB, 32n * MiB));
    assert.deepStrictEqual(taken('0,0,1K'), sizes(0n, 0n, 1024n));
    assert.deepStrictEqual(taken('150%'), { by: 'scale', percent: 150 });
    assert.deepStrictEqual(taken('+5%'), { by: 'scale', percent: 5 });
    assert.deepStrictEqual(taken('0%'), { by: 'scale', percent: 0 });
    assert.deepStrictEqual(taken('4294967295%'), { by: 'scale', percent: 4294967295 });
  });

  it('refuses what the kernel refuses, and says where', () => {
    assert.strictEqual(taken('4294967296%'), 'ERANGE 0+10');
    assert.strictEqual(taken('04294967295%'), 'EINVAL 0+12', 'twelve characters');
    assert.strictEqual(taken('0x10%'), 'EINVAL 0+5');
    assert.strictEqual(taken('%'), 'EINVAL 0+1');
    assert.strictEqual(taken(''), 'EINVAL 0+0');
    assert.strictEqual(taken('32M,64M'), 'EINVAL 7+1');
    assert.strictEqual(taken('32M,,32M'), 'EINVAL 4+0');
    assert.strictEqual(taken('0,0,0'), 'EINVAL 0+5');
    assert.strictEqual(taken('32M,64M,32Mx'), 'EINVAL 11+1');
    assert.strictEqual(taken('32M;64M;32M'), 'EINVAL 3+8');
    const problem = parseKhoScratch('32M,64M,32M,1M', rulesOf('7.1'));
    assert.ok(!problem.ok);
    assert.strictEqual(problemText(problem.problem), 'kho_scratch= at +11: end should be nothing behind the last size, found ",1M"');
  });

  it('differs by generation as the table says', () => {
    assert.strictEqual(taken('0,64M,32M', '6.17'), 'EINVAL 0+1', '6.17.0 wants each size above 0');
    assert.deepStrictEqual(taken('0,64M,32M', '6.18'), sizes(0n, 64n * MiB, 32n * MiB));
    assert.deepStrictEqual(taken('32M,64M,32M and more', '6.17'), sizes(32n * MiB, 64n * MiB, 32n * MiB), '6.17.0 does not look behind the last size');
    assert.deepStrictEqual(taken('512M,256M', 'v4'), sizes(0n, 512n * MiB, 256n * MiB));
    assert.deepStrictEqual(taken('50%', 'v4'), { by: 'scale', percent: 50 });
    assert.deepStrictEqual(taken('0x10%', 'v4'), { by: 'scale', percent: 16 });
    assert.strictEqual(taken('512M', 'v4'), 'EINVAL 4+1');
  });

  it('reads reserve_mem=', () => {
    assert.deepStrictEqual(parseReserveMem('4M:4096:trace'), { ok: true, value: { sizeBytes: 4n * MiB, alignBytes: 4096n, name: 'trace' } });
    assert.deepStrictEqual(parseReserveMem('12K:0:a:b'), { ok: true, value: { sizeBytes: 12288n, alignBytes: 64n, name: 'a:b' } }, 'an alignment of 0 is a cache line; the name is the rest');
    assert.deepStrictEqual(parseReserveMem('100::x'), { ok: true, value: { sizeBytes: 100n, alignBytes: 64n, name: 'x' } });
    const where = (value: string): string => {
      const parsed = parseReserveMem(value);
      return parsed.ok ? 'taken' : `${parsed.problem.field} ${String(parsed.problem.offsetBytes)}`;
    };
    assert.strictEqual(where('1M:4096:fifteen-letters'), 'taken');
    assert.strictEqual(where('1M:4096:sixteen-letters-'), 'name 8');
    assert.strictEqual(where('1M:4096:'), 'name 8');
    assert.strictEqual(where('1M:4096: \t'), 'name 8');
    assert.strictEqual(where('0:4096:x'), 'size 0');
    assert.strictEqual(where(':4096:x'), 'size 0');
    assert.strictEqual(where('1M'), 'size 2');
    assert.strictEqual(where('1M:4096'), 'align 3');
    assert.strictEqual(where('1M:x:y'), 'align 3');
  });

  it('has room for eight regions with names of their own', () => {
    const values = [...Array.from({ length: 8 }, (_, i) => `1M:0:r${String(i)}`), '1M:0:r8'];
    assert.deepStrictEqual(parseReserveMemList(values).map((one) => one.ok), [true, true, true, true, true, true, true, true, false]);
    const twice = parseReserveMemList(['1M:0:same', 'wrong', '2M:0:same', '1M:0:other']);
    assert.deepStrictEqual(twice.map((one) => (one.ok ? one.value.name : `${one.problem.error} ${String(one.problem.offsetBytes)}`)), ['same', 'EINVAL 0', 'EBUSY 5', 'other']);
  });

  it('never points outside of what it was given', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789xkKmMgG,:% +-abf'), maxLength: 24 });
    fc.assert(fc.property(text, fc.constantFrom(...generations), (value, { scratch }) => {
      for (const parsed of [parseKhoScratch(value, scratch), parseReserveMem(value)]) {
        if (parsed.ok) continue;
        const { offsetBytes, lengthChars } = parsed.problem;
        assert.ok(offsetBytes >= 0 && offsetBytes <= value.length && lengthChars >= 0 && offsetBytes + lengthChars <= value.length + 1, problemText(parsed.problem));
      }
    }));
  });
});
