import assert from 'node:assert';
import { initText, layoutText, named, open, outline, recordOf } from './unitHelp';

describe('unit: looking up', () => {
  const headers = {
    '/inc/types.h': 'typedef unsigned int u32; typedef unsigned long long u64; struct list_head { struct list_head *next, *prev; };\nenum { FIRST = 3, SECOND };\n',
    '/inc/thing.h': '#include <types.h>\nstruct thing; struct thing *find(int id);\nstruct thing { struct list_head link; u32 id; enum state { OFF, ON = 10 } state; };\n'
      + 'extern u64 counter;\nstatic inline int twice(int x) { return x * 2; }\nint (*handler)(struct thing *);\n',
    '/inc/made.h': '#define DECLARE_ID(n) typedef struct { int raw; } n##_id_t; struct n##_box { n##_id_t id; }; extern int n##_count\nDECLARE_ID(page);\n'
      + '#define context_struct(n) struct n\ncontext_struct(guarded) { int inside; };\nenum list {\n#define X(n) LIST_##n,\nX(a) X(b)\n};\n',
  };

  it('finds names in headers without parsing more than it must', () => {
    const unit = open('#include <thing.h>\nint here;', headers);
    assert.strictEqual(unit.spell(named(unit, 'counter').type), 'u64');
    assert.strictEqual(named(unit, 'SECOND').value, 4n);
    assert.strictEqual(named(unit, 'ON').value, 10n);
    assert.strictEqual(unit.spell(named(unit, 'handler').type), 'int (*)(struct thing *)');
    assert.strictEqual(unit.lookup('nothing'), undefined);
    assert.strictEqual(unit.record('nothing'), undefined);
    assert.deepStrictEqual(unit.enum('state')?.enumerators?.map((e) => e.name), ['OFF', 'ON']);
    assert.deepStrictEqual(outline(unit.declarations, unit), ['here: int']);
  });

  it('completes a record on demand, one object for all its mentions', () => {
    const unit = open('#include <thing.h>\n', headers);
    const found = named(unit, 'find').type;
    assert.ok(found.kind === 'function' && found.returns.kind === 'pointer' && found.returns.to.kind === 'record');
    const { record } = found.returns.to;
    assert.strictEqual(record, unit.record('thing'));
    assert.strictEqual(layoutText(unit, record), '24/8 link@0 id@16 state@20');
  });

  it('finds what macros declare', () => {
    const unit = open('#include <made.h>\n', headers);
    assert.strictEqual(unit.spell(named(unit, 'page_id_t').type), 'struct {...}');
    assert.strictEqual(named(unit, 'page_count').kind, 'variable');
    assert.strictEqual(layoutText(unit, recordOf(unit, 'page_box')), '4/4 id@0');
    assert.strictEqual(layoutText(unit, recordOf(unit, 'guarded')), '4/4 inside@0');
    assert.strictEqual(named(unit, 'LIST_b').value, 1n);
  });

  it('uses macro-made types in the main file', () => {
    const unit = open('#include <made.h>\npage_id_t mine; struct guarded g; int n = sizeof(struct guarded) + sizeof(mine);', headers);
    assert.deepStrictEqual(unit.problems, []);
    assert.deepStrictEqual(outline(unit.declarations, unit), ['mine: page_id_t', 'g: struct guarded', 'n: int']);
  });

  it('prefers a definition to a declaration', () => {
    const unit = open('extern int a[]; int a[4]; int f(void); int f(void) { return 1; } int f(void); extern int b; int b = 3;');
    assert.strictEqual(unit.spell(named(unit, 'a').type), 'int[4]');
    assert.ok(named(unit, 'f').bodyTokens !== undefined);
    assert.ok(named(unit, 'b').init !== undefined);
  });

  it('ties a tag a header only mentions to the definition in the main file', () => {
    const unit = open('#include <p.h>\nstruct priv { int x; };\nint n = sizeof(*get());', { '/inc/p.h': 'struct priv *get(void);' });
    const { init } = named(unit, 'n');
    const got = init === undefined || init.kind === 'initList' ? undefined : unit.evaluate(init);
    assert.strictEqual(got?.kind === 'int' ? got.value : got, 4n);
  });

  it('parses bodies only when asked, with parameters and locals in scope', () => {
    const unit = open('typedef int T; int f(char T, long b) { short T = 1; { int b; return T + b; } }');
    const body = unit.body(named(unit, 'f'));
    const block = body?.body[1];
    const last = block?.kind === 'block' ? block.body[1] : undefined;
    const sum = last?.kind === 'return' ? last.value : undefined;
    assert.ok(sum?.kind === 'binary' && sum.left.kind === 'ident' && sum.right.kind === 'ident');
    assert.strictEqual(unit.spell(unit.typeOf(sum.left)), 'short');
    assert.strictEqual(unit.spell(unit.typeOf(sum.right)), 'int');
  });

  it('parses a macro argument as a type or an expression', () => {
    const unit = open('#define USE(t, e) 0\n#define WIDTH 4\ntypedef unsigned short u16; int v[3]; int a = USE(u16 (*)[WIDTH], v[1] + WIDTH * 2);');
    const [type, expr] = unit.expansions.find((e) => e.macro.name === 'USE')?.args ?? [];
    assert.strictEqual(unit.spell(unit.parseType(type ?? [])), 'u16 (*)[4]');
    assert.strictEqual(unit.parseExpr(expr ?? []).kind, 'binary');
    assert.strictEqual(unit.parseType(expr ?? []).kind, 'unknown');
  });

  it('goes on past a chunk that cannot be read', () => {
    const unit = open('#include <bad.h>\nint n = sizeof(struct good);', { '/inc/bad.h': 'struct broken { int a; ((( };\nint stray } ;\nstruct good { long a; };' });
    assert.strictEqual(layoutText(unit, recordOf(unit, 'good')), '8/8 a@0');
  });
});

