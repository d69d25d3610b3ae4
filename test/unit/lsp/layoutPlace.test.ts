import assert from 'node:assert/strict';
import { recordHeads, recordPlace } from '../../../server/lsp/layoutPlace';
import { wordAt } from '../../../server/lsp/words';

/** The place of the first `|` in the text. */
function placeIn(marked: string): string {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const place = recordPlace(text, wordAt(text, offset), offset);
  return place === undefined ? 'none' : `${place.within ? 'in ' : ''}${place.name.union === undefined ? '' : place.name.union ? 'union ' : 'struct '}${place.name.tag}`;
}

describe('which struct a place is about', () => {
  for (const [text, expected] of [
    ['struct de|mo { int n; };', 'struct demo'],
    ['void f(union u|x *p);', 'union ux'],
    ['struct demo { int |n; };', 'in struct demo'],
    ['struct __packed demo { int |n; };', 'in struct demo'],
    ['struct demo __aligned(sizeof(long)) { int |n; };', 'in struct demo'],
    ['typedef struct { int |counter; } atomic_t;', 'in atomic_t'],
    ['typedef struct{ union { int |a; } u; } box;', 'in box'],
    ['struct demo { struct { int |k; } in; };', 'in struct demo'],
    ['extern "C" { struct demo { int |n; }; }', 'in struct demo'],
    ['struct demo { /* } */ char c; const char *s; int |n; };', 'in struct demo'],
    ['struct demo { int n; /* the |n */ };', 'none'],
    ['int f(void) { int |n; }', 'none'],
    ['enum e { |A };', 'none'],
    ['struct demo { int n; }; int |k;', 'none'],
    ['struct demo { int |n', 'in struct demo'],
  ] as const) {
    it(`${text} → ${expected}`, () => { assert.equal(placeIn(text), expected); });
  }

  it('is found at once in text made to be slow', () => {
    const hostile = `struct ${'__a'.repeat(120)}${' __a(('.repeat(20)} { int |n; }`;
    const started = process.cpuUsage().user;
    placeIn(hostile);
    assert.ok(process.cpuUsage().user - started < 200_000);
  });

  it('lists the structs that a file defines, in order', () => {
    const text = 'struct a { int n; };\nunion b { int n; };\ntypedef struct { int n; } c_t;\nint f(void) { return 0; }\nstruct d *use(struct a *x) { return 0; }\n';
    assert.deepEqual(recordHeads(text).map(({ name }) => name), ['struct a', 'union b', 'c_t']);
  });
});
