import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asciiOf, bytesOf, counted, foldBytes, foldText, grouped, sizeText, spaced } from '../../../webview/model/bytes';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const limits = { whole: 8, head: 3, tail: 2 };

describe('bytes as text', () => {
  it('splits, spaces, and reads ASCII', () => {
    assert.deepEqual(bytesOf('0a0b0'), ['0a', '0b']);
    assert.equal(spaced('61626364'), '61 62 63 64');
    assert.equal(asciiOf(bytesOf('20417e7f1f80')), ' A~...');
  });
  it('counts with narrow spaces and the right number', () => {
    assert.equal(counted(1, 'byte'), '1 byte');
    assert.equal(counted(0, 'byte'), '0 bytes');
    assert.equal(grouped(1234567), '1\u202f234\u202f567');
    assert.equal(grouped(999), '999');
  });
  it('gives sizes exactly when they are exact', () => {
    assert.equal(sizeText(4096), '4\u00a0KiB');
    assert.equal(sizeText(2 ** 21), '2\u00a0MiB');
    assert.equal(sizeText(1536), '1.5\u00a0KiB');
    assert.equal(sizeText(12), '12\u00a0B');
  });
  it('shows short data whole, long data by its ends', () => {
    assert.equal(foldText('0102030405060708', limits), '01 02 03 04 05 06 07 08');
    assert.equal(foldText('010203040506070809', limits), '01 02 03 … 4 … 08 09');
  });
  it('keeps misread bytes in sight, in a run of their own', () => {
    const hex = Array.from({ length: 40 }, (_, i) => i.toString(16).padStart(2, '0')).join('');
    const runs = foldBytes(hex, limits, { from: 20, lengthBytes: 2 });
    assert.deepEqual(runs.map((r) => (r.kind === 'gap' ? `…${r.count}` : `${r.marked ? '!' : ''}${r.bytes.join(' ')}`)),
      ['00 01 02', '…15', '12 13', '!14 15', '16 17', '…14', '26 27']);
  });
  it('marks from the first byte on', () => {
    assert.deepEqual(foldBytes('01000000', limits, { from: 0, lengthBytes: 2 }).map((r) => r.kind === 'bytes' && [r.marked, r.bytes.join('')]), [[true, '0100'], [false, '0000']]);
  });
  it('loses and repeats no byte', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(220), fc.nat(50), (data, from, lengthBytes) => {
      let at = 0;
      for (const run of foldBytes(hexOf(data), limits, { from, lengthBytes })) {
        assert.equal(run.from, at);
        if (run.kind === 'bytes') assert.equal(run.bytes.join(''), hexOf(data.slice(at, at + run.bytes.length)));
        at += run.kind === 'bytes' ? run.bytes.length : run.count;
      }
      assert.equal(at, data.length);
    }));
  });
});
