import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addressOf, copyContext, hexPart, orderWords, physOf, sizeBeside, typedAddress } from '../../../webview/model/dumpWords';

const NBSP = '\u00a0';
const THIN = '\u202f';

describe('words for a decoded file', () => {
  it('say the size beside a number of bytes, pages, or an order, and nothing where that is no news', () => {
    const beside = (unit: 'bytes' | 'pages' | 'order' | undefined, value: string, pageBytes: number | undefined = 4096): string => sizeBeside({ value, ...(unit === undefined ? {} : { unit }) }, pageBytes);
    assert.equal(beside('bytes', '4194304'), `4${NBSP}MiB`);
    assert.equal(beside('bytes', '1536'), `1.5${NBSP}KiB`);
    assert.equal(beside('bytes', '1024'), `1${NBSP}KiB`);
    assert.equal(beside('bytes', '1023'), '');
    assert.equal(beside('pages', '512'), `2${NBSP}MiB`);
    assert.equal(beside('pages', '0'), '');
    assert.equal(beside('pages', '1', 65536), `64${NBSP}KiB`);
    assert.equal(beside('order', '9'), `512 pages, 2${NBSP}MiB`);
    assert.equal(beside('order', '0'), `1 page, 4${NBSP}KiB`);
    assert.equal(beside('order', '10', 16384), `1${THIN}024 pages, 16${NBSP}MiB`);
    assert.equal(sizeBeside({ unit: 'pages', value: '512' }, undefined), '', 'of a file that says no page size');
    assert.equal(sizeBeside({ unit: 'order', value: '3' }, undefined), '8 pages');
    // An order out of hostile bytes.
    assert.equal(beside('order', '4294967295'), '');
    assert.equal(beside('order', '52'), '', 'more pages than there are addresses');
    assert.notEqual(beside('order', '51'), '');
    assert.equal(beside('bytes', ''), '');
    assert.equal(beside('bytes', '00 01 …'), '');
    assert.equal(beside(undefined, '4194304'), '');
  });

  it('give addresses that can be pasted, in memory or in the file', () => {
    assert.equal(physOf(0x4102, 4096), '0x4102000');
    assert.equal(physOf(3, 65536), '0x30000');
    // Beyond what a number holds: frame 2^48 of 16 KiB.
    assert.equal(physOf(2 ** 48, 16384), '0x4000000000000000');
    assert.equal(addressOf({ phys: '0xfffffffffffff000' }, 0x18), '0xfffffffffffff018');
    assert.equal(addressOf({ phys: '0x1000' }), '0x1000');
    assert.equal(addressOf({ fileOffset: 64 }, 8), '0x48');
    assert.equal(addressOf({ phys: '0x1000', fileOffset: 64 }), '0x1000');
    assert.equal(addressOf({}), '');
  });

  it('count blocks by order, and leave to others what stands beside', () => {
    assert.deepEqual(orderWords({ byOrder: [[0, 1200], [9, 512]] }, 4096), [`1${THIN}200 of order 0, 4.7${NBSP}MiB`, `512 of order 9, 1${NBSP}GiB`]);
    assert.deepEqual(orderWords({ byOrder: [[9, 512]] }, 4096), ['order 9']);
    assert.deepEqual(orderWords({ byOrder: [] }, 4096), []);
  });

  it('read what a person types as an address', () => {
    assert.equal(typedAddress('4102000', 4096), '0x4102000');
    assert.equal(typedAddress(' 0X4102ABC ', 4096), '0x4102abc');
    assert.equal(typedAddress('pfn 4102', 4096), '0x4102000');
    assert.equal(typedAddress('PFN0x4102', 16384), '0x10408000');
    assert.equal(typedAddress('ffffffffffffffff', 4096), '0xffffffffffffffff');
    for (const wrong of ['', '0x', 'pfn', 'xyz', '12 34', '10000000000000000', '-1']) assert.equal(typedAddress(wrong, 4096), undefined, wrong);
    fc.assert(fc.property(fc.nat(), fc.constantFrom(4096, 16384, 65536), (pfn, pageBytes) => { assert.equal(typedAddress(`pfn ${pfn.toString(16)}`, pageBytes), physOf(pfn, pageBytes)); }));
  });

  it('offer to copy what there is', () => {
    assert.deepEqual(copyContext('4096', '00 10', '0x1000'), { kexecHandoverValue: '4096', kexecHandoverBytes: '00 10', kexecHandoverAddress: '0x1000' });
    assert.deepEqual(copyContext('', '', ''), {});
    assert.deepEqual(copyContext('', 'ff', ''), { kexecHandoverBytes: 'ff' });
  });

  it('cut the hex of a field out of the bytes that are shown', () => {
    assert.equal(hexPart('00112233445566', 0, 2, 3), '223344');
    // Shown from byte 32 on.
    assert.equal(hexPart('00112233', 32, 33, 2), '1122');
    assert.equal(hexPart('00112233', 32, 30, 4), '0011', 'a field that begins before');
    assert.equal(hexPart('00112233', 32, 34, 100), '2233', 'and one that goes on behind');
    assert.equal(hexPart('00112233', 32, 10, 4), '');
    assert.equal(hexPart('00112233', 32, 50, 4), '');
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(60), fc.nat(60), fc.nat(60), (bytes, from, at, size) => {
      const inside = [...bytes].filter((_, i) => from + i >= at && from + i < at + size);
      assert.equal(hexPart(Buffer.from(bytes).toString('hex'), from, at, size), Buffer.from(inside).toString('hex'));
    }));
  });
});
