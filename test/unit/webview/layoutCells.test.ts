import assert from 'node:assert/strict';
import { layoutView } from '../../../server/compat/layoutView';
import type { LayoutView } from '../../../server/shared/layoutView';
import { layoutCells, numbered, rowBytesFor } from '../../../webview/model/layoutCells';
import { unitOf } from '../model/readC';

function viewOf(text: string): LayoutView {
  const unit = unitOf(text);
  const record = unit.record('s');
  assert.ok(record !== undefined);
  const view = layoutView(unit, record, { name: 'struct s', target: 'x86_64', models: [] });
  assert.ok(view.known);
  return view.value;
}
const shape = (text: string): string[] => layoutCells(viewOf(text)).map((cell) => `${cell.kind} ${cell.name}@${String(cell.offsetBytes)}*${String(cell.sizeBytes)}${cell.bits === undefined ? '' : `[${cell.bits.map((bit) => `${bit.name}:${String(bit.bits)}`).join(' ')}]`}`);

describe('cells of the layout panel', () => {
  it('draw members, holes and padding', () => {
    assert.deepEqual(shape('struct s { char a; int b; char c; };'), ['member a@0*1', 'hole @1*3', 'member b@4*4', 'member c@8*1', 'padding @9*3']);
  });
  it('draw the bits of bit-fields side by side, the unused ones too, and whole bytes that are left as a hole', () => {
    // 3 + 5 bits of the first byte, 2 of the second; then 22 bits to the end of the int: 6 of the second byte and 2 bytes.
    assert.deepEqual(shape('struct s { int a:3, b:5, c:2; long d; };'), ['member a, b, c@0*2[a:3 b:5 c:2 :6]', 'hole @2*2', 'hole @4*4', 'member d@8*8']);
  });
  it('draw what is spelled out in place in its place, members of a union one over the other', () => {
    assert.deepEqual(shape('struct s { union { long l; struct { int lo; int hi; }; }; struct { char c; } one; };'), ['member l@0*8', 'member lo@0*4', 'member hi@4*4', 'member one.c@8*1', 'padding @9*7']);
  });
  it('keep the bit-fields of a union apart', () => {
    assert.deepEqual(shape('struct s { union { int a:4; int b:9; }; };'), ['member a@0*1[a:4 :4]', 'member b@0*2[b:9 :7]']);
  });
  it('number members in the order of the table', () => {
    assert.deepEqual(numbered(viewOf('struct s { char a; int b; union { int c; int d; }; };')).map(({ id, depth }) => [id, depth]), [[1, 0], [undefined, 0], [2, 0], [3, 0], [4, 1], [5, 1]]);
  });
  it('fill the width, and never more than a cache line', () => {
    assert.deepEqual([rowBytesFor(1400, 64), rowBytesFor(700, 64), rowBytesFor(400, 64), rowBytesFor(1400, 256)], [64, 32, 16, 64]);
  });
});
