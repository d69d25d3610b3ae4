import assert from 'node:assert';
import fc from 'fast-check';
import type { CUnit } from '../../../server/c/api';
import { initText, layoutText, open, outline } from './unitHelp';

const HEADERS = {
  '/inc/base.h': '#ifndef BASE_H\n#define BASE_H\ntypedef unsigned char u8; typedef unsigned u32; struct list { struct list *next; };\nstruct shape; struct shape *shape_of(u32 id);\n'
    + '#define MADE(n) struct n##_made { u32 n; }; typedef struct n##_made n##_t\n#define OPEN(n) struct n {\n#define CLOSE }\n#define PAIR(a, b) a b\nMADE(first);\n#endif\n',
};

/** Lines of a main file: what one of them means depends on others. */
const LINES = [
  'struct shape { u32 id; u8 kind; };', 'struct circle { struct shape base; struct point *at; u32 radius[COUNT]; };', 'struct point { int x, y; };',
  'typedef struct circle circle_t;', 'static circle_t one = { .base = { .id = COUNT }, .radius = { 1, 2 } };', 'static struct point here = { .y = 7 };',
  '#define COUNT 3', '#undef COUNT', '#define COUNT (sizeof(struct point))', '#include <base.h>', '#if COUNT', '#ifdef COUNT', '#else', '#endif',
  'MADE(second);', 'second_t used = { 5 };', 'OPEN(late) int inside;', 'CLOSE;', 'struct late now;', 'PAIR(int,', 'joined);', 'enum state { OFF, ON = 4, LAST };', 'int states[LAST];',
  'int old(a, b) int a; char b;', '{ return a + b; }', 'static int twice(int x)', '{', '\tstruct point p = { x };', '\treturn p.x * 2;', '}', 'int unknown_t *broken;', 'u8 bytes[] = "four";',
  '/* a comment', 'ends here */', 'int after; /* alone */', '"text', ')', '};', '#pragma pack(1)', '#pragma pack()', 'struct packed { u8 a; u32 b; };', 'extern int late_value;', 'int late_value = 9;', '',
];
const FILLER = Array.from({ length: 10 }, (_, i) => `static u32 filler_${String(i)}(u32 first, u32 second) { u32 sum = first + second * ${String(i)}; struct shape *s = shape_of(sum); return s ? sum : filler_0(sum, 1); }`);
const START = ['#include <base.h>', ...FILLER.slice(0, 5), ...LINES.slice(0, 6), ...FILLER.slice(5), 'int last;'];

function shown(unit: CUnit): unknown {
  const records = ['shape', 'circle', 'point', 'first_made', 'second_made', 'late', 'packed'].map((tag) => {
    const record = unit.record(tag);
    return [tag, record === undefined ? undefined : layoutText(unit, record)];
  });
  const inits = unit.declarations.map((d) => (d.kind === 'variable' && d.init !== undefined ? initText(unit, unit.resolveInit(d.type, d.init)) : ''));
  const places = unit.declarations.map((d) => ('nameTok' in d ? unit.range(d.nameTok) : unit.range(d.first, d.last)));
  const bodies = unit.declarations.map((d) => (d.kind === 'function' ? unit.body(d)?.body.map((s) => s.kind) : undefined));
  const problems = unit.problems.map((p) => `${p.range.path}:${String(p.range.start)}-${String(p.range.end)} ${p.message}`).sort();
  // Which of several declarations of one name counts.
  const found = ['twice', 'old', 'late_value', 'filler_0', 'here', 'after'].map((name) => {
    const declarator = unit.lookup(name);
    return declarator === undefined ? undefined : [declarator.kind, unit.range(declarator.nameTok)];
  });
  return { found, records, declarations: outline(unit.declarations, unit), places, inits, bodies, problems, uses: unit.expansions.map((e) => `${e.macro.name}@${String(e.name.start)}`) };
}

describe('a unit made from the one before it', () => {
  it('is what it would be from nothing, after any edits', () => {
    const line = fc.constantFrom(...LINES, ...FILLER.slice(0, 2));
    // Mostly several edits at one place, as a person types.
    const edit = fc.record({ at: fc.nat(60), drop: fc.nat(2), add: fc.array(line, { maxLength: 2 }), same: fc.boolean() });
    fc.assert(fc.property(fc.array(edit, { minLength: 1, maxLength: 12 }), (edits) => {
      let lines: readonly string[] = START;
      let unit = open(lines.join('\n'), HEADERS);
      shown(unit);
      let place = 0;
      for (const { at, drop, add, same } of edits) {
        if (!same) place = at;
        const from = Math.min(place, lines.length);
        lines = [...lines.slice(0, from), ...add, ...lines.slice(from + drop)];
        const text = lines.join('\n');
        unit = open(text, HEADERS, {}, unit);
        assert.deepStrictEqual(shown(unit), shown(open(text, HEADERS)), text);
      }
    }), { numRuns: Number(process.env['COUNT'] ?? 150), ...(process.env['SEED'] === undefined ? {} : { seed: Number(process.env['SEED']), path: process.env['FROM'] ?? '' }) });
  });
});
