/** Kernels that have KSTATE themselves: how their stream gets over. KSTATE facts 3.3, 3.5, 3.6, 4; expectations by hand from them. */
import assert from 'node:assert/strict';
import { KstateActor } from '../../../../server/engine/handover/actors/kstate';
import { loadImage, writeBootRecord } from '../../../../server/engine/handover/bootParameters';
import { worldOf } from '../../../../server/engine/handover/earlyBoot';
import { SimKernel } from '../../../../server/engine/handover/kernel';
import { KstateOut } from '../../../../server/engine/handover/kstateOut';
import { Recorder } from '../../../../server/engine/handover/recorder';
import type { ScenarioResult } from '../../../../server/engine/handover/result';
import { runScenario } from '../../../../server/engine/handover/runScenario';
import type { Ram } from '../../../../server/engine/machine/ram';
import type { KernelSpec, Participant, Scenario } from '../../../../server/model/scenario/scenario';
import type { KstateC } from './kstateSources';
import { kstateC, sourcesOf, streamAt } from './kstateSources';
import { handover, kernel, machine, scenario } from './scenarios';

const v3 = (more: Partial<KernelSpec> = {}): KernelSpec => kernel('6.17', { kstate: 'v3', ...more });
const v2 = (more: Partial<KernelSpec> = {}): KernelSpec => kernel('6.16', { kstate: 'v2', kho: false, ...more });

const ring = (head: number, more: Partial<KstateC> = {}): KstateC => ({
  members: ['u32 head', 'u64 dropped'], values: [`.head = ${String(head)}`, '.dropped = 0x1122334455667788'], version: 1,
  fields: ['KSTATE_BASE_TYPE(head, struct ring_state, u32)', 'KSTATE_BASE_TYPE(dropped, struct ring_state, u64)'], ...more,
});
const withFolio = ring(17, { members: ['u32 head', 'struct folio *page'], values: ['.head = 17'], fields: ['KSTATE_BASE_TYPE(head, struct ring_state, u32)', 'KSTATE_FOLIO(page, struct ring_state)'] });
const user = (name: string, ...sources: readonly string[]): Participant => ({ kind: 'kstate', name, sources });

function run(kernels: readonly KernelSpec[], participants: readonly Participant[], files: Readonly<Record<string, KstateC | string>>, more: Partial<Scenario> = {}): ScenarioResult {
  return runScenario(scenario(kernels, participants, more), sourcesOf(files));
}

/** Headers of a v3 stream: id, version, instance, size, and where the data begin. */
function entries(stream: DataView): readonly { readonly id: number; readonly version: number; readonly instance: number; readonly size: number; readonly at: number }[] {
  const out = [];
  for (let at = 4; stream.getInt32(at, true) !== -1; at += 20 + stream.getInt32(at + 16, true)) {
    out.push({ id: stream.getInt32(at + 4, true), version: stream.getInt32(at + 8, true), instance: stream.getInt32(at + 12, true), size: stream.getInt32(at + 16, true), at: at + 20 });
  }
  return out;
}

/** CRC-32 of `trace` and `pstate`, padded to 16 bytes with NULs, by another implementation (zlib), its last inversion undone; as int. */
const [TRACE, PSTATE] = [-1529617442, -43382766];

