import assert from 'node:assert';
import fc from 'fast-check';
import type { Stmt } from '../../../server/c/ast';
import { initOf, named, open, outline } from './unitHelp';

const lines = (text: string): string[] => {
  const unit = open(text);
  return outline(unit.declarations, unit);
};
const messages = (text: string): string[] => open(text).problems.map((p) => p.message);

describe('parser: declarations', () => {
  it('takes specifiers in any order', () => {
    assert.deepStrictEqual(lines('long unsigned int long a; int static const b; unsigned c; short unsigned d; char signed e; double long f; __int128 unsigned g;'), [
      'a: unsigned long long', 'b: const int', 'c: unsigned int', 'd: unsigned short', 'e: signed char', 'f: long double', 'g: unsigned __int128',
    ]);
  });

  it('reads declarators inside out', () => {
    assert.deepStrictEqual(lines('int *a[3], (*b)[3], *(*c)(void), (*d[2])(int, char *), (*e(int x))(long); void (*signal(int, void (*)(int)))(int);'), [
      'a: int *[3]', 'b: int (*)[3]', 'c: int *(*)(void)', 'd: int (*[2])(int, char *)', 'e: int (*(int))(long)', 'signal: void (*(int, void (*)(int)))(int)',
    ]);
  });

  it('adjusts parameters, and keeps typedef names', () => {
    assert.deepStrictEqual(lines('typedef unsigned int u32; struct s; void f(u32 a[4], int cb(void), const struct s *restrict p, ...);'), [
      'u32: unsigned int', 'type', 'f: void (u32 *, int (*)(void), const struct s *restrict, ...)',
    ]);
  });

  it('takes a typedef name in parentheses for a parameter, C11 6.7.6.3p11', () => {
    assert.deepStrictEqual(lines('typedef int T; void f(int (T)); void g(int (x));'), ['T: int', 'f: void (int (*)(T))', 'g: void (int)']);
  });

  it('takes attributes wherever gcc does', () => {
    const unit = open(`__attribute__((unused)) static int __attribute__((section("x"))) a __attribute__((aligned(8), __used__)), __attribute__((weak)) b;
      struct __attribute__((packed)) p { char c; int i; }; struct q { char c; int i; } __attribute__((packed)) r;
      int *__attribute__((aligned(16))) t; void f(void) __attribute__((noreturn, format(printf, 1, 2))); int g asm("real_g");`);
    assert.deepStrictEqual(unit.problems, []);
    assert.deepStrictEqual(named(unit, 'a').attributes.map((x) => x.name).sort(), ['aligned', 'section', 'unused', 'used']);
    assert.deepStrictEqual(named(unit, 'f').attributes.map((x) => x.name), ['noreturn', 'format']);
    for (const tag of ['p', 'q']) assert.strictEqual(unit.record(tag)?.attributes[0]?.name, 'packed');
  });

  it('reads an attribute argument that is an expression with keywords', () => {
    const unit = open('typedef struct { int counter; } atomic_t; struct s { char a; atomic_t b __attribute__((aligned(sizeof(atomic_t) * 2))); };');
    const record = unit.record('s');
    const laid = record === undefined ? undefined : unit.layout(record);
    assert.strictEqual(laid?.known === true ? laid.value.members[1]?.offsetBytes : laid?.why, 8);
  });

  it('knows K&R functions, __auto_type, typeof, asm, static assertions and nested functions', () => {
    const unit = open(`int old(a, b) int a; char *b; { return a; }
      __auto_type x = 1UL; typeof(x) y; typeof_unqual(const int) z; asm(".text"); _Static_assert(sizeof(int) == 4, "four");
      int outer(void) { int inner(int q) { return q; } return inner(1); }`);
    assert.deepStrictEqual(unit.problems, []);
    assert.deepStrictEqual(outline(unit.declarations, unit), ['old: int ()', 'x: unsigned long', 'y: unsigned long', 'z: int', 'asm', 'staticAssert', 'outer: int (void)']);
    assert.deepStrictEqual(named(unit, 'old').params?.map((p) => `${p.name}: ${unit.spell(p.type)}`), ['a: int', 'b: char *']);
  });

  it('gives the alternatives of mode and vector_size', () => {
    assert.deepStrictEqual(lines('typedef unsigned q __attribute__((mode(DI))); typedef int w __attribute__((mode(word))); typedef float v __attribute__((vector_size(16)));'), [
      'q: unsigned long', 'w: long', 'v: float __attribute__((vector_size(16)))',
    ]);
  });

  it('keeps records apart by scope, and one object per tag', () => {
    const unit = open('struct s { int a; }; struct s x; void f(void) { struct s { char b; } y; { struct s z; } } struct s *p;');
    const outer = unit.record('s');
    const p = named(unit, 'p').type;
    const { type } = named(unit, 'x');
    assert.ok(type.kind === 'record' && p.kind === 'pointer' && p.to.kind === 'record' && type.record === outer && p.to.record === outer);
    const body = unit.body(named(unit, 'f'));
    const [first, block] = body?.body ?? [];
    const local = first?.kind === 'decl' ? first.declarations[0] : undefined;
    const deeper = block?.kind === 'block' && block.body[0]?.kind === 'decl' ? block.body[0].declarations[0] : undefined;
    assert.ok(local?.kind === 'variable' && local.type.kind === 'record' && local.type.record !== outer);
    assert.ok(deeper?.kind === 'variable' && deeper.type.kind === 'record' && deeper.type.record === local.type.record);
  });
});

