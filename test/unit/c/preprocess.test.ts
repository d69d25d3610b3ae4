import assert from 'node:assert/strict';
import { preprocess } from '../../../server/c/preprocess';
import type { Preprocessed } from '../../../server/c/preprocess';
import { writtenPlace } from '../../../server/c/provenance';
import { Memory, allTokens, expand, options, spellings, unitOf } from './preprocessHelp';

const written = (unit: Preprocessed, spelling: string, nth = 0): string => {
  const tok = allTokens(unit).filter((t) => t.text === spelling)[nth];
  assert.ok(tok !== undefined, `no token ${spelling}`);
  const { path, start, end } = unit.range(tok);
  return `${path}:${unit.files.find((f) => f.path === path)?.text.slice(start, end) ?? ''}`;
};
const messages = (unit: Preprocessed): string[] => unit.problems.map((p) => p.message);

describe('preprocessor: includes', () => {
  it('searches beside the file, then the paths; angles skip the first', () => {
    const files = { '/a.h': 'beside', '/inc/a.h': 'inc', '/sub/b.h': '#include "a.h"\n', '/sub/a.h': 'sub' };
    assert.equal(expand('#include "a.h"\n#include <a.h>\n#include "sub/b.h"', files), 'beside inc sub');
  });

  it('expands macros in the operand', () => {
    assert.equal(expand('#define H <a.h>\n#define Q(x) "x.h"\n#define S(x) #x\n#include H\n#define NAME b.h\n#define X(n) S(n)\n#include X(NAME)\n', { '/inc/a.h': 'A', '/inc/b.h': 'B' }), 'A B');
  });

  it('goes to the next directory with #include_next', () => {
    assert.equal(expand('#include <a.h>', { '/i1/a.h': 'one\n#include_next <a.h>', '/i2/a.h': 'two' }, { includePaths: ['/i1', '/i2'] }), 'one two');
    assert.equal(expand('#include <a.h>', { '/i1/a.h': '#if __has_include_next(<a.h>)\nyes\n#endif', '/i2/a.h': '' }, { includePaths: ['/i1', '/i2'] }), 'yes');
  });

  it('reads guarded and once-only files once, others again', () => {
    assert.equal(expand('#include <g.h>\n#include <g.h>\n#include <o.h>\n#include <o.h>\n#include <n.h>\n#include <n.h>', {
      '/inc/g.h': '#ifndef G\n#define G\ng\n#endif', '/inc/o.h': '#pragma once\no', '/inc/n.h': 'n',
    }), 'g o n n');
  });

  it('records what is missing, with the operand\'s range, and goes on', () => {
    const unit = unitOf('a\n#include <no/such.h>\nb');
    assert.deepEqual(unit.includes.map((i) => [i.spelled, i.resolved, i.range.start, i.range.end]), [['<no/such.h>', undefined, 11, 22]]);
    assert.deepEqual(unit.problems, []);
    assert.deepEqual(spellings(unit), ['a', 'b']);
  });

  it('lets a built-in header stand in, after the search paths', () => {
    const builtinHeaders = new Map([['linux/x.h', '#define X 1\nX']]);
    const unit = unitOf('#include <linux/x.h>', {}, { builtinHeaders });
    assert.deepEqual(spellings(unit), ['1']);
    assert.equal(unit.includes[0]?.resolved?.builtin, true);
    assert.equal(unit.macro('X')?.builtin, true);
    assert.equal(expand('#include <linux/x.h>', { '/inc/linux/x.h': 'real' }, { builtinHeaders }), 'real');
  });

  it('says why a folder cannot be read', () => {
    const unit = unitOf('#include <d>\nafter', { '/inc/d/x.h': '' });
    assert.deepEqual(messages(unit), ['/inc/d: is a folder']);
    assert.deepEqual(spellings(unit), ['after']);
    assert.deepEqual(messages(unitOf('', {}, { path: '/gone.c' })), ['/gone.c: is missing']);
  });

  it('ends cycles at the compiler\'s depth', () => {
    const unit = unitOf('#include "m.c"\nx');
    assert.deepEqual(messages(unit), ['#include nested depth 201 exceeds maximum of 200']);
    assert.equal(spellings(unit).length, 201);
  });

  it('reads forced includes first, and -D and -U in order', () => {
    assert.equal(expand('F A B', { '/inc/f.h': '#define F A' }, {
      forcedIncludes: ['f.h'], defines: [{ name: 'A', value: '1' }, { name: 'B', value: '2' }, { name: 'B', value: undefined }],
    }), '1 1 B');
  });
});

