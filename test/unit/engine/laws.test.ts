/** Laws of a handover over random descriptions, against the positions of oracle.ts. */
import assert from 'node:assert';
import fc from 'fast-check';
import { decodeStream, streamFormats } from '../../../server/formats/kstateStream';
import { restoreAll } from '../../../server/engine/kstate/run';
import { saveAll } from '../../../server/engine/kstate/save';
import { standIn } from '../../../server/engine/kstate/standIns';
import type { DescriptionPlan } from '../../../server/engine/kstate/plan';
import { patternBytes } from '../../../server/engine/seed';
import { base, caseBases, folio, gone, kernel, object, plan, pointer, registerCall, restoreCall, struct } from './builder';
import { readPositions, streamLength } from './oracle';

type Field = Parameters<typeof plan>[1]['fields'][number];
const slot = 64;

/** Members lie 64 bytes apart, so that fields of any kind fit. `at` is given by the place in the list. */
const leaf = (kinds: readonly string[]) => fc.record({ kind: fc.constantFrom(...kinds), size: fc.integer({ min: 1, max: 16 }), version: fc.integer({ min: 0, max: 3 }), count: fc.integer({ min: 0, max: 3 }) });
const leafKinds = ['base', 'base', 'pointer', 'folio', 'vmemmap', 'linear', 'array'];

function field(spec: { kind: string; size: number; version: number; count: number }, i: number, nested: DescriptionPlan | undefined): Field {
  const at = i * slot;
  const name = `m${String(i)}`;
  const versionId = spec.version;
  switch (spec.kind) {
    case 'pointer': return { ...pointer(name, at, spec.size), versionId };
    case 'folio': return { ...folio(name, at), versionId };
    case 'vmemmap': return { name, offsetBytes: at, sizeBytes: 8, flags: 0x20, addrType: 0, versionId };
    case 'linear': return { name, offsetBytes: at, sizeBytes: 8, flags: 0x20, addrType: 1, versionId };
    case 'array': return { ...base(name, at, spec.size, versionId), count: spec.count };
    case 'gone': return gone(name, spec.size, versionId);
    case 'nested': return nested === undefined ? base(name, at, spec.size, versionId) : { ...struct(name, at, slot, nested), versionId };
    default: return base(name, at, spec.size, versionId);
  }
}

const description = (kinds: readonly string[]) => fc.record({
  versionId: fc.integer({ min: 3, max: 4 }),
  fields: fc.array(leaf(kinds), { maxLength: 8 }),
  inner: fc.array(leaf(['base']), { maxLength: 1 }),
  subs: fc.array(fc.array(leaf(leafKinds), { minLength: 1, maxLength: 3 }), { maxLength: 3 }),
}).map((spec): DescriptionPlan => {
  const inner = plan('inner_state', { id: 900, versionId: 4, fields: spec.inner.map((one, i) => field(one, i, undefined)) });
  const subsections = spec.subs.map((sub, n) => plan(`sub${String(n)}_state`, { id: 500 + n, versionId: 4, fields: sub.map((one, i) => ({ ...field(one, 20 + n * 4 + i, undefined) })) }));
  return plan('top_state', { id: 77, versionId: spec.versionId, fields: spec.fields.map((one, i) => field(one, i, inner)), subsections, objectBytes: 48 * slot });
});

function handover(from: DescriptionPlan, to: DescriptionPlan) {
  const old = kernel(caseBases.old, { seed: 'old' });
  const saved = object(old, 'thing', patternBytes('old thing', from.objectBytes));
  standIn(old, from, saved, false, false, []);
  const save = saveAll(old, [registerCall(from, saved, 9)]);
  const next = kernel(caseBases.new, { seed: 'new' });
  const made = object(next, 'thing', patternBytes('new thing', to.objectBytes));
  standIn(next, to, made, false, true, []);
  return { save, trace: restoreAll(next, [restoreCall(to, made, 9)], old, save) };
}

describe('laws of a handover', () => {
  it('the same description on both sides: every member loads, and nothing warns', () => {
    fc.assert(fc.property(description([...leafKinds, 'nested']), (same) => {
      const { save, trace } = handover(same, same);
      assert.equal(save.rc, 0);
      assert.equal(trace.verdict, 'loads', trace.summary);
      for (const entry of trace.objects[0]?.entries ?? []) {
        for (const one of entry.fields) {
          assert.equal(one.verdict, 'loads', one.why);
          if (one.readFrom !== undefined && one.expected !== undefined && one.value?.length === one.expected.length && !/gets its folio|relocated/.test(one.why) && one.value.length > 0) {
            assert.deepEqual(one.value, one.expected);
          }
        }
      }
    }), { numRuns: 200 });
  });

  it('the stream is as long as its headers and data, and decodes to its entries', () => {
    fc.assert(fc.property(description([...leafKinds, 'nested', 'gone']), (one) => {
      const { save } = handover(one, one);
      assert.equal(save.stream.length, streamLength(one));
      const decoded = decodeStream(streamFormats.v3, save.stream);
      assert.equal(decoded.problem, undefined);
      assert.deepEqual(decoded.entries.map((entry) => entry.offsetBytes), save.entries.filter((entry) => entry.kind !== 'nested').map((entry) => entry.offsetBytes));
      const spans = [...save.spans].sort((a, b) => a.offsetBytes - b.offsetBytes);
      let at = 0;
      for (const span of spans) {
        assert.equal(span.offsetBytes, at);
        at += span.lengthBytes;
      }
      assert.equal(at, save.stream.length);
    }), { numRuns: 200 });
  });

  it('any two descriptions: fields are read where the facts say, and a read outside the stream is said', () => {
    const kinds = ['base', 'base', 'array', 'gone', 'vmemmap'];
    fc.assert(fc.property(description(kinds), description(kinds), (from, to) => {
      const { save, trace } = handover(from, to);
      assert.equal(save.rc, 0);
      const main = trace.objects[0]?.entries[0];
      const read = (main?.fields ?? []).flatMap((one) => (one.readFrom === undefined ? [] : [{ path: one.name, at: one.readFrom.offsetBytes, length: one.readFrom.lengthBytes }]));
      assert.deepEqual(read, readPositions(to, from.versionId));
      for (const entry of trace.objects[0]?.entries ?? []) {
        for (const one of entry.fields) {
          if (one.readFrom === undefined || one.value === undefined) continue;
          if (one.readFrom.offsetBytes + one.readFrom.lengthBytes > save.stream.length) assert.match(one.why, /memory after the stream/);
        }
      }
    }), { numRuns: 300 });
  });

  it('is the same every time', () => {
    fc.assert(fc.property(description(leafKinds), (one) => {
      assert.deepEqual(handover(one, one).save.stream, handover(one, one).save.stream);
    }), { numRuns: 30 });
  });
});
