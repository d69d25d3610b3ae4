import assert from 'node:assert';
import { initOf, named, open, say, value } from './unitHelp';

describe('constants', () => {
  it('wraps at the width of the type', () => {
    assert.strictEqual(value('2147483647 + 1'), '-2147483648');
    assert.strictEqual(value('4294967295u + 1'), '0');
    assert.strictEqual(value('-1 > 0u'), '1');
    assert.strictEqual(value('-1L < 0u'), '1');
    assert.strictEqual(value('-1L < 0u', '', { target: 'i386' }), '0');
    assert.strictEqual(value('(unsigned char)-1 >> 4'), '15');
    assert.strictEqual(value('~0UL >> 60'), '15');
    assert.strictEqual(value('-7 / 2 * 10 + -7 % 2'), '-31');
    assert.strictEqual(value('1 ? -1 : 0u'), '4294967295');
    assert.strictEqual(value('(_Bool)256 + (_Bool)0.5'), '2');
    // gcc takes the end of the range.
    assert.strictEqual(value('(unsigned char)300.0'), '255');
  });

  it('gives literals the types of C11 6.4.4.1', () => {
    const type = (e: string, target = 'x86_64'): string => {
      const unit = open(`__typeof__(${e}) t;`, {}, { target });
      return unit.spell(named(unit, 't').type);
    };
    assert.strictEqual(type('2147483648'), 'long');
    assert.strictEqual(type('0x80000000'), 'unsigned int');
    assert.strictEqual(type('2147483648', 'arm'), 'long long');
    assert.strictEqual(type('0xffffffffffffffff'), 'unsigned long');
    assert.strictEqual(type('1ull'), 'unsigned long long');
    assert.strictEqual(type("'a'"), 'int');
    assert.strictEqual(type('(char)1 + (short)1'), 'int');
    assert.strictEqual(type('sizeof(int)', 'arm'), 'unsigned int');
    assert.strictEqual(type('(int *)0 - (int *)0'), 'long');
    assert.strictEqual(type('1 ? (void *)0 : (int *)0'), 'int *');
    assert.strictEqual(type('"abc"'), 'char[4]');
  });

  it('types enumerators as gcc does', () => {
    const before = 'enum small { A = 5, B }; enum big { C = 0x100000000, D = 1 }; enum top { E = 0x80000000 };';
    assert.strictEqual(value('sizeof(C) * 100 + sizeof(D) * 10 + sizeof(enum big)', before), '848');
    assert.strictEqual(value('sizeof(E) * 10 + (E > 0)', before), '41');
    assert.strictEqual(value('B'), "'B' is not declared");
    assert.strictEqual(value('B * 2', before), '12');
  });

  it('finds offsets by builtin and by the null pointer', () => {
    const before = 'struct s { char a; struct { long b[3]; union { int c; struct { short d, e; }; }; } f[2]; };';
    assert.strictEqual(value('__builtin_offsetof(struct s, f[1].b[2])', before), String(8 + 32 + 16));
    assert.strictEqual(value('(unsigned long)&((struct s *)0)->f[1].e', before), String(8 + 32 + 24 + 2));
    assert.strictEqual(value('(long)&((struct s *)64)->f', before), '72');
    assert.strictEqual(value('__builtin_offsetof(struct s, nope)', before), "struct s has no member 'nope'");
  });

  it('keeps addresses with their offsets', () => {
    const unit = open('struct s { int a, b[4]; } x; int arr[10]; void f(void); int *p = &x.b[2], *q = arr + 3, *r = &arr[4] - 2; void (*g)(void) = f; const char *m = "hi" + 1; long d = &arr[7] - &arr[2]; int n = !&x, z = &x == 0;');
    assert.deepStrictEqual(['p', 'q', 'r', 'g', 'm', 'd', 'n', 'z'].map((name) => say(unit.evaluate(initOf(unit, name)))), ['&x+12', '&arr+12', '&arr+8', '&f+0', '&"hi"+1', '5', '0', '0']);
  });

  it('does what BUILD_BUG_ON_ZERO relies on', () => {
    assert.strictEqual(value('(int)sizeof(struct { int : (-!!(sizeof(int) != 4)); })'), '0');
    assert.strictEqual(value('(int)sizeof(struct { int : (-!!(sizeof(int) == 4)); })'), 'does not compile: negative bit-field width');
    assert.strictEqual(value('sizeof(char[1 - 2 * (sizeof(int) == 4)])'), 'does not compile: negative array length');
  });

  it('folds builtins', () => {
    assert.strictEqual(value('__builtin_ffs(8) * 1000 + __builtin_clz(1) * 10 + __builtin_ctzll(4)'), '4312');
    assert.strictEqual(value('__builtin_popcountl(255) + __builtin_parity(7)'), '9');
    assert.strictEqual(value('__builtin_bswap32(0x11223344) == 0x44332211'), '1');
    assert.strictEqual(value('__builtin_constant_p(1 + 2) * 10 + __builtin_constant_p(v)', 'extern int v;'), '10');
    assert.strictEqual(value('__builtin_strlen("four")'), '4');
    assert.strictEqual(value('__builtin_choose_expr(0, undeclared, 7)'), '7');
    assert.strictEqual(value('__builtin_expect(!!(3), 1)'), '1');
  });

  it('sees what types are compatible (facts 2.5: the check of KSTATE_BASE_TYPE)', () => {
    const before = 'typedef unsigned long long u64; typedef unsigned char u8; enum pos { P }; enum neg { N = -1 }; struct s { unsigned long m; char t[4]; enum pos e; const int c; };';
    const is = (a: string, b: string): string => value(`__builtin_types_compatible_p(${a}, ${b})`, before);
    assert.strictEqual(is('typeof(((struct s *)0)->m)', 'u64'), '0');
    assert.strictEqual(is('typeof(((struct s *)0)->t)', 'u8[4]'), '0');
    assert.strictEqual(is('typeof(((struct s *)0)->t)', 'char[4]'), '1');
    assert.strictEqual(is('typeof(((struct s *)0)->e)', 'int'), '0');
    assert.strictEqual(is('typeof(((struct s *)0)->e)', 'unsigned int'), '1');
    assert.strictEqual(is('enum neg', 'int'), '1');
    // C11 6.3.1.1p2: what is narrower than int becomes int before 6.5.15p5 looks for a common type.
    const bits = `struct b { unsigned int few : 11, all : 32; unsigned short tail; } b;`;
    assert.strictEqual(value('__builtin_types_compatible_p(typeof(1 ? b.few : b.tail), int)', bits), '1');
    assert.strictEqual(value('__builtin_types_compatible_p(typeof(1 ? b.all : b.few), unsigned int)', bits), '1');
    for (const e of ['b.few', '(1, b.few)', 'b.few = 1', 'b.few += 1', 'b.few++', '--b.few', '__extension__ b.few', '(1, (2, b.few))']) {
      assert.strictEqual(value(`__builtin_types_compatible_p(typeof((${e}) + 0), int)`, bits), '1', e);
    }
    assert.strictEqual(is('enum pos', 'enum neg'), '0');
    assert.strictEqual(is('typeof(((struct s *)0)->c)', 'int'), '1');
    assert.strictEqual(is('const int *', 'int *'), '0');
    assert.strictEqual(is('int[]', 'int[3]'), '1');
    assert.strictEqual(is('nothing_t', 'int'), "unknown type name 'nothing_t'");
  });

  it('folds statement expressions as min() and friends are written', () => {
    const min = '({ typeof(3) _a = (3); typeof(4) _b = (4); (void)(&_a == &_b); _a < _b ? _a : _b; })';
    assert.strictEqual(value(min), '3');
    assert.strictEqual(value('({ int t = 2; t = t + 5; t; })'), '7');
    assert.strictEqual(value('({ do { if (!(1)) undeclared(); } while (0); 9; })'), '9');
    assert.strictEqual(value('({ int t = 2; t++; t; })'), 'a side effect is not a constant');
  });

  it('says why not, and where', () => {
    const unit = open('int probe = 1 + missing * 2;');
    const got = unit.evaluate(initOf(unit, 'probe'));
    assert.ok(got.kind === 'unknown' && got.at.text === 'missing');
    assert.strictEqual(got.why, "'missing' is not declared");
    assert.strictEqual(value('1 / 0'), 'division by zero');
    assert.strictEqual(value('v + 1', 'int v;'), "'v' is a variable");
    assert.strictEqual(value('f(1)', 'int f(int);'), "a call of 'f' is not a constant");
    assert.strictEqual(value('sizeof(struct nowhere)'), 'struct nowhere is not defined');
  });

  it('selects by _Generic after lvalue conversion', () => {
    assert.strictEqual(value('_Generic((const char)1, char: 1, default: 2)'), '1');
    assert.strictEqual(value('_Generic("x", char *: 3, const char *: 4)'), '3');
    assert.strictEqual(value('_Generic(1ul, unsigned long long: 1, unsigned long: 2)'), '2');
  });

  it('takes plain char as recent kernels do, or as the target has it', () => {
    assert.strictEqual(value('(char)-1'), '255');
    assert.strictEqual(value('(char)-1', '', { dialect: { unsignedChar: false } } as object), '-1');
    assert.strictEqual(value("'\\377'", '', { dialect: { unsignedChar: false } } as object), '-1');
    assert.strictEqual(value("sizeof(L'a')"), '2');
  });
});
