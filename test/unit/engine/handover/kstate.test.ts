/** KSTATE in a handover: what the successor reads is what lies in memory. KSTATE facts 3.3, 3.5; expectations by hand from them and the C here. */
import assert from 'node:assert/strict';
import { KstateActor } from '../../../../server/engine/handover/actors/kstate';
import { loadImage, writeBootRecord } from '../../../../server/engine/handover/bootParameters';
import { worldOf } from '../../../../server/engine/handover/earlyBoot';
import { SimKernel } from '../../../../server/engine/handover/kernel';
import { Recorder } from '../../../../server/engine/handover/recorder';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { Ram } from '../../../../server/engine/machine/ram';
import type { Participant } from '../../../../server/model/scenario/scenario';
import type { KstateC } from './kstateSources';
import { sourcesOf } from './kstateSources';
import { kernel, machine, scenario } from './scenarios';

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
