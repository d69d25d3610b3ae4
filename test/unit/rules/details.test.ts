import assert from 'node:assert/strict';
import { modelOf } from '../model/readC';
import { checkUnit } from '../../../server/rules';
import { appendToList } from '../../../server/rules/appendToList';
import { editDistance, nearest } from '../../../server/rules/memberNames';
import type { TextEdit } from '../../../server/rules/rule';

const head = '#include <linux/init.h>\n#include <linux/kstate.h>\n#include <linux/mm.h>\n#include <linux/types.h>\n';
const end = 'KSTATE_END_OF_LIST()';

/** A description; `more` are further members. */
function state(variable: string, id: string, fields: string, more = '', storage = ''): string {
  return `${storage}struct kstate_description ${variable} = { .name = "${variable}", .id = ${id}, .version_id = 2,
	.fields = (const struct kstate_field[]) { ${fields} ${end} }, ${more} };\n`;
}

function codes(text: string, options: Parameters<typeof modelOf>[1] = {}): readonly string[] {
  return checkUnit(modelOf(head + text, options)).map((f) => f.code);
}

function apply(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start)
    .reduce((t, edit) => t.slice(0, edit.range.start) + edit.newText + t.slice(edit.range.end), text);
}

describe('rule details', () => {
  describe('appendToList', () => {
    /** `last` is the text of the last item. */
    const append = (text: string, last: string | undefined): string | undefined => {
      const range = (start: number, stop: number) => ({ path: 'x', start, end: stop });
      const at = last === undefined ? undefined : text.lastIndexOf(last);
      const edits = appendToList(text, range(0, text.length), at === undefined || last === undefined ? undefined : range(at, at + last.length), 'END');
      return edits === undefined ? undefined : apply(text, edits);
    };
    it('adds a missing comma', () => { assert.equal(append('{ A, B }', 'B'), '{ A, B, END }'); });
    it('keeps a comma that is there', () => { assert.equal(append('{ A, B, }', 'B'), '{ A, B, END }'); });
    it('fills an empty list', () => { assert.equal(append('{ }', undefined), '{ END }'); });
    it('follows the layout of lines', () => { assert.equal(append('{\n\t\tA,\n\t\tB\n\t}', 'B'), '{\n\t\tA,\n\t\tB,\n\t\tEND\n\t}'); });
    it('goes behind the comment of the last item', () => { assert.equal(append('{\n\tA, /* a, b */ // c\n}', 'A'), '{\n\tA, /* a, b */ // c\n\tEND\n}'); });
    it('keeps line ends', () => { assert.equal(append('{\r\n\tA,\r\n}', 'A'), '{\r\n\tA,\r\n\tEND\r\n}'); });
    it('stays out of lists that are not written with braces', () => { assert.equal(append('LIST(A)', 'A'), undefined); });
  });

  describe('nearest', () => {
    it('counts letters', () => {
      assert.deepEqual([editDistance('kitten', 'sitting', 5), editDistance('ab', 'ab', 2), editDistance('abc', 'xyzw', 2)], [3, 0, 3]);
    });
    it('offers nothing that keeps no letter of the name', () => {
      assert.deepEqual(nearest('a', ['b', 'c']), { names: [], within: 0 });
      assert.deepEqual(nearest('hedd', ['head', 'heap', 'tail']), { names: ['head'], within: 2 });
    });
  });

  describe('ids', () => {
    const s = 'struct s { u32 a; u32 b; };\nstruct t { u32 z; struct s s; };\n';
    const a = 'KSTATE_BASE_TYPE(a, struct s, u32),';
    const z = 'KSTATE_BASE_TYPE(z, struct t, u32),';
    const nested = '{ .name = "s", .flags = KS_STRUCT, .offset = offsetof(struct t, s), .size = sizeof(struct s), .ksd = &inner },';

    it('of nested descriptions are of no account', () => {
      assert.deepEqual(codes(s + state('inner', 'KSTATE_TEST_ID', a) + state('outer', 'KSTATE_TEST_ID', z + nested)), []);
      assert.deepEqual(codes(s + state('inner', '0', a) + state('outer', 'KSTATE_TEST_ID', z + nested)), []);
      assert.deepEqual(codes(s + state('inner', '99', a) + state('outer', 'KSTATE_TEST_ID', z + nested)), []);
    });
    it('of a nested description count when it is registered as well', () => {
      const register = 'static struct s obj; static struct t all; static int f(void) { return kstate_register_restore(&inner, &obj) || kstate_register_restore(&outer, &all); }';
      assert.deepEqual(codes(s + state('inner', 'KSTATE_TEST_ID', a) + state('outer', 'KSTATE_TEST_ID', z + nested) + register), ['kstate-duplicate-id']);
    });
    it('may be equal when the instances are known to differ', () => {
      const use = (first: string, second: string): string => `static struct s o1, o2; static int f(int n) {
	return kstate_register(&one, &o1, ${first}) || kstate_restore(&one, &o1, ${first}) || kstate_register(&two, &o2, ${second}) || kstate_restore(&two, &o2, ${second}); }`;
      const both = s + state('one', 'KSTATE_TEST_ID', a) + state('two', 'KSTATE_TEST_ID', a);
      assert.deepEqual(codes(both + use('1', '2')), []);
      assert.deepEqual(codes(both + use('1', '1')), ['kstate-duplicate-id']);
      assert.deepEqual(codes(both + use('1', 'n')), ['kstate-duplicate-id']);
    });
    it('are compared with those of other files, each told of the other', () => {
      const here = modelOf(head + s + state('here', 'KSTATE_TEST_ID', a), { path: '/src/here.c' });
      const there = modelOf(head + s + state('there', 'KSTATE_TEST_ID', a), { path: '/src/there.c' });
      assert.deepEqual(checkUnit(here, [here]).map((f) => f.code), []);
      const [finding] = checkUnit(here, [here, there]);
      assert.equal(finding?.code, 'kstate-duplicate-id');
      assert.match(finding.message, /\bhere and there in there\.c both have id 3\b/);
      assert.equal(finding.related[0]?.range.path, '/src/there.c');
      assert.match(checkUnit(there, [here])[0]?.message ?? '', /\bthere and here in here\.c\b/);
    });
    it('of subsections of different descriptions only break the rule, those of siblings the restore', () => {
      const parent = (name: string, id: string, subs: string): string => state(name, id, a, `.subsections = (const struct kstate_description *[]) { ${subs}, NULL }`);
      const subs = state('s1', 'KSTATE_TEST_ID_V2', a) + state('s2', 'KSTATE_TEST_ID_V2', a);
      const severities = (text: string): readonly string[] => checkUnit(modelOf(head + s + text)).map((f) => `${f.code} ${f.severity}`);
      assert.deepEqual(severities(`${subs}${parent('p1', 'KSTATE_TEST_ID', '&s1')}${parent('p2', 'KSTATE_FOLIO_ID', '&s2')}`), ['kstate-duplicate-id warning']);
      assert.deepEqual(severities(`${subs}${parent('p1', 'KSTATE_TEST_ID', '&s1, &s2')}`), ['kstate-duplicate-id error']);
    });
  });

  describe('structs', () => {
    const types = 'struct base { u32 a; u32 b; };\nstruct derived { struct base base; u64 more; };\nstruct other { u32 x; };\n';
    const list = 'KSTATE_BASE_TYPE(a, struct base, u32), KSTATE_BASE_TYPE(b, struct base, u32),';
    const use = (object: string): string => `static struct derived obj; static struct other foreign; static int f(struct derived *p, void *v) {
	return kstate_register_restore(&d, ${object}); }`;
    it('that begin with one another can stand in for one another', () => {
      assert.deepEqual(codes(types + state('d', 'KSTATE_TEST_ID', `${list} KSTATE_BASE_TYPE(more, struct derived, u64),`) + use('&obj')), []);
    });
    it('are compared for pointers of a function, and not for void pointers and casts', () => {
      const d = types + state('d', 'KSTATE_TEST_ID', list);
      assert.deepEqual(codes(d + use('p')), []);
      assert.deepEqual(codes(d + use('v')), []);
      assert.deepEqual(codes(d + use('(void *)&foreign')), []);
      assert.deepEqual(codes(d + use('&foreign')), ['kstate-wrong-object']);
    });
  });

  describe('custom fields', () => {
    const custom = (body: string, entry: string): readonly string[] => codes(`struct s { u32 a; };
int elsewhere(struct kstate_stream *stream); int keep(phys_addr_t p, size_t n);
static int cb(struct kstate_stream *stream, void *obj, const struct kstate_field *field) { ${body} return 0; }
${state('d', 'KSTATE_TEST_ID', `{ .name = "a", .flags = KS_CUSTOM, ${entry} },`)}`);
    it('may only save when they write nothing', () => { assert.deepEqual(custom('keep(0, 4);', '.save = cb'), []); });
    it('are not judged when what they do with the stream is not known', () => {
      assert.deepEqual(custom('elsewhere(stream);', '.save = cb'), []);
      assert.deepEqual(custom('*(u8 *)stream->pos = 1;', '.save = cb'), []);
    });
    it('may not only restore when they read', () => {
      assert.deepEqual(custom('kstate_restore_data(stream, obj, 4);', '.restore = cb'), ['kstate-custom-one-sided']);
    });
    it('may save through the folio callback only with its counterpart', () => {
      assert.deepEqual(custom('', '.save = kstate_folio_save'), ['kstate-custom-one-sided']);
    });
  });

  describe('restores elsewhere', () => {
    const d = (storage: string): string => `struct s { u32 a; };\n${state('d', 'KSTATE_TEST_ID', 'KSTATE_BASE_TYPE(a, struct s, u32),', '', storage)}`;
    const save = 'static struct s o; static int f(void) { return kstate_register(&d, &o, 1); }\n';
    it('count when the description is handed on', () => {
      assert.deepEqual(codes(`void later(void *description);\n${d('static ')}${save}static void g(void) { later(&d); }`), []);
      assert.deepEqual(codes(`${d('static ')}${save}/* d is "d" */`), ['kstate-never-restored']);
    });
    it('count when another file can see the description, and only then', () => {
      const other = modelOf(`${head}struct s { u32 a; };\nextern struct kstate_description d; static struct s o; static int g(void) { return kstate_restore(&d, &o, 1); }`, { path: '/src/other.c' });
      const with_ = (storage: string): readonly string[] => checkUnit(modelOf(head + d(storage) + save), [other]).map((f) => f.code);
      assert.deepEqual(with_(''), []);
      assert.deepEqual(with_('static '), ['kstate-never-restored']);
    });
    it('do not make a static description of the same name a registered one', () => {
      const nested = `struct t { struct s s; };\n${state('outer', 'KSTATE_TEST_ID_V2', '{ .name = "s", .flags = KS_STRUCT, .offset = offsetof(struct t, s), .size = sizeof(struct s), .ksd = &d },')}`;
      const inner = d('static ').replace('.id = KSTATE_TEST_ID', '.id = 0');
      const other = modelOf(`${head}${d('')}static struct s o; static int g(void) { return kstate_register_restore(&d, &o); }`, { path: '/src/other.c' });
      assert.deepEqual(checkUnit(modelOf(head + inner + nested), [other]).map((f) => f.code), []);
    });
  });

  describe('dialects', () => {
    const v2 = { dialect: 'v2' } as const;
    const d = state('d', 'KSTATE_TEST_ID', 'KSTATE_BASE_TYPE(a, struct s, u32), KSTATE_PAGE(page, struct s),', '.state_list = LIST_HEAD_INIT(d.state_list)');
    const use = 'static struct s o; static int f(void) { return kstate_register(&d, &o); }';
    it('v2 registers with two arguments and restores at once', () => {
      assert.deepEqual(codes(`struct s { u32 a; struct page *page; };\n${d}${use}`, v2), []);
    });
  });

  it('says nothing twice: a deprecated version above the description is one finding', () => {
    assert.deepEqual(codes(`struct s { u32 a; };\n${state('d', 'KSTATE_TEST_ID', 'KSTATE_BASE_TYPE_DEPRECATED(k, u16, 9), KSTATE_BASE_TYPE(a, struct s, u32),')}`), ['kstate-deprecated-version']);
  });

  it('leaves values alone that are not known', () => {
    assert.deepEqual(codes(`struct s { u32 a; };\nstruct kstate_description d = { .id = WHO, .version_id = KNOWS, .min_version_id = 5,
	.fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE_V(a, struct s, u32, 7), ${end} } };`), ['kstate-not-evaluated', 'kstate-not-evaluated']);
  });

  it('points into the text of a wrapper\'s invocation, and offers no fix inside its definition', () => {
    const text = `${head}struct s { unsigned long a; };\n#define U64(m) KSTATE_BASE_TYPE(m, struct s, u64)\n${state('d', 'KSTATE_TEST_ID', 'U64(a),')}`;
    const [finding] = checkUnit(modelOf(text));
    assert.equal(finding?.code, 'kstate-type-mismatch');
    assert.equal(text.slice(finding.range.start, finding.range.end), 'U64(a)');
    assert.deepEqual(finding.fixes, []);
    assert.match(finding.message, /^U64 says that a is u64, but in struct s it is unsigned long/);
  });
});
