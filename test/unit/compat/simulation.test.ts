/** From C to the picture: the bundled sample, the worked example of the facts, and code that is not whole. */
import assert from 'node:assert';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { runHandover } from '../../../server/compat/handover';
import { simulationText } from '../../../server/compat/simulationText';
import { simulationView } from '../../../server/compat/view';
import type { SimulationView } from '../../../server/shared/simulationView';
import { readC } from '../../golden/kstate/readC';
import { hex } from '../engine/builder';

const sample = (side: 'old' | 'new', name: string) => readC(fs.readFileSync(path.resolve(`test/fixtures/sample/${side}/drivers/${name}.c`), 'utf8'), 'v3', `drivers/${name}.c`).model;

function simulate(name: string, description: string): SimulationView {
  const [old, next] = [sample('old', name), sample('new', name)];
  return simulationView(old, next, description, { old: 'HEAD', new: 'working tree', oldRevision: 'HEAD' }, runHandover(old, next));
}

const simulateText = (oldText: string, newText: string, description: string): SimulationView => {
  const [old, next] = [readC(oldText, 'v3').model, readC(newText, 'v3').model];
  return simulationView(old, next, description, { old: 'old.c', new: 'new.c' }, runHandover(old, next));
};

// KSTATE facts 9.
const facts9 = '8c77373b02000000030000000200' + '00007b0000001a00000061626364656667686b00212223242526272800302c1b0a000000'
  + '0100000004000000010000007b000000040000000a0b0c0d' + '020000000200000001000000010000001000000000503412070000000010000000000000ffffffff';

