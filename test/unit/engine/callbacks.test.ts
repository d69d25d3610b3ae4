/** Callbacks and count() of a driver, run inside a handover: what they do to stream, object and memory, and what is said when they cannot be run. */
import assert from 'node:assert';
import { runHandover } from '../../../server/compat/handover';
import type { HandoverOptions } from '../../../server/compat/handover';
import type { Handover } from '../../../server/engine/types';
import type { KstateDialect } from '../../../server/model/kstate';
import { readC } from '../../golden/kstate/readC';
import { hex } from './builder';

const SIGNATURE = '(struct kstate_stream *stream, void *object, const struct kstate_field *field)';

/** A driver with one custom field `c` of `struct cu`, before a u16 that shows where reading stands. */
function driver(parts: { readonly members?: string; readonly before?: string; readonly save: string; readonly restore?: string; readonly init?: string; readonly count?: string; readonly field?: string }): string {
  return `
#include <linux/kstate.h>
struct cu { ${parts.members ?? 'u8 n; u32 v;'} u16 tail; };
${parts.before ?? ''}
static int cu_save${SIGNATURE} { struct cu *c = object; ${parts.save} }
${parts.restore === undefined ? '' : `static int cu_restore${SIGNATURE} { struct cu *c = object; ${parts.restore} }`}
static struct kstate_description cu_state = {
	.name = "cu", .id = 77, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		${parts.field ?? `{ .name = "c", .flags = KS_CUSTOM, .save = cu_save${parts.restore === undefined ? '' : ', .restore = cu_restore'} },`}
		KSTATE_BASE_TYPE(tail, struct cu, u16),
		KSTATE_END_OF_LIST()
	},
};
static struct cu one = ${parts.init ?? '{ .n = 3, .v = 0x44332211, .tail = 0x6655 }'};
int probe(void) { kstate_register(&cu_state, &one, 5); return kstate_restore(&cu_state, &one, 5); }
`;
}

function handover(text: string, next = text, dialect: KstateDialect = 'v3', options: HandoverOptions = {}): Handover {
  return runHandover(readC(text, dialect).model, readC(next, dialect).model, options).update;
}

/** Data of the first entry: after magic and header. */
const data = (run: Handover): string => hex(run.save.stream.subarray(24, 24 + (run.save.entries[0]?.sizeBytes ?? 0)));
const limits = (run: Handover): string => [...run.save.limits, ...run.restore.limits].map((limit) => limit.why).join('\n');
const field = (run: Handover, name: string) => run.restore.objects[0]?.entries[0]?.fields.find((one) => one.name === name);

