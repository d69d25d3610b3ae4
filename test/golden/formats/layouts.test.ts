import assert from 'node:assert';
import { chunkCapacity, chunkElement, chunkHeader } from '../../../server/formats/bitmapChunks';
import { khoData, setupData } from '../../../server/formats/bootRecord';
import { kexecMetadata, readKexecMetadata } from '../../../server/formats/kexecMetadata';
import type { Specs, Table } from '../../../server/formats/layoutTable';
import { encode, overlay } from '../../../server/formats/layoutTable';
import * as luo from '../../../server/formats/luo';
import { decodeFolios, encodeFolios, memfdFolio, memfdV1, memfdV2 } from '../../../server/formats/memfd';
import { radixBit, radixGeometry, radixIndex, radixKey } from '../../../server/formats/radixKey';
import { khoScratch } from '../../../server/formats/scratch';
import { khoVmalloc, vmallocCapacity, vmallocChunkHeader } from '../../../server/formats/vmalloc';
import { abiSizes, fixture } from './samples';

describe('sizes of structures as gcc has them', () => {
  const sizes = abiSizes(4);
  const rows: readonly (readonly [string, Table<Specs>])[] = [
    ['kexec_handover/6.19-in-c kho_scratch', khoScratch], ['kexec_handover/6.19-in-c khoser_mem_chunk_hdr', chunkHeader], ['kexec_handover/6.19-in-c khoser_mem_bitmap_ptr', chunkElement],
    ['kexec_handover/7.1.5 kho_vmalloc', khoVmalloc], ['kexec_handover/7.1.5 kho_vmalloc_hdr', vmallocChunkHeader], ['kexec_metadata/7.1.5 kho_kexec_metadata', kexecMetadata],
    ['luo/6.19 luo_file_ser', luo.luoFile], ['luo/6.19 luo_file_set_ser', luo.luoFileSet], ['luo/6.19 luo_session_header_ser', luo.luoSessionHeader], ['luo/7.1.5 luo_session_ser', luo.luoSession],
    ['luo/7.1.5 luo_flb_header_ser', luo.luoFlbHeader], ['luo/7.1.5 luo_flb_ser', luo.luoFlb], ['luo/mm-fb2257f1798a-luo-v5-khoserptr luo_ser', luo.luoSer('luo-v5')],
    ['luo/mm-composite-luo-v5-block-v1 luo_ser', luo.luoSer('luo-v5;block-v1')], ['block/torvalds-637315cb400e kho_block_header_ser', luo.khoBlockHeader],
    ['memfd/6.19 memfd_luo_ser', memfdV1], ['memfd/7.1.5 memfd_luo_ser', memfdV2], ['memfd/7.1.5 memfd_luo_folio_ser', memfdFolio],
  ];
  for (const [name, of] of rows) {
    it(name, () => {
      assert.equal(of.sizeBytes, sizes.get(name));
      const runs = overlay(of, 0);
      assert.equal(runs.reduce((at, run) => {
        assert.equal(run.offsetBytes, at);
        return at + run.lengthBytes;
      }, 0), of.sizeBytes);
    });
  }

  it('the boot record has 48 bytes, capacities are those of the sources', () => {
    assert.equal(setupData.sizeBytes + khoData.sizeBytes, 48);
    assert.deepEqual([12, 14, 16].map(chunkCapacity), [255, 1023, 4095]);
    assert.deepEqual([4096, 16384, 65536].map(vmallocCapacity), [511, 2047, 8191]);
    assert.equal(luo.capacityOf(luo.luoSessionHeader, luo.luoSession, luo.LUO_SESSION_BYTES), 819);
    assert.equal(luo.capacityOf(undefined, luo.luoFile, luo.LUO_FILES_BYTES), 128);
    assert.equal(luo.capacityOf(luo.luoFlbHeader, luo.luoFlb, luo.LUO_FLB_BYTES), 63);
    assert.equal(luo.capacityOf(luo.khoBlockHeader, luo.luoSession, 4096), 51);
    assert.equal(luo.capacityOf(luo.khoBlockHeader, luo.luoFile, 4096), 63);
  });
});

describe('radix keys of the facts', () => {
  const rows: readonly (readonly [number, number, bigint, string, number])[] = [
    [0x140000000, 0, 0x10000000140000n, '2 0 0 0 40', 0], [0x140000000, 9, 0x80000000a00n, '0 2 0 0 0', 2560], [0x140000000, 18, 0x400000005n, '0 0 2 0 0', 5],
    [0x140001000, 0, 0x10000000140001n, '2 0 0 0 40', 1], [0x12345000, 0, 0x10000000012345n, '2 0 0 0 2', 9029], [0x12200000, 9, 0x80000000091n, '0 2 0 0 0', 145],
    [0x7ffff000, 0, 0x1000000007ffffn, '2 0 0 0 15', 32767], [0x80000000, 0, 0x10000000080000n, '2 0 0 0 16', 0], [0, 0, 0x10000000000000n, '2 0 0 0 0', 0],
    [0x1000000000, 10, 0x40000004000n, '0 1 0 0 0', 16384],
  ];
  it('4K, 16K and 64K pages', () => {
    const four = radixGeometry(12);
    for (const [phys, order, key, path, bit] of rows) {
      const ours = radixKey(four, phys / 4096, order);
      assert.equal(BigInt(ours), key);
      assert.equal([5, 4, 3, 2, 1].map((level) => radixIndex(four, ours, level)).join(' '), path);
      assert.equal(radixBit(four, ours), bit);
    }
    const sixteen = radixGeometry(14);
    const key16 = radixKey(sixteen, 0x140000000 / 16384, 0);
    assert.equal(key16, 0x4000000050000);
    assert.deepEqual([4, 3, 2, 1].map((level) => radixIndex(sixteen, key16, level)).concat(radixBit(sixteen, key16)), [1, 0, 0, 2, 65536]);
    const key64 = radixKey(radixGeometry(16), 0x140000000 / 65536, 0);
    assert.equal(key64, 0x1000000014000);
    assert.deepEqual([12, 14, 16].map((shift) => [radixGeometry(shift).depth, radixGeometry(shift, false).depth]), [[6, 6], [5, 4], [4, 4]]);
  });
});

describe('memfd and metadata', () => {
  it('the folio of the facts, both byte orders', () => {
    const folios = { pfns: Float64Array.of(0x123456789abcd), flags: Uint16Array.of(3), indexes: Float64Array.of(7) };
    assert.equal(Buffer.from(encodeFolios(folios, 'little')).toString('hex'), 'cdab896745233100' + '0700000000000000');
    for (const order of ['little', 'big'] as const) assert.deepEqual(decodeFolios(encodeFolios(folios, order), order), folios);
  });

  it('kexec-metadata of 7.1.5', () => {
    const bytes = fixture('kexec-metadata.bin');
    const { value, problems } = readKexecMetadata(bytes, 'little');
    assert.deepEqual(problems, []);
    assert.deepEqual(value, { version: 1, previous_release: '7.1.5-kho715', kexec_count: 1 });
    assert.deepEqual(Buffer.from(encode(kexecMetadata, value ?? assert.fail(), 'little')), Buffer.from(bytes));
    assert.equal(readKexecMetadata(bytes.subarray(0, 60), 'little').problems[0]?.expected, '73 bytes');
  });
});