describe('preprocessor: directives', () => {
  it('tells of unbalanced conditionals and of errors, in force only', () => {
    assert.deepEqual(messages(unitOf('#endif\n#else\n#if 1\n#error one  two\n#warning w\n#else\n#error no\n')), [
      '#endif without #if', '#else without #if', '#error one two', '#warning w', 'unterminated #if',
    ]);
  });

  it('tells of expressions that are none', () => {
    assert.deepEqual(messages(unitOf('#if\n#endif\n#if 1 +\n#endif\n#if 1 2\n#endif\n#if (1\n#endif\n#if 1/0\n#endif\n#if 1.0\n#endif\n#if "s"\n#endif\n')).length, 7);
  });

  it('records assumptions about CONFIG_ names only when no configuration is known', () => {
    const text = '#if defined(CONFIG_A) || IS_ENABLED(CONFIG_B)\n#endif\n#ifdef CONFIG_A\n#endif\n#if 0\n#ifdef CONFIG_C\n#endif\n#endif\n';
    const unit = unitOf(`#define IS_ENABLED(x) 0\n${text}`);
    assert.deepEqual(unit.assumptions.map((a) => a.what), ['CONFIG_A=n', 'CONFIG_B=n']);
    assert.deepEqual(unitOf(`#define IS_ENABLED(x) 0\n${text}`, {}, { configKnown: true }).assumptions, []);
  });

  it('keeps the pack in force at each token', () => {
    const unit = unitOf('int a;\n#pragma pack(push, 1)\nint b;\n#pragma pack(2)\nint c;\n#pragma pack(pop)\nstruct s {\n#pragma pack(4)\nint d;\n#pragma pack()\n};\n');
    assert.deepEqual(unit.chunks.map((c) => unit.expand(c).packs), [
      [{ at: 0, pack: 0 }], [{ at: 0, pack: 1 }], [{ at: 0, pack: 2 }], [{ at: 0, pack: 0 }, { at: 3, pack: 4 }, { at: 6, pack: 0 }],
    ]);
  });

  it('refuses what gcc refuses to define, and keeps the old definition', () => {
    const unit = unitOf('#define A 1\n#define A ## 2\n#define F(x) #y\n#define G(x,x) 1\n#define defined 1\n#define 3\n#define H(x\nA F(1) G H');
    assert.deepEqual(spellings(unit), ['1', 'F', '(', '1', ')', 'G', 'H']);
    assert.equal(unit.problems.length, 6);
  });

  it('warns of a redefinition that differs', () => {
    assert.deepEqual(messages(unitOf('#define A 1\n#define A 1\n#define A  /* c */ 1\n#define A 2\n')), ['"A" redefined']);
  });
});

describe('preprocessor: chunks', () => {
  const shape = (text: string, headers: Record<string, string> = {}): string[] => {
    const unit = unitOf(text, headers);
    return unit.chunks.map((c) => unit.expand(c).toks.map((t) => t.text).join(' '));
  };

  it('ends at a semicolon outside brackets and after a function\'s body', () => {
    assert.deepEqual(shape('int a; struct s { int b; } c;\nint f(void)\n{\n\treturn 1;\n}\nint g(void) { }\nstatic int d = 3;'), [
      'int a ;', 'struct s { int b ; } c ;', 'int f ( void ) { return 1 ; }', 'int g ( void ) { }', 'static int d = 3 ;',
    ]);
  });

  it('never cuts after a brace that is no function\'s', () => {
    assert.deepEqual(shape('struct s { int a; }\nb;\nenum __packed e { A }\nc;\nstruct MACRO(x) { int a; }\nd f;\nint v[] = F(1) { 1 }\n, w;\nunion __attribute__((packed)) { int a; }\nname x;'), [
      'struct s { int a ; } b ;', 'enum __packed e { A } c ;', 'struct MACRO ( x ) { int a ; } d f ;', 'int v [ ] = F ( 1 ) { 1 } , w ;', 'union __attribute__ ( ( packed ) ) { int a ; } name x ;',
    ]);
  });

  it('keeps an old-style definition whole', () => {
    assert.deepEqual(shape('int x;\nint f(a, b) int a; char *b; { return a; }\nint y;'), ['int x ;', 'int f ( a , b ) int a ; char * b ; { return a ; }', 'int y ;']);
  });

  it('goes on through directives and included files', () => {
    assert.deepEqual(shape('enum e {\n#include "x.h"\n#ifdef NO\nC,\n#else\nD,\n#endif\n};\nint a;', { '/x.h': '#define V 5\nA = V,\n#undef V\nB,\n' }), ['enum e { A = 5 , B , D , } ;', 'int a ;']);
  });

  it('sees the definitions in force at each token, in any order of asking', () => {
    const unit = unitOf('#define X 1\nint a = X;\n#undef X\n#define X 2\nint b = X +\n#define X 3\nX;\nint c = X;\n');
    const texts = [...unit.chunks].reverse().map((c) => unit.expand(c).toks.map((t) => t.text).join(' '));
    assert.deepEqual(texts, ['int c = 3 ;', 'int b = 2 + 3 ;', 'int a = 1 ;']);
  });

  it('says when a macro left brackets open, and joins', () => {
    const unit = unitOf('#define BEGIN struct s {\n#define END }\nBEGIN int a; int b; END; int c;');
    const [first] = unit.chunks;
    assert.ok(first !== undefined);
    assert.equal(unit.expand(first).open, true);
    assert.equal(unit.expand(first, 3).toks.map((t) => t.text).join(' '), 'struct s { int a ; int b ; } ;');
    assert.equal(unit.expand(first, 3).open, false);
  });

  it('goes on after a parenthesis nobody closed', () => {
    assert.deepEqual(shape('int f(void)\n{\n\tg(1;\n}\nint a;'), ['int f ( void ) { g ( 1 ; }', 'int a ;']);
  });
});

