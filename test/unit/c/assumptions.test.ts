import assert from 'node:assert/strict';
import { open, recordOf } from './unitHelp';

/** What the record's layout rests on. */
function rests(main: string, tag: string, headers: { readonly [path: string]: string } = {}, more: Parameters<typeof open>[2] = {}): string[] {
  const unit = open(main, headers, more);
  return unit.assumptionsOf(recordOf(unit, tag)).map(({ what }) => what);
}

describe('what a layout rests on', () => {
  it('is nothing when no option decides it', () => {
    assert.deepEqual(rests('#ifdef CONFIG_OTHER\nint other;\n#endif\nstruct s { int a; };\n#ifdef CONFIG_LATER\n#endif\n', 's'), []);
  });

  it('is every option of the conditionals inside and around its text, with the value that was taken', () => {
    const text = `#ifndef CONFIG_AROUND
struct s {
  int a;
#ifdef CONFIG_IN
  long b;
#elif defined(CONFIG_ON) && CONFIG_LEVEL > 3
  int c;
#else
  char d;
#endif
};
#endif
`;
    const defines = [{ name: 'CONFIG_ON', value: '1' }, { name: 'CONFIG_LEVEL', value: '4' }];
    assert.deepEqual(rests(text, 's', {}, { defines }), ['CONFIG_AROUND=n', 'CONFIG_IN=n', 'CONFIG_LEVEL=4', 'CONFIG_ON=y']);
  });

  it('leaves out what stands in a group that is not there anyway', () => {
    assert.deepEqual(rests('struct s {\n#ifdef CONFIG_A\n#ifdef CONFIG_B\nint b;\n#endif\n#endif\nint x; };', 's'), ['CONFIG_A=n']);
  });

  it('looks through macros, also those that are not defined as things stand', () => {
    const text = `#if defined(CONFIG_A) || defined(CONFIG_B)
#define USE_IT 1
#endif
#define PICK USE_IT
#ifdef CONFIG_LONG
#define FIELD long f
#else
#define FIELD int f
#endif
struct s {
#if PICK
  int a;
#endif
  FIELD;
  int x;
};`;
    assert.deepEqual(rests(text, 's'), ['CONFIG_A=n', 'CONFIG_B=n', 'CONFIG_LONG=n']);
  });

  it('takes no notice of macros that never change a layout', () => {
    const text = `#ifdef CONFIG_CHECK
#define __checked __attribute__((noderef, address_space(1)))
#define __also __checked
#else
#define __checked
#define __also
#endif
#ifdef CONFIG_ALIGN
#define __placed __attribute__((aligned(64)))
#else
#define __placed
#endif
struct s { int __checked *a; int __also *b; };
struct t { int a __placed; };`;
    assert.deepEqual(rests(text, 's'), []);
    assert.deepEqual(rests(text, 't'), ['CONFIG_ALIGN=n']);
  });

  it('looks through typedefs, members, array lengths, enumerators and sizeof, but not behind pointers', () => {
    const text = `#ifdef CONFIG_WIDE
typedef long long word;
#else
typedef int word;
#endif
enum zone { ZA,
#ifdef CONFIG_ZONE
ZB,
#endif
COUNT };
struct inner { word w; };
struct far {
#ifdef CONFIG_FAR
  int f;
#endif
  char c; };
struct behind {
#ifdef CONFIG_BEHIND
  int f;
#endif
  char c; };
struct s { struct inner in; int t[COUNT]; char u[sizeof(struct far)]; struct behind *p; };`;
    assert.deepEqual(rests(text, 's'), ['CONFIG_FAR=n', 'CONFIG_WIDE=n', 'CONFIG_ZONE=n']);
  });

  it('asks why a file is included, when nothing includes it whatever the configuration', () => {
    const headers = { '/inc/a.h': 'struct s { int a; };\n', '/inc/b.h': 'struct t { int a; };\n' };
    assert.deepEqual(rests('#ifndef CONFIG_Q\n#include <a.h>\n#endif\n', 's', headers), ['CONFIG_Q=n']);
    assert.deepEqual(rests('#ifndef CONFIG_Q\n#include <b.h>\n#endif\n#include <b.h>\n', 't', { '/inc/b.h': '#ifndef B_H\n#define B_H\nstruct t { int a; };\n#endif\n' }), []);
  });

  it('names the headers that are missing when a name without a definition decided', () => {
    assert.deepEqual(rests('#include <gone.h>\nstruct s {\n#if NOWHERE > 2\nint a;\n#endif\nint b; };\nstruct t { int b; };', 's'), ['nothing of <gone.h>, which is missing']);
    assert.deepEqual(rests('#include <gone.h>\nstruct t { int b; };', 't'), []);
  });

  it('says nothing when the configuration is known, and leaves out what every configuration has', () => {
    const text = 'struct s {\n#ifdef CONFIG_A\nint a;\n#endif\n#ifdef CONFIG_64BIT\nlong b;\n#endif\n};';
    assert.deepEqual(rests(text, 's', {}, { configKnown: true }), []);
    assert.deepEqual(rests(text, 's', {}, { configFacts: new Set(['CONFIG_64BIT']) }), ['CONFIG_A=n']);
  });

  it('follows edits of the main file', () => {
    const headers = { '/inc/h.h': '#ifdef CONFIG_H\n#define H int h;\n#else\n#define H\n#endif\n' };
    const before = open('#include <h.h>\nstruct s { H int a; };\n', headers);
    assert.deepEqual(before.assumptionsOf(recordOf(before, 's')).map(({ what }) => what), ['CONFIG_H=n']);
    const after = open('#include <h.h>\nstruct s { H int a;\n#ifdef CONFIG_NEW\nint n;\n#endif\n};\n', headers, {}, before);
    assert.deepEqual(after.assumptionsOf(recordOf(after, 's')).map(({ what }) => what), ['CONFIG_H=n', 'CONFIG_NEW=n']);
  });

  it('tells where a conditional around a place was met', () => {
    const unit = open('#ifdef CONFIG_A\n#else\nint x;\n#endif\n');
    const at = unit.assumptionsAt({ path: '/m.c', start: 23, end: 24 });
    assert.deepEqual(at.map(({ what, range }) => [what, unit.main.text.slice(range.start, range.end)]), [['CONFIG_A=n', 'CONFIG_A']]);
  });
});
