import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Json } from '../../../server/decode/exactJson';
import { parseExact } from '../../../server/decode/exactJson';
import { addKexecMetadata, addReserveMem, addTestKho } from '../../../server/engine/kho/consumers';
import { HandoverImage } from '../../../server/engine/kho/handoverImage';
import { encode } from '../../../server/formats/layoutTable';
import { encodeLuoFdt, luoFdtForms, luoSer } from '../../../server/formats/luo';
import { encodeMemblock } from '../../../server/formats/memblock';
import { imageBytes } from '../../golden/decode/images';
import { allocator, generationOf } from '../decode/randomHandover';
import { Folder } from '../workspace/helpers';
import type { Ran } from './runCli';
import { run as runIn } from './runCli';

const FORMATS = path.resolve('test/fixtures/formats');
const CASES = path.resolve('test/fixtures/kstate-cases');

describe('decode', () => {
  let folder: Folder;
  beforeEach(() => { folder = new Folder(); });
  afterEach(() => { folder.remove(); });

  const run = (...words: string[]): Promise<Ran> => runIn(folder.root, ['decode', ...words]);

  async function json(...words: string[]): Promise<{ readonly code: number; readonly json: Json; readonly at: (...keys: (string | number)[]) => Json | undefined }> {
    const { code, out, err } = await run(...words, '--format', 'json');
    assert.notEqual(out, '', err);
    const read = parseExact(out);
    const at = (...keys: (string | number)[]): Json | undefined => keys.reduce<Json | undefined>((value, key) => (value !== null && typeof value === 'object' ? (value as Record<string | number, Json>)[key] : undefined), read);
    return { code, json: read, at };
  }

  const put = (name: string, bytes: Uint8Array): string => {
    const file = path.join(folder.root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    return name;
  };
  const copy = (from: string, name: string): string => {
    mkdirSync(path.dirname(path.join(folder.root, name)), { recursive: true });
    copyFileSync(path.join(FORMATS, from), path.join(folder.root, name));
    return name;
  };

  it('an FDT blob of debugfs', async () => {
    const { code, at } = await json(copy('memblock-7.1.5.dtb', 'memblock'));
    assert.equal(code, 0);
    // The values that dtc shows as <0x5f3e 0x0> and so on, read in the order of the machine.
    assert.deepEqual(at('memblock', 'regions'), [
      { name: 'trace', compatible: 'reserve-mem-v1', start: 1046478848, size: 4194304 }, { name: 'pstate', compatible: 'reserve-mem-v1', start: 1062744064, size: 65536 },
    ]);
    assert.equal(at('byte_order'), 'little');
  });

  it('out/fdt as a real 7.1.5 cuts it off', async () => {
    const { code, at } = await json(copy('out-truncated-7.1.5.dtb', 'fdt'));
    assert.equal(code, 1);
    assert.deepEqual(at('truncated'), { bytes: 233, totalsize: 405 });
    assert.deepEqual([at('root', 'compatible'), at('root', 'preserved_memory_map')], ['kho-v3', 42967040]);
    // What stands before the cut is shown with its names, whose strings are cut off.
    assert.deepEqual(at('root', 'subtrees', 0), { name: 'memblock', preserved_data: 552046592, blob_size: 294, property_order: ['blob-size', 'preserved-data'] });
  });

  it('a folder copied from debugfs, with in and out', async () => {
    const root = readFileSync(path.join(FORMATS, 'root-7.1.5.page')).subarray(0, 405);
    put('kho/in/fdt', root);
    copy('memblock-7.1.5.dtb', 'kho/in/sub_fdts/memblock');
    copy('kho_test-7.1.5.dtb', 'kho/in/sub_fdts/kho_test');
    copy('LUO-7.1.5.dtb', 'kho/in/sub_fdts/LUO');
    copy('kexec-metadata.bin', 'kho/in/sub_fdts/kexec-metadata');
    put('kho/in/sub_fdts/other', Uint8Array.of(1, 2, 3));
    copy('out-truncated-7.1.5.dtb', 'kho/out/fdt');
    put('kho/out/scratch_len', Buffer.from('0x2000000\n0x4000000\n'));
    const { code, at } = await json('kho');
    assert.equal(code, 1);
    assert.deepEqual([at('in', 'root', 'compatible'), at('in', 'kexec_metadata', 'previous_release'), at('in', 'luo', 'liveupdate_number'), at('in', 'kho_test', 'nr_folios')], ['kho-v3', '7.1.5-kho715', 1, 27]);
    assert.deepEqual(at('in', 'blobs', 'other'), { blob_size: 3, data: '010203' });
    assert.deepEqual([at('out', 'truncated', 'bytes'), at('out', 'scratch_len')], [233, ['0x2000000', '0x4000000']]);
    // One side on its own has the shape of an image.
    assert.equal((await json('kho/in')).at('luo', 'compatible'), 'luo-v1');
    assert.match((await run('kho')).out, /in\/sub_fdts\/memblock/);
  });

  it('a folder without anything of debugfs is refused', async () => {
    mkdirSync(path.join(folder.root, 'empty'));
    const { code, err } = await run('empty');
    assert.equal(code, 2);
    assert.match(err, /empty: expected fdt, sub_fdts\/\* below it, in\/ or out\/, found none/);
  });

  it('a raw image by --phys-base, and its page size', async () => {
    const image = new HandoverImage({ generation: generationOf('7.1'), order: 'little', pageShift: 14 }, allocator(14, 0x100, [0]));
    addKexecMetadata(image, '7.1.5', 4);
    addReserveMem(image, [{ name: 'trace', start: 0x500000n, size: 0x8000n }]);
    const root = image.finish();
    const raw = new Uint8Array(0x200000);
    const base = 0x400000n;
    for (const { phys, bytes } of image.pages) raw.set(bytes, Number(phys - base));
    const { code, at } = await json(put('mem.raw', raw), '--phys-base', '0x400000');
    assert.equal(code, 0);
    assert.deepEqual([at('page_size'), at('root', 'fdt_phys'), at('kexec_metadata', 'kexec_count')], [16384, Number(root), 4]);
    assert.deepEqual(at('owners'), [
      { owner: 'KHO root FDT', order: 0, blocks: 1 }, { owner: 'kexec-metadata', order: 0, blocks: 1 }, { owner: 'memblock FDT', order: 0, blocks: 1 }, { owner: 'reserve_mem', order: 1, blocks: 1 },
    ]);
    // Somewhere else the addresses in it lead nowhere.
    const wrong = await run('mem.raw', '--phys-base', '0x1400000');
    assert.equal(wrong.code, 1);
    assert.match(wrong.out, /should be the address of a page in the image/);
  });

  it('an ELF core', async () => {
    const { code, at } = await json(put('core.elf', imageBytes('7.1.5')));
    assert.deepEqual([code, at('root', 'compatible'), at('radix', 'total_entries')], [0, 'kho-v3', 1158]);
  });

  it('values of a big-endian machine are recognised, and --arch decides', async () => {
    const blob = encodeMemblock([{ name: 'trace', start: 0x12340000n, size: 0x10000n }], 4096, 'big');
    assert.ok(blob.ok);
    const { at } = await json(put('memblock', blob.value.blob));
    assert.deepEqual([at('byte_order'), at('memblock', 'regions', 0, 'start')], ['big', 0x12340000]);
    assert.equal((await json('memblock', '--arch', 's390x')).at('memblock', 'regions', 0, 'start'), 0x12340000);
    assert.equal((await json('memblock', '--arch', 'x86_64')).at('memblock', 'regions', 0, 'start'), 0x341200000000);
    // A folder is of one machine: what one blob does not tell another does.
    const luo = encodeLuoFdt(luoFdtForms['6.19'], { liveupdateNumber: 1n, sessionHeaderPhys: 0n, flbHeaderPhys: undefined }, 4096, 'big');
    assert.ok(luo.ok);
    put('kho/sub_fdts/memblock', blob.value.blob);
    put('kho/sub_fdts/LUO', luo.value.blob);
    assert.deepEqual((await json('kho')).at('luo', 'liveupdate_number'), 1);
    const image = new HandoverImage({ generation: generationOf('7.1'), order: 'big', pageShift: 12 }, allocator(12, 0x100, [0]));
    addTestKho(image, [{ pfn: 0x5000, order: 0 }], 7);
    const metadata = new HandoverImage({ generation: generationOf('7.1'), order: 'big', pageShift: 12 }, allocator(12, 0x100, [0]));
    addKexecMetadata(metadata, '7.1.5', 9);
    assert.deepEqual((await json(put('metadata', metadata.pages[0]?.bytes.subarray(0, 73) ?? new Uint8Array(0)))).at('kexec_metadata', 'kexec_count'), 9);
    const test = image.pages.find(({ bytes }) => bytes[0] === 0xd0 && bytes[1] === 0x0d);
    assert.equal((await json(put('kho_test', test?.bytes ?? new Uint8Array(0)))).at('kho_test', 'csum'), 7);
  });

  it('the newest LUO blob, which is no tree', async () => {
    const compatible = 'luo-v5;block-v1';
    const { code, at } = await json(put('LUO', encode(luoSer(compatible), { compatible, liveupdate_num: 3n, sessions_pa: 0x1000n, flbs_pa: 0x2000n }, 'little')));
    assert.equal(code, 0);
    assert.deepEqual(at('luo'), { blob_size: 40, compatible, liveupdate_number: 3, sessions_pa: 0x1000, flbs_pa: 0x2000 });
  });

  describe('a KSTATE stream', () => {
    function fromCase(name: string): void {
      const read = JSON.parse(readFileSync(path.join(CASES, `${name}.json`), 'utf8')) as { stream_hex: string; old: { c: string }; new: { c: string } }; // The cases' own format.
      put('stream', Buffer.from(read.stream_hex, 'hex'));
      folder.write({ 'old/driver.c': read.old.c, 'new/driver.c': read.new.c });
    }

    it('on its own: entries as far as their headers tell', async () => {
      fromCase('v3_base_types');
      const { code, at } = await json('stream');
      assert.equal(code, 0);
      assert.deepEqual([at('kstate', 'dialect'), at('kstate', 'end'), at('kstate', 'entries', 0, 'state_id'), at('kstate', 'entries', 0, 'fields')], ['v3', 71, 100, undefined]);
    });

    it('with --tree: fields by name with their values, as the real code restored them', async () => {
      fromCase('v3_base_types');
      const { code, at } = await json('stream', '--tree', 'old', '--generation', 'kstate-v3');
      assert.equal(code, 0);
      assert.equal(at('kstate', 'entries', 0, 'description'), 'chan_state');
      const values = Array.from({ length: 9 }, (_, i) => at('kstate', 'entries', 0, 'fields', i, 'value') ?? at('kstate', 'entries', 0, 'fields', i, 'text') ?? at('kstate', 'entries', 0, 'fields', i, 'hex'));
      assert.deepEqual(values, [1, 0x302, 0x7060504, 0xf0e0d0c0b0a0908n, 0x13121110, 0x1b1a191817161514n, 'abcdefghk', '202122232425', 0x51]);
    });

    it('with --tree of another kernel: what differs, in words', async () => {
      fromCase('v3_widen_no_bump');
      const { code, out } = await run('stream', '--tree', 'new', '--generation', 'kstate-v3');
      assert.equal(code, 1);
      assert.match(out, /stream: w_state at \+28: b should be 8 bytes, found 6 bytes up to the end of its entry/);
      fromCase('v3_subsection_unknown');
      assert.match((await run('stream', '--tree', 'new', '--generation', 'kstate-v3')).out, /state_id should be a subsection of \w+ \(.*\), found 14\d/);
      fromCase('v3_base_types');
      folder.write({ 'new/driver.c': readFileSync(folder.path('new/driver.c'), 'utf8').replace(/version_id = \d+/, 'version_id = 9') });
      assert.match((await run('stream', '--tree', 'new', '--generation', 'kstate-v3')).out, /version_id should be 9, the version of the description, found 1: an older kernel saved it/);
    });

    it('with a tree that has no description', async () => {
      fromCase('v3_base_types');
      folder.write({ 'none/a.c': 'int a;\n' });
      const { code, err } = await run('stream', '--tree', 'none');
      assert.equal(code, 2);
      assert.match(err, /--tree none: no KSTATE description in it/);
    });
  });
});