describe('KSTATE v3 with a KHO that it finds', () => {
  it('makes its stream when the kernel is finalized, and has KHO preserve folios, the page, the stream, and then KHO its root', () => {
    const result = run([v3({ reserveMem: ['1M:4096:trace', '64K:4096:pstate'] }), v3({ reserveMem: ['1M:4096:trace', '64K:4096:pstate'] })], [user('ring', 'a.c')], { 'a.c': withFolio });
    assert.deepEqual(result.hops.map(({ verdict, leakedPages }) => ({ verdict, leakedPages })), [{ verdict: 'works', leakedPages: 0 }]);
    const preserved = result.events.filter(({ pages }) => pages?.became === 'preserved').map(({ state, call, what }) => `${state} ${call} ${what}`);
    assert.deepEqual(preserved, [
      'PRE-STOP kho_preserve_phys reserve_mem', 'PRE-STOP kho_preserve_phys reserve_mem', 'PRE-STOP kho_preserve_folio ring object folio', 'PRE-STOP kho_preserve_folio kstate_out',
      'PRE-STOP kho_preserve_folio kstate stream', 'PRE-STOP kho_preserve_folio KHO root FDT',
    ]);
    const stream = streamAt(result, 0);
    // Who registers last comes first: regions (a late initcall), drivers, KHO. Instances by an independent CRC-32 of the padded names.
    const found = entries(stream);
    assert.deepEqual(found.map(({ at: _at, ...rest }) => rest), [
      { id: 5, version: 0, instance: PSTATE, size: 32 }, { id: 5, version: 0, instance: TRACE, size: 32 }, { id: 3, version: 1, instance: 1, size: 12 }, { id: 2, version: 1, instance: 1, size: 16 },
    ]);
    const at = found[3]?.at ?? 0;
    assert.deepEqual([stream.getBigUint64(at, true), stream.getBigUint64(at + 8, true)], [result.jumps[0]?.rootPhys, 4096n]);
    assert.equal(stream.getBigUint64((found[1]?.at ?? 0) + 24, true), 1n << 20n);
    assert.deepEqual(result.log.filter(({ text }) => text.startsWith('Revived')).map(({ text }) => text.replace(/0x0000[0-9a-f]{12}(?= 0)/, 'START')), [
      'Revived memory reservation \'trace\' START 0x0000000000100000 from KHO', 'Revived memory reservation \'pstate\' START 0x0000000000010000 from KHO',
    ]);
  });

  it('passes nothing on when nobody finalizes', () => {
    const result = run([v3(), v3()], [user('ring', 'a.c')], { 'a.c': ring(17) }, { handovers: [handover('6.17', { finalize: 0 })] });
    assert.deepEqual(result.hops.map(({ verdict, handedOver }) => [verdict, handedOver]), [['refused', false]]);
  });

  it('takes a stream that grew: its folio has the order that it ended with', () => {
    const large = ring(17, { members: ['u64 large[700]'], values: ['.large = { 5 }'], fields: ['KSTATE_BASE_TYPE(large, struct ring_state, u64[700])'] });
    const result = run([v3(), v3()], [user('ring', 'a.c')], { 'a.c': large });
    assert.deepEqual(result.hops.map(({ verdict }) => verdict), ['works']);
    // 24 + 5600 bytes do not fit into a page; get_order(24) + 1 = 1.
    assert.deepEqual(result.jumps[0]?.owners.filter(({ owner }) => owner.startsWith('kstate')), [{ owner: 'kstate_out', order: 0, blocks: 1 }, { owner: 'kstate stream', order: 1, blocks: 1 }]);
  });

  it('has one stream for all: of two objects with one id and instance both get the one that was registered last', () => {
    const other = ring(99, { name: 'other' });
    const result = run([v3(), v3()], [user('first', 'a.c'), user('second', 'b.c')], { 'a.c': ring(17), 'b.c': kstateC(other).replaceAll('struct ring_state', 'struct other_state') });
    const stream = streamAt(result, 0);
    assert.deepEqual(entries(stream).map(({ id, at }) => [id, id === 3 ? stream.getUint32(at, true) : 0]), [[3, 99], [3, 17], [2, 0]]);
    assert.deepEqual(result.hops[0]?.participants.map(({ name, fate }) => [name, fate]), [['first', 'lost'], ['second', 'kept']]);
    assert.equal(result.hops[0].corruption, true);
  });

  it('hands on through three kernels', () => {
    const result = run([v3(), v3(), v3()], [user('ring', 'a.c', 'b.c')], { 'a.c': withFolio, 'b.c': { ...withFolio, values: ['.head = 1'] } });
    assert.deepEqual(result.hops.map(({ verdict }) => verdict), ['works', 'works']);
    const [first, second] = [streamAt(result, 0), streamAt(result, 1)];
    assert.deepEqual([first.getUint32(24, true), second.getUint32(24, true)], [17, 17]);
    assert.equal(first.getBigUint64(28, true), second.getBigUint64(28, true));
  });

  it('frees the stream of an attempt that is given up, and makes another in the next', () => {
    const result = run([v3({ reserveMem: ['64K:4096:trace'] }), v3({ reserveMem: ['64K:4096:trace'] })], [user('ring', 'a.c')], { 'a.c': withFolio }, { handovers: [handover('6.17', { abortAfter: 'STOP' }), handover('6.17')] });
    assert.deepEqual(result.hops.map(({ verdict }) => verdict), ['aborted', 'works']);
    assert.deepEqual(result.jumps[0]?.owners.map(({ owner, blocks }) => [owner, blocks]).filter(([owner]) => owner !== 'reserve_mem'), [['ring object folio', 1], ['kstate_out', 1], ['kstate stream', 1], ['KHO root FDT', 1]]);
  });

  it('refuses the whole handover of the machine when one object cannot be saved', () => {
    const result = run([v3(), v3()], [user('ring', 'a.c')], { 'a.c': ring(17) }, { faults: [{ participant: 'ring', state: 'PRE-STOP', error: 'EIO', handover: 1 }] });
    assert.deepEqual(result.hops.map(({ verdict, handedOver }) => [verdict, handedOver]), [['refused', false]]);
  });

  it('comes out by the bytes where the other kernel has something else', () => {
    const verdicts = (kernels: readonly KernelSpec[]): readonly (readonly [string, string])[] => run(kernels, [user('ring', 'a.c')], { 'a.c': ring(17) }).hops.map(({ verdict, summary }) => [verdict, summary] as const);
    for (const generation of ['6.17', '6.18', '6.19', '7.1'] as const) {
      // The page that names the stream is no FDT: -FDT_ERR_BADMAGIC.
      const [[verdict, summary] = ['', '']] = verdicts([v3(), kernel(generation)]);
      assert.equal(verdict, 'refused');
      assert.match(summary, /handover FDT \(0x[0-9a-f]+\) is invalid: -9/);
      // d0 0d fe ed and the size of the tree as an address: no machine has memory there.
      const [[back, why] = ['', '']] = verdicts([kernel(generation), v3()]);
      assert.equal(back, 'crashes');
      assert.match(why, /early boot reads KSTATE's stream: Restoring kho_fdt_state reads 4 bytes at 0x[0-9a-f]{16}, an address where nothing is mapped/);
    }
  });
});

/** A v3 kernel is finalized, memory spoiled, and the next one booted. */
function booted(spoil: (ram: Ram, streamPhys: bigint, rootPhys: bigint) => void): { readonly next: SimKernel; readonly log: readonly string[]; readonly fate: string | undefined } {
  const recorder = new Recorder();
  const world = worldOf(machine, recorder, []);
  const actor = new KstateActor({ kind: 'kstate', name: 'ring', sources: ['a.c'] }, sourcesOf({ 'a.c': ring(17) }));
  const old = new SimKernel(world, v3(), 0, undefined);
  old.startKho(() => undefined);
  old.startKstate();
  const { kstate, outgoing } = old;
  assert.ok(kstate instanceof KstateOut && outgoing !== undefined);
  const users = [actor.streamUser(old)].flatMap((one) => one ?? []);
  outgoing.finalize(() => undefined, () => { kstate.finalize(users); });
  const rootPhys = outgoing.passOn();
  const loaded = loadImage(old, 16n << 20n);
  assert.ok(rootPhys !== undefined && loaded.ok);
  const data = writeBootRecord(old, loaded.value, kstate.outPhys);
  actor.jump();
  const out = world.ram.read(kstate.outPhys, 8);
  assert.ok(out !== undefined);
  spoil(world.ram, new DataView(out.buffer, out.byteOffset).getBigUint64(0, true), rootPhys);
  const before = recorder.log.length;
  const next = new SimKernel(world, v3(), 1, { data, segments: loaded.value });
  next.enter('RESUME');
  actor.turn('RESUME', next);
  return { next, log: recorder.log.slice(before).map(({ text }) => text).filter((text) => !text.includes('scratch areas')), fate: actor.judge(next)?.notes[0]?.fate };
}

describe('a kernel with KSTATE v3 that finds something wrong', () => {
  it('finds the stream, the root of KHO in it, and its objects', () => {
    const { next, log, fate } = booted(() => undefined);
    assert.deepEqual([next.revived, log, fate], [true, ['KHO: found kexec handover data. Will skip init for some devices'], 'kept']);
  });

  it('gives up KHO as a whole without the magic, or with an id of 0 in front', () => {
    const magic = booted((ram, stream) => { ram.write(stream, Uint8Array.of(0)); });
    assert.deepEqual([magic.next.revived, magic.log, magic.fate], [false, ['KHO: disabling KHO revival: -2'], 'refused']);
    const zero = booted((ram, stream) => { ram.write(stream + 8n, new Uint8Array(4)); });
    assert.deepEqual([zero.next.revived, zero.log], [false, ['ke->state_id == 0', 'KHO: disabling KHO revival: -2']]);
  });

  it('goes on reading a stream whose KHO it gave up for another reason', () => {
    const { next, log, fate } = booted((ram, _stream, root) => { ram.write(root, new Uint8Array(4)); });
    assert.equal(next.revived, false);
    assert.match(log.join('\n'), /is invalid: -9\nKHO: disabling KHO revival: -22$/);
    assert.equal(fate, 'kept');
  });
});

describe('KSTATE v2 without KHO', () => {
  const page: KstateC = ring(17, { fields: ['KSTATE_BASE_TYPE(head, struct ring_state, u32)', 'KSTATE_PAGE(page, struct ring_state)'], members: ['u32 head', 'struct page *page'], values: ['.head = 17'] });
  const source = (c: KstateC): string => kstateC(c).replace('\tkstate_restore(&ring_kstate, &ring, 1);\n', '').replace('&ring, 1)', '&ring)');

  it('is found by the command line, with the pages on its list, and through three kernels', () => {
    const result = run([v2(), v2(), v2()], [user('ring', 'a.c', 'b.c')], { 'a.c': source(page), 'b.c': source({ ...page, values: ['.head = 1'] }) });
    assert.deepEqual(result.hops.map(({ verdict, handedOver }) => [verdict, handedOver]), [['works', true], ['works', true]]);
    assert.deepEqual(result.hops[1]?.participants.map(({ name, fate, pages }) => [name, fate, pages.kept]), [['ring', 'kept', 1]]);
    // 16 + 4 + 32 of the ring, 16 + 4 + 9 of the list, and the end: 85 bytes in a page at the top of memory.
    assert.match(result.events.find(({ call }) => call === 'kstate_save_state')?.what ?? '', /^3 entries, 85 bytes/);
    const commandLine = result.events.find(({ call }) => call === 'machine_kexec')?.what;
    assert.equal(commandLine, 'kstate_stream=0x2ffff000@0x1000');
    const bytes = result.jumps[1]?.pages.find(({ phys }) => phys === 0x2ffff000n)?.bytes;
    assert.ok(bytes !== undefined);
    assert.equal(new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true), 17);
  });

  it('is not read by kernels that have none of it', () => {
    for (const next of [v3(), kernel('7.1'), kernel('6.17')]) {
      const result = run([v2(), next], [user('ring', 'a.c', 'b.c')], { 'a.c': source(ring(17)), 'b.c': ring(17) });
      assert.deepEqual(result.hops.map(({ verdict }) => verdict), ['refused']);
    }
    const back = run([v3(), v2()], [user('ring', 'b.c', 'a.c')], { 'a.c': source(ring(17)), 'b.c': ring(17) });
    assert.deepEqual(back.hops.map(({ verdict }) => verdict), ['refused']);
  });
});
