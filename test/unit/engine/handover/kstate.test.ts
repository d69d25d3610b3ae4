/** KSTATE in a handover: what the successor reads is what lies in memory. KSTATE facts 3.3, 3.5; expectations by hand from them and the C here. */
import assert from 'node:assert/strict';
import { KstateActor } from '../../../../server/engine/handover/actors/kstate';
import { loadImage, writeBootRecord } from '../../../../server/engine/handover/bootParameters';
import { worldOf } from '../../../../server/engine/handover/earlyBoot';
import { SimKernel } from '../../../../server/engine/handover/kernel';
import { Recorder } from '../../../../server/engine/handover/recorder';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { JumpMemory, ScenarioResult } from '../../../../server/engine/handover/result';
import type { Ram } from '../../../../server/engine/machine/ram';
import type { Participant } from '../../../../server/model/scenario/scenario';
import type { KstateC } from './kstateSources';
import { sourcesOf, streamAt } from './kstateSources';
import { handover, kernel, machine, scenario } from './scenarios';

const ring = (names: readonly string[]): Participant => ({ kind: 'kstate', name: 'ring', sources: names });

const plain: KstateC = { members: ['u32 head', 'u64 dropped'], values: ['.head = 17', '.dropped = 0x1122334455667788'], version: 1, fields: ['KSTATE_BASE_TYPE(head, struct ring_state, u32)', 'KSTATE_BASE_TYPE(dropped, struct ring_state, u64)'] };
const withFolio: KstateC = { ...plain, members: [...plain.members, 'struct folio *page'], fields: [...plain.fields, 'KSTATE_FOLIO(page, struct ring_state)'] };

/** Saves, spoils memory, restores: what the actor makes of it. */
function through(c: KstateC, spoil: (ram: Ram, out: bigint) => void): { readonly fate: string | undefined; readonly reason: string | undefined } {
  const recorder = new Recorder();
  const world = worldOf(machine, recorder, []);
  const actor = new KstateActor({ kind: 'kstate', name: 'ring', sources: ['a.c'] }, sourcesOf({ 'a.c': c }));
  const old = new SimKernel(world, kernel('7.1'), 0, undefined);
  old.startKho(() => undefined);
  old.enter('STOP');
  actor.turn('STOP', old);
  const rootPhys = old.outgoing?.passOn();
  const loaded = loadImage(old, 16n << 20n);
  assert.ok(rootPhys !== undefined && loaded.ok);
  const data = writeBootRecord(old, loaded.value, rootPhys);
  actor.jump();
  const out = old.outgoing?.preservedBlocks().find(({ owner }) => owner === 'ring kstate_out')?.pfns[0];
  assert.ok(out !== undefined);
  spoil(world.ram, old.physOf(out));
  const next = new SimKernel(world, kernel('7.1'), 1, { data, segments: loaded.value });
  next.enter('RESUME');
  actor.turn('RESUME', next);
  const note = actor.judge(next)?.notes[0];
  return { fate: note?.fate, reason: note?.reason };
}

const u64At = (ram: Ram, phys: bigint): bigint => {
  const bytes = ram.read(phys, 8);
  assert.ok(bytes !== undefined);
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
};

describe('KSTATE behind the jump', () => {
  it('is read out of memory: the page that names the stream, the stream, and nothing that the old kernel knows', () => {
    assert.equal(through(plain, () => undefined).fate, 'kept');
    const magic = through(plain, (ram, out) => { ram.write(u64At(ram, out), new Uint8Array(4)); });
    assert.deepEqual(magic, { fate: 'refused', reason: 'The stream cannot be read: kstate_restore() returns -ENOENT.' });
    // The page names another one, whose first bytes are no magic.
    const elsewhere = through(plain, (ram, out) => { ram.write(out, Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0)); });
    assert.equal(elsewhere.fate, 'refused');
    // An id that nobody looks for: the entry's first member behind section_type.
    const id = through(plain, (ram, out) => { ram.write(u64At(ram, out) + 8n, Uint8Array.of(99, 0, 0, 0)); });
    assert.equal(id.fate, 'refused');
  });

  it('asks for the folios that its fields name: one that no field asks for stays reserved', () => {
    const run = (last: KstateC) => runScenario(scenario([kernel('7.1', { liveupdate: false }), kernel('7.1', { liveupdate: false })], [ring(['a.c', 'b.c'])]), sourcesOf({ 'a.c': withFolio, 'b.c': last }));
    const [kept] = run(withFolio).hops;
    const [dropped] = run(plain).hops;
    assert.deepEqual(kept?.participants.find(({ name }) => name === 'ring')?.pages, { kept: 1, lost: 0, leaked: 0, overwritten: 0, refused: 0 });
    assert.equal(kept.leakedPages, 0);
    assert.deepEqual(dropped?.participants.find(({ name }) => name === 'ring')?.pages, { kept: 0, lost: 0, leaked: 1, overwritten: 0, refused: 0 });
    assert.equal(dropped.leakedPages, 1);
  });
});

/** Data of the first entry: behind magic and header. */
const DATA = 4 + 20;

