import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StreamCell, StreamView } from '../../../server/shared/simulationView';
import { cellsOf, hexLines } from '../../../webview/model/hexRows';
import { demoView } from './demo';

const none: ReadonlySet<string> = new Set();
const data = (offsetBytes: number, hex: string, key: number, misread?: StreamCell['misread']): StreamCell => ({ kind: 'data', key, offsetBytes, hex, label: `f${key}`, misread });
const stream = (hex: string, cells: readonly StreamCell[], depth = 0): StreamView => ({ sizeBytes: hex.length / 2, magic: undefined, end: undefined, hex, entries: [{ title: 'e', detail: '', depth, cells, empty: [] }] });

describe('hex rows', () => {
  it('gives each byte of the worked example to its cell', () => {
    const { stream: rollback } = demoView().rollback;
    const lines = hexLines(rollback, none);
    assert.equal(lines.length, 8);
    const row = lines[3]; // 0x30: the end of the folio, then the subsection header that version 1 takes for gone
    assert.ok(row?.kind === 'row');
    assert.deepEqual(row.runs.map((r) => [r.bytes.join(''), r.cell?.label, r.misread, r.starts]), [
      ['0000', 'buf: folio 0xa1b2c3000', false, false], ['0100', 'subsection', true, true], ['0000', 'subsection', false, false],
      ['04000000', 'id 4', false, true], ['01000000', 'version 1', false, true], ['7b00', 'instance 123', false, true],
    ]);
    assert.deepEqual(row.runs.map((r) => [r.openLeft, r.openRight]).at(0), [true, false]);
    assert.deepEqual(row.runs.map((r) => [r.openLeft, r.openRight]).at(-1), [false, true]);
  });
  it('has cells that are the stream, byte for byte', () => {
    for (const direction of [demoView().update, demoView().rollback]) {
      assert.equal(cellsOf(direction.stream).map((c) => c.hex).join(''), direction.stream.hex);
      assert.equal(direction.stream.hex.length, direction.stream.sizeBytes * 2);
    }
  });
  it('folds rows deep inside one field, around misread bytes', () => {
    const hex = '00'.repeat(1600);
    const folded = hexLines(stream(hex, [data(0, hex, 1, { from: 800, lengthBytes: 4, note: '' })]), none);
    assert.deepEqual(folded.map((l) => (l.kind === 'fold' ? `(${l.text})` : l.offsetBytes)), [0, '(48 more rows of f1, 768 bytes)', 784, 800, 816, '(47 more rows of f1, 752 bytes)', 1584]);
    const fold = folded[1];
    assert.equal(hexLines(stream(hex, [data(0, hex, 1)]), new Set([fold?.kind === 'fold' ? fold.id : ''])).length, 100);
  });
  it('folds from five rows on', () => {
    const rows = (n: number): number => hexLines(stream('00'.repeat(16 * n), [data(0, '00'.repeat(16 * n), 1)]), none).length;
    assert.deepEqual([rows(4), rows(5), rows(6)], [4, 3, 3]);
  });
  it('gives bytes of a nested entry to the nested cells', () => {
    const outer = stream('00112233', [data(0, '00112233', 1)]);
    const view: StreamView = { ...outer, entries: [{ title: 'n', detail: '', depth: 1, cells: [data(1, '1122', 2)], empty: [] }, ...outer.entries] };
    const row = hexLines(view, none)[0];
    assert.ok(row?.kind === 'row');
    assert.deepEqual(row.runs.map((r) => [r.bytes.join(''), r.cell?.key]), [['00', 1], ['1122', 2], ['33', 1]]);
  });
  it('shows bytes without a cell, and survives cells outside the stream', () => {
    const row = hexLines(stream('aabb', [data(1, 'bbcc', 1), data(-1, 'ff', 2), data(90, '00', 3)]), none)[0];
    assert.ok(row?.kind === 'row');
    assert.equal(row.runs.map((r) => r.bytes.join('')).join(''), 'aabb');
  });
  it('repeats the stream exactly, whatever the cells', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.tuple(fc.nat(300), fc.nat(80))), (bytes, places) => {
      const hex = Buffer.from(bytes).toString('hex');
      const cells = places.map(([at, length], i) => data(at, hex.slice(at * 2, (at + length) * 2), i + 1));
      let next = 0;
      for (const line of hexLines(stream(hex, cells), none)) {
        assert.equal(line.offsetBytes, next);
        if (line.kind === 'row') assert.equal(line.runs.flatMap((r) => r.bytes).join(''), hex.slice(next * 2, next * 2 + 32));
        next += line.kind === 'fold' ? line.rows * 16 : 16;
      }
      assert.ok(next >= bytes.length);
    }));
  });
});
