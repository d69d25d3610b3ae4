import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { StructCell, StructView } from '../../../server/shared/simulationView';
import { structLines } from '../../../webview/model/structRows';
import type { LayoutLine } from '../../../webview/model/structRows';
import { demoView } from './demo';

const none: ReadonlySet<string> = new Set();
const cell = (kind: StructCell['kind'], offsetBytes: number, sizeBytes: number, name: string, key?: number): StructCell => ({ kind, key, name, type: 'u8', offsetBytes, sizeBytes });
const struct = (sizeBytes: number, cells: readonly StructCell[]): StructView => ({ name: 'struct s', sizeBytes, cells, holes: 0, holeBytes: 0, paddingBytes: 0, gone: [] });
/** `16: tag+0*8` */
const shape = (lines: readonly LayoutLine[]): string[] => lines.map((l) => (l.kind === 'row'
  ? `${l.offsetBytes}: ${l.pieces.map((p) => `${p.cell.name}+${p.fromByte}@${p.column}*${p.widthBytes}${p.lane > 0 ? `/${p.lane}` : ''}`).join(' ')}`
  : l.kind === 'fold' ? `${l.offsetBytes}: (${l.text})` : `${l.offsetBytes}: ${l.cell.name} empty`));

describe('struct rows', () => {
  it('lays the worked example out as pahole would', () => {
    const old = demoView().old.struct;
    assert.ok(old);
    assert.deepEqual(shape(structLines(old, none)), [
      '0: n+0@0*4 hole+0@4*4', '8: cnt+0@0*8', '16: tag+0@0*8', '24: tag+8@0*2 hole+0@2*6', '32: buf+0@0*8', '40: gone+0@0*2 padding+0@2*6',
    ]);
  });
  it('folds the inner rows of one long member and opens them on demand', () => {
    const view = struct(272, [cell('member', 0, 8, 'a', 1), cell('member', 8, 256, 'big', 2), cell('member', 264, 8, 'z', 3)]);
    const folded = structLines(view, none);
    assert.deepEqual(shape(folded), ['0: a+0@0*8', '8: big+0@0*8', '16: (30 more rows of the same member, 240 bytes)', '256: big+248@0*8', '264: z+0@0*8']);
    const fold = folded[2];
    assert.equal(fold?.kind === 'fold' && fold.key, 2);
    assert.equal(structLines(view, new Set([fold?.kind === 'fold' ? fold.id : ''])).length, 34);
  });
  it('does not fold four rows', () => {
    assert.equal(structLines(struct(32, [cell('member', 0, 32, 'a', 1)]), none).length, 4);
  });
  it('puts members that share bytes into lanes', () => {
    const view = struct(8, [cell('member', 0, 8, 'u64', 1), cell('member', 0, 4, 'lo', 2), cell('member', 4, 4, 'hi')]);
    assert.deepEqual(shape(structLines(view, none)), ['0: u64+0@0*8 lo+0@0*4/1 hi+0@4*4/1']);
  });
  it('folds runs of rows without a travelling member in large structs, with their names', () => {
    const cells = [cell('member', 0, 8, 'id', 1), ...Array.from({ length: 30 }, (_, i) => cell('member', 8 + i * 8, 8, `lock${i}`)), cell('member', 248, 8, 'state', 2)];
    assert.deepEqual(shape(structLines(struct(256, cells), none)), ['0: id+0@0*8', '8: (30 rows that do not travel: lock0, lock1 … lock29 (30 members))', '248: state+0@0*8']);
  });
  it('lists members without bytes at the end', () => {
    assert.deepEqual(shape(structLines(struct(8, [cell('member', 0, 8, 'n', 1), cell('member', 8, 0, 'flex')]), none)), ['0: n+0@0*8', '8: flex empty']);
  });
  it('stays small for a struct of a gigabyte, folded or not', () => {
    const view = struct(2 ** 30, [cell('member', 0, 2 ** 30, 'ram', 1)]);
    assert.equal(structLines(view, none).length, 3);
    assert.ok(structLines(view, new Set(['ram@8'])).length < 300);
    const union = struct(2 ** 30, [cell('member', 0, 2 ** 30, 'a', 1), cell('member', 0, 2 ** 30, 'b', 2)]);
    assert.ok(structLines(union, none).length <= 2049);
  });
  it('covers every byte of a packed struct once', () => {
    fc.assert(fc.property(fc.array(fc.record({ size: fc.integer({ min: 1, max: 70 }), travels: fc.boolean() }), { minLength: 1, maxLength: 40 }), (sizes) => {
      let at = 0;
      const cells = sizes.map(({ size, travels }, i) => { at += size; return cell('member', at - size, size, `m${i}`, travels ? i + 1 : undefined); });
      const lines = structLines(struct(at, cells), none);
      let next = 0;
      for (const line of lines) {
        assert.equal(line.offsetBytes, next);
        next += line.kind === 'fold' ? line.rows * 8 : 8;
        if (line.kind === 'row') assert.equal(line.pieces.reduce((sum, p) => sum + p.widthBytes, 0), Math.min(8, at - line.offsetBytes));
      }
      assert.ok(next >= at && next < at + 8);
    }));
  });
});
