import assert from 'node:assert/strict';
import { layoutText } from '../../../server/compat/layoutText';
import { layoutView, leavesOf } from '../../../server/compat/layoutView';
import type { LayoutView } from '../../../server/shared/layoutView';
import { modelOf, unitOf } from '../model/readC';
import { readKstate } from '../../../server/model/kstateModel';
import { DRIVER } from '../../contract/sample';

function viewOf(text: string, tag: string, union = false, target = 'x86_64'): LayoutView {
  const unit = unitOf(text);
  const record = unit.record(tag, union);
  assert.ok(record !== undefined);
  const view = layoutView(unit, record, { name: `${union ? 'union' : 'struct'} ${tag}`, target, models: [readKstate(unit)] });
  assert.ok(view.known, view.known ? '' : view.why);
  return view.value;
}

/** Offsets and gaps by hand, x86_64. */
const MIXED = `
struct mixed {
	char c;			/* +0 */
	int b:3;		/* bits 8..10 of the first int; 21 bits are left of it, 4 bytes before l */
	long l;			/* +8 */
	union {			/* +16 */
		void *p;
		struct {
			char x;		/* +16 */
			short y;	/* +18, after a hole of 1 */
		};
	};
	struct { short s; } pair[2];	/* +24, +26 */
	char big[60];		/* +28 to 87 */
	int n;			/* +88, in the second cache line */
	char tail[];		/* +92 */
};`;

describe('the view of a layout', () => {
  it('has members, gaps and totals as worked out by hand', () => {
    const view = viewOf(MIXED, 'mixed');
    assert.equal(view.sizeBytes, 96);
    assert.deepEqual(view.totals, {
      lines: 2, lastLineBytes: 32, members: 8, memberBytes: 1 + 8 + 8 + 4 + 60 + 4, bitFieldBits: 3, holes: 1, holeBytes: 4, bitHoles: 1, holeBits: 21,
      paddingBytes: 4, paddingBits: 0, leaves: 9, whole: 0, partly: 0, preservedBytes: 0,
    });
    assert.deepEqual(leavesOf(view.entries).map((leaf) => `${leaf.path ?? ''}@${String(leaf.offsetBytes)}`), ['c@0', 'b@0', 'l@8', 'p@16', 'x@16', 'y@18', 'pair@24', 'big@28', 'n@88', 'tail@92']);
    assert.deepEqual(view.entries.filter((entry) => entry.kind !== 'member'), [
      { kind: 'hole', unit: 'bits', offsetBits: 11, sizeBits: 21 }, { kind: 'hole', unit: 'bytes', offsetBits: 32, sizeBits: 32 },
      { kind: 'padding', unit: 'bytes', offsetBits: 92 * 8, sizeBits: 32 },
    ]);
  });

  it('prints them as C with numbers beside it', () => {
    assert.equal(layoutText(viewOf(MIXED, 'mixed'), () => 'm.c'), `/* m.c:2, x86_64 */
struct mixed {            /* offset  size */
    char c;               /*      0     1 */
    int b:3;              /*    0:8    3b */
    /* hole of 21 bits */
    /* hole of 4 bytes */
    long l;               /*      8     8 */
    union {
        void *p;          /*     16     8 */
        struct {
            char x;       /*     16     1 */
            /* hole of 1 byte */
            short y;      /*     18     2 */
        };                /*     16     4 */
    };                    /*     16     8 */
    struct {
        short s;          /*     24     2 */
    } pair[2];            /*     24     4 */
    char big[60];         /*     28    60 */
    /* ---- cache line 1, from byte 64: 24 bytes before this member ---- */
    int n;                /*     88     4 */
    char tail[];          /*     92     0 */
    /* padding of 4 bytes */

    /* size: 96 bytes, aligned to 8; 2 cache lines of 64 bytes, the last with 32 */
    /* members: 8, together 85 bytes and 3 bits */
    /* holes: 1, 4 bytes; bit holes: 1, 21 bits; padding: 4 bytes */
};
`);
  });

  it('takes the cache line of the target', () => {
    assert.equal(viewOf(MIXED, 'mixed', false, 's390x').totals.lines, 1);
    assert.equal(viewOf(MIXED, 'mixed', false, 's390x').lineBytes, 256);
  });

  it('gives a union neither holes nor padding', () => {
    const view = viewOf('union u { char c; long l; char many[9]; };', 'u', true);
    assert.deepEqual([view.sizeBytes, view.entries.length, view.totals.holes, view.totals.paddingBytes], [16, 3, 0, 0]);
  });

  it('says why a layout is not known, and at which token', () => {
    const unit = unitOf('struct a { int n; struct missing m; };');
    const record = unit.record('a');
    assert.ok(record !== undefined);
    const view = layoutView(unit, record, { name: 'struct a', target: 'x86_64', models: [] });
    assert.ok(!view.known);
    assert.match(view.why, /m/);
    assert.equal(view.at.text, 'missing');
  });
});

