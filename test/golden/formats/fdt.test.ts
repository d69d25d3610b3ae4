import assert from 'node:assert';
import type { FdtAnswer } from '../../../server/formats/fdt/layout';
import { isFdtTree, readFdt } from '../../../server/formats/fdt/read';
import type { FdtTree } from '../../../server/formats/fdt/read';
import { RootPage, finalizedRoot, rootForms } from '../../../server/formats/khoRoot';
import { knownStrings, readRoot } from '../../../server/formats/khoRootRead';
import { encodeLuoFdt, luoFdtForms, readLuoFdt } from '../../../server/formats/luo';
import { encodeMemblock, readMemblock } from '../../../server/formats/memblock';
import { encodeTestKho, readTestKho } from '../../../server/formats/testKho';
import { fixture, libfdtSample } from './samples';

const MAP = 0x123456000n;

export function take<T>(answer: FdtAnswer<T>): T {
  assert.ok(answer.ok, answer.ok ? '' : answer.error);
  return answer.value;
}

function tree(bytes: Uint8Array, options = {}): FdtTree {
  const read = readFdt(bytes, options);
  assert.ok(isFdtTree(read));
  return read;
}

const same = (ours: Uint8Array, theirs: Uint8Array): void => { assert.equal(Buffer.from(ours).toString('hex'), Buffer.from(theirs).toString('hex')); };

describe('FDTs byte for byte as libfdt writes them', () => {
  it('root of 6.16 to 6.18', () => {
    same(take(finalizedRoot(rootForms['6.16'], MAP, [{ name: 'memblock', phys: 0x100042000n, sizeBytes: 0n }], 4096, 'little')).blob, libfdtSample('6.16-6.18'));
  });

  it('root of 6.19, empty and with two subtrees', () => {
    const root = take(RootPage.create(rootForms['6.19'], 0n, 4096, 'little'));
    same(root.blob(), libfdtSample('6.19 kho-v1 initial'));
    take(root.addSubtree({ name: 'LUO', phys: 0x100010000n, sizeBytes: 0n }));
    take(root.addSubtree({ name: 'memblock', phys: 0x100042000n, sizeBytes: 0n }));
    take(root.setMap(MAP));
    same(root.blob(), libfdtSample('6.19 kho-v1 after'));
  });

  it('root of 7.1 with one and three subtrees', () => {
    const root = take(RootPage.create(rootForms['kho-v3'], MAP, 4096, 'little'));
    take(root.addSubtree({ name: 'kexec-metadata', phys: 0x100020000n, sizeBytes: 73n }));
    same(root.blob(), libfdtSample('7.1 kho-v3 with kexec-metadata'));
    take(root.addSubtree({ name: 'LUO', phys: 0x100010000n, sizeBytes: 276n }));
    take(root.addSubtree({ name: 'memblock', phys: 0x100042000n, sizeBytes: 288n }));
    same(root.blob(), libfdtSample('7.1 kho-v3 with three'));
  });

  it('memblock and LUO sub-FDTs', () => {
    same(take(encodeMemblock([{ name: 'n1', start: 0x40000000n, size: 0x400000n }], 4096, 'little')).blob, libfdtSample('memblock sub-FDT'));
    same(take(encodeLuoFdt(luoFdtForms['7.1'], { liveupdateNumber: 1n, sessionHeaderPhys: 0x100100000n, flbHeaderPhys: 0x100003000n }, 4096, 'little')).blob, libfdtSample('7.1 LUO sub-FDT'));
  });

  it('70 subtrees with names of six characters fit into a page of 7.1, the 71st does not and leaves no trace', () => {
    const root = take(RootPage.create(rootForms['kho-v3'], MAP, 4096, 'little'));
    const add = (i: number) => root.addSubtree({ name: `sub${String(i).padStart(3, '0')}`, phys: BigInt(i) << 12n, sizeBytes: 8n });
    for (let i = 0; i < 70; i++) take(add(i));
    const before = Buffer.from(root.blob()).toString('hex');
    assert.deepEqual(add(70), { ok: false, error: 'NOSPACE' });
    assert.equal(Buffer.from(root.blob()).toString('hex'), before);
    assert.deepEqual(root.addSubtree({ name: 'sub001', phys: 0n, sizeBytes: 0n }), { ok: false, error: 'EXISTS' });
  });
});

