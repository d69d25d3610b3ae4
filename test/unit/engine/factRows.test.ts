/** Rows of the KSTATE facts that no reference case shows; expectations worked out from their text. */
import assert from 'node:assert';
import { restoreAll } from '../../../server/engine/kstate/run';
import { saveAll } from '../../../server/engine/kstate/save';
import type { Kernel, KernelCall, KernelObject } from '../../../server/engine/kernel';
import type { DescriptionPlan } from '../../../server/engine/kstate/plan';
import type { KstateDialect } from '../../../server/model/kstate';
import { runHandover } from '../../../server/compat/handover';
import { readC } from '../../golden/kstate/readC';
import { base, caseBases, folio, gone, hex, kernel, object, plan, registerCall, restoreCall, struct, unhex } from './builder';

const word = (variable: string, id: number, over: { readonly versionId?: number } = {}): DescriptionPlan => plan(variable, { id, fields: [base('v', 0, 4)], objectBytes: 4, ...over });

interface Both { readonly old: Kernel; readonly next: Kernel }
const both = (name: KstateDialect): Both => ({ old: kernel(caseBases.old, { name, seed: 'old' }), next: kernel(caseBases.new, { name, seed: 'new' }) });
const of = (k: Kernel, name: string, text: string): KernelObject => object(k, name, unhex(text));
const held = (k: Kernel, made: KernelObject): string => hex(k.space.read(made.address, made.sizeBytes));
const unregister = (description: DescriptionPlan, made: KernelObject, instanceId: number): KernelCall => ({ ...registerCall(description, made, instanceId), call: 'unregister' });
const texts = (k: Kernel): readonly string[] => k.messages.map((message) => `${message.via ?? ''} ${message.where}: ${message.text}`);

