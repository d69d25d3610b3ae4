import assert from 'node:assert/strict';
import fc from 'fast-check';
import { imageJson } from '../../../server/decode/toJson';
import { decodeCore } from '../../../server/decode/core';
import type { DecodedImage } from '../../../server/decode/image';
import { decodeImage } from '../../../server/decode/image';
import { readElfCore } from '../../../server/formats/elfCore';
import { vmcoreinfoOf } from '../../../server/formats/vmcoreinfo';
import { encodeElfCore, elfMachines } from '../../../server/formats/elfCoreWrite';
import { addReserveMem } from '../../../server/engine/kho/consumers';
import { HandoverImage } from '../../../server/engine/kho/handoverImage';
import { addLuo } from '../../../server/engine/kho/luoImage';
import { encodeSetupData, setupData } from '../../../server/formats/bootRecord';
import { encode } from '../../../server/formats/layoutTable';
import { memoryOfPages } from '../../../server/formats/physicalMemory';
import type { Made, Plan } from './randomHandover';
import { allocator, generationOf, makeHandover, plans } from './randomHandover';

function ofCore(bytes: Uint8Array): DecodedImage {
  const image = decodeCore(bytes);
  if ('field' in image) throw new Error(`${image.structure}.${image.field}: ${image.found}`);
  return image;
}

/** Everything that was put in must come out, and nothing else. */
function same(found: DecodedImage, made: Made, plan: Plan): void {
  const { handover } = found;
  assert.ok(handover, 'a handover');
  assert.equal(handover.phys, made.rootPhys);
  assert.deepEqual(handover.machine, { order: plan.order, pageShift: plan.pageShift });
  const rows = new Map<string, number>();
  for (const { owner, order } of made.image.blocks) if (owner !== '') rows.set(`${owner}|${String(order)}`, (rows.get(`${owner}|${String(order)}`) ?? 0) + 1);
  assert.deepEqual(Object.fromEntries(handover.blocks.ownerTable().map((row) => [`${row.owner}|${String(row.order)}`, row.blocks])), Object.fromEntries([...rows].sort()));
  const wanted = made.image.blocks.map(({ pfn, order }) => `${String(pfn)}|${String(order)}`).sort();
  assert.deepEqual(Array.from({ length: handover.blocks.count }, (_, i) => handover.blocks.block(i)).map(({ pfn, order }) => `${String(pfn)}|${String(order)}`).sort(), wanted);
  assert.deepEqual(handover.blocks.unowned(), made.unowned);
  assert.deepEqual(found.findings.map((one) => one.kind), made.unowned.length > 0 ? ['unowned'] : [], found.findings[0]?.message);
  consumers(found, made, plan);
}

function consumers(found: DecodedImage, made: Made, plan: Plan): void {
  const handover = found.handover;
  assert.ok(handover);
  if (plan.generation.memblock.id === 'memblock-v1' || made.regions.length > 0) assert.deepEqual(handover.memblock?.regions.map(({ name, start, size }) => ({ name, start, size })), made.regions);
  assert.deepEqual(handover.testKho?.folios, made.testFolios);
  assert.deepEqual(handover.kexecMetadata === undefined ? undefined : [handover.kexecMetadata.previousRelease, handover.kexecMetadata.kexecCount], made.metadata ? ['7.1.5-test', 3] : undefined);
  assert.equal(handover.luo?.liveupdateNumber, made.luo?.liveupdateNumber);
  const sessions = handover.luo?.session?.sessions.map(({ name, files }) => ({
    name, files: files.map(({ token, memfd }) => ({
      token, pos: memfd?.pos, size: memfd?.size, ...(memfd?.seals === undefined ? {} : { seals: memfd.seals }),
      folios: Array.from(memfd?.folios.pfns ?? [], (pfn, i) => [pfn, pfn === 0 ? undefined : handover.blocks.orderAt(pfn), memfd?.folios.flags[i], memfd?.folios.indexes[i]]),
    })),
  }));
  const wanted = made.luo?.sessions.map(({ name, files }) => ({
    name, files: files.map(({ token, memfd }) => ({
      token, pos: memfd.pos, size: memfd.size, ...(plan.generation.memfd?.id === 'memfd-v1' ? {} : { seals: memfd.seals }),
      folios: memfd.folios.map((one) => [one.pfn, one.pfn === 0 ? undefined : one.order, one.flags, one.index]),
    })),
  }));
  assert.deepEqual(sessions ?? [], wanted ?? []);
  assert.deepEqual(handover.luo?.flb?.flbs ?? [], made.luo?.flbs ?? []);
}

/** A radix tree of 16K pages before its depth fix: the order bit of order 0 has no place in it. */
function losesOrders(plan: Plan): boolean {
  return plan.pageShift === 14 && plan.generation.depthFix !== undefined && (plan.generation.depthFix === plan.otherForm);
}