describe('FDTs of real kernels', () => {
  it('7.1.5: the whole page of the root, what lies behind the tree included', () => {
    const page = fixture('root-7.1.5.page');
    const { mapPhys, subtrees, form } = readRoot(tree(page), 'little') ?? assert.fail();
    assert.equal(form?.id, 'kho-v3');
    assert.deepEqual(subtrees.map(({ name }) => name), ['memblock', 'LUO', 'kho_test', 'kexec-metadata']);
    assert.deepEqual(subtrees[0]?.propertyOrder, ['blob-size', 'preserved-data']);
    const root = take(RootPage.create(rootForms['kho-v3'], mapPhys ?? 0n, 4096, 'little'));
    for (const { name, phys, sizeBytes } of [...subtrees].reverse()) take(root.addSubtree({ name, phys, sizeBytes: sizeBytes ?? 0n }));
    same(root.page, page);
  });

  it('6.19: the whole page of the root', () => {
    const page = fixture('root-6.19.page');
    const { mapPhys, subtrees, form } = readRoot(tree(page), 'little') ?? assert.fail();
    assert.equal(form?.id, '6.19');
    const root = take(RootPage.create(rootForms['6.19'], 0n, 4096, 'little'));
    for (const { name, phys } of [...subtrees].reverse()) take(root.addSubtree({ name, phys, sizeBytes: 0n }));
    take(root.setMap(mapPhys ?? 0n));
    same(root.page, page);
  });

  it('sub-FDTs are written back to the same bytes', () => {
    const memblock = readMemblock(tree(fixture('memblock-7.1.5.dtb')), 'little');
    assert.deepEqual(memblock.problems, []);
    same(take(encodeMemblock(memblock.regions.map(({ name, start, size }) => ({ name, start: start ?? 0n, size: size ?? 0n })), 4096, 'little')).blob, fixture('memblock-7.1.5.dtb'));
    for (const [file, form] of [['LUO-7.1.5.dtb', luoFdtForms['7.1']], ['LUO-6.19.dtb', luoFdtForms['6.19']]] as const) {
      const luo = readLuoFdt(tree(fixture(file)), 'little');
      assert.deepEqual(luo.problems, []);
      same(take(encodeLuoFdt(form, { liveupdateNumber: luo.liveupdateNumber ?? 0n, sessionHeaderPhys: luo.session?.headerPhys ?? 0n, flbHeaderPhys: luo.flb?.headerPhys }, 4096, 'little')).blob, fixture(file));
    }
    const test = readTestKho(tree(fixture('kho_test-7.1.5.dtb')), 'little');
    assert.deepEqual([test.problems, test.nr_folios, test.csum, test.vmalloc?.total_pages], [[], 27, 888632598, 1]);
    const info = tree(fixture('kho_test-7.1.5.dtb')).root?.children[0]?.properties[1]?.data ?? new Uint8Array(0);
    same(take(encodeTestKho({ magic: test.magic ?? 0, nr_folios: 27, folios_info: info, csum: test.csum ?? 0 }, 8192, 'little')).blob, fixture('kho_test-7.1.5.dtb'));
  });

  it('the truncated out/fdt: what is there is read, names from what the kernel writes', () => {
    const bytes = fixture('out-truncated-7.1.5.dtb');
    const plain = tree(bytes);
    assert.ok(plain.truncated);
    assert.ok(plain.problems.some((one) => one.field === 'totalsize' && one.expected.includes('233') && one.found === '405'));
    const read = readRoot(tree(bytes, { strings: knownStrings(rootForms['kho-v3']) }), 'little') ?? assert.fail();
    assert.equal(read.form?.id, 'kho-v3');
    assert.equal(read.mapPhys, readRoot(tree(fixture('root-7.1.5.page')), 'little')?.mapPhys);
    assert.deepEqual(read.subtrees.map(({ name }) => name), ['memblock', 'LUO']);
  });

  it('strings that are known are those of the real trees', () => {
    for (const [file, id] of [['root-7.1.5.page', 'kho-v3'], ['root-6.19.page', '6.19']] as const) {
      const { bytes, header } = tree(fixture(file));
      same(knownStrings(rootForms[id]), bytes.subarray(header.off_dt_strings, header.off_dt_strings + header.size_dt_strings));
    }
  });
});