describe('simulation of the sample', () => {
  const view = simulate('demo', 'demo_state');
  const member = (name: string) => view.members.find((one) => one.name === name);

  it('saves version 2 to the stream of the facts, byte for byte', () => {
    assert.equal(view.rollback.stream.hex, facts9);
    assert.equal(view.rollback.stream.sizeBytes, 114);
    assert.equal(view.update.stream.sizeBytes, 116);
  });

  it('numbers the members by the order in the new description, then its subsections, then the other object', () => {
    assert.deepEqual(view.members.map((one) => [one.key, one.name, one.owner]), [
      [1, 'tag', 'demo'], [2, 'cnt', 'demo'], [3, 'buf', 'demo'], [4, 'gone', 'demo'], [5, 'n', 'subsection demo_n'], [6, 'at', 'fdtloc'], [7, 'len', 'fdtloc'],
    ]);
    assert.deepEqual(view.members.map((one) => one.rollbackAtBytes), [24, 34, 42, undefined, 70, 94, 102]);
    assert.equal(member('buf')?.movedAs, 'folio 0xa1b2c3000, order 0');
    assert.equal(member('tag')?.movedAs, 'char[10], copied');
  });

  it('tells the fates of both directions', () => {
    assert.deepEqual(view.members.map((one) => one.update?.text), ['kept', 'kept', 'kept', '2 bytes skipped', 'kept', 'kept', 'kept']);
    assert.equal(view.update.verdict, 'warns');
    assert.equal(view.update.summary, 'Every member arrives. The restoring kernel skips 2 bytes of gone and warns once about the version.');
    assert.equal(view.rollback.verdict, 'corrupts');
    assert.equal(view.rollback.summary, 'gone reads 0x0001 out of bytes +50..+52, the section_type of subsection demo_n. n is lost. Restore still returns 0.');
    assert.equal(member('gone')?.rollback?.restoredHex, '0100');
    assert.equal(member('gone')?.rollback?.readAtBytes, 50);
    assert.equal(member('n')?.rollback?.verdict, 'loses');
  });

  it('marks the misread bytes where they happen', () => {
    const cells = view.rollback.stream.entries.flatMap((entry) => entry.cells).filter((cell) => cell.misread !== undefined);
    assert.deepEqual(cells.map((cell) => [cell.offsetBytes, cell.misread]), [[50, { from: 0, lengthBytes: 2, note: 'version 1 reads gone here' }]]);
    assert.deepEqual(view.rollback.stream.entries[0]?.empty, [{ key: 4, text: 'gone: no bytes (deprecated)' }]);
  });

  it('draws the structs with their holes and padding', () => {
    const { struct } = view.old;
    assert.equal(struct?.name, 'struct demo');
    // int, hole 4, pointer, char[10], hole 6, pointer, u16, padding 6: 48 bytes.
    assert.deepEqual(struct?.cells.map((cell) => [cell.kind, cell.key, cell.offsetBytes, cell.sizeBytes]), [
      ['member', 5, 0, 4], ['hole', undefined, 4, 4], ['member', 2, 8, 8], ['member', 1, 16, 10], ['hole', undefined, 26, 6], ['member', 3, 32, 8],
      ['member', 4, 40, 2], ['padding', undefined, 42, 6],
    ]);
    assert.deepEqual([struct?.sizeBytes, struct?.holes, struct?.holeBytes, struct?.paddingBytes], [48, 2, 10, 6]);
    assert.deepEqual(view.new.struct?.gone, [{ key: 4, name: 'gone', note: 'removed from the struct, kept in the list as deprecated' }]);
  });

  it('links into the source, from 1', () => {
    const source = member('tag')?.source;
    const line = fs.readFileSync(path.resolve('test/fixtures/sample/new/drivers/demo.c'), 'utf8').split('\n')[(source?.line ?? 0) - 1];
    assert.equal(line?.slice((source?.column ?? 1) - 1), 'KSTATE_BASE_TYPE(tag, struct demo, char [10]),');
    assert.equal(source?.revision, 'working tree');
  });

  it('is plain JSON, and prints within 100 columns', () => {
    assert.deepEqual(JSON.parse(JSON.stringify(view)), JSON.parse(JSON.stringify(structuredClone(view))));
    for (const [name, description] of [['demo', 'demo_state'], ['ring', 'ring_state'], ['meter', 'meter_state']] as const) {
      const text = simulationText(simulate(name, description));
      for (const line of text.split('\n')) assert.ok(line.length <= 100, line);
      assert.ok(!text.includes('\u001b'));
    }
    assert.match(simulationText(view), /gone reads 0x0001 out of bytes \+50\.\.\+52/);
    assert.ok(simulationText(view, { colour: true }).includes('\u001b[31mcorrupts'));
  });

  it('shows what an unversioned member in the middle breaks', () => {
    const ring = simulate('ring', 'ring_state');
    assert.equal(ring.update.verdict, 'corrupts');
    assert.deepEqual(ring.members.map((one) => [one.name, one.update?.verdict]), [
      ['head', 'loads'], ['tail', 'loads'], ['drops', 'corrupts'], ['bytes', 'corrupts'], ['packets', 'loses'], ['name', 'corrupts'],
    ]);
  });

  it('does not blame one object for the warning about another', () => {
    const other = simulate('demo', 'fdt_location_state');
    assert.deepEqual([other.update.verdict, other.update.summary], ['loads', 'Every member arrives.']);
    assert.equal(other.rollback.verdict, 'loads');
  });

  it('gives the same for a subsection as for the object that holds it', () => {
    const sub = simulate('demo', 'demo_n_state');
    assert.equal(sub.rollback.verdict, 'corrupts');
    assert.equal(sub.new.struct?.cells[0]?.key, sub.members.find((one) => one.name === 'n')?.key);
  });
});

const head = '#include <linux/types.h>\n#include <linux/kstate.h>\n#include <linux/init.h>\n';
const description = (fields: string, extra = ''): string => `static struct kstate_description s_state = { .name = "s", .id = 9, .version_id = 1, .fields = (const struct kstate_field[]) { ${fields} KSTATE_END_OF_LIST() }, ${extra} };\n`;

