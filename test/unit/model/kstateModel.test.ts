import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { detectDialect } from '../../../server/model/dialect';
import type { KstateField, KstateModel } from '../../../server/model/kstate';
import { checkUnit } from '../../../server/rules';
import { description, fixture, modelOf, readFixture, slice, unitOf } from './readC';

const head = '#include <linux/init.h>\n#include <linux/kstate.h>\n#include <linux/types.h>\n';
const demo = `${head}
struct inner { u16 x; u32 v; };
struct demo { int n; unsigned long *cnt; char tag[10]; struct folio *buf; struct inner in; u16 tab[3]; };
`;
/** Offsets by hand, x86-64: n 0, cnt 8, tag 16..26, buf 32, in 40 (v at 44), tab 48. */

function fields(list: string, before = ''): { readonly model: KstateModel; readonly fields: readonly KstateField[] } {
  const model = modelOf(`${demo}${before}
static struct kstate_description d = { .name = "d", .id = KSTATE_TEST_ID, .version_id = 3,
	.fields = (const struct kstate_field[]) { ${list} } };
`);
  return { model, fields: description(model, 'd').fields };
}

function numbers(field: KstateField | undefined): readonly (number | string)[] {
  assert.ok(field);
  return [field.offsetBytes, field.sizeBytes, field.flags, field.versionId].map((read) => (read.known ? read.value : read.why));
}

