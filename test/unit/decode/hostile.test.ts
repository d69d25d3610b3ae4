import assert from 'node:assert';
import type { DecodedImage } from '../../../server/decode/image';
import { decodeImage } from '../../../server/decode/image';
import { imageJson } from '../../../server/decode/toJson';
import { PreservedBlocks } from '../../../server/decode/preservedBlocks';
import { BitmapTracker } from '../../../server/formats/bitmapChunks';
import { encodeSetupData } from '../../../server/formats/bootRecord';
import { encodeScratch } from '../../../server/formats/scratch';
import { BlockList } from '../../../server/formats/blockList';
import { RootPage, finalizedRoot, rootForms } from '../../../server/formats/khoRoot';
import { encodeMemblock } from '../../../server/formats/memblock';
import type { PlacedPage } from '../../../server/formats/physicalMemory';
import { memoryOfPages } from '../../../server/formats/physicalMemory';
import type { ByteOrder } from '../../../server/formats/layoutTable';
import { RadixTracker } from '../../../server/formats/radixTree';
import { radixGeometry } from '../../../server/formats/radixKey';

const ROOT = 0x100000n;
const MEMBLOCK = 0x110000n;

/** A small handover: root, memblock with one region, some blocks that nobody owns. */
function image(of: 'radix' | 'chunks', pageShift: number, order: ByteOrder): PlacedPage[] {
  const pageBytes = 1 << pageShift;
  let next = 0x1000000n;
  const allocate = (size: number): bigint => {
    const phys = next;
    next += BigInt(Math.max(size, pageBytes));
    return phys;
  };
  const pfn = (phys: bigint): number => Number(phys >> BigInt(pageShift));
  const tracker = of === 'radix' ? new RadixTracker(radixGeometry(pageShift)) : new BitmapTracker({ pageShift, bitmapBytes: pageBytes });
  for (const phys of [ROOT, MEMBLOCK]) tracker.mark(pfn(phys), 0);
  tracker.mark(pfn(0x40000000n), 4);
  const made = tracker.encode(allocate, order);
  const map = 'rootPhys' in made ? made.rootPhys : made.firstPhys;
  const blob = encodeMemblock([{ name: 'trace', start: 0x40000000n, size: BigInt(16 * pageBytes) }], pageBytes, order);
  assert.ok(blob.ok);
  const subtree = { name: 'memblock', phys: MEMBLOCK, sizeBytes: BigInt(blob.value.blob.length) };
  let rootBytes: Uint8Array;
  if (of === 'radix') {
    const root = RootPage.create(rootForms['kho-v3'], map, pageBytes, order);
    assert.ok(root.ok && root.value.addSubtree(subtree).ok);
    rootBytes = root.value.page;
  } else {
    const root = finalizedRoot(rootForms['6.16'], map, [subtree], pageBytes, order);
    assert.ok(root.ok);
    rootBytes = root.value.buffer;
  }
  return [{ phys: ROOT, bytes: rootBytes }, { phys: MEMBLOCK, bytes: blob.value.buffer }, ...made.pages];
}

const decodePages = (pages: readonly PlacedPage[]): DecodedImage => decodeImage({ memory: memoryOfPages(pages), order: undefined, pageShift: undefined });

function set(pages: readonly PlacedPage[], phys: bigint, offset: number, value: bigint): void {
  const page = pages.find((one) => one.phys === phys);
  assert.ok(page);
  new DataView(page.bytes.buffer, page.bytes.byteOffset).setBigUint64(offset, value, true);
}

describe('handovers of every page size and byte order', () => {
  for (const of of ['radix', 'chunks'] as const) {
    for (const pageShift of [12, 14, 16]) {
      for (const order of ['little', 'big'] as const) {
        it(`${of}, ${String(1 << pageShift)} bytes, ${order} endian: machine and owners are found out`, () => {
          const found = decodePages(image(of, pageShift, order));
          assert.deepStrictEqual(found.handover?.machine, { order, pageShift });
          assert.deepStrictEqual(found.findings, []);
          assert.deepStrictEqual(found.handover.blocks.ownerTable(), [
            { owner: 'KHO root FDT', order: 0, blocks: 1 }, { owner: 'memblock FDT', order: 0, blocks: 1 }, { owner: 'reserve_mem', order: 4, blocks: 1 },
          ]);
        });
      }
    }
  }
});