describe('objects of a kernel', () => {
  it('a file without registration is simulated with an object that stands in', () => {
    const text = `${head}struct s { u32 a; u32 *p; struct folio *f; };\n${description('KSTATE_BASE_TYPE(a, struct s, u32), KSTATE_POINTER(p, struct s), KSTATE_FOLIO(f, struct s),')}`;
    const view = simulateText(text, text, 's_state');
    assert.equal(view.update.verdict, 'loads');
    assert.equal(view.update.stream.sizeBytes, 4 + 20 + 4 + 4 + 8 + 4);
    assert.ok(view.notes.some((note) => note.includes('instance 1, stands in')), view.notes.join('\n'));
    assert.ok(view.notes.some((note) => note.includes('a folio of order 0')), view.notes.join('\n'));
  });

  it('initialisers become bytes: nested records, arrays, strings, enumerators, bit-fields, addresses of elements', () => {
    const text = `${head}enum mode { OFF, ON = 0x51 };
static u16 table[3] = { 1, [2] = 0x3132 };
struct in { u8 k; u32 v; };
struct s { enum mode m; struct in in; u16 pairs[2]; char tag[6]; u16 *third; s64 neg; };
${description('KSTATE_BASE_TYPE(m, struct s, enum mode), KSTATE_BASE_TYPE(in.v, struct s, u32), KSTATE_BASE_TYPE(pairs, struct s, u16 [2]), KSTATE_BASE_TYPE(tag, struct s, char [6]), KSTATE_POINTER(third, struct s), KSTATE_BASE_TYPE(neg, struct s, s64),')}
static struct s thing = { ON, { 1, 0x24232221 }, .pairs = { 0x4241, 0x4443 }, .tag = "abc", .third = &table[2], .neg = -2 };
static int __init s_init(void) { return kstate_register(&s_state, &thing, 5); }
late_initcall(s_init);
`;
    const { model } = readC(text, 'v3');
    const { update } = runHandover(model, model);
    assert.equal(hex(update.save.stream).slice(48, -8), '51000000' + '21222324' + '41424344' + '616263000000' + '3231' + 'feffffffffffffff');
    assert.equal(update.restore.verdict, 'loads');
  });

  it('assignments before the registration are honoured', () => {
    const text = `${head}struct s { u32 a; u32 *p; };
${description('KSTATE_BASE_TYPE(a, struct s, u32), KSTATE_POINTER(p, struct s),')}
static u32 far = 0x44434241;
static struct s thing;
static int __init s_init(void)
{
	thing.a = 0x14131211;
	thing.p = &far;
	return kstate_register(&s_state, &thing, 5);
}
late_initcall(s_init);
`;
    const { model } = readC(text, 'v3');
    assert.equal(hex(runHandover(model, model).update.save.stream).slice(48, -8), '1112131441424344');
  });

  it('a callback that is not run to its end is named, and so is a count', () => {
    const text = `${head}struct s { u32 a; u32 v[2]; };
int cpus(void);
static int some(void) { return cpus(); }
static int keep(struct kstate_stream *stream, void *obj, const struct kstate_field *field) { return cpus(); }
${description('{ .name = "a", .flags = KS_CUSTOM, .save = keep }, { .name = "v", .flags = KS_BASE_TYPE, .offset = offsetof(struct s, v), .size = sizeof(u32), .count = some },')}`;
    const view = simulateText(text, text, 's_state');
    assert.ok(view.update.limits.some((limit) => limit.startsWith("keep(), the save callback of a, is run up to 'cpus'")), view.update.limits.join('\n'));
    assert.ok(view.update.limits.some((limit) => limit.startsWith('some(), the count of v, is taken to be 1')), view.update.limits.join('\n'));
  });

  it('only one description may be asked for', () => {
    const text = `${head}struct s { u32 a; };\n${description('KSTATE_BASE_TYPE(a, struct s, u32),')}${description('KSTATE_BASE_TYPE(a, struct s, u32),').replaceAll('s_state', 't_state').replace('.id = 9', '.id = 10')}`;
    const { model } = readC(text, 'v3');
    assert.equal(runHandover(model, model).update.save.entries.length, 2);
    assert.deepEqual(runHandover(model, model, { only: 't_state' }).update.save.entries.map((entry) => entry.description), ['t_state']);
  });
});

