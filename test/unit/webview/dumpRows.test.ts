import assert from 'node:assert/strict';
import { dumpRows } from '../../../webview/model/dumpRows';

const field = (offsetBytes: number, sizeBytes: number): { offsetBytes: number; sizeBytes: number } => ({ offsetBytes, sizeBytes });

describe('bytes of a decoded structure', () => {
  it('cuts rows of sixteen at fields, and knows where each starts', () => {
    const [first, second, ...rest] = dumpRows(`${'41'.repeat(16)}${'02'.repeat(4)}`, 0, [field(0, 4), field(4, 14)]);
    assert.deepEqual(rest, []);
    assert.ok(first?.kind === 'bytes' && second?.kind === 'bytes');
    assert.deepEqual(first.runs.map(({ bytes, ascii, field: of, starts }) => [bytes.length, ascii, of, starts]), [[4, 'AAAA', 0, true], [12, 'AAAAAAAAAAAA', 1, true]]);
    assert.deepEqual(second.runs.map(({ bytes, field: of, starts }) => [bytes.length, of, starts]), [[2, 1, false], [2, undefined, false]]);
  });
  it('folds rows of zeros inside one field, but not its first row nor a row with another field', () => {
    const rows = dumpRows(`ff${'00'.repeat(79)}`, 0, [field(0, 64), field(64, 16)]);
    assert.deepEqual(rows.map((row) => [row.kind, row.offsetBytes, row.kind === 'zeros' ? row.rows : 0]), [['bytes', 0, 0], ['zeros', 16, 3], ['bytes', 64, 0]]);
  });
  it('takes bytes from the middle, and fields that reach out of them', () => {
    const [row] = dumpRows('010203', 32, [field(0, 34), field(34, 100)]);
    assert.ok(row?.kind === 'bytes');
    assert.deepEqual([row.offsetBytes, ...row.runs.map(({ bytes, starts }) => [bytes.join(''), starts])], [32, ['0102', false], ['03', true]]);
  });
});