describe('unit: the next version of a file', () => {
  const headers = { '/inc/h.h': 'typedef unsigned int u32; struct pub { u32 a; struct priv *p; }; struct priv;' };
  const first = '#include <h.h>\nstruct priv { int x; };\nint n = sizeof(struct pub);\n';

  it('keeps the headers: types, records and layouts are the same objects', () => {
    const before = open(first, headers);
    const record = recordOf(before, 'pub');
    const type = named(before, 'u32');
    const laid = before.layout(record);
    const after = open(`${first}int more;`, headers, {}, before);
    assert.strictEqual(recordOf(after, 'pub'), record);
    assert.strictEqual(named(after, 'u32'), type);
    const again = after.layout(record);
    assert.ok(laid.known && again.known && again.value === laid.value);
    assert.deepStrictEqual(outline(after.declarations, after), ['type', 'n: int', 'more: int']);
  });

  it('forgets what the old main file said of a tag the headers mention', () => {
    const before = open(first, headers);
    assert.strictEqual(layoutText(before, recordOf(before, 'priv')), '4/4 x@0');
    const after = open(first.replace('int x;', 'long x, y;'), headers, {}, before);
    assert.strictEqual(layoutText(after, recordOf(after, 'priv')), '16/8 x@0 y@8');
    const gone = open('#include <h.h>\nint n;\n', headers, {}, after);
    assert.strictEqual(gone.record('priv')?.members, undefined);
  });

  it('answers as a unit opened anew after any run of edits', () => {
    const texts = ['int a;', 'struct priv { char c; };', 'typedef int local_t; local_t v;', 'struct priv { local_t q; };', '', 'enum { K = 5 }; int b[K];', 'int broken = (;', 'static int f(u32 x) { return x; }'];
    let unit = open('#include <h.h>\n', headers);
    for (const text of [...texts, ...texts.reverse()]) {
      const main = `#include <h.h>\n${text}\n`;
      unit = open(main, headers, {}, unit);
      const fresh = open(main, headers);
      assert.deepStrictEqual(outline(unit.declarations, unit), outline(fresh.declarations, fresh), text);
      assert.deepStrictEqual(unit.problems, fresh.problems, text);
      const [own, other] = [unit.record('priv'), fresh.record('priv')];
      assert.strictEqual(own === undefined ? '' : layoutText(unit, own), other === undefined ? '' : layoutText(fresh, other), text);
    }
  });

  it('is the same unit when nothing changed', () => {
    const before = open(first, headers);
    assert.strictEqual(open(first, headers, {}, before), before);
  });
});

