/** Scratch areas: sizes counted by hand from KHO facts 3, places as two real kernels chose them. */
import assert from 'node:assert';
import fs from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { parseKhoScratch, type ScratchSpec } from '../../../../server/formats/cmdline';
import { EarlyMemory } from '../../../../server/engine/machine/earlyMemory';
import { geometryOf, lowLimit, type Geometry, type MachineArch } from '../../../../server/engine/machine/geometry';
import { placeInScratch, reserveScratch, scratchArraySegment, scratchSizes, type KexecSegment } from '../../../../server/engine/machine/scratch';
import { generations, type GenerationId, type ScratchRules } from '../../../../server/formats/generations';

const KiB = 1n << 10n;
const MiB = 1n << 20n;
const GiB = 1n << 30n;

function rulesOf(id: GenerationId): ScratchRules {
  const found = generations.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found.scratch;
}

function geometry(arch: MachineArch = 'x86_64', pageBytes = 4096): Geometry {
  const found = geometryOf(arch, pageBytes);
  if (found === undefined) throw new Error('no such pages');
  return found;
}

function spec(value: string, rules: ScratchRules): ScratchSpec {
  const parsed = parseKhoScratch(value, rules);
  if (!parsed.ok) throw new Error(value);
  return parsed.value;
}

/** 1 GiB in two nodes, as the machine had that the images come from. */
const twoNodes = (): EarlyMemory => new EarlyMemory([{ start: 0n, sizeBytes: 512n * MiB, node: 0 }, { start: 512n * MiB, sizeBytes: 512n * MiB, node: 1 }], 4096);

interface Truth { readonly scratch: readonly { readonly phys: number; readonly size: number }[] }
const truth = (name: string): Truth => JSON.parse(gunzipSync(fs.readFileSync(`test/fixtures/images/${name}.json.gz`)).toString()) as Truth;