describe('rows of the facts', () => {
  it('3.4: kstate_unregister compares instance and object, the newest entry goes; the description is not compared', () => {
    const { old } = both('v3');
    const thing = of(old, 'thing', '01020304');
    const { stream } = saveAll(old, [registerCall(word('a_state', 1), thing, 7), registerCall(word('b_state', 2), thing, 7), unregister(word('a_state', 1), thing, 7)]);
    // b_state, registered last, is gone; a_state stays.
    assert.equal(hex(stream), '8c77373b' + '02000000' + '01000000' + '01000000' + '07000000' + '04000000' + '01020304' + 'ffffffff');
  });

  it('3.4: kstate_unregister of what is not registered frees what is no entry', () => {
    const { old } = both('v3');
    saveAll(old, [unregister(word('a_state', 1), of(old, 'thing', '01020304'), 7)]);
    assert.match(texts(old)[0] ?? '', /^BUG kstate_unregister: no entry has thing and this instance/);
  });

  it('3.4: kstate_register_restore numbers from 1 and gives what restore gives', () => {
    const { old, next } = both('v3');
    const save = saveAll(old, [{ ...registerCall(word('a_state', 9), of(old, 'x', '01010101'), undefined), call: 'register_restore' }]);
    assert.equal(save.entries[0]?.instanceId, 1);
    const calls = ['x', 'y'].map((name): KernelCall => ({ ...registerCall(word('a_state', 9), of(next, name, 'eeeeeeee'), undefined), call: 'register_restore' }));
    assert.deepEqual(restoreAll(next, calls, old, save).objects.map((one) => [one.object, one.instanceId, one.rc]), [['x', 1, 0], ['y', 2, -2]]);
  });

  it('4.1: v2, a description id of -1 ends the stream', () => {
    const { old, next } = both('v2');
    const save = saveAll(old, [registerCall(word('a_state', 5), of(old, 'a', '01010101'), undefined), registerCall(word('end_state', -1), of(old, 'e', '02020202'), undefined)]);
    const made = of(next, 'a', 'eeeeeeee');
    const trace = restoreAll(next, [registerCall(word('a_state', 5), made, undefined)], old, save);
    assert.equal(held(next, made), 'eeeeeeee');
    assert.equal(trace.objects[0]?.rc, 0);
    assert.equal(trace.verdict, 'loses');
  });

  it('4.2: v2, an id of 0 in the first entry: WARN_ON_ONCE, nothing is restored, 0 is returned', () => {
    const { old, next } = both('v2');
    const save = saveAll(old, [registerCall(word('a_state', 5), of(old, 'a', '01010101'), undefined), registerCall(word('zero_state', 0), of(old, 'z', '02020202'), undefined)]);
    const made = of(next, 'a', 'eeeeeeee');
    const trace = restoreAll(next, [registerCall(word('a_state', 5), made, undefined)], old, save);
    assert.equal(held(next, made), 'eeeeeeee');
    assert.equal(trace.objects[0]?.rc, 0);
    assert.equal(next.messages.filter((message) => message.via === 'WARN_ON_ONCE').length, 1);
  });

  it('4.1: v2, headers have 16 bytes and the list of pages comes last, with nothing on it', () => {
    const { old } = both('v2');
    const { stream } = saveAll(old, [registerCall(word('a_state', 5), of(old, 'a', '01020304'), undefined)]);
    assert.equal(hex(stream), '05000000' + '01000000' + '01000000' + '04000000' + '01020304' + '01000000' + '00000000' + '01000000' + '04000000' + '00000000' + 'ffffffff');
  });

  it('6: dev has v3 entries without a magic, and skips a field above the version without a WARN', () => {
    const { old } = both('dev');
    const { stream } = saveAll(old, [registerCall(plan('a_state', { id: 5, fields: [base('late', 0, 4, 2), base('v', 0, 4)], objectBytes: 4 }), of(old, 'a', '01020304'), undefined)]);
    assert.equal(hex(stream), '02000000' + '05000000' + '01000000' + '01000000' + '04000000' + '01020304' + 'ffffffff');
    assert.deepEqual(texts(old), []);
  });

  it('3.2: flags that name no kind write nothing, with one WARN_ON_ONCE for all of them', () => {
    const { old } = both('v3');
    const pointers = plan('p_state', { id: 5, fields: [{ name: 'p', sizeBytes: 8, flags: 0x10, count: 2 }, { name: 'q', sizeBytes: 8, flags: 0 }], objectBytes: 16 });
    const made = object(old, 'p', new Uint8Array(16));
    for (const at of [0n, 8n]) old.space.writeU64(made.address + at, made.address);
    const { entries } = saveAll(old, [registerCall(pointers, made, 1)]);
    assert.equal(entries[0]?.sizeBytes, 0);
    assert.deepEqual(texts(old), ['WARN_ON_ONCE save_kstate: 1']);
  });

  it('3.2: the first kind wins: KS_STRUCT before KS_CUSTOM before KS_BASE_TYPE before KS_ADDRESS', () => {
    const { old } = both('v3');
    const inner = word('in_state', 6);
    const mixed = plan('m_state', { id: 5, fields: [{ ...struct('s', 0, 4, inner), flags: 0x0d }, { name: 'b', sizeBytes: 2, flags: 0x21 }], objectBytes: 8 });
    assert.equal(saveAll(old, [registerCall(mixed, of(old, 'm', '0102030405060708'), 1)]).entries[0]?.sizeBytes, 20 + 4 + 2);
  });

  it('2.2: an end is an end only when the flags are exactly KS_END', () => {
    const text = `
#include <linux/kstate.h>
struct w { u32 a; u32 b; };
static struct kstate_description w_state = {
	.name = "w", .id = 5, .version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(a, struct w, u32), { .name = "x", .flags = KS_END | KS_BASE_TYPE, .size = 1 }, KSTATE_BASE_TYPE(b, struct w, u32), KSTATE_END_OF_LIST()
	},
};
static struct w one = { 0x01010101, 0x02020202 };
int probe(void) { return kstate_register(&w_state, &one, 1); }
`;
    const { model } = readC(text, 'v3');
    assert.equal(hex(runHandover(model, model).update.save.stream).slice(48), '01010101' + '01' + '02020202' + 'ffffffff');
  });

  it('3.3: subsections of a nested description and of a subsection are ignored both ways', () => {
    const { old, next } = both('v3');
    const third = word('third_state', 8);
    const second = { ...word('second_state', 7), subsections: [third] };
    const inner = { ...word('in_state', 6), subsections: [third] };
    const whole = plan('w_state', { id: 5, fields: [struct('s', 0, 4, inner)], subsections: [second], objectBytes: 4 });
    const save = saveAll(old, [registerCall(whole, of(old, 'w', '01020304'), 1)]);
    assert.deepEqual(save.entries.map((entry) => entry.description), ['w_state', 'in_state', 'second_state']);
    assert.deepEqual(restoreAll(next, [restoreCall(whole, of(next, 'w', 'eeeeeeee'), 1)], old, save).objects[0]?.entries.map((entry) => entry.description), ['w_state', 'in_state', 'second_state']);
  });

  it('3.3: a section whose id a subsection has, too, is taken for it: section_type is not compared', () => {
    const { old, next } = both('v3');
    const first = { ...word('a_state', 5), subsections: [word('sub_state', 9)] };
    // Newest first in the stream: a_state, its subsection 9, then the section with id 9.
    const save = saveAll(old, [registerCall(word('b_state', 9), of(old, 'b', '09090909'), 1), registerCall(first, of(old, 'a', '01010101'), 1)]);
    const made = of(next, 'b', 'eeeeeeee');
    restoreAll(next, [restoreCall(word('b_state', 9), made, 1)], old, save);
    assert.equal(held(next, made), '01010101');
  });

  it('3.2: an error in any object fails the whole save; folios that went to KHO before stay marked', () => {
    const { old, next } = both('v3');
    const held_ = plan('f_state', { id: 5, fields: [folio('f', 0)], objectBytes: 8 });
    const bad = plan('bad_state', { id: 6, fields: [{ name: 'c', flags: 8, save: 'fails' }], objectBytes: 4 });
    const made = object(old, 'f', new Uint8Array(8));
    old.space.writeU64(made.address, old.space.physToPage(old.folios.declare(0x700000n, 1).phys));
    const { callbacks } = old;
    old.callbacks = { ...callbacks, save: (name, call) => (name === 'fails' ? { rc: -5 } : callbacks.save(name, call)) };
    const save = saveAll(old, [registerCall(bad, of(old, 'bad', '00000000'), 1), registerCall(held_, made, 1)]);
    assert.equal(save.rc, -5);
    assert.equal(save.stream.length, 0);
    assert.deepEqual(save.preserved.map((block) => [block.phys, block.order, block.what]), [[0x700000n, 1, 'object folio']]);
    assert.equal(restoreAll(next, [restoreCall(held_, object(next, 'f', new Uint8Array(8)), 1)], old, save).verdict, 'refused');
  });

  it('3.3: a deprecated field is skipped once, whatever its count', () => {
    const { old, next } = both('v3');
    const v1 = plan('w_state', { id: 5, versionId: 1, fields: [{ ...base('old', 0, 2), count: 2 }, base('v', 4, 4)], objectBytes: 8 });
    const v2 = plan('w_state', { id: 5, versionId: 2, fields: [{ ...gone('old', 2, 1), count: 2 }, base('v', 4, 4)], objectBytes: 8 });
    const save = saveAll(old, [registerCall(v1, of(old, 'w', '0102030405060708'), 1)]);
    const made = of(next, 'w', 'eeeeeeeeeeeeeeee');
    restoreAll(next, [restoreCall(v2, made, 1)], old, save);
    assert.equal(held(next, made), 'eeeeeeee' + '03040506');
  });
});