describe('parser: names that are types or not', () => {
  it('lets a local hide a typedef', () => {
    const unit = open('typedef int T; int f(int T) { return T * 2; } int g(void) { T T = 3; return (T) + 1; }');
    assert.deepStrictEqual(unit.problems, []);
    const last = unit.body(named(unit, 'g'))?.body[1];
    assert.ok(last?.kind === 'return' && last.value?.kind === 'binary' && last.value.op === '+');
  });

  it('tells a cast from a product and a call', () => {
    const unit = open('typedef int T; int a; int x = (T) * 3; int y = (a) * 3; int z = sizeof(T) * 2; int w = sizeof (a) + 1;');
    assert.strictEqual(initOf(unit, 'x').kind, 'cast');
    assert.strictEqual(initOf(unit, 'y').kind, 'binary');
    assert.strictEqual(initOf(unit, 'z').kind, 'binary');
  });

  it('takes an undeclared name before a name for a type whose header is missing', () => {
    const unit = open('foo_t *a; void f(void) { bar_t b; baz_t *c = 0; a * b; }');
    assert.strictEqual(unit.problems.length, 0);
    const { type } = named(unit, 'a');
    assert.ok(type.kind === 'pointer' && type.to.kind === 'unknown' && type.to.why.includes('foo_t'));
    assert.deepStrictEqual(unit.body(named(unit, 'f'))?.body.map((s) => s.kind), ['decl', 'decl', 'expr']);
  });
});