/** As the kernel reads its own keys back: KHO facts 2.2, "order-0 key 0x4000000050000 … read back as key 0x50000". */
function lost({ pfn, order }: { readonly pfn: number; readonly order: number }): { readonly pfn: number; readonly order: number } {
  if (order > 0) return { pfn, order };
  const bit = Math.floor(Math.log2(pfn));
  return { pfn: (pfn - 2 ** bit) * 2 ** (50 - bit), order: 50 - bit };
}

describe('images of our own making', () => {
  it('16K pages before the depth fix: order 0 comes back as its kernel reads it, and a finding says so', () => {
    fc.assert(fc.property(plans.filter(losesOrders), (plan) => {
      const made = makeHandover(plan);
      const found = decodeImage({ memory: memoryOfPages(made.image.pages), order: plan.order, pageShift: plan.pageShift });
      const blocks = found.handover?.blocks;
      const text = (one: { readonly pfn: number; readonly order: number }): string => `${String(one.pfn)}|${String(one.order)}`;
      assert.deepEqual(Array.from({ length: blocks?.count ?? 0 }, (_, i) => text(blocks?.block(i) ?? { pfn: -1, order: -1 })).sort(), made.image.blocks.map((one) => text(lost(one))).sort());
      assert.ok(found.findings.some((one) => one.kind === 'tracker' && one.field === 'levels' && one.found.startsWith('4: ')));
    }), { numRuns: 60 });
  });

  // Bitmaps of a page whose places and first 512 bytes fit small ones as well; what nobody owns stands behind those bytes.
  const eitherSize: Plan = {
    generation: generationOf('6.17'), pageShift: 12, order: 'little', otherForm: true, basePfn: 0x2d8000, gaps: [0], regions: [], testFolios: undefined, luo: undefined, unowned: [1],
  };

  it('an ELF core of any generation gives back what was put in', () => {
    fc.assert(fc.property(plans.filter((plan) => !losesOrders(plan)), (plan) => {
      const made = makeHandover(plan);
      const core = encodeElfCore({
        order: plan.order, machine: plan.order === 'big' ? elfMachines.s390x : elfMachines.arm64, memory: made.image.pages, vmcoreinfo: `OSRELEASE=6.0\nPAGESIZE=${String(1 << plan.pageShift)}\n`,
      });
      same(ofCore(core), made, plan);
    }), { numRuns: 300, examples: [[eitherSize]] });
  });

  // v4 lists bytes, which fit any page size.
  it('page size and byte order are found out where nothing tells them', () => {
    fc.assert(fc.property(plans.filter((plan) => plan.generation.id !== 'v4' && !losesOrders(plan) && plan.regions.length > 0 && plan.unowned.length === 0), (plan) => {
      const made = makeHandover(plan);
      same(decodeImage({ memory: memoryOfPages(made.image.pages), order: undefined, pageShift: undefined }), made, plan);
    }), { numRuns: 120 });
  });

  it('a root without a subtree may be of 6.17 or of 6.19: the bitmaps tell', () => {
    for (const id of ['6.17', '6.18', '6.19'] as const) {
      const image = new HandoverImage({ generation: generationOf(id), order: 'little', pageShift: 12 }, allocator(12, 0x100000, [0, 1, 2]));
      // Three bitmaps of 512 bytes, side by side, or one of a page.
      for (const pfn of [0x200001, 0x201005, 0x202fff]) image.mark(pfn, 0, 'nobody');
      image.finish();
      const found = ofCore(encodeElfCore({ order: 'little', machine: elfMachines.x86_64, memory: image.pages, vmcoreinfo: undefined }));
      const { blocks } = found.handover ?? assert.fail(id);
      const pfns = Array.from({ length: blocks.count }, (_, i) => blocks.block(i).pfn).sort((a, b) => a - b);
      assert.deepEqual(pfns.slice(-3), [0x200001, 0x201005, 0x202fff], id);
    }
  });

  for (const id of ['6.19', '7.1', 'newest'] as const) {
    it(`${id}: 154,000 folios of one file, whose array takes two chunks`, () => {
      const image = new HandoverImage({ generation: generationOf(id), order: 'little', pageShift: 12 }, allocator(12, 0x100000, [0, 1, 2]));
      const folios = Array.from({ length: 154_000 }, (_, index) => ({ pfn: image.pfnOf(image.allocate(4096, 'folio')), order: 0, flags: 3, index }));
      addLuo(image, { liveupdateNumber: 1n, flbs: [], sessions: [{ name: 'vm', files: [{ token: 7n, memfd: { pos: 0n, size: 154_000n << 12n, seals: 0, folios } }] }] });
      image.finish();
      const found = ofCore(encodeElfCore({ order: 'little', machine: elfMachines.x86_64, memory: image.pages, vmcoreinfo: undefined }));
      assert.deepEqual(found.findings, []);
      const memfd = found.handover?.luo?.session?.sessions[0]?.files[0]?.memfd;
      // 154,000 entries of 16 bytes are 602 pages; a chunk holds 511.
      assert.deepEqual(memfd?.area.chunks.map((chunk) => chunk.entries), [511, 91]);
      assert.deepEqual([...memfd.folios.pfns], folios.map((one) => one.pfn));
      assert.equal(found.handover?.blocks.count, image.blocks.length);
      assert.equal(found.handover.blocks.ownerTable().find((row) => row.owner === 'memfd folio')?.blocks, 154_000);
      assert.ok(imageJson(found)['luo'] !== undefined);
    });
  }

  it('an area of exactly 511 pages ends with an empty chunk', () => {
    const image = new HandoverImage({ generation: generationOf('7.1'), order: 'little', pageShift: 12 }, allocator(12, 0x1000, [0]));
    const folios = Array.from({ length: 511 * 256 }, (_, index) => ({ pfn: image.pfnOf(image.allocate(4096, 'folio')), order: 0, flags: 3, index }));
    addLuo(image, { liveupdateNumber: 1n, flbs: [], sessions: [{ name: 'vm', files: [{ token: 7n, memfd: { pos: 0n, size: 0n, seals: 0, folios } }] }] });
    image.finish();
    const found = decodeImage({ memory: memoryOfPages(image.pages), order: 'little', pageShift: 12 });
    assert.deepEqual(found.findings, []);
    assert.deepEqual(found.handover?.luo?.session?.sessions[0]?.files[0]?.memfd?.area.chunks.map((chunk) => chunk.entries), [511, 0]);
  });

  it('6.19 that never finalized: nothing is preserved, and everything that was meant to be is named', () => {
    const image = new HandoverImage({ generation: generationOf('6.19'), order: 'little', pageShift: 12 }, allocator(12, 0x1000, [0]));
    addReserveMem(image, [{ name: 'trace', start: 0x8000000n, size: 0x4000n }]);
    const root = image.finish();
    const page = image.pages.find((one) => one.phys === root);
    assert.ok(page);
    // The value of preserved-memory-map, the second property of the root: behind 56 + 8, 12 + 8 and 12 bytes.
    page.bytes.fill(0, 96, 104);
    const found = decodeImage({ memory: memoryOfPages(image.pages), order: 'little', pageShift: 12 });
    const json = imageJson(found);
    assert.deepEqual([json['chunks'], json['owners'], json['unowned_preserved_blocks']], [[], [], []]);
    assert.deepEqual(found.findings.map((one) => [one.kind, one.structure]), [['tracker', 'KHO root FDT'], ['not-preserved', 'KHO root FDT'], ['not-preserved', 'memblock FDT'], ['not-preserved', 'reserve_mem']]);
  });

  it('more segments than e_phnum can say are counted in the first section header', () => {
    const memory = Array.from({ length: 65_600 }, (_, i) => ({ phys: BigInt(i) << 13n, bytes: Uint8Array.of(i & 255) }));
    const core = readElfCore(encodeElfCore({ order: 'big', machine: elfMachines.s390x, memory, vmcoreinfo: 'PAGESIZE=4096\n' }));
    assert.ok(core.ok);
    assert.deepEqual(core.value.problems, []);
    assert.equal(core.value.memory.ranges.length, 65_600);
    assert.deepEqual(core.value.memory.read(65_599n << 13n, 1), Uint8Array.of(65_599 & 255));
    assert.equal(vmcoreinfoOf(core.value)?.pageSizeBytes, 4096);
  });

  describe('with two whole roots of the same kind', () => {
    /** Two kernels' trees in one memory, and boot_params whose list has a node of another type in front of that of `named`. */
    function two(named: 0 | 1): { readonly image: DecodedImage; readonly roots: readonly bigint[] } {
      const parts = [0x1000, 0x8000].map((basePfn) => {
        const image = new HandoverImage({ generation: generationOf('6.18'), order: 'little', pageShift: 12 }, allocator(12, basePfn, [0]));
        addReserveMem(image, [{ name: 'trace', start: BigInt(basePfn + 0x4000) << 12n, size: 0x4000n }]);
        return { root: image.finish(), pages: image.pages };
      });
      const page = new Uint8Array(4096);
      const view = new DataView(page.buffer);
      view.setUint32(0x202, 0x53726448, true);
      view.setBigUint64(0x250, 0x700400n, true);
      page.set(encode(setupData, { next: 0x700500n, type: 9, len: 0 }, 'little'), 0x400);
      page.set(encodeSetupData(0n, { fdt_addr: parts[named]?.root ?? 0n, fdt_size: 4096n, scratch_addr: 0n, scratch_size: 0n }), 0x500);
      const memory = memoryOfPages([...parts.flatMap((part) => part.pages), { phys: 0x700000n, bytes: page }]);
      return { image: decodeImage({ memory, order: 'little', pageShift: 12 }), roots: parts.map((part) => part.root) };
    }

    it('the one counts that the list of boot_params leads to', () => {
      for (const named of [0, 1] as const) {
        const { image, roots } = two(named);
        assert.equal(image.handover?.phys, roots[named]);
        assert.deepEqual(image.records.map(({ phys, linked }) => [phys, linked]), [[0x700500n, true]]);
        assert.deepEqual(image.findings, []);
      }
    });
  });
});