describe('scratch areas', () => {
  it('that a preserved block reaches into are named with the whole block', () => {
    const record = { phys: 0x200000n, bytes: new Uint8Array(4096) };
    record.bytes.set(encodeSetupData(0n, { fdt_addr: ROOT, fdt_size: 4096n, scratch_addr: 0x201000n, scratch_size: 16n }));
    const scratch = { phys: 0x201000n, bytes: new Uint8Array(4096) };
    // It begins with the third page of the block of order 4 at 0x40000000.
    scratch.bytes.set(encodeScratch([{ addr: 0x40002000n, size: 0x200000n }], 'little'));
    const found = decodePages([...image('radix', 12, 'little'), record, scratch]);
    const overlaps = found.findings.filter(({ kind }) => kind === 'scratch-overlap');
    assert.deepStrictEqual(overlaps.map(({ phys, field }) => [phys, field]), [[0x40000000n, 'order 4']]);
    assert.equal(decodePages([...image('radix', 12, 'little'), record, { ...scratch, bytes: encodeScratch([{ addr: 0x40010000n, size: 0x200000n }], 'little') }]).findings.length, 0);
  });
});

describe('hostile images', () => {
  const root = 0x1000000n;
  it('a radix node that points to itself is named, and the rest is still shown', () => {
    const pages = image('radix', 12, 'little');
    set(pages, root, 8, root);
    const found = decodePages(pages);
    const finding = found.findings.find((one) => one.kind === 'tracker');
    assert.deepStrictEqual([finding?.phys, finding?.offsetBytes, finding?.field, finding?.expected, finding?.found], [root, 8, 'table[1] of level 5', 'a node that nothing else points to', '0x1000000']);
    assert.strictEqual(found.handover?.memblock?.regions[0]?.name, 'trace');
  });

  it('an address outside the image is named', () => {
    const pages = image('radix', 12, 'little');
    set(pages, root, 16, 0xfffffffffffff000n);
    const found = decodeImage({ memory: memoryOfPages(pages), order: 'little', pageShift: 12 });
    assert.ok(found.findings.some((one) => one.kind === 'tracker' && one.found === '0xfffffffffffff000' && one.offsetBytes === 16));
    assert.ok(found.findings.some((one) => one.kind === 'not-preserved'));
  });

  it('a chunk list that is a circle ends', () => {
    const pages = image('chunks', 12, 'little');
    const last = pages[pages.length - 1];
    assert.ok(last);
    set(pages, last.phys, 0, last.phys);
    const found = decodePages(pages);
    assert.ok(found.findings.some((one) => one.kind === 'tracker' && one.structure === 'khoser_mem_chunk' && one.field === 'next'));
    assert.strictEqual(found.handover?.tracker.kind, 'chunks');
  });

  it('counts and sizes up to 2^64 are bounded', () => {
    const pages = image('chunks', 12, 'little');
    const last = pages[pages.length - 1];
    assert.ok(last);
    set(pages, last.phys, 8, 0xffffffff00000000n);
    assert.ok(decodePages(pages).findings.some((one) => one.field === 'num_elms'));
    const blob = encodeMemblock([{ name: 'all', start: 0x1000n, size: 0xffffffffffffffffn }], 4096, 'little');
    assert.ok(blob.ok);
    const other = image('radix', 12, 'little').map((page) => (page.phys === MEMBLOCK ? { ...page, bytes: blob.value.buffer } : page));
    const found = decodePages(other);
    assert.ok(found.findings.some((one) => one.kind === 'not-preserved' && one.structure === 'reserve_mem'));
    // A region of all memory takes every block that nobody had before: the root and its own tree keep their owners.
    assert.deepStrictEqual(found.handover?.blocks.unowned(), []);
    assert.deepStrictEqual(found.handover.blocks.ownerTable(), [
      { owner: 'KHO root FDT', order: 0, blocks: 1 }, { owner: 'memblock FDT', order: 0, blocks: 1 }, { owner: 'reserve_mem', order: 4, blocks: 1 },
    ]);
    assert.deepStrictEqual([...new Set(found.findings.map(({ kind }) => kind))], ['not-preserved']);
  });

  it('every page cut off anywhere, or missing, gives findings and no exception', () => {
    for (const of of ['radix', 'chunks'] as const) {
      const pages = image(of, 12, 'little');
      pages.forEach((page, i) => {
        for (let cut = 0; cut < 4096; cut += page.phys === ROOT ? 1 : 64) {
          const found = decodeImage({ memory: memoryOfPages(pages.map((one, j) => (i === j ? { ...one, bytes: one.bytes.subarray(0, cut) } : one))), order: 'little', pageShift: 12 });
          imageJson(found);
          if (page.phys !== ROOT && page.phys !== MEMBLOCK) assert.ok(found.findings.length > 0, `${of} ${String(i)} cut at ${String(cut)}`);
        }
      });
    }
  });

  it('blocks over each other are told', () => {
    const list = new BlockList();
    for (const [pfn, order] of [[16, 2], [17, 0], [32, 0]] as const) list.push(pfn, order);
    const blocks = new PreservedBlocks(list);
    assert.deepStrictEqual(blocks.overlaps(10), [{ below: { pfn: 16, order: 2 }, above: { pfn: 17, order: 0 } }]);
    assert.deepStrictEqual(blocks.claimRange(18, 16, blocks.owner('x')), { blocks: [{ pfn: 32, order: 0 }], missingPages: 13, firstMissingPfn: 20 });
  });
});