describe('parser: expressions and statements', () => {
  const bodyOf = (text: string): readonly Stmt[] => {
    const unit = open(`int a, b, c; struct s { int m; } *p; void g(int); void f(void) { ${text} }`);
    const made = unit.body(named(unit, 'f'))?.body ?? [];
    assert.deepStrictEqual(unit.problems, []);
    return made;
  };

  it('binds as C11 6.5 has it', () => {
    const show = (e: unknown): string => {
      const n = e as { kind: string; op?: string; left?: unknown; right?: unknown; operand?: unknown; name?: string; value?: unknown; condition?: unknown; then?: unknown; otherwise?: unknown; target?: unknown }; // test only: any node
      switch (n.kind) {
        case 'binary': return `(${show(n.left)}${String(n.op)}${show(n.right)})`;
        case 'unary': return `${String(n.op)}${show(n.operand)}`;
        case 'conditional': return `(${show(n.condition)}?${n.then === undefined ? '' : show(n.then)}:${show(n.otherwise)})`;
        case 'assign': return `(${show(n.target)}${String(n.op)}${show(n.value)})`;
        case 'int': return String(n.value);
        default: return n.name ?? n.kind;
      }
    };
    const text = (source: string): string => {
      const [only] = bodyOf(`${source};`);
      return only?.kind === 'expr' ? show(only.expr) : String(only?.kind);
    };
    assert.strictEqual(text('a = b + c * 2 << 1 < 3 == 4 & 5 ^ 6 | 7 && 8 || 9'), '(a=(((((((((b+(c*2))<<1)<3)==4)&5)^6)|7)&&8)||9))');
    assert.strictEqual(text('a ? b : c ? 1 : 2'), '(a?b:(c?1:2))');
    assert.strictEqual(text('a ?: b ?: c'), '(a?:(b?:c))');
    assert.strictEqual(text('a = b = c, a - b - c'), '((a=(b=c)),((a-b)-c))');
    assert.strictEqual(text('-a++ - --b'), '(-x++a---xb)');
  });

  it('reads GNU expressions', () => {
    const unit = open(`struct s { int m; int n[4]; }; int a = __builtin_offsetof(struct s, n[2]), b = ({ int t = 1; t; }), c = (struct s){ .m = 1 }.m;
      void *d = __extension__ (void *)0; int e = _Generic(a, int: 1, default: 2), f = __builtin_choose_expr(1, 2, 3), g = __alignof__(struct s);
      void h(void) { L: ; void *l = &&L; goto *l; __builtin_va_list v; __builtin_va_arg(v, struct s *); }`);
    unit.body(named(unit, 'h'));
    assert.deepStrictEqual(unit.problems, []);
    assert.deepStrictEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((n) => initOf(unit, n).kind), ['offsetof', 'statementExpr', 'member', 'unary', 'generic', 'chooseExpr', 'sizeofType']);
  });

  it('reads every statement', () => {
    const made = bodyOf(`{ } ; if (a) g(1); else g(2); while (a) { } do g(3); while (b); for (int i = 0; i < 3; i++) g(i); for (;;) break;
      switch (a) { case 1: case 2 ... 5: g(1); break; default: ; } again: goto again; asm volatile goto ("x %0" : : "r" (a), [n] "i" (b) : "memory" : again);
      __attribute__((fallthrough)); __label__ z; return;`);
    assert.deepStrictEqual(made.map((s) => s.kind), ['block', 'empty', 'if', 'while', 'doWhile', 'for', 'for', 'switch', 'label', 'asm', 'empty', 'empty', 'return']);
    const asm = made[9];
    assert.strictEqual(asm?.kind === 'asm' ? asm.operands.length : 0, 2);
  });

  it('joins strings and reads escapes', () => {
    const unit = open(String.raw`const char *s = "a\n" "\x41\101" "é"; int c = 'ab';`);
    const s = initOf(unit, 's');
    assert.deepStrictEqual(s.kind === 'string' ? s.bytes : [], [97, 10, 65, 65, 0xc3, 0xa9]);
    const c = initOf(unit, 'c');
    assert.strictEqual(c.kind === 'char' ? c.value : 0n, 0x6162n);
  });
});

