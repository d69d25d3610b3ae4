/** What the real code does that one would not expect. Facts as cited; numbers worked out from their text. */
import assert from 'node:assert';
import { restoreAll } from '../../../server/engine/kstate/run';
import { saveAll } from '../../../server/engine/kstate/save';
import type { KernelCall } from '../../../server/engine/kernel';
import type { DescriptionPlan } from '../../../server/engine/kstate/plan';
import { patternBytes } from '../../../server/engine/seed';
import { base, caseBases, filled, gone, hex, kernel, object, plan, pointer, registerCall, restoreCall, struct, unhex } from './builder';

const word = (name: string, id: number) => plan(`${name}_state`, { id, fields: [base('v', 0, 4)], objectBytes: 4 });

function pair(from: DescriptionPlan, to: DescriptionPlan, dialect: 'v2' | 'v3' | 'v3-posted' | 'dev' = 'v3') {
  const old = kernel(caseBases.old, { name: dialect, seed: 'old' });
  const save = saveAll(old, [registerCall(from, object(old, 'thing', patternBytes('old', from.objectBytes)), 7)]);
  const next = kernel(caseBases.new, { name: dialect, seed: 'new' });
  const made = object(next, 'thing', patternBytes('new', to.objectBytes));
  const call = next.dialect.registerRestores ? registerCall(to, made, 7) : restoreCall(to, made, 7);
  return { old, save, next, made, trace: restoreAll(next, [call], old, save) };
}

describe('warts of saving', () => {
  it('no object: eight bytes', () => {
    assert.equal(hex(saveAll(kernel(caseBases.old), []).stream), '8c77373bffffffff');
  });

  it('a stream of 4095 bytes stays in one page, one of 4096 bytes needs two (facts 3.6: strict, 4 bytes kept)', () => {
    // Stream = 4 + 20 + data + 4; the write of the data is fine while 24 + data + 4 < 4096.
    const one = (bytes: number) => plan('big_state', { id: 9, fields: [base('d', 0, bytes)], objectBytes: bytes });
    assert.equal(pair(one(4067), one(4067)).save.preserved[1]?.order, 0);
    assert.equal(pair(one(4068), one(4068)).save.preserved[1]?.order, 1);
    assert.equal(pair(one(4068), one(4068)).trace.verdict, 'loads');
  });

  it('one field of 9000 bytes runs past the grown folio, and its end does not arrive (facts 3.6)', () => {
    const big = plan('big_state', { id: 9, fields: [base('d', 0, 9000), base('tail', 9000, 4)], objectBytes: 9004 });
    const { save, trace } = pair(big, big);
    assert.equal(save.rc, 0);
    // 24 + 9000 - 8192 bytes beyond the order 1 folio.
    assert.match(save.damage[0] ?? '', /order 1, is overrun: 832 bytes/);
    assert.equal(trace.verdict, 'corrupts');
    assert.match(trace.objects[0]?.entries[0]?.fields[0]?.why ?? '', /from byte \+8192 on/);
  });

  it('posted v3 goes on in the freed folio and hands that one over (facts 3.6)', () => {
    const big = plan('big_state', { id: 9, fields: [base('d', 0, 5000)], objectBytes: 5000 });
    const { save, trace } = pair(big, big, 'v3-posted');
    assert.equal(save.preserved[1]?.order, 0);
    assert.match(save.damage[0] ?? '', /after it was freed/);
    assert.equal(trace.verdict, 'corrupts');
  });

  it('more than the largest folio: -ENOMEM, refused', () => {
    const big = plan('big_state', { id: 9, fields: [{ ...base('d', 0, 4096), count: 1100 }], objectBytes: 4096 * 1100 });
    const many = plan('many_state', { id: 10, fields: Array.from({ length: 1100 }, (_, i) => base(`f${String(i)}`, i * 4096, 4096)), objectBytes: 4096 * 1100 });
    assert.equal(pair(many, many).save.rc, -12);
    assert.equal(pair(big, big).trace.verdict, 'refused');
  });

  it('a NULL pointee stops the kernel, and nothing is handed over', () => {
    const p = plan('p_state', { id: 9, fields: [pointer('p', 0, 8)], objectBytes: 8 });
    const old = kernel(caseBases.old);
    const save = saveAll(old, [registerCall(p, object(old, 'thing', filled(8, 0)), 1)]);
    assert.match(save.crash?.why ?? '', /Saving p_state, field p, reads 8 bytes at 0x0, a NULL pointer/);
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, [restoreCall(p, object(next, 'thing', filled(8, 0)), 1)], old, save);
    assert.equal(trace.verdict, 'crashes');
  });

  it('a list without end stops the kernel', () => {
    const open = plan('open_state', { id: 9, fields: [base('v', 0, 4)], terminated: false });
    assert.match(pair(open, open).save.crash?.why ?? '', /no KSTATE_END_OF_LIST/);
  });

  it('a description that nests itself ends in a crash, not in a hang', () => {
    const fields: DescriptionPlan['fields'][number][] = [];
    const self: DescriptionPlan = { ...plan('self_state', { id: 9, fields: [] }), fields };
    fields.push({ ...plan('x', { id: 1, fields: [struct('in', 0, 8, self)] }).fields[0] ?? assert.fail() });
    assert.match(pair(self, self).save.crash?.why ?? '', /does not end/);
  });
});

