import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ViewValue } from '../../../server/decode/viewValue';
import { MOST_VALUE_BYTES, viewValue } from '../../../server/decode/viewValue';
import type { ByteOrder, Kind, NamedBytes, Show } from '../../../server/formats/layoutTable';

const run = (kind: Kind, lengthBytes: number, more: Partial<NamedBytes> = {}): NamedBytes => ({ structure: 's', field: 'f', offsetBytes: 0, lengthBytes, meaning: '', kind, order: 'host', ...more });
const shown = (kind: Kind, hex: string, show?: Show, order: ByteOrder = 'little', more: Partial<NamedBytes> = {}): ViewValue => {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return viewValue(run(kind, bytes.length, { ...(show === undefined ? {} : { show }), ...more }), bytes, order);
};

describe('the value of named bytes', () => {
  it('is a number in the order of the machine that wrote it', () => {
    assert.deepEqual(shown('u8', 'ff'), { value: '255' });
    assert.deepEqual(shown('u16', '02 01'), { value: '258' });
    assert.deepEqual(shown('u16', '02 01', undefined, 'big'), { value: '513' });
    assert.deepEqual(shown('s32', 'f2 ff ff ff'), { value: '-14' });
    assert.deepEqual(shown('u32', 'f2 ff ff ff'), { value: '4294967282' });
    assert.deepEqual(shown('u64', 'ff ff ff ff ff ff ff ff'), { value: '18446744073709551615' });
  });

  it('is big-endian in what a device tree has of its own, whatever the machine', () => {
    for (const order of ['little', 'big'] as const) assert.deepEqual(shown('u32', 'd0 0d fe ed', 'hex', order, { order: 'big' }), { value: '0xd00dfeed', address: 0xd00dfeedn });
  });

  it('is an address where it points or is shown in hex, and plainly 0 where it is none', () => {
    // KHO facts 1.1: 0x0000000123456000 as it lies in memory.
    assert.deepEqual(shown('pointer', '00 60 45 23 01 00 00 00'), { value: '0x123456000', address: 0x123456000n });
    assert.deepEqual(shown('u64', '00 60 45 23 01 00 00 00', 'hex'), { value: '0x123456000', address: 0x123456000n });
    assert.deepEqual(shown('pointer', '00'.repeat(8)), { value: '0' });
    assert.deepEqual(shown('u32', '21 4f 48 4b', 'hex'), { value: '0x4b484f21', address: 0x4b484f21n });
  });

  it('says what it counts, where a size belongs beside it', () => {
    for (const unit of ['bytes', 'pages', 'order'] as const) assert.deepEqual(shown('u32', '09 00 00 00', unit), { value: '9', unit });
  });

  it('opens the word of a memfd: frame and flags', () => {
    // KHO facts 7.2: pfn 0x123456789abcd, flags 3, word 0x003123456789abcd.
    assert.deepEqual(shown('pointer', 'cd ab 89 67 45 23 31 00', 'pfn flags'), { value: '0x3123456789abcd', note: 'pfn 0x123456789abcd, dirty, up to date' });
    assert.deepEqual(shown('pointer', 'cd ab 89 67 45 23 21 00', 'pfn flags').note, 'pfn 0x123456789abcd, up to date');
    assert.deepEqual(shown('pointer', '01 00 00 00 00 00 d0 ff', 'pfn flags').note, 'pfn 0x1, dirty, flags 0xffc');
    assert.deepEqual(shown('pointer', '00'.repeat(8), 'pfn flags'), { value: '0', note: 'pfn 0x0' });
  });

  it('is text: one string with what follows cut off, or every string of a list', () => {
    const hexOf = (text: string): string => Buffer.from(text).toString('hex');
    assert.deepEqual(shown('text', hexOf('memfd-v2\0\0\0\0')), { value: '"memfd-v2"' });
    assert.deepEqual(shown('text', hexOf('kho-v3\0simple\0'), undefined, 'little', { order: 'big' }), { value: '"kho-v3", "simple"' });
    assert.deepEqual(shown('text', hexOf('\0\0'), undefined, 'little', { order: 'big' }), { value: '""' });
    assert.deepEqual(shown('text', hexOf('a"b\0')), { value: '"a\\"b"' });
  });

  it('is its first 32 bytes when it is nothing else, and says when there are more', () => {
    assert.deepEqual(shown('bytes', '00 01 ab'), { value: '00 01 ab' });
    assert.deepEqual(shown('bytes', 'ab'.repeat(32)), { value: Array.from({ length: 32 }, () => 'ab').join(' ') });
    assert.deepEqual(shown('struct', 'ab'.repeat(33)), { value: `${Array.from({ length: 32 }, () => 'ab').join(' ')} …` });
    const long = run('bytes', 4096);
    assert.match(viewValue(long, new Uint8Array(MOST_VALUE_BYTES), 'little').value, /^(00 ){32}…$/);
  });

  it('is empty where the bytes are not in the image, and bytes where a number is cut short', () => {
    assert.deepEqual(viewValue(run('u64', 8), undefined, 'little'), { value: '' });
    assert.deepEqual(viewValue(run('u64', 8), new Uint8Array(4), 'little'), { value: '' });
    assert.deepEqual(viewValue(run('bytes', 4096), new Uint8Array(MOST_VALUE_BYTES - 1), 'little'), { value: '' });
    assert.deepEqual(shown('u64', '01 02 03'), { value: '01 02 03' });
    assert.deepEqual(shown('pointer', '01 02 03 04'), { value: '01 02 03 04' });
  });

  it('comes of any bytes under any name, and of a number is that number', () => {
    const kinds = fc.constantFrom<Kind>('u8', 'u16', 'u32', 's32', 'u64', 'pointer', 'text', 'bytes', 'struct');
    const shows = fc.constantFrom<Show | undefined>(undefined, 'hex', 'bytes', 'pages', 'order', 'pfn flags');
    fc.assert(fc.property(kinds, shows, fc.uint8Array({ maxLength: 300 }), fc.constantFrom('host' as const, 'big' as const), fc.constantFrom('little' as const, 'big' as const), (kind, show, bytes, order, of) => {
      assert.equal(typeof viewValue(run(kind, bytes.length, { order, ...(show === undefined ? {} : { show }) }), bytes, of).value, 'string');
    }));
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }), (value) => {
      const hex = value.toString(16).padStart(16, '0');
      assert.deepEqual(shown('u64', hex, undefined, 'big'), { value: String(value) });
      assert.deepEqual(shown('pointer', hex, undefined, 'big'), { value: `0x${value.toString(16)}`, address: value });
    }));
  });
});
