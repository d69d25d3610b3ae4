import assert from 'node:assert';
import type { Tok } from '../../../server/c/token';
import { layoutText, open, recordOf } from './unitHelp';

/** Layout of `struct s` of a text; numbers as gcc gives them (see test/differential/layout.test.ts for the same at random). */
function lay(text: string, target = 'x86_64'): string {
  const unit = open(text, {}, { target });
  return layoutText(unit, recordOf(unit, 's'));
}

describe('layout', () => {
  it('pads and aligns', () => {
    assert.strictEqual(lay('struct s { char a; int b; char c; long d; short e; };'), '32/8 a@0 b@4 c@8 d@16 e@24');
    assert.strictEqual(lay('struct s { };'), '0/1');
    assert.strictEqual(lay('struct s { char a; struct {} b; long c[0]; };'), '8/8 a@0 b@1 c@8');
    assert.strictEqual(lay('struct s { int n; long tail[]; };'), '8/8 n@0 tail@8');
  });

  it('packs and aligns by attribute', () => {
    assert.strictEqual(lay('struct s { char a; int b; } __attribute__((packed));'), '5/1 a@0 b@1');
    assert.strictEqual(lay('struct s { char a; int b __attribute__((packed)); long c; };'), '16/8 a@0 b@1 c@8');
    assert.strictEqual(lay('struct s { char a; int b; } __attribute__((packed, aligned(4)));'), '8/4 a@0 b@1');
    assert.strictEqual(lay('struct s { char a; int b __attribute__((aligned(16))); };'), '32/16 a@0 b@16');
    assert.strictEqual(lay('typedef long w __attribute__((aligned(4))); struct s { int a; w b; };'), '12/4 a@0 b@4');
    assert.strictEqual(lay('struct s { char a; _Alignas(8) char b; };'), '16/8 a@0 b@8');
    assert.strictEqual(lay('#pragma pack(push, 2)\nstruct s { char a; long b; };\n#pragma pack(pop)\nstruct t { char a; long b; };'), '10/2 a@0 b@2');
  });

  it('places bit-fields as the System V ABI and gcc do', () => {
    assert.strictEqual(lay('struct s { int a : 3; int b : 30; };'), '8/4 a:0+3 b:32+30');
    assert.strictEqual(lay('struct s { char a; long b : 40; };'), '8/8 a@0 b:8+40');
    assert.strictEqual(lay('struct s { int a : 3; int : 0; int b : 2; };'), '8/4 a:0+3 :32+0 b:32+2');
    assert.strictEqual(lay('struct s { int a : 20; int b : 20; } __attribute__((packed));'), '5/1 a:0+20 b:20+20');
    assert.strictEqual(lay('struct s { char a; int : 5; };'), '2/1 a@0 :8+5');
    assert.strictEqual(lay('struct s { char a; int : 5; };', 'arm64'), '4/4 a@0 :8+5');
    assert.strictEqual(lay('struct s { _Bool a : 1, b : 1; unsigned char c; };'), '2/1 a:0+1 b:1+1 c@1');
  });

  it('gives the storage unit of a bit-field', () => {
    const unit = open('struct s { unsigned char x; unsigned a : 4; unsigned long b : 40; };');
    const laid = unit.layout(recordOf(unit, 's'));
    assert.deepStrictEqual(laid.known ? laid.value.members.map((m) => [m.offsetBytes, m.sizeBytes, m.bitOffset]) : [], [[0, 1, undefined], [0, 4, 8], [0, 8, 12]]);
  });

  it('knows what differs by target', () => {
    const text = 'struct s { char a; long long b; double c; };';
    assert.strictEqual(lay(text, 'i386'), '20/4 a@0 b@4 c@12');
    assert.strictEqual(lay(text, 'arm'), '24/8 a@0 b@8 c@16');
    assert.strictEqual(lay('struct s { char a; void *b; long c; };', 'arm'), '12/4 a@0 b@4 c@8');
    assert.strictEqual(lay('struct s { char a; __int128 b; };', 's390x'), '24/8 a@0 b@8');
    assert.strictEqual(lay('struct s { char a; long double b; };', 'i386'), '16/4 a@0 b@4');
    assert.strictEqual(lay('struct s { char a; int b __attribute__((aligned)); };', 's390x'), '16/8 a@0 b@8');
  });

  it('looks into anonymous records, tagged ones (-fms-extensions) included', () => {
    assert.strictEqual(lay('struct s { int a; union { int b; struct { char c, d; }; }; };'), '8/4 a@0 @4[4/4 b@0 @0[2/1 c@0 d@1]]');
    assert.strictEqual(lay('struct base { int x; }; struct s { char a; struct base; };'), '8/4 a@0 @4[4/4 x@0]');
    assert.strictEqual(lay('union u { char a[5]; int b; }; struct s { union u u; char c; };'), '12/4 u@0 c@8');
  });

  it('sizes enums as gcc does', () => {
    assert.strictEqual(lay('enum __attribute__((packed)) e { A = 200 }; enum f { B = 1 }; enum g { C = 1ull << 40 }; struct s { enum e a; enum f b; enum g c; };'), '16/8 a@0 b@4 c@8');
  });

  it('gives no number where something is not known', () => {
    assert.strictEqual(lay('struct s { int a; struct missing b; };'), "member 'b': struct missing is not defined");
    assert.strictEqual(lay('struct s { int a; gone_t b; };'), "member 'b': unknown type name 'gone_t'");
    assert.strictEqual(lay('struct s { char a[GONE]; };'), "member 'a': array length: 'GONE' is not declared");
    assert.strictEqual(lay('struct s { int a; } __attribute__((scalar_storage_order("big-endian")));'), "attribute 'scalar_storage_order' may change the layout and is not modelled");
    assert.strictEqual(lay('struct s { struct s a; };'), "member 'a': does not compile: struct s contains itself");
    assert.strictEqual(lay('struct s { int a : 40; };'), 'does not compile: bit-field wider than its type');
    assert.strictEqual(lay('struct s { int a; } __attribute__((randomize_layout));'), '4/4 a@0');
  });

  it('follows designator paths', () => {
    const unit = open('struct s { char a; struct { short t[4]; union { int u; }; } b[2]; }; int p1 = 0; int paths[] = { };');
    const record = recordOf(unit, 's');
    const type = { kind: 'record' as const, record, quals: { const: false, volatile: false, restrict: false, atomic: false } };
    
    const got = unit.memberAt(type, tokensOf('b[1].t[2]'));
    assert.ok(got.known);
    assert.strictEqual(got.value.offsetBytes, 4 + 12 + 4);
    assert.strictEqual(unit.spell(got.value.type), 'short');
    assert.strictEqual(got.value.layout.member.name, 't');
    const inner = unit.memberAt(type, tokensOf('b[0].u'));
    assert.strictEqual(inner.known ? inner.value.offsetBytes : inner.why, 12);
    const none = unit.memberAt(type, tokensOf('b[0].v'));
    assert.strictEqual(none.known ? '' : none.why, "struct <anonymous> has no member 'v'");
  });
});

/** Tokens of a text, by way of a macro argument. */
function tokensOf(text: string): readonly Tok[] {
  const unit = open(`#define M(x) 0\nint probe = M(${text});`);
  return unit.expansions[0]?.args?.[0] ?? [];
}

describe('the list of variable arguments', () => {
  // Sizes as the cross compilers give them.
  for (const [target, text] of [['x86_64', '32/8 c@0 v@8'], ['arm64', '40/8 c@0 v@8'], ['riscv64', '16/8 c@0 v@8'], ['s390x', '40/8 c@0 v@8'], ['arm', '8/4 c@0 v@4'], ['i386', '8/4 c@0 v@4']] as const) {
    it(`is laid out as the ABI of ${target} has it`, () => {
      const unit = open('typedef __builtin_va_list va_list; struct args { char c; va_list v; };', {}, { target });
      assert.strictEqual(layoutText(unit, recordOf(unit, 'args')), text);
    });
  }
});