describe('parser: broken text', () => {
  it('goes on after each error', () => {
    assert.deepStrictEqual(lines('int a = = 3; int b; int c'), ['a: int', 'b: int', 'c: int', 'error']);
    assert.deepStrictEqual(lines('struct s { int a; foo bar baz; int b; } x;\nint y;').slice(-1), ['y: int']);
    assert.deepStrictEqual(lines('int x = \nstatic int y;'), ['x: int', 'error', 'y: int']);
    assert.deepStrictEqual(lines('MODULE_LICENSE("GPL");\nstatic DEFINE_MUTEX(lock);\nSYSCALL_DEFINE1(x, int, y) { return 0; }\nint z;'), ['error', 'error', 'error', 'z: int']);
  });

  it('keeps the other members and entries', () => {
    const unit = open('struct s { int a; int 3; int b; }; int t[] = { 1, , 2, = 3, [4] = }; struct s v = { .a = 1, .nope 5, .b = 2 };');
    assert.deepStrictEqual(unit.record('s')?.members?.map((m) => m.name), ['a', 'b']);
    const { init } = named(unit, 't');
    assert.strictEqual(init?.kind === 'initList' ? init.items.length : 0, 5);
    const v = named(unit, 'v').init;
    assert.deepStrictEqual(v?.kind === 'initList' ? v.items.map((i) => i.value.kind) : [], ['int', 'error', 'int']);
  });

  it('says what was expected, at the place', () => {
    assert.deepStrictEqual(messages('int a[3;'), ["expected ']' before ';'"]);
    const [problem] = open('int f(void);\nint x = (1 + ;').problems;
    assert.strictEqual(problem?.range.start, 'int f(void);\nint x = (1 + '.length);
  });

  it('does not know a macro whose header is missing, and does not complain of it', () => {
    assert.deepStrictEqual(messages('module_init(start);\nEXPORT_SYMBOL_GPL(foo);'), []);
  });

  const deep = 20000;
  for (const [what, text] of [
    ['parentheses', `int x = ${'('.repeat(deep)}1${')'.repeat(deep)};`], ['unclosed parentheses', `int x = ${'('.repeat(deep)}`], ['braces', `int x[] = ${'{'.repeat(deep)}${'}'.repeat(deep)};`],
    ['stars', `int ${'*'.repeat(deep)}x;`], ['a sum', `int x = 1${'+1'.repeat(deep)};`], ['blocks', `void f(void) ${'{'.repeat(deep)}${'}'.repeat(deep)}`],
    ['records', `${'struct {'.repeat(deep)}int x;${'} a;'.repeat(deep)}`], ['attributes', `int x ${'__attribute__(('.repeat(deep)}`], ['declarators', `int ${'(*'.repeat(deep)}x${')(void)'.repeat(deep)};`],
    ['an attribute that never closes', 'int luo_session __attribute__(( _retrieve(const ch;\n}'], ['else if', `void f(void) { ${'if (1) ; else '.repeat(deep)} ; }`],
  ] as const) {
    it(`survives ${what} without end`, () => {
      const unit = open(text);
      for (const d of unit.declarations) if (d.kind === 'function') unit.body(d);
      assert.ok(Array.isArray(unit.problems));
    });
  }

  it('never throws, and names places inside the file, whatever is cut out or put in', () => {
    const whole = 'typedef unsigned int u32; struct s { u32 a : 3; struct { int b; } *c[2]; }; static const struct s t[] = { [0 ... 1] = { .a = 1 } }; int f(struct s *p) { for (int i = 0; i < 2; i++) if (p->a) return (u32)i ?: sizeof(*p); return ({ int q = 1; q; }); }';
    const junk = ['(', ')', '{', '}', '[', ']', ';', ',', '*', '=', 'struct', 'typedef', 'typeof(', '__attribute__((', '"', '({', ':', '...', 'case', 'enum {', '_Generic('];
    fc.assert(fc.property(fc.nat(whole.length), fc.nat(60), fc.array(fc.tuple(fc.nat(whole.length), fc.constantFrom(...junk)), { maxLength: 4 }), (from, length, added) => {
      let text = whole.slice(0, from) + whole.slice(from + length);
      for (const [at, what] of added) text = `${text.slice(0, at)} ${what} ${text.slice(at)}`;
      const unit = open(text);
      for (const d of unit.declarations) {
        if (d.kind === 'function') unit.body(d);
        if ('type' in d && d.type !== undefined) unit.sizeOf(d.type);
        if ('init' in d && d.init !== undefined) unit.resolveInit(d.type, d.init);
      }
      for (const problem of unit.problems) assert.ok(problem.range.start >= 0 && problem.range.end <= text.length);
    }), { numRuns: 400 });
  });
});