const three = [kernel('7.1', { release: 'A', liveupdate: false }), kernel('7.1', { release: 'B', liveupdate: false }), kernel('7.1', { release: 'C', liveupdate: false })];
const chain = (a: KstateC, b: KstateC, c: KstateC): ScenarioResult => runScenario(scenario(three, [ring(['a.c', 'b.c', 'c.c'])]), sourcesOf({ 'a.c': a, 'b.c': b, 'c.c': c }));
const ringOf = (run: ScenarioResult, hop: number) => run.hops[hop]?.participants.find(({ name }) => name === 'ring');

const head = 'KSTATE_BASE_TYPE(head, struct ring_state, u32)';
const budget = 'KSTATE_BASE_TYPE_V(budget, struct ring_state, u32, 2)';
const one = (value: number): KstateC => ({ members: ['u32 head'], values: [`.head = ${String(value)}`], version: 1, fields: [head] });
const two = (first: number, second: number): KstateC => ({ members: ['u32 head', 'u32 budget'], values: [`.head = ${String(first)}`, `.budget = ${String(second)}`], version: 2, fields: [head, budget] });

describe('KSTATE through three kernels', () => {
  it('hands on what the second kernel restored, and what is new in it from its own', () => {
    const run = chain(one(17), two(1, 7), two(2, 3));
    assert.deepEqual(run.hops.map(({ verdict }) => verdict), ['works', 'works']);
    assert.equal(streamAt(run, 0).getUint32(DATA, true), 17);
    const second = streamAt(run, 1);
    assert.deepEqual([second.getUint32(DATA, true), second.getUint32(DATA + 4, true)], [17, 7]);
    assert.deepEqual(ringOf(run, 1)?.changed, []);
  });

  it('says in the third what the second did not have, or lost', () => {
    const gap = chain(two(17, 5), one(1), two(2, 3));
    assert.equal(streamAt(gap, 0).getUint32(DATA + 4, true), 5);
    assert.equal(ringOf(gap, 1)?.fate, 'kept');
    assert.match(ringOf(gap, 1)?.changed.join('\n') ?? '', /ring\.budget is not what kernel 0 \(A\) saved: lost from kernel 0 \(A\) to kernel 1 \(B\)\. Only the saving kernel has budget/);
    // Version 1 of the second: the field is above it, and keeps its initial value, which goes on to the third.
    const lost = chain({ ...two(17, 5), version: 1, fields: [head, 'KSTATE_BASE_TYPE(budget, struct ring_state, u32)'] }, two(1, 7), two(2, 3));
    assert.equal(ringOf(lost, 0)?.fate, 'lost');
    assert.equal(streamAt(lost, 1).getUint32(DATA + 4, true), 7);
    assert.equal(ringOf(lost, 1)?.fate, 'kept');
    assert.match(ringOf(lost, 1)?.changed.join('\n') ?? '', /^ring\.budget is not what kernel 0 \(A\) saved: lost from kernel 0 \(A\) to kernel 1 \(B\)\. budget is lost: its version 2 is above 1/);
  });

  it('keeps the folios that a driver goes on owning, at their places', () => {
    const run = chain(withFolio, withFolio, withFolio);
    assert.deepEqual(run.hops.map(({ verdict }) => verdict), ['works', 'works']);
    const phys = run.jumps.map((_, i) => streamAt(run, i).getBigUint64(DATA + 12, true));
    assert.equal(phys[0], phys[1]);
    const bytesAt = (jump: JumpMemory | undefined): Uint8Array | undefined => jump?.pages.find((page) => page.phys <= (phys[0] ?? 0n) && (phys[0] ?? 0n) < page.phys + BigInt(page.bytes.length))?.bytes;
    assert.deepEqual(bytesAt(run.jumps[0]), bytesAt(run.jumps[1]));
    assert.equal(run.hops[1]?.leakedPages, 0);
  });

  it('begins anew in a kernel that took nothing over', () => {
    const cold = [three[0], kernel('6.19', { release: 'B', liveupdate: false }), kernel('6.19', { release: 'C', liveupdate: false })].flatMap((spec) => spec ?? []);
    const run = runScenario(scenario(cold, [ring(['a.c', 'b.c'])]), sourcesOf({ 'a.c': one(17), 'b.c': one(1) }));
    assert.deepEqual(run.hops.map(({ verdict }) => verdict), ['refused', 'works']);
    assert.equal(streamAt(run, 1).getUint32(DATA, true), 1);
    assert.match(ringOf(run, 1)?.changed[0] ?? '', /^ring\.head is not what kernel 0 \(A\) saved: lost from kernel 0 \(A\) to kernel 1 \(B\)\. KHO: /);
  });

  it('can be given up and tried again', () => {
    for (const generation of ['6.17', '6.18', '6.19', '7.1'] as const) {
      const kernels = [kernel(generation, { liveupdate: false }), kernel(generation, { liveupdate: false })];
      const run = runScenario(scenario(kernels, [ring(['a.c'])], { handovers: [handover(generation, { abortAfter: 'STOP' }), handover(generation)] }), sourcesOf({ 'a.c': withFolio }));
      assert.deepEqual(run.hops.map(({ verdict }) => verdict), ['aborted', 'works'], `${generation}: ${run.hops.map(({ summary }) => summary).join('; ')}`);
      assert.equal(run.jumps[0]?.owners.reduce((sum, { owner, blocks }) => sum + (owner.startsWith('ring') ? blocks : 0), 0), 3);
    }
  });
});