describe('readKstate', () => {
  describe('fields', () => {
    it('reads each macro with its member, arguments and values', () => {
      const { model, fields: list } = fields(`
        KSTATE_BASE_TYPE(tag, struct demo, char [10]), KSTATE_POINTER_V(cnt, struct demo, 2), KSTATE_FOLIO(buf, struct demo),
        KSTATE_ADDRESS(cnt, struct demo, KS_LINEAR_ADDR), KSTATE_BASE_TYPE_DEPRECATED(gone, u16, 1), KSTATE_BASE_TYPE(in.v, struct demo, u32),
        KSTATE_BASE_TYPE(tab[1], struct demo, u16), KSTATE_END_OF_LIST()`);
      assert.deepEqual(list.map(numbers), [[16, 10, 1, 0], [8, 8, 2, 2], [32, 0, 8, 0], [8, 8, 0x20, 0], [0, 2, 0x40, 1], [44, 4, 1, 0], [50, 2, 1, 0]]);
      assert.deepEqual(list.map((f) => f.member?.path), ['tag', 'cnt', 'buf', 'cnt', undefined, 'in.v', 'tab[1]']);
      assert.deepEqual(list.map((f) => f.macro?.name.replace('KSTATE_', '')), ['BASE_TYPE', 'POINTER_V', 'FOLIO', 'ADDRESS', 'BASE_TYPE_DEPRECATED', 'BASE_TYPE', 'BASE_TYPE']);
      assert.equal(list[0]?.statedType === undefined ? '' : model.unit.spell(list[0].statedType), 'char[10]');
      assert.deepEqual(list[2]?.save, { known: true, value: 'kstate_folio_save', range: list[2]?.range });
      assert.equal(list[3]?.addrType.known === true && list[3].addrType.value, 1);
      const d = description(model, 'd');
      assert.ok(d.end);
      assert.equal(slice(model, d.end.range), 'KSTATE_END_OF_LIST()');
      assert.equal(d.struct === undefined ? '' : model.unit.spell(d.struct), 'struct demo');
    });

    it('points at the argument that a value comes from', () => {
      const { model, fields: [field] } = fields('KSTATE_BASE_TYPE_V(in.v, struct demo, u32, 1 + 2), KSTATE_END_OF_LIST()');
      assert.ok(field?.macro);
      assert.equal(slice(model, field.versionId.range), '1 + 2');
      assert.equal(slice(model, field.offsetBytes.range), 'in.v');
      assert.deepEqual(field.macro.args.map((a) => slice(model, a.range)), ['in.v', 'struct demo', 'u32', '1 + 2']);
      assert.equal(slice(model, field.range), 'KSTATE_BASE_TYPE_V(in.v, struct demo, u32, 1 + 2)');
    });

    it('sees through wrapper macros and keeps to what the person wrote', () => {
      const { model, fields: [field] } = fields('DEMO(tag, char [10], 2), KSTATE_END_OF_LIST()', '#define DEMO(m, t, v) KSTATE_BASE_TYPE_V(m, struct demo, t, v)');
      assert.ok(field?.macro);
      assert.deepEqual([field.macro.name, field.macro.wrapper], ['KSTATE_BASE_TYPE_V', 'DEMO']);
      assert.equal(slice(model, field.range), 'DEMO(tag, char [10], 2)');
      assert.equal(slice(model, field.versionId.range), '2');
      assert.deepEqual(numbers(field), [16, 10, 1, 2]);
    });

    it('does not take a macro around a whole list for the wrapper of an entry', () => {
      const { fields: [field] } = fields('LIST(KSTATE_BASE_TYPE(n, struct demo, int))', '#define LIST(entries...) entries, KSTATE_END_OF_LIST()');
      assert.deepEqual([field?.macro?.name, field?.macro?.wrapper], ['KSTATE_BASE_TYPE', undefined]);
    });

    it('reads entries written by hand, by name and by position', () => {
      const { fields: list } = fields(`
        { .name = "in", .flags = KS_STRUCT | KS_POINTER, .offset = offsetof(struct demo, in), .size = sizeof(struct inner), .ksd = &other, .count = three },
        { "tab", offsetof(struct demo, tab), sizeof(u16), KS_BASE_TYPE, NULL, KS_LINEAR_ADDR, 2, NULL, NULL, three },
        { .flags = KS_END | KS_CUSTOM }, KSTATE_END_OF_LIST()`,
      'static int three(void) { return 3; }\nextern const struct kstate_description other;');
      assert.deepEqual(list.map(numbers), [[40, 8, 6, 0], [48, 2, 1, 2], [0, 0, 0x80000008, 0]]);
      assert.equal(list[0]?.ksd?.known === true && list[0].ksd.value, 'other');
      assert.equal(list[0]?.count?.known === true && list[0].count.value, 'three');
      assert.equal(list[0]?.member?.path, 'in');
      assert.deepEqual([list[1]?.ksd, list[1]?.save, list[1]?.macro], [undefined, undefined, undefined]);
    });

    it('reads lists that are arrays of their own, and keeps what stands after the end', () => {
      const model = modelOf(`${demo}
static const struct kstate_field list[] = { KSTATE_BASE_TYPE(n, struct demo, int), KSTATE_END_OF_LIST(), KSTATE_POINTER(cnt, struct demo) };
static struct kstate_description d = { "d", KSTATE_TEST_ID, .fields = list };`);
      const d = description(model, 'd');
      assert.deepEqual([d.fields.length, d.afterEnd.length, d.end !== undefined], [1, 1, true]);
      assert.ok(d.id.known && d.id.value === 3);
    });

    it('says which token stopped it', () => {
      const { model, fields: [field] } = fields('{ .flags = KS_BASE_TYPE, .size = UNHEARD_OF }, KSTATE_END_OF_LIST()');
      assert.ok(field !== undefined && !field.sizeBytes.known);
      assert.match(field.sizeBytes.why, /UNHEARD_OF/);
      assert.equal(slice(model, field.sizeBytes.range), 'UNHEARD_OF');
    });

    it('names a missing member only when the struct was read whole', () => {
      const missing = fields('KSTATE_BASE_TYPE(in.w, struct demo, u32), KSTATE_END_OF_LIST()');
      const found = missing.fields[0]?.missingMember;
      assert.ok(found);
      assert.deepEqual([found.name, slice(missing.model, found.range), missing.model.unit.spell(found.struct)], ['w', 'w', 'struct inner']);
      const broken = fields('KSTATE_BASE_TYPE(b, struct half, u32), KSTATE_END_OF_LIST()', 'struct half { u32 a; some_type_nobody_knows b; };');
      assert.equal(broken.fields[0]?.missingMember, undefined);
    });
  });

  describe('descriptions', () => {
    it('reads arrays of them, members of structs, and those that macros define', () => {
      const model = modelOf(`${demo}
#define END_ONLY (const struct kstate_field[]) { KSTATE_END_OF_LIST() }
#define STATE(var, number) static struct kstate_description var##_state = { .name = #var, .id = number, .fields = END_ONLY }
STATE(made, KSTATE_TEST_ID);
static struct kstate_description table[2] = { { .name = "t0", .fields = END_ONLY }, [1] = { .name = "t1", .fields = END_ONLY } };
static struct { int before; struct kstate_description state; } driver = { .state = { .name = "in driver", .fields = END_ONLY } };
typedef struct kstate_description state_t;
static state_t typed = { .name = "typed", .fields = END_ONLY };
static struct kstate_description filled_at_run_time;
`);
      assert.deepEqual(model.descriptions.map((d) => [d.variable, d.name.known ? d.name.value : '']),
        [['made_state', 'made'], ['table[0]', 't0'], ['table[1]', 't1'], ['driver.state', 'in driver'], ['typed', 'typed']]);
    });

    it('reads subsections, terminated or not', () => {
      const with_ = (list: string): KstateModel => modelOf(`${demo}
extern const struct kstate_description a, b;
static struct kstate_description d = { .name = "d", .subsections = ${list} };`);
      const read = (list: string): readonly unknown[] => {
        const d = description(with_(list), 'd');
        return [d.subsections?.map((s) => s.variable), d.subsectionsTerminated];
      };
      assert.deepEqual(read('(const struct kstate_description *[]) { &a, &b, NULL }'), [['a', 'b'], true]);
      assert.deepEqual(read('(const struct kstate_description *[]) { &a, &b }'), [['a', 'b'], false]);
      assert.deepEqual(read('(const struct kstate_description *[3]) { &a, &b }'), [['a', 'b'], true]);
      assert.deepEqual(read('(const struct kstate_description *[]) { &a, 0, &b }'), [['a'], true]);
      assert.deepEqual(read('(const struct kstate_description *[]) { [1] = &a }'), [[], true]);
      assert.deepEqual(read('NULL'), [undefined, true]);
    });
  });

  describe('registrations', () => {
    const model = modelOf(`${demo}
static struct kstate_description d = { .name = "d", .fields = (const struct kstate_field[]) { KSTATE_END_OF_LIST() } };
static struct demo one = { .n = 5 }, many[3] = { [1] = { .n = 7 } };
static struct { struct demo inside; } outer;
enum { FIRST = 9 };
static int probe(void) { return (kstate_register)(&d, &outer.inside, 4) ?: kstate_register(&d, many, 5); }
static int add(struct demo *p, int id) { return kstate_register(&d, p, id); }
static int late(void) { if (kstate_restore(&d, &many[1], FIRST + 1)) return 1; return (add)(&one, 2); }
late_initcall(late);
static int early(void) { int r = kstate_register_restore(&d, &one); struct demo local; kstate_unregister(&d, &local, 1); return r; }
fs_initcall_sync(early);
`);
    it('come in the order of the initcalls, those of other functions last', () => {
      assert.deepEqual(model.registrations.map((r) => [r.call, r.caller, r.initLevel]), [
        ['kstate_register_restore', 'early', 5.5], ['kstate_unregister', 'early', 5.5],
        ['kstate_register', 'add', 7], ['kstate_restore', 'late', 7],
        ['kstate_register', 'probe', undefined], ['kstate_register', 'probe', undefined],
      ]);
    });
    it('name their objects where those are static, with the initialiser', () => {
      assert.deepEqual(model.registrations.map((r) => r.object?.variable), ['one', undefined, undefined, 'many[1]', 'outer.inside', 'many[0]']);
      assert.equal(model.registrations[3]?.object?.init?.kind, 'record');
      assert.equal(model.registrations[4]?.object?.init, undefined);
      assert.equal(model.registrations[5]?.object?.init?.kind, 'zero');
      assert.ok(model.registrations.every((r) => r.description === 'd'));
    });
    it('give the instance id where it is a constant', () => {
      const ids = model.registrations.map((r) => (r.instanceId === undefined ? 'counter' : r.instanceId.known ? r.instanceId.value : 'unknown'));
      assert.deepEqual(ids, ['counter', 1, 'unknown', 10, 4, 5]);
    });
    it('are seen where the interface is an empty macro', () => {
      const off = modelOf(`${demo}#define kstate_register(state, obj)\nstatic struct demo x; static struct kstate_description s = { .id = 1 };
static void setup(void) { kstate_register(&s, &x); }`);
      assert.deepEqual(off.registrations.map((r) => [r.caller, r.description, r.object?.variable, r.args.length]), [['setup', 's', 'x', 2]]);
    });
  });

  describe('dialect', () => {
    for (const dialect of ['v1', 'v2', 'dev', 'v3'] as const) {
      it(`tells ${dialect} from its header`, () => { assert.equal(detectDialect(unitOf(head, { dialect })), dialect); });
    }
    it('is the default without a header, and says where it is from', () => {
      assert.deepEqual([modelOf('int x;').dialect, modelOf('int x;').dialectFrom], ['v3', 'default']);
      const own = modelOf('#include <linux/kstate.h>\n', { includePaths: [fixture('corpora/stubs'), fixture('corpora/stubs/include')] });
      assert.deepEqual([own.dialect, own.dialectFrom], ['v3', 'header']);
    });
  });

  it('gives the best partial answer for every beginning of a file, and never throws', () => {
    const text = readFixture('corpora/kstate-lint/clean-full-featured/good.c');
    for (let end = 0; end <= text.length; end += 7) {
      const model = modelOf(text.slice(0, end));
      for (const finding of checkUnit(model)) assert.ok(finding.range.end <= end, finding.message);
    }
  });

  it('stays calm about every example with one character taken out', () => {
    for (const name of readdirSync(fixture('rules')).slice(0, 8)) {
      const text = readFixture('rules', name, 'bad.c');
      for (let at = text.indexOf('struct'); at < text.length; at += 11) checkUnit(modelOf(text.slice(0, at) + text.slice(at + 1)));
    }
  });
});