describe('callbacks in a handover', () => {
  it('write and read what they say; what follows them stays in its place', () => {
    const run = handover(driver({
      save: 'u8 i; if (kstate_save_data(stream, &c->n, 1)) return -1; for (i = 0; i < c->n; i++) { u16 x = c->v >> i; kstate_save_data(stream, &x, 2); } return 0;',
      restore: 'kstate_restore_data(stream, &c->n, 1); for (int i = 0; i < c->n; i++) { u16 x; kstate_restore_data(stream, &x, 2); if (!i) c->v = x; } return 0;',
    }));
    // 3, then 0x44332211 shifted by 0, 1 and 2, its low 16 bits; then the tail.
    assert.equal(data(run), '03' + '1122' + '0891' + '84c8' + '5566');
    assert.equal(run.restore.verdict, 'loads');
    assert.equal(limits(run), '');
  });

  it('an error of save refuses the handover, one of restore is dropped and costs the member', () => {
    const saves = driver({ save: 'return c->n == 3 ? -EBUSY : 0;', restore: 'return 0;' });
    const failed = handover(saves);
    assert.equal(failed.save.rc, -16);
    assert.equal(failed.restore.verdict, 'refused');
    const run = handover(driver({ save: 'return kstate_save_data(stream, &c->v, 4);', restore: 'return -EINVAL;' }));
    assert.equal(run.restore.objects[0]?.rc, 0);
    assert.equal(run.restore.verdict, 'corrupts');
    assert.match(field(run, 'c')?.why ?? '', /c is lost: cu_restore\(\) reads no bytes here, and the -22 that it returns is dropped; its 4 bytes at \+24 stay unread/);
    assert.match(field(run, 'tail')?.why ?? '', /reads 0x2211/);
  });

  it('a field that is saved and has no restore callback is lost, and what follows is misread', () => {
    const run = handover(driver({ save: 'return kstate_save_data(stream, &c->n, 1);' }));
    assert.equal(field(run, 'c')?.verdict, 'loses');
    assert.equal(field(run, 'tail')?.verdict, 'corrupts');
  });

  it('kstate_get_byte gives 0 or 1, kstate_get_ulong eight bytes (facts 3.4)', () => {
    const run = handover(driver({
      members: 'u8 n; u64 v;', init: '{ .n = 9, .v = 0x1122334455667788ul, .tail = 1 }',
      save: 'kstate_save_data(stream, &c->n, 1); return kstate_save_data(stream, &c->v, 8);',
      restore: 'c->n = kstate_get_byte(stream); c->v = kstate_get_ulong(stream); if (c->n != 1 || c->v != 0x1122334455667788ul) BUG(); return 0;',
    }));
    // n was 9 (KS51).
    assert.equal(run.restore.verdict, 'corrupts');
    assert.match(field(run, 'c')?.why ?? '', /c: n was 0x09 and is 0x01 after cu_restore\(\)/);
  });

  it('a member that comes back altered is seen through any number of typedefs', () => {
    const run = handover(driver({
      before: 'typedef struct cu once; typedef once twice;', save: 'return kstate_save_data(stream, &c->n, 1);', restore: 'c->n = kstate_get_byte(stream); return 0;',
    }).replace('tail, struct cu,', 'tail, twice,'));
    assert.match(field(run, 'c')?.why ?? '', /c: n was 0x03 and is 0x01 after cu_restore\(\)/);
  });

  it('v2 callbacks read from stream->pos and move it', () => {
    const text = driver({
      save: 'kstate_save_data(stream, &c->n, 1); return kstate_save_data(stream, &c->v, c->n);',
      restore: 'c->n = *(u8 *)stream->pos; stream->pos++; memcpy(&c->v, stream->pos, c->n); stream->pos += c->n; return 0;',
    }).replace(/int probe[^]*/, 'int probe(void) { return kstate_register(&cu_state, &one); }\n');
    const run = handover(text, text, 'v2');
    assert.equal(run.restore.verdict, 'loads');
    assert.equal(limits(run), '');
  });

  it('functions of the file are called, through pointers too; statics and globals keep their values; goto, switch, ?: and recursion run', () => {
    const run = handover(driver({
      before: `
static int step = 2;
static const u8 key[4] = { 1, 2, 4, 8 };
struct ops { int (*mix)(int, int); };
static int add(int a, int b) { return a + b; }
static const struct ops ops = { .mix = add };
static int fact(int n) { return n < 2 ? 1 : n * fact(n - 1); }
static int ticks(void) { static int t; return ++t; }
static int pick(int x) { switch (x) { case 1: return 10; case 2 ... 4: x++; /* fall */ default: break; } return x; }`,
      save: `
	u32 out = 0; int i = 0;
again:
	out = ops.mix(out, key[i]) * step;
	if (++i < 4) goto again;
	ticks();
	out += fact(5) * 1000 + pick(1) + pick(3) + ticks() + (c->n ?: 7);
	return kstate_save_data(stream, &out, sizeof(out));`,
      restore: 'u32 x; kstate_restore_data(stream, &x, sizeof x); return 0;',
    }));
    // ((((0+1)*2 + 2)*2 + 4)*2 + 8)*2 = 64; 120 * 1000 + 10 + 4 + 2 + 3.
    assert.equal(data(run).slice(0, 8), Buffer.from(Uint32Array.of(64 + 120000 + 19).buffer).toString('hex'));
  });

  it('what is preserved in a callback is there, and what is restored comes back', () => {
    const run = handover(driver({
      members: 'struct folio *f; phys_addr_t base;', init: '{ .base = 0x12345000, .tail = 1 }',
      before: 'int kho_preserve_phys(phys_addr_t phys, size_t size);',
      save: `
	u64 phys;
	c->f = folio_alloc(GFP_KERNEL, 2);
	memset(folio_address(c->f), 0x5a, 16);
	phys = page_to_phys(&c->f->page);
	kho_preserve_phys(c->base, 0x3000);
	return kstate_save_data(stream, &phys, 8) ?: kho_preserve_folio(c->f);`,
      restore: `
	u64 phys = kstate_get_ulong(stream);
	c->f = kho_restore_folio(phys);
	if (!c->f || folio_order(c->f) != 2 || *(u8 *)folio_address(c->f) != 0x5a) BUG();
	return 0;`,
    }));
    assert.equal(run.restore.verdict, 'loads', limits(run));
    assert.deepEqual(run.save.preserved.slice(0, 2).map((block) => [block.what, block.order, block.sizeBytes, block.of]), [
      ['kho_preserve_phys', 2, 0x3000, 'one.c'], ['object folio', 2, undefined, 'one.c'],
    ]);
  });

  it('members of anonymous structs are found, bit-fields among them', () => {
    const run = handover(driver({
      members: 'u8 n; struct { u32 lo : 5, hi : 7; union { u16 w; u8 b[2]; }; };', init: '{ .n = 1, .tail = 2 }',
      save: 'c->hi = 0x55; c->b[1] = 0x77; return kstate_save_data(stream, c, 10);', restore: 'kstate_restore_data(stream, c, 10); return 0;',
    }));
    // As gcc's code leaves it: n and padding, 0x55 << 5 in the first two bytes of the struct, w behind them, tail; then tail once more.
    assert.equal(data(run), '01000000' + 'a00a' + '0077' + '0200' + '0200');
    assert.equal(run.restore.verdict, 'loads', limits(run));
  });

  it('the address base of the kernel is one variable, wherever it is named', () => {
    const run = handover(driver({
      before: 'extern unsigned long page_offset_base;', members: 'u8 n; u64 v;',
      save: 'unsigned long *at = &page_offset_base; c->n = at == &page_offset_base; c->v = *at; return kstate_save_data(stream, &c->n, 1) ?: kstate_save_data(stream, &c->v, 8);',
      restore: 'kstate_restore_data(stream, &c->n, 1); kstate_restore_data(stream, &c->v, 8); return 0;',
    }));
    // 0xffff888000000000, where x86_64 has it without KASLR.
    assert.equal(data(run), '01' + '000000008088ffff' + '5566');
  });

  it('warnings of a callback are in the log with its name', () => {
    const run = handover(driver({ save: 'WARN_ON(c->n > 2); WARN_ON_ONCE(c->v); pr_err("n is %d of %s\\n", c->n, "cu"); return 0;', restore: 'return 0;' }));
    assert.deepEqual(run.save.messages.map((message) => `${message.via ?? ''} ${message.where}: ${message.text}`), [
      'WARN_ON cu_save: c->n > 2', 'WARN_ON_ONCE cu_save: c->v', 'pr_err cu_save: n is 3 of cu',
    ]);
  });

  it('the field that a callback is given is its own', () => {
    const run = handover(driver({
      save: 'if (strcmp(field->name, "c") || field->flags != KS_CUSTOM || field->save != cu_save) return -1; return 0;', restore: 'return 0;',
      before: `static int cu_save${SIGNATURE};`,
    }));
    assert.equal(run.save.rc, 0);
  });

  it('a fault stops the kernel', () => {
    const run = handover(driver({ members: 'u32 *p;', init: '{ .tail = 1 }', save: 'u32 x = *c->p; return kstate_save_data(stream, &x, 4);', restore: 'return 0;' }));
    assert.match(run.save.crash?.why ?? '', /Saving cu_state, field c, reads 4 bytes at 0x0, a NULL pointer/);
    assert.equal(handover(driver({ save: 'return c->v / (c->n - 3);', restore: 'return 0;' })).restore.verdict, 'crashes');
    assert.equal(handover(driver({ save: 'BUG_ON(c->n); return 0;', restore: 'return 0;' })).restore.verdict, 'crashes');
  });
});