describe('unit: initialisers', () => {
  const init = (text: string, name = 'v'): string => {
    const unit = open(text);
    const d = named(unit, name);
    if (d.init === undefined) return 'none';
    const made = initText(unit, unit.resolveInit(d.type, d.init));
    const problems = unit.problems.map((p) => p.message);
    return problems.length === 0 ? made : `${made} ${problems.join('; ')}`;
  };
  const p = 'struct p { int a, b; };';

  it('fills members in order, skipping unnamed bit-fields', () => {
    assert.strictEqual(init('struct s { int a; int : 4; char b[3]; long c; } v = { 1, "hi", 3 };'), '{a=1,b="hi",c=3}');
  });

  it('goes into aggregates where braces are left out (C11 6.7.9p20)', () => {
    assert.strictEqual(init(`${p} struct p v[2] = { 1, 2, 3 };`), '[2:0={a=1,b=2},1={a=3}]');
    assert.strictEqual(init(`${p} struct { struct p x; int y[2]; int z; } v = { 1, 2, 3, 4, 5 };`), '{x={a=1,b=2},y=[2:0=3,1=4],z=5}');
    assert.strictEqual(init('int v[2][2] = { { 1 }, 2, 3 };'), '[2:0=[2:0=1],1=[2:0=2,1=3]]');
  });

  it('goes on after a designator (6.7.9p17)', () => {
    assert.strictEqual(init('int v[] = { [2] = 1, 2, [0] = 3, 4 };'), '[4:0=3,1=4,2=1,3=2]');
    assert.strictEqual(init(`${p} struct { int h; struct p q; int t; } v = { .q.a = 1, 2, 3 };`), '{q={a=1,b=2},t=3}');
    assert.strictEqual(init(`${p} struct p v[3] = { [1].b = 5, 6, 7 };`), '[3:1={b=5},2={a=6,b=7}]');
  });

  it('lets later items override, whole or in part', () => {
    assert.strictEqual(init(`${p} struct p v = { .a = 1, .b = 2, .a = 3 };`), '{a=3,b=2}');
    assert.strictEqual(init(`${p} struct p v[2] = { [0] = { 1, 2 }, [0].b = 9 };`), '[2:0={a=1,b=9}]');
    assert.strictEqual(init(`${p} struct p v[1] = { [0].b = 9, [0] = { 1 } };`), '[1:0={a=1}]');
  });

  it('keeps what a later item with braces left out does not reach', () => {
    assert.strictEqual(init(`${p} struct p v[2] = { { 1, 2 }, [0] = 9 };`), '[2:0={a=9,b=2}]');
    assert.strictEqual(init('struct { char n[4]; int k; } v = { "ab", 5, .n[1] = 120 };'), '{n=[4:0=97,1=120],k=5}');
  });

  it('reads GNU forms: ranges, old designators, empty braces', () => {
    assert.strictEqual(init('int v[5] = { [1 ... 3] = 7, 8 };'), '[5:1=7,2=7,3=7,4=8]');
    assert.strictEqual(init(`${p} struct p v = { b: 2, a: 1 };`), '{a=1,b=2}');
    assert.strictEqual(init(`${p} struct p v = { };`), '{}');
    assert.strictEqual(init('struct { int n; int t[]; } v = { 2, { 1, 2 } };'), '{n=2,t=[2:0=1,1=2]}');
  });

  it('gives a union one member, the last one set', () => {
    assert.strictEqual(init('union { int a; char b[4]; } v = { 7 };'), '{a=7}');
    assert.strictEqual(init('union { int a; char b[4]; } v = { .a = 1, .b = "x" };'), '{b="x"}');
    assert.strictEqual(init('struct { union { int a; long b; }; int c; } v = { .b = 2, 3 };'), '{={b=2},c=3}');
    assert.strictEqual(init('struct { union { int a; long b; } u; int c; } v = { 1, 3 };'), '{u={a=1},c=3}');
  });

  it('takes strings for arrays of char, in braces too', () => {
    assert.strictEqual(init('char v[] = "abc";'), '"abc"');
    assert.strictEqual(init('char v[4] = { "ab" };'), '"ab"');
    assert.strictEqual(init('char v[2][3] = { "ab", "cd" };'), '[2:0="ab",1="cd"]');
    assert.strictEqual(init('struct { char n[8]; const char *s; } v = { "ab", "cd" };'), '{n="ab",s=&"cd"+0}');
  });

  it('reaches members of anonymous records by name', () => {
    assert.strictEqual(init('struct { int a; struct { int b; union { int c; long d; }; }; } v = { .d = 4, .b = 2, .a = 1 };'), '{a=1,={b=2,={d=4}}}');
  });

  it('completes the length of an array', () => {
    const unit = open(`${p} struct p v[] = { [3] = { 1 }, { 2 } }; int n = sizeof(v) / sizeof(v[0]); char s[] = "four"; int m = sizeof(s);`);
    assert.strictEqual(unit.spell(named(unit, 'v').type), 'struct p[5]');
    assert.strictEqual(unit.spell(named(unit, 's').type), 'char[5]');
  });

  it('complains of what is too much or is not there', () => {
    assert.strictEqual(init('int v[2] = { 1, 2, 3 };'), '[2:0=1,1=2] excess elements in array initializer');
    assert.strictEqual(init('int v = { 1, 2 };'), '1 excess elements in scalar initializer');
    assert.strictEqual(init(`${p} struct p v = { .z = 1, .a = 2 };`), "{a=2} 'struct p' has no member named 'z'");
    assert.strictEqual(init('int v[2] = { [5] = 1 };'), '[2:] array index in initializer exceeds array bounds');
  });

  it('keeps the other entries of a list with a broken one', () => {
    assert.match(init(`${p} struct p v[] = { { 1, 2 }, { 3, ) }, { 5, 6 } };`), /^\[\d:0=\{a=1,b=2\},1=\{a=3.*/);
    assert.match(init(`${p} struct p v = { .a = , .b = 2 };`), /^\{a=\?expected a value,b=2\}/);
  });

  it('takes a struct of the same type whole', () => {
    assert.strictEqual(init(`${p} struct { struct p q; int z; } v = { (struct p){ 1, 2 }, 3 };`), '{q=a compound literal is not a constant,z=3}');
  });
});
