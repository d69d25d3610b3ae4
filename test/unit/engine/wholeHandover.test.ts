/** The worked example of the KSTATE facts, section 9, built by hand: stream byte for byte, and both directions. */
import assert from 'node:assert';
import { restoreAll } from '../../../server/engine/kstate/run';
import { saveAll } from '../../../server/engine/kstate/save';
import type { Kernel, KernelCall } from '../../../server/engine/kernel';
import { base, caseBases, filled, folio, gone, hex, kernel, object, plan, pointer, registerCall, restoreCall, unhex } from './builder';

const fdtloc = plan('fdtloc_state', { id: 2, fields: [base('at', 0, 8), base('len', 8, 8)], objectBytes: 16 });
const demoN = plan('demo_n_state', { id: 4, fields: [base('n', 0, 4)] });
const common = [base('tag', 16, 10), pointer('cnt', 8, 8), folio('buf', 32)];
const demo1 = plan('demo_state', { id: 3, versionId: 1, fields: [...common, base('gone', 40, 2)], subsections: [demoN], objectBytes: 48 });
const demo2 = plan('demo_state', { id: 3, versionId: 2, fields: [...common, gone('gone', 2, 1)], subsections: [demoN], objectBytes: 40 });

function build(k: Kernel, demo: typeof demo1, bytes: (demo: typeof demo1) => Uint8Array, fdtBytes: Uint8Array): { readonly register: KernelCall[]; readonly restore: KernelCall[] } {
  const fdt = object(k, 'fdt', fdtBytes);
  const obj = object(k, 'demo', bytes(demo));
  const pointee = k.allocHeap(8);
  k.space.write(pointee, k.seed === 'old' ? unhex('2122232425262728') : filled(8, 0xee));
  k.space.writeU64(obj.address + 8n, pointee);
  k.space.writeU64(obj.address + 32n, 0n);
  return {
    register: [registerCall(fdtloc, fdt, 1), registerCall(demo, obj, 123)],
    restore: [restoreCall(fdtloc, fdt, 1), restoreCall(demo, obj, 123)],
  };
}

function saved(demo: typeof demo1) {
  const old = kernel(caseBases.old, { seed: 'old', placements: [0x710000000n, 0x710100000n] });
  const calls = build(old, demo, (which) => {
    const bytes = filled(which.objectBytes, 0xdd);
    bytes.set(unhex('0a0b0c0d'), 0);
    bytes.set(unhex('61626364656667686b00'), 16);
    if (which === demo1) bytes.set(unhex('3132'), 40);
    return bytes;
  }, unhex('00503412070000000010000000000000'));
  const demoObject = calls.register[1]?.object;
  assert.ok(demoObject);
  old.folios.declare(0xa1b2c3000n, 0);
  old.space.writeU64(demoObject.address + 32n, old.space.physToPage(0xa1b2c3000n));
  return { old, save: saveAll(old, calls.register) };
}

function restored(from: typeof demo1, to: typeof demo1) {
  const { old, save } = saved(from);
  const next = kernel(caseBases.new, { seed: 'new' });
  const calls = build(next, to, (which) => filled(which.objectBytes, 0xee), filled(16, 0xee));
  const demoObject = calls.restore[1]?.object;
  assert.ok(demoObject);
  return { save, next, demo: demoObject, trace: restoreAll(next, calls.restore, old, save) };
}

// KSTATE facts 9, copied from there.
const stream2 = `
  8c77373b
  02000000 03000000 02000000 7b000000 1a000000 61626364656667686b00 2122232425262728 00302c1b0a000000
  01000000 04000000 01000000 7b000000 04000000 0a0b0c0d
  02000000 02000000 01000000 01000000 10000000 0050341207000000 0010000000000000
  ffffffff`.replace(/\s/g, '');

describe('the worked example of a whole handover', () => {
  it('saves the version 2 objects to the bytes of the facts', () => {
    const { save } = saved(demo2);
    assert.equal(save.rc, 0);
    assert.equal(hex(save.stream), stream2);
    assert.deepEqual(save.preserved.map((block) => [block.phys, block.order, block.what]), [
      [0xa1b2c3000n, 0, 'object folio'], [0x710000000n, 0, 'kstate_out page'], [0x710100000n, 0, 'kstate stream'],
    ]);
    assert.equal(save.spans.reduce((sum, span) => sum + span.lengthBytes, 0), save.stream.length, 'the spans cover the stream');
  });

  it('version 1 to 2: the deprecated u16 is skipped, everything arrives, one warning', () => {
    const { trace, next, demo } = restored(demo1, demo2);
    assert.deepEqual(trace.objects.map((one) => one.rc), [0, 0]);
    assert.deepEqual(trace.messages.map((message) => `${message.via ?? ''} ${message.where}: ${message.text}`), ['WARN_ONCE restore_kstate: version mismatch 1 2']);
    assert.equal(trace.verdict, 'warns');
    assert.equal(hex(next.space.read(demo.address, 4)), '0a0b0c0d');
    assert.equal(next.space.readU64(demo.address + 32n), next.space.physToPage(0xa1b2c3000n));
    const deprecated = trace.objects[1]?.entries[0]?.fields.find((field) => field.name === 'gone');
    assert.equal(deprecated?.why, 'Its 2 bytes at +50 are skipped (deprecated, stream is version 1).');
    assert.equal(deprecated?.verdict, 'loads');
  });

  it('version 2 to 1: gone is read out of the next header and the subsection is lost, restore returns 0', () => {
    const { trace, next, demo } = restored(demo2, demo1);
    assert.equal(trace.verdict, 'corrupts');
    assert.equal(trace.objects[1]?.rc, 0);
    assert.equal(hex(next.space.read(demo.address + 40n, 2)), '0100');
    assert.equal(hex(next.space.read(demo.address, 4)), 'eeeeeeee');
    const fields = (trace.objects[1]?.entries ?? []).flatMap((entry) => entry.fields);
    const by = (name: string) => fields.find((field) => field.name === name);
    assert.equal(by('gone')?.why, 'gone reads 0x0001 out of bytes +50..+52, the section_type of subsection demo_n.');
    assert.equal(by('gone')?.verdict, 'corrupts');
    assert.equal(by('n')?.verdict, 'loses');
    assert.match(by('n')?.why ?? '', /the search starts at \+52, 2 bytes late/);
    assert.deepEqual(['tag', 'cnt', 'buf'].map((name) => by(name)?.verdict), ['loads', 'loads', 'loads']);
    assert.equal(trace.objects[0]?.verdict, 'loads');
  });
});
