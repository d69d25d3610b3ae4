import assert from 'node:assert';
import fc from 'fast-check';
import type { StreamFormat } from '../../../server/formats/kstateStream';
import { KSTATE_MAGIC, decodeHeader, decodeStream, encodeEnd, encodeHeader, encodeMagic, streamFormats } from '../../../server/formats/kstateStream';
import { hex, unhex } from '../engine/builder';

const formats: readonly (readonly [string, StreamFormat])[] = Object.entries(streamFormats);
const s32 = fc.integer({ min: -0x80000000, max: 0x7fffffff });

describe('formats/kstateStream', () => {
  it('lays the headers out as the facts say', () => {
    // Facts 3.1 (20 bytes, section_type first) and 4.1 (16 bytes).
    assert.equal(hex(encodeHeader(streamFormats.v3, { section_type: 2, state_id: 3, version_id: 2, instance_id: 123, size: 26 })), '02000000030000000200' + '00007b0000001a000000');
    assert.equal(hex(encodeHeader(streamFormats.v2, { state_id: 0xaa, version_id: 1, instance_id: 1, size: 10 })), 'aa00000001000000010000000a000000');
    assert.equal(hex(encodeMagic(streamFormats.v3)), '8c77373b');
    assert.equal(KSTATE_MAGIC, 0x3b37778c);
    assert.equal(encodeMagic(streamFormats.v2).length, 0);
    assert.equal(hex(encodeEnd(streamFormats.dev)), 'ffffffff');
  });

  for (const [name, format] of formats) {
    it(`${name}: header members lie back to back and fill the header`, () => {
      let at = 0;
      for (const field of format.header) {
        assert.equal(field.offsetBytes, at);
        at += field.sizeBytes;
      }
      assert.equal(at, format.headerBytes);
    });

    it(`${name}: what is encoded is decoded`, () => {
      fc.assert(fc.property(s32, s32, s32, s32, s32, (section_type, state_id, version_id, instance_id, size) => {
        const values = { section_type, state_id, version_id, instance_id, size };
        const decoded = decodeHeader(format, encodeHeader(format, values), 0);
        assert.ok(decoded);
        for (const field of format.header) assert.equal(decoded[field.name], values[field.name]);
      }));
    });

    it(`${name}: a stream of entries is walked back to the same entries, its parts covering every byte`, () => {
      const entry = fc.record({ id: fc.integer({ min: 0, max: 1000 }), version: s32, instance: s32, data: fc.uint8Array({ maxLength: 40 }) });
      fc.assert(fc.property(fc.array(entry, { maxLength: 6 }), (entries) => {
        const bytes = Buffer.concat([
          encodeMagic(format),
          ...entries.flatMap((one) => [encodeHeader(format, { section_type: 2, state_id: one.id, version_id: one.version, instance_id: one.instance, size: one.data.length }), one.data]),
          encodeEnd(format),
        ]);
        const decoded = decodeStream(format, bytes);
        assert.equal(decoded.problem, undefined);
        assert.deepEqual(decoded.entries.map((one) => [one.header.state_id, one.header.version_id, one.header.size]), entries.map((one) => [one.id, one.version, one.data.length]));
        assert.equal(decoded.endOffsetBytes, bytes.length - 4);
        assert.equal(decoded.parts.reduce((sum, part) => sum + part.lengthBytes, 0), bytes.length);
      }));
    });

    it(`${name}: any bytes give an answer`, () => {
      fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const decoded = decodeStream(format, bytes);
        assert.ok(decoded.problem !== undefined || decoded.endOffsetBytes !== undefined);
      }));
    });
  }

  it('says what is wrong with a stream of another dialect', () => {
    const decoded = decodeStream(streamFormats.v3, unhex('aa00000001000000010000000a000000'));
    assert.equal(decoded.problem, 'The stream starts with 0x000000aa; a stream of this dialect starts with 0x3b37778c.');
  });

  it('stops at a size that leads out of the bytes', () => {
    const decoded = decodeStream(streamFormats.v3, unhex('8c77373b 02000000 03000000 02000000 7b000000 ff000000 00'));
    assert.equal(decoded.problem, 'The entry at +4 claims 255 bytes of data; 1 follow.');
  });
});
