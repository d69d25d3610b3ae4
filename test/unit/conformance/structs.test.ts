import assert from 'node:assert/strict';
import { recordJson } from '../../../server/c/recordJson';
import type { MemberJson, RecordJson } from '../../../server/c/recordJson';
import { compareRecord, readTruth } from '../../../server/conformance/compare';
import { parseTypeName } from '../../../server/workspace/typeFinder';
import { readC } from '../../golden/kstate/readC';

const text = `
struct lock { int held; };
typedef int triple[3];
struct kettle {
	char on;
	struct { unsigned short litres; struct lock lock; };
	unsigned int boiling : 3, : 2, warm : 9;
	union { long degrees; char text[3]; } reading;
	struct { short x; } marks[2][3];
	triple turns;
	char tail[];
};
`;

/** As gcc 12.2 lays it out: sizeof and offsetof printed, the bit-field found by setting it and looking at the bytes. */
const truth: RecordJson = {
  kind: 'struct', size: 48, members: [
    { name: 'on', type: 'char', offset: 0, size: 1 },
    { name: '', type: 'struct {...}', offset: 4, size: 8, kind: 'struct', members: [
      { name: 'litres', type: 'unsigned short', offset: 4, size: 2 },
      { name: 'lock', type: 'struct lock', offset: 8, size: 4 },
    ] },
    { name: 'boiling', type: 'unsigned int', offset: 12, size: 4, bit_offset: 96, bit_size: 3 },
    { name: 'warm', type: 'unsigned int', offset: 12, size: 4, bit_offset: 101, bit_size: 9 },
    { name: 'reading', type: 'union {...}', offset: 16, size: 8, kind: 'union', members: [
      { name: 'degrees', type: 'long', offset: 16, size: 8 },
      { name: 'text', type: 'char [3]', offset: 16, size: 3, array: [3] },
    ] },
    { name: 'marks', type: 'struct {...} [2][3]', offset: 24, size: 12, array: [2, 3], kind: 'struct', members: [{ name: 'x', type: 'short', offset: 24, size: 2 }] },
    { name: 'turns', type: 'triple', offset: 36, size: 12, array: [3] },
    { name: 'tail', type: 'char []', offset: 48, size: 0, array: [1] },
  ],
};

function found(): RecordJson {
  const { unit } = readC(text, 'v3');
  const record = unit.record('kettle');
  assert.ok(record);
  const json = recordJson(unit, record);
  assert.ok(json.known);
  return json.value;
}

describe('conformance of struct layouts', () => {
  it('reads what the compiler lays out', () => {
    assert.equal(compareRecord(truth, found()), undefined);
  });

  it('fails when any one value of the truth is another', () => {
    const right = truth;
    const json = found();
    const altered: RecordJson[] = [{ ...right, size: right.size + 1 }, { ...right, kind: 'union' }, { ...right, members: right.members.slice(1) }, { ...right, members: [...right.members, ...right.members.slice(0, 1)] }];
    const alter = (members: readonly MemberJson[], put: (members: readonly MemberJson[]) => void): void => {
      members.forEach((member, i) => {
        const swap = (other: MemberJson): void => { put(members.map((m, k) => (k === i ? other : m))); };
        swap({ ...member, name: `${member.name}x` });
        swap({ ...member, offset: member.offset + 1 });
        swap({ ...member, size: member.size + 1 });
        swap({ ...member, bit_size: (member.bit_size ?? 0) + 1 });
        swap({ ...member, bit_offset: (member.bit_offset ?? 0) + 1 });
        swap({ ...member, kind: member.kind === 'struct' ? 'union' : 'struct' });
        swap({ ...member, array: [...(member.array ?? []), 7] });
        if (member.array !== undefined) swap({ ...member, array: member.array.map((n) => n + 1) });
        put(members.filter((m) => m !== member));
        put([...members, { ...member, name: `${member.name}x` }]);
        if (member.members !== undefined) alter(member.members, (inner) => { swap({ ...member, members: inner }); });
      });
    };
    alter(right.members, (members) => { altered.push({ ...right, members }); });
    assert.equal(altered.length, 4 + 13 * 9 + 4);
    for (const one of altered) assert.notEqual(compareRecord(one, json), undefined, JSON.stringify(one));
  });

  it('takes only data of the right shape', () => {
    assert.equal(readTruth('{'), undefined);
    assert.equal(readTruth('[]'), undefined);
    assert.equal(readTruth('{"a": 1}'), undefined);
    assert.equal(readTruth('{"a": {"kind": "struct", "size": 4, "members": [null]}}'), undefined);
    assert.equal(readTruth('{"a": {"kind": "struct", "size": 4, "members": [{"name": "x", "members": 1}]}}'), undefined);
    assert.equal(readTruth(JSON.stringify({ kettle: truth }))?.length, 1);
  });

  it('reads the names of types', () => {
    assert.deepEqual(parseTypeName('union x'), { tag: 'x', variable: undefined, union: true, path: undefined });
    assert.deepEqual(parseTypeName('x@kernel/a.c'), { tag: 'x', variable: undefined, union: undefined, path: 'kernel/a.c' });
    assert.deepEqual(parseTypeName('typeof(v)'), { tag: undefined, variable: 'v', union: undefined, path: undefined });
  });
});