describe('preprocessor: provenance', () => {
  const text = '#define ADD(a, b) ((a) + (b))\n#define TWO 2\n#define WRAP(x) ADD(x, TWO)\nint v = WRAP(y + ADD(1, z));\n';
  it('lands on what was written', () => {
    const unit = unitOf(text);
    assert.equal(written(unit, 'y'), '/m.c:y');
    assert.equal(written(unit, 'z'), '/m.c:z');
    assert.equal(written(unit, '1'), '/m.c:1');
    assert.equal(written(unit, '2'), '/m.c:WRAP(y + ADD(1, z))');
    assert.equal(written(unit, 'int'), '/m.c:int');
  });

  it('gives arguments as written and the chain outwards', () => {
    const unit = unitOf(text);
    const two = allTokens(unit).find((t) => t.text === '2');
    assert.equal(two?.exp?.macro.name, 'TWO');
    assert.equal(two.exp.name.exp?.macro.name, 'ADD');
    assert.equal(two.exp.name.exp.name.exp?.macro.name, 'WRAP');
    assert.deepEqual(two.exp.name.exp.name.exp.args?.map((a) => a.map((t) => t.text).join('')), ['y+ADD(1,z)']);
  });

  it('lists the uses written in the main file, nested ones too, in bodies of functions too', () => {
    const unit = unitOf(`#include "h.h"\n${text}int f(void) { return TWO + H(TWO); }\n`, { '/h.h': '#define H(x) x\n#define I H(3)\nint h = I;\n' });
    assert.deepEqual(unit.mainExpansions().map((e) => e.macro.name), ['WRAP', 'ADD', 'TWO', 'H', 'TWO']);
  });

  it('gives pasted and stringised tokens a place', () => {
    const unit = unitOf('#define C(a, b) a ## b\n#define S(x) #x\n#define Q S(q)\nC(le, ft) S(one + two) Q');
    assert.equal(written(unit, 'left'), '/m.c:le');
    assert.equal(written(unit, '"one + two"'), '/m.c:one + two');
    assert.equal(written(unit, '"q"'), '/m.c:Q');
    assert.equal(allTokens(unit).every((t) => writtenPlace(t).end > writtenPlace(t).start), true);
  });
});

