/** What min_version_id would do if it were enforced, beside what the code does; and dialects that are not live. Facts 2.3, 5, 7, KS24. */
import assert from 'node:assert';
import { runHandover } from '../../../server/compat/handover';
import { simulationText } from '../../../server/compat/simulationText';
import { simulationView } from '../../../server/compat/view';
import { restoreAll } from '../../../server/engine/kstate/run';
import { saveAll } from '../../../server/engine/kstate/save';
import { readC } from '../../golden/kstate/readC';
import { base, caseBases, hex, kernel, object, plan, registerCall, restoreCall, unhex } from './builder';

const driver = (version: number, min: number | undefined, more = ''): string => `
#include <linux/kstate.h>
struct w { u32 a; u32 b; };
static struct kstate_description w_state = {
	.name = "w", .id = 170, .version_id = ${version},${min === undefined ? '' : ` .min_version_id = ${min},`}
	.fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(a, struct w, u32), ${more} KSTATE_END_OF_LIST() },
};
static struct w one = { 1, 2 };
int probe(void) { kstate_register(&w_state, &one, 5); return kstate_restore(&w_state, &one, 5); }
`;

const both = (old: string, next: string) => runHandover(readC(old, 'v3').model, readC(next, 'v3').model);

describe('strict versions', () => {
  it('an older stream below min_version_id: the code loads it, the documentation would refuse it', () => {
    const { update, rollback } = both(driver(1, undefined), driver(3, 2));
    assert.equal(update.restore.verdict, 'warns');
    assert.deepEqual(update.strict, {
      verdict: 'refused', refused: [{ description: 'w_state', object: 'one', why: 'the stream has version 1 of w_state, the oldest that this kernel understands is min_version_id 2' }],
    });
    // And a newer section in an older kernel.
    assert.equal(rollback.restore.verdict, 'warns');
    assert.match(rollback.strict?.refused[0]?.why ?? '', /the stream has version 3 of w_state, this kernel understands it up to version 1/);
  });

  it('within the range nothing is different', () => {
    const { update } = both(driver(2, undefined), driver(3, 2));
    assert.equal(update.restore.verdict, 'warns');
    assert.equal(update.strict, undefined);
    assert.equal(both(driver(3, 2), driver(3, 2)).update.strict, undefined);
  });

  it('-EINVAL, and nothing is written before the refusal', () => {
    const of = (versionId: number, minVersionId: number) => ({ ...plan('w_state', { id: 170, versionId, fields: [base('a', 0, 4)], objectBytes: 4 }), minVersionId });
    const old = kernel(caseBases.old);
    const save = saveAll(old, [registerCall(of(1, 0), object(old, 'w', unhex('01020304')), 5)]);
    const next = kernel(caseBases.new, { strict: true });
    const made = object(next, 'w', unhex('eeeeeeee'));
    const trace = restoreAll(next, [restoreCall(of(3, 2), made, 5)], old, save);
    assert.equal(trace.objects[0]?.rc, -22);
    assert.equal(trace.verdict, 'refused');
    assert.equal(hex(next.space.read(made.address, 4)), 'eeeeeeee');
  });

  it('is in the view and in the report', () => {
    const [old, next] = [readC(driver(1, undefined), 'v3').model, readC(driver(3, 2), 'v3').model];
    const view = simulationView(old, next, 'w_state', { old: 'old.c', new: 'new.c' }, runHandover(old, next));
    assert.equal(view.update.strict?.verdict, 'refused');
    assert.match(simulationText(view).replace(/\s+/g, ' '), /strict: refused\. If min_version_id were enforced as the documentation promises, one would be refused: the stream has version 1 of w_state/);
  });

  it('v2 declares no min_version_id: there is no promise to keep', () => {
    const text = (version: number): string => driver(version, undefined).replace(/int probe.*/, 'int probe(void) { return kstate_register(&w_state, &one); }');
    const { update } = runHandover(readC(text(1), 'v2').model, readC(text(3), 'v2').model);
    assert.equal(update.restore.verdict, 'warns');
    assert.equal(update.strict, undefined);
  });
});

describe('KSTATE v1', () => {
  const text = `
#include <linux/kstate.h>
struct w { u32 a; u32 *p; u8 c; };
static int c_save(void *stream, void *object, const struct kstate_field *field) { return 1; }
static struct kstate_description w_state = {
	.name = "w", .id = 170, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_SIMPLE(a, struct w), KSTATE_POINTER(p, struct w), { .name = "c", .flags = KS_CUSTOM, .save = c_save }, KSTATE_END_OF_LIST()
	},
};
static u32 far = 7;
static struct w one = { .a = 0x04030201, .p = &far };
int probe(void) { return kstate_register(&w_state, &one); }
`;

  it('is saved and restored as its facts say, explained, and its callbacks are not run', () => {
    const { model } = readC(text, 'v1');
    const { update } = runHandover(model, model);
    // Header of 16 bytes: id, version, instance 1, size.
    assert.equal(Buffer.from(update.save.stream).toString('hex'), 'aa000000' + '01000000' + '01000000' + '08000000' + '01020304' + '07000000' + 'ffffffff');
    assert.equal(update.restore.verdict, 'loads');
    assert.match(update.notes?.[0] ?? '', /^This is KSTATE v1, the first draft of October 2024/);
    assert.match(update.save.limits.map((limit) => limit.why).join(' '), /c_save\(\), the save callback of c, is not run: in KSTATE v1 it moves the stream by what it returns/);
  });
});