describe('warts of restoring', () => {
  it('id 0 in the first entry refuses every object, the FDT locator included (facts 3.3)', () => {
    const zero = word('zero', 0);
    const other = word('other', 5);
    const old = kernel(caseBases.old);
    const calls = (k: typeof old, make: typeof registerCall): KernelCall[] => [make(other, object(k, 'o', filled(4, 1)), 1), make(zero, object(k, 'z', filled(4, 2)), 1)];
    const save = saveAll(old, calls(old, registerCall));
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, calls(next, restoreCall), old, save);
    assert.deepEqual(trace.objects.map((one) => one.rc), [-2, -2]);
    assert.equal(trace.messages.length, 1, 'once');
    assert.equal(trace.verdict, 'refused');
    assert.match(trace.objects[0]?.why ?? '', /has id 0/);
  });

  it('devices that register in another order swap their state (facts 3.4)', () => {
    const dev = word('dev', 5);
    const auto = (k: ReturnType<typeof kernel>, name: string, byte: number): KernelCall => ({ ...registerCall(dev, object(k, name, filled(4, byte)), undefined), call: 'register_restore' });
    const old = kernel(caseBases.old);
    const save = saveAll(old, [auto(old, 'a', 1), auto(old, 'b', 2)]);
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, [auto(next, 'b', 9), auto(next, 'a', 9)], old, save);
    assert.equal(trace.verdict, 'corrupts');
    assert.match(trace.objects[0]?.entries[0]?.fields[0]?.why ?? '', /were saved for a/);
  });

  it('v3 takes the first match in the stream, v2 every match, so that the last one stays (facts 4.2)', () => {
    for (const [dialect, byte] of [['v3', '02020202'], ['v2', '01010101']] as const) {
      const dev = word('dev', 5);
      const twin = plan('twin_state', { id: 5, fields: [base('v', 0, 4)], objectBytes: 4 });
      const old = kernel(caseBases.old, { name: dialect });
      const save = saveAll(old, [registerCall(dev, object(old, 'a', filled(4, 1)), 1), registerCall(twin, object(old, 'b', filled(4, 2)), 1)]);
      const next = kernel(caseBases.new, { name: dialect });
      const made = object(next, 'a', filled(4, 9));
      restoreAll(next, [dialect === 'v2' ? registerCall(dev, made, 1) : restoreCall(dev, made, 1)], old, save);
      assert.equal(hex(next.space.read(made.address, 4)), byte, dialect);
    }
  });

  it('a deprecated field is skipped only when the stream has exactly its version (facts 3.3)', () => {
    const old = plan('w_state', { id: 5, versionId: 1, fields: [base('k', 0, 2), base('v', 4, 4)], objectBytes: 8 });
    const fields = (version: number) => plan('w_state', { id: 5, versionId: 3, fields: [gone('k', 2, version), base('v', 4, 4)], objectBytes: 8 });
    assert.equal(pair(old, fields(1)).trace.verdict, 'warns');
    assert.equal(pair(old, fields(2)).trace.verdict, 'corrupts');
    assert.equal(pair(old, fields(0)).trace.verdict, 'corrupts');
  });

  it('the version warning comes once per boot, the verdict of each object tells it all the same', () => {
    const a = [word('a', 5), word('b', 6)];
    const b = a.map((one) => ({ ...one, versionId: 2 }));
    const calls = (k: ReturnType<typeof kernel>, plans: readonly DescriptionPlan[], make: typeof registerCall) => plans.map((one) => make(one, object(k, one.name, filled(4, 3)), 1));
    const old = kernel(caseBases.old);
    const save = saveAll(old, calls(old, a, registerCall));
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, calls(next, b, restoreCall), old, save);
    assert.equal(trace.messages.length, 1);
    assert.deepEqual(trace.objects.map((one) => one.verdict), ['warns', 'warns']);
  });

  it('a size that leads back ends in a crash, not in a hang', () => {
    const dev = word('dev', 5);
    const old = kernel(caseBases.old);
    const save = saveAll(old, [registerCall(dev, object(old, 'a', filled(4, 1)), 1)]);
    const last = save.handed.blocks[1];
    assert.ok(last);
    const bytes = new Uint8Array(last.bytes);
    bytes.set(unhex('ecffffff'), 4 + 16);
    bytes.set(unhex('09000000'), 4 + 4);
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, [restoreCall(dev, object(next, 'a', filled(4, 9)), 1)], old, save, { ...save.handed, blocks: save.handed.blocks.map((block) => (block === last ? { ...block, bytes } : block)) });
    assert.equal(trace.verdict, 'crashes');
    assert.match(trace.summary, /for ever/);
  });

  it('nothing but preserved memory crosses: without the kstate_out page there is no stream', () => {
    const dev = word('dev', 5);
    const old = kernel(caseBases.old);
    const save = saveAll(old, [registerCall(dev, object(old, 'a', filled(4, 1)), 1)]);
    const next = kernel(caseBases.new);
    const trace = restoreAll(next, [restoreCall(dev, object(next, 'a', filled(4, 9)), 1)], old, save, { blocks: [], kstateOutPhys: undefined, streamPhys: undefined });
    assert.equal(trace.objects[0]?.rc, -2);
    assert.equal(trace.verdict, 'refused');
  });
});