describe('what of a struct is preserved', () => {
  /** hours, name, cycles and watts by lamp_state, level by its subsection; log by none. Sizes: 4 + 6 + 8 + 2 + 1 of 40 bytes. */
  it('counts members and bytes of all descriptions, subsections last', () => {
    const view = viewOf(DRIVER, 'lamp');
    assert.deepEqual(view.descriptions.map((one) => [one.variable, one.version, one.subsectionOf, one.bytes]), [['lamp_state', 3, undefined, 20], ['lamp_extra', 1, 'lamp_state', 1]]);
    assert.deepEqual([view.totals.whole, view.totals.partly, view.totals.leaves, view.totals.preservedBytes], [5, 0, 6, 21]);
    assert.deepEqual(leavesOf(view.entries).map((leaf) => leaf.travel?.by.map((one) => one.how)), [['copied'], ['copied'], ['copied'], ['pointee, 8 bytes'], undefined, ['copied']]);
    assert.deepEqual(leavesOf(view.entries).map((leaf) => leaf.travel?.key), [1, 5, 2, 3, undefined, 4]);
    const text = layoutText(view);
    assert.match(text, /u64 \*cycles; .*\* pointee, 8 bytes \(lamp_state\)\n/);
    assert.match(text, /struct folio \*log; .*\/ {2}-\n/);
    assert.match(text, /preserved: 5 of 6 members, 21 of 40 bytes/);
  });

  it('leaves out what a list names and does not write: a version above the description\'s, a deprecated member', () => {
    const view = viewOf(DRIVER.replace('u16, 3)', 'u16, 4)'), 'lamp');
    assert.equal(view.descriptions[0]?.ranges.some((range) => range.path === 'watts' || range.path === 'colour'), false);
  });

  it('says how much of a member travels when it is a part', () => {
    const view = viewOf(DRIVER.replace('KSTATE_BASE_TYPE(name, struct lamp, char [6])', '{ .name = "name", .offset = __builtin_offsetof(struct lamp, name), .size = 4, .flags = KS_BASE_TYPE }'), 'lamp');
    assert.equal(view.totals.partly, 1);
    assert.match(layoutText(view), /char name\[6\]; .*\* 4 of 6 bytes: copied/);
  });

  it('follows a nested description into the member', () => {
    const nested = `#include <linux/kstate.h>
struct inner { int a; int b; };
struct outer { int x; struct inner in; };
static struct kstate_description inner_state = { .name = "inner", .id = KSTATE_TEST_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(b, struct inner, int), KSTATE_END_OF_LIST() } };
static struct kstate_description outer_state = { .name = "outer", .id = KSTATE_TEST_ID_V2, .version_id = 1,
	.fields = (const struct kstate_field[]) { { .name = "in", .offset = __builtin_offsetof(struct outer, in), .size = sizeof(struct inner), .flags = KS_STRUCT, .ksd = &inner_state }, KSTATE_END_OF_LIST() } };
`;
    const view = viewOf(nested, 'outer');
    assert.deepEqual(view.descriptions.map((one) => one.ranges.map((range) => [range.path, range.offsetBytes, range.sizeBytes])), [[['in.b', 8, 4]]]);
    assert.deepEqual([view.totals.whole, view.totals.partly, view.totals.preservedBytes], [0, 1, 4]);
  });

  it('takes descriptions of another file when they are about a struct of the same tag and size, and no others', () => {
    const other = modelOf(DRIVER);
    const sameUnit = unitOf(DRIVER.slice(0, DRIVER.indexOf('static struct kstate_description')));
    const otherSize = unitOf('struct lamp { int n; };');
    const counts = [sameUnit, otherSize].map((unit) => {
      const record = unit.record('lamp');
      assert.ok(record !== undefined);
      const view = layoutView(unit, record, { name: 'lamp', target: 'x86_64', models: [other] });
      return view.known ? view.value.descriptions.length : -1;
    });
    assert.deepEqual(counts, [2, 0]);
  });
});