describe('preprocessor: hostile text', () => {
  it('bounds _Pragma operators inside each other', () => {
    const unit = unitOf(`#define X ${'_Pragma('.repeat(20_000)}\nX\nint after;\n`);
    allTokens(unit);
    assert.ok(messages(unit).some((m) => m.includes('nested too deeply')), messages(unit).slice(0, 3).join());
  });

  it('stops an exponential macro, names it, and expands the rest', () => {
    const lines = ['#define M0 x x'];
    for (let i = 1; i < 60; i++) lines.push(`#define M${String(i)} M${String(i - 1)} M${String(i - 1)}`);
    const unit = unitOf(`${lines.join('\n')}\nint a = M59;\n#define OK 1\nint b = OK;\n`);
    const [first, second] = unit.chunks;
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(unit.expand(first).toks.length < 5_000_000);
    assert.deepEqual(unit.expand(second).toks.map((t) => t.text), ['int', 'b', '=', '1', ';']);
    assert.ok(messages(unit).some((m) => m.includes('makes too many tokens')));
  });

  it('does not run out of stack on deep nesting', () => {
    const deep = 5000;
    const unit = unitOf(`#define f(x) x\nint a = ${'f('.repeat(deep)}1${')'.repeat(deep)};\n#if ${'('.repeat(deep)}1${')'.repeat(deep)}\n#endif\n#if ${'!'.repeat(deep)}1\n#endif\n`);
    assert.ok(allTokens(unit).length > 4);
    assert.ok(unit.problems.length > 0);
  });

  it('stops a file that doubles itself, and a literal that doubles its backslashes', () => {
    const filler = 'int x;\n'.repeat(200);
    const unit = unitOf(`#include "m.c"\n${filler}#include "m.c"\n`);
    assert.ok(messages(unit).some((m) => m.includes('includes itself without end')));
    assert.ok(unit.chunks.length < 200_000);
    const lines = ['#define S(x) #x', '#define X0 S("\\\\")'];
    for (let i = 1; i < 40; i++) lines.push(`#define T${String(i)}(x) S(x)`, `#define X${String(i)} T${String(i)}(X${String(i - 1)})`);
    assert.ok(messages(unitOf(lines.join('\n') + '\n')).length === 0);
    const literal = `${lines.join('\n')}\nX39\n`;
    const long = unitOf(literal);
    assert.ok(allTokens(long).every((t) => t.text.length < 1 << 17));
  });

  it('looks up old definitions quickly however often a name was defined', () => {
    const unit = unitOf(`#define N 0\nint first = N;\n${Array.from({ length: 20_000 }, (_, i) => `#undef N\n#define N ${String(i)}\n`).join('')}int last = N;\n`);
    assert.deepEqual(spellings(unit), ['int', 'first', '=', '0', ';', 'int', 'last', '=', '19999', ';']);
  });

  it('keeps a use with too few or unterminated arguments as text', () => {
    assert.equal(expand('#define f(a, b) b a\nint a = f(1); int c;'), 'int a = f ( 1 ) ; int c ;');
    assert.equal(expand('#define f(a, b) b a\nint a = f(1'), 'int a = f ( 1');
  });
});

describe('preprocessor: reuse between edits', () => {
  const headers = { '/inc/a.h': '#pragma once\n#define A 1\nint a = A;\nint f(void) { }', '/inc/b.h': '#ifdef MID\nint mid;\n#endif\nint b = A;\n' };
  const dump = (unit: Preprocessed): unknown => ({
    tokens: spellings(unit), includes: unit.includes.map((i) => [i.spelled, i.range, i.resolved?.path]), problems: unit.problems, assumptions: unit.assumptions,
    files: unit.files.map((f) => f.path), expansions: unit.mainExpansions().map((e) => [e.macro.name, e.name.start]),
  });

  it('takes the headers over, and the result is that of a fresh walk', () => {
    const main = '#include <a.h>\n#define MID\n#include <b.h>\nint x = A;\n#ifdef CONFIG_Q\n#endif\n';
    const source = new Memory({ '/m.c': main, ...headers });
    let unit = preprocess(options(source));
    const edits = [
      main.replace('int x', 'int yy'), main.replace('int x = A', 'int x = A + A'), main.replace('#define MID\n', ''), main, `${main}#undef A\nint z = A;\n`,
      `${main}#undef A\n#define A 7\nint z = A;\n`, main.replace('#include <b.h>\n', ''), `/* ${main}`, main, main.replace('<b.h>', '<b.h> /*'), `${main}#include <b.h>\n`, `${main}#include <b.h>\nint k;\n`, '',
    ];
    edits.forEach((text, i) => {
      source.files['/m.c'] = text;
      unit = preprocess(options(source), unit);
      assert.deepEqual(dump(unit), dump(preprocess(options(source))), `edit ${String(i)}`);
    });
  });

  it('shares the chunks of headers as objects and walks nothing again', () => {
    const source = new Memory({ '/m.c': '#include <a.h>\nint x;\n', ...headers });
    const first = preprocess(options(source));
    source.files['/m.c'] = '#include <a.h>\nint xx;\n';
    const second = preprocess(options(source), first);
    assert.ok(second.sharedChunks > 0);
    assert.equal(second.chunks[0], first.chunks[0]);
    assert.equal(preprocess(options(source), second), second);
    source.files['/inc/a.h'] = '#define A 9\nint a = A;';
    const third = preprocess(options(source), second);
    assert.equal(third.sharedChunks, 0);
    assert.deepEqual(spellings(third), ['int', 'a', '=', '9', ';', 'int', 'xx', ';']);
    // The units before still answer as they did.
    assert.deepEqual(spellings(first).slice(0, 5), ['int', 'a', '=', '1', ';']);
    assert.equal(first.macro('A')?.body[0]?.text, '1');
  });

  it('sees a header that appears where none was', () => {
    const source = new Memory({ '/m.c': '#include <n.h>\nint x;\n' });
    const first = preprocess(options(source));
    source.files['/inc/n.h'] = 'int n;\n';
    assert.deepEqual(spellings(preprocess(options(source), first)), ['int', 'n', ';', 'int', 'x', ';']);
  });
});