describe('descriptions that only one kernel has', () => {
  const one = `${head}struct s { u32 a; };\n${description('KSTATE_BASE_TYPE(a, struct s, u32),')}`;
  const two = `${one}${description('KSTATE_BASE_TYPE(a, struct s, u32),').replaceAll('s_state', 't_state').replace('.id = 9', '.id = 10')}`;

  it('a new one finds nothing, which is no damage', () => {
    const view = simulateText(one, two, 't_state');
    assert.equal(view.update.verdict, 'loads');
    assert.match(view.update.summary, /has no t with t_state: kstate_restore\(\) returns -ENOENT/);
    assert.equal(view.rollback.verdict, 'loads');
    assert.equal(view.rollback.summary, 'Only new.c has t_state: nothing looks for its entry.');
  });

  it('another id is refused, both ways', () => {
    const view = simulateText(one, one.replace('.id = 9', '.id = 11'), 's_state');
    assert.deepEqual([view.update.verdict, view.rollback.verdict], ['refused', 'refused']);
    assert.match(view.update.summary, /was saved under id 9, this kernel looks for 11: kstate_restore\(\) returns -ENOENT/);
  });
});

describe('code that is out of bounds', () => {
  const huge = `${head}struct s { u8 d[0x7fffffff]; u32 after; };
static int n(void) { return 0x7fffffff; }
`;
  for (const [what, fields] of [
    ['a field of 2 GiB', 'KSTATE_BASE_TYPE(d, struct s, u8 [0x7fffffff]),'],
    ['a count of 2 G', '{ .name = "x", .flags = KS_BASE_TYPE, .size = 8, .count = n },'],
    ['a negative size', '{ .name = "x", .flags = KS_BASE_TYPE, .size = (size_t)-1 },'],
    ['an offset far outside', '{ .name = "x", .flags = KS_BASE_TYPE, .size = 4, .offset = 0xffffffff0000 },'],
    ['a pointer to a huge pointee', 'KSTATE_POINTER(d, struct s),'],
  ] as const) {
    it(`${what} ends soon and is said`, () => {
      const text = `${huge}${description(fields)}`;
      // Time of this process, not of the clock: other work on the machine does not count.
      const started = process.cpuUsage();
      const view = simulateText(text, text, 's_state');
      assert.ok(process.cpuUsage(started).user < 5_000_000);
      assert.ok(!view.update.summary.startsWith('The engine stopped'), view.update.summary);
      assert.ok(view.update.limits.length > 0 || view.update.verdict === 'crashes', view.update.summary);
    });
  }
});

describe('code that is not whole', () => {
  const whole = fs.readFileSync(path.resolve('test/fixtures/sample/new/drivers/demo.c'), 'utf8');

  it('any cut of a driver still gives a view and a text', () => {
    const old = sample('old', 'demo');
    fc.assert(fc.property(fc.integer({ min: 0, max: whole.length }), fc.integer({ min: 0, max: 40 }), (at, cut) => {
      const next = readC(whole.slice(0, at) + whole.slice(at + cut), 'v3').model;
      const view = simulationView(old, next, 'demo_state', { old: 'HEAD', new: 'editor' }, runHandover(old, next));
      assert.ok(simulationText(view).length > 0);
      assert.ok(!view.update.summary.startsWith('The engine stopped'), view.update.summary);
      assert.ok(!view.rollback.summary.startsWith('The engine stopped'), view.rollback.summary);
    }), { numRuns: 150 });
  });
});