describe('machine: scratch', () => {
  for (const [image, id] of [['7.1.5', '7.1'], ['6.19', '6.19']] as const) {
    it(`lies where ${image} has it, below what that kernel had taken`, () => {
      const expected = truth(image).scratch.map(({ phys, size }) => ({ addr: BigInt(phys), size: BigInt(size) }));
      assert.strictEqual(expected.length, 4);
      const memory = twoNodes();
      // What lay above the areas in either node, but for a page that the array fits into; everything else follows from the order of the allocations.
      const [low = { addr: 0n, size: 0n }, , first = { addr: 0n, size: 0n }] = expected;
      memory.reserve(low.addr + low.size, GiB - 4096n - low.addr - low.size, { kern: true });
      memory.reserve(first.addr + first.size, 512n * MiB - first.addr - first.size, { kern: true });
      const rules = rulesOf(id);
      const made = reserveScratch(memory, spec('32M,64M,32M', rules), rules, geometry());
      assert.ok(made.ok);
      assert.deepStrictEqual(made.value, { areas: expected, arrayPhys: GiB - 4096n });
    });
  }

  it('has its sizes from what the kernel took, at 200 percent', () => {
    const memory = twoNodes();
    memory.reserve(16n * MiB, 5n * MiB, { kern: true });
    memory.reserve(600n * MiB, 3n * MiB, { kern: true });
    memory.reserve(700n * MiB, 50n * MiB);
    const { lowmemBytes, globalBytes, perNodeBytes } = scratchSizes(memory, { by: 'scale', percent: 200 }, rulesOf('7.1'), geometry());
    assert.deepStrictEqual([lowmemBytes, globalBytes, perNodeBytes(0), perNodeBytes(1)], [16n * MiB, 0n, 10n * MiB, 6n * MiB], 'all of it is low: nothing is left for the global area');
  });

  it('rounds before or after it takes the low area off', () => {
    // 1 MiB + 4 KiB of 3 GiB low, 1 MiB + 4 KiB above 4 GiB.
    const make = (): EarlyMemory => {
      const memory = new EarlyMemory([{ start: 0n, sizeBytes: 3n * GiB, node: 0 }, { start: 4n * GiB, sizeBytes: 4n * GiB, node: 0 }], 4096);
      memory.reserve(MiB, MiB + 4n * KiB, { kern: true });
      memory.reserve(5n * GiB, MiB + 4n * KiB, { kern: true });
      return memory;
    };
    const sizes = (id: GenerationId): readonly bigint[] => {
      const found = scratchSizes(make(), { by: 'scale', percent: 100 }, rulesOf(id), geometry());
      return [found.lowmemBytes, found.globalBytes, found.perNodeBytes(0)];
    };
    // 6.19: 2 MiB + 8 KiB, less 2 MiB, leaves 8 KiB, which is 2 MiB rounded. 7.1: 1 MiB + 4 KiB, rounded. The same; not so at 250 percent.
    assert.deepStrictEqual(sizes('6.19'), [2n * MiB, 2n * MiB, 4n * MiB]);
    assert.deepStrictEqual(sizes('7.1'), [2n * MiB, 2n * MiB, 4n * MiB]);
    const most = (id: GenerationId): readonly bigint[] => {
      const found = scratchSizes(make(), { by: 'scale', percent: 250 }, rulesOf(id), geometry());
      return [found.lowmemBytes, found.globalBytes];
    };
    // 250 %: 2631680 is 4 MiB rounded; both 5263360, less 4 MiB leaves 1069056, which is 2 MiB; less the raw value 2631680, which is 4 MiB.
    assert.deepStrictEqual(most('6.19'), [4n * MiB, 2n * MiB]);
    assert.deepStrictEqual(most('7.1'), [4n * MiB, 4n * MiB]);
  });

  it('comes to a global area of 0 bytes where the low area was rounded up, and passes it on', () => {
    const memory = twoNodes();
    memory.reserve(16n * MiB, 5n * MiB, { kern: true });
    const rules = rulesOf('6.19');
    // 150 %: 7.5 MiB is 8 MiB rounded; 7.5 - 8 wraps around, and rounding makes 0 of it.
    const made = reserveScratch(memory, spec('150%', rules), rules, geometry());
    assert.ok(made.ok);
    assert.deepStrictEqual(made.value.areas.map(({ size }) => size), [8n * MiB, 0n, 8n * MiB, 0n]);
    assert.ok(made.value.areas.every(({ addr }) => addr > 0n), 'with an address all the same');
  });

  it('leaves explicit sizes as they are until 7.1, which rounds them', () => {
    const sizes = (id: GenerationId): readonly bigint[] => {
      const found = scratchSizes(twoNodes(), spec('5M,3M,1M', rulesOf(id)), rulesOf(id), geometry());
      return [found.lowmemBytes, found.globalBytes, found.perNodeBytes(0)];
    };
    assert.deepStrictEqual(sizes('6.18'), [5n * MiB, 3n * MiB, 2n * MiB]);
    assert.deepStrictEqual(sizes('7.1'), [6n * MiB, 4n * MiB, 2n * MiB]);
    assert.deepStrictEqual(sizes('newest'), [8n * MiB, 4n * MiB, 4n * MiB], 'to the largest block of the page allocator');
  });

  it('rounds to the pageblocks of the page size', () => {
    const rules = rulesOf('7.1');
    const sizes = (pageBytes: number): bigint => scratchSizes(twoNodes(), spec('1M,1M,1M', rules), rules, geometry('arm64', pageBytes)).lowmemBytes;
    assert.deepStrictEqual([4096, 16384, 65536].map(sizes), [2n * MiB, 32n * MiB, 512n * MiB]);
    assert.strictEqual(geometryOf('x86_64', 16384), undefined);
  });

  it('knows where low memory ends', () => {
    assert.strictEqual(lowLimit('x86_64', 0, 2 ** 40), 0xffffffff);
    assert.strictEqual(lowLimit('arm64', 0x40000000, 0x80000000), 0x7fffffff);
    assert.strictEqual(lowLimit('arm64', 0x40000000, 2 ** 40), 0xffffffff);
    assert.strictEqual(lowLimit('arm64', 2 ** 33, 2 ** 34), 2 ** 34 - 1);
  });

  it('has no low area in v4', () => {
    const rules = rulesOf('v4');
    const made = reserveScratch(twoNodes(), spec('64M,32M', rules), rules, geometry());
    assert.ok(made.ok);
    assert.deepStrictEqual(made.value.areas.map(({ size }) => size), [64n * MiB, 32n * MiB, 32n * MiB]);
  });

  it('gives everything back and turns KHO off when one area does not fit', () => {
    const rules = rulesOf('7.1');
    const failing: readonly (readonly [value: string, what: string])[] = [['2G,1M,1M', 'lowmem'], ['1M,2G,1M', 'global'], ['1M,1M,600M', 'nid 0']];
    for (const [value, what] of failing) {
      const memory = twoNodes();
      const made = reserveScratch(memory, spec(value, rules), rules, geometry());
      assert.ok(!made.ok);
      assert.strictEqual(made.failed, what);
      assert.strictEqual(memory.reservedBytes, 0n);
    }
  });

  it('fails on an online node without memory where each of them has an entry', () => {
    const make = (id: GenerationId): boolean => reserveScratch(twoNodes(), spec('1M,1M,1M', rulesOf(id)), rulesOf(id), geometry(), [0, 1, 2]).ok;
    assert.strictEqual(make('6.18'), false);
    assert.strictEqual(make('7.1'), true);
  });

  it('places segments from the top of the first area that has room', () => {
    const areas = [{ addr: 64n * MiB, size: 32n * MiB }, { addr: 16n * MiB, size: 16n * MiB }];
    const segments: readonly KexecSegment[] = [
      { name: 'initrd', sizeBytes: 20n * MiB + 1n, alignBytes: 4096n },
      { name: 'kernel', sizeBytes: 14n * MiB, alignBytes: 2n * MiB },
      { name: 'bottom', sizeBytes: 4096n, alignBytes: 4096n, topDown: false },
      scratchArraySegment(4),
    ];
    const placed = placeInScratch(areas, segments, 4096);
    assert.ok(placed.ok);
    assert.deepStrictEqual(placed.value.map(({ phys }) => phys), [76n * MiB - 4096n, 18n * MiB, 64n * MiB, 76n * MiB - 64n * KiB]);
    assert.strictEqual(placed.value[0]?.sizeBytes, 20n * MiB + 4096n);
  });

  it('says what does not fit', () => {
    const placed = placeInScratch([{ addr: 64n * MiB, size: 32n * MiB }, { addr: MiB, size: 0n }], [{ name: 'kernel and initrd', sizeBytes: 40n * MiB, alignBytes: 4096n }], 4096);
    assert.ok(!placed.ok);
    assert.strictEqual(placed.error, 'EADDRNOTAVAIL');
    assert.strictEqual(placed.what, 'kernel and initrd: 41943040 bytes fit into none of 2 scratch areas beside what is placed there; the largest has 33554432 bytes');
  });

  it('places as a walk page by page does', () => {
    const segment = fc.record({ pages: fc.integer({ min: 1, max: 12 }), align: fc.constantFrom(4096n, 16384n, 65536n), topDown: fc.boolean(), min: fc.option(fc.nat(80).map((pfn) => BigInt(pfn) * 4096n), { nil: undefined }) });
    fc.assert(fc.property(fc.array(segment, { maxLength: 8 }), (list) => {
      const areas = [{ addr: 60n * 4096n, size: 20n * 4096n }, { addr: 10n * 4096n, size: 30n * 4096n }];
      const segments = list.map(({ pages, align, topDown, min }, i) => ({ name: String(i), sizeBytes: BigInt(pages) * 4096n, alignBytes: align, topDown, ...(min === undefined ? {} : { min }) }));
      const placed = placeInScratch(areas, segments, 4096);
      const taken: { start: bigint; end: bigint }[] = [];
      let all = true;
      for (const [i, one] of segments.entries()) {
        const places = areas.flatMap(({ addr, size }) => {
          const candidates = Array.from({ length: Number(size / 4096n) }, (_, page) => addr + BigInt(page) * 4096n).filter((at) => at % one.alignBytes === 0n && at >= (one.min ?? 0n) && at + one.sizeBytes <= addr + size
            && taken.every(({ start, end }) => at + one.sizeBytes <= start || at >= end));
          return one.topDown ? candidates.reverse() : candidates;
        });
        const at = places[0];
        if (at === undefined) {
          all = false;
          break;
        }
        taken.push({ start: at, end: at + one.sizeBytes });
        if (placed.ok) assert.strictEqual(placed.value[i]?.phys, at);
      }
      assert.strictEqual(placed.ok, all);
    }));
  });
});