describe('what cannot be run in a callback', () => {
  const stops: readonly (readonly [save: string, token: string, why: RegExp])[] = [
    ['asm volatile("nop"); return 0;', 'asm', /'asm' is not run/],
    ['return elsewhere(c);', 'elsewhere', /elsewhere\(\) is not in this file/],
    ['double d = 1.5; return (int)d;', '1.5', /floating point is not run/],
    ['for (;;) c->v++; return 0;', '', /more than 100000 steps/],
    ['return cu_save(stream, object, field);', 'cu_save', /calls go 64 deep/],
    ['c->v++;', '}', /ends without a return/],
  ];
  for (const [save, token, why] of stops) {
    it(`is said with the token that stopped it: ${save}`, () => {
      const text = driver({ before: 'int elsewhere(struct cu *c);', save, restore: 'return 0;' });
      const run = handover(text);
      const limit = run.save.limits.find((one) => why.test(one.why));
      assert.ok(limit, limits(run));
      assert.match(limit.why, /^cu_save\(\), the save callback of c, is run up to '/);
      assert.ok(limit.range !== undefined);
      if (token !== '') assert.equal(text.slice(limit.range.start, limit.range.end), token);
    });
  }

  it('a value nobody in the file gives is said', () => {
    const run = handover(driver({ before: 'extern int far;', save: 'return far ? 0 : 0;', restore: 'return 0;' }));
    assert.match(limits(run), /far is defined in another file: zeros stand in for it/);
  });
});

describe('count()', () => {
  const counted = (body: string, more = ''): string => driver({
    members: 'u32 v[4];', before: `${more} static int many(void) { ${body} }`, init: '{ .v = { 1, 2, 3, 4 }, .tail = 9 }', save: 'return 0;',
    field: '{ .name = "v", .flags = KS_BASE_TYPE, .offset = 0, .size = sizeof(u32), .count = many },',
  });

  it('is run when it is more than a constant', () => {
    for (const body of ['int n = 0; while (n < 3) n++; return n;', 'return limit + 1;', 'return ARRAY_SIZE(((struct cu *)0)->v) - 1;']) {
      const run = handover(counted(body, 'static int limit = 2;'));
      assert.equal(data(run), '010000000200000003000000' + '0900', body);
      assert.equal(limits(run), '');
    }
  });

  it('that cannot be run is one, and that is said', () => {
    const run = handover(counted('return num_online_cpus();'));
    assert.equal(data(run), '01000000' + '0900');
    assert.match(limits(run), /many\(\), a count, is run up to 'num_online_cpus': num_online_cpus\(\) is not in this file/);
  });

  it('that faults stops the kernel when the field is saved', () => {
    const run = handover(counted('return *(int *)0;'));
    assert.match(run.save.crash?.why ?? '', /Saving cu_state, field v, reads 4 bytes at 0x0, a NULL pointer/);
  });

  it('that is huge ends soon for a callback, too, and is said', () => {
    const started = process.cpuUsage();
    const text = counted('return 400000000;').replace('.flags = KS_BASE_TYPE, .offset = 0, .size = sizeof(u32)', '.flags = KS_CUSTOM, .save = cu_save, .restore = cu_restore')
      .replace('static struct kstate_description', `static int cu_restore${SIGNATURE} { return 0; }\nstatic struct kstate_description`);
    assert.match(limits(handover(text)), /The count of v is 400000000; the engine follows 2048 elements/);
    assert.ok(process.cpuUsage(started).user < 5_000_000);
  });

  it('is called anew at each save: what a callback before it changes counts', () => {
    const text = counted('return seen;', 'static int seen = 1;').replace('static struct kstate_description cu_state', `
static int first_save${SIGNATURE} { seen = 3; return 0; }
static int first_restore${SIGNATURE} { seen = 3; return 0; }
static struct kstate_description cu_state`).replace('{ .name = "v"', '{ .name = "first", .flags = KS_CUSTOM, .save = first_save, .restore = first_restore },\n\t\t{ .name = "v"');
    const run = handover(text);
    assert.equal(data(run), '010000000200000003000000' + '0900');
    assert.equal(run.restore.verdict, 'loads');
  });
});
