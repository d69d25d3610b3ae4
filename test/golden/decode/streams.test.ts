/** Streams of the real KSTATE code, field by field, by descriptions that are read from their C. */
import assert from 'node:assert';
import path from 'node:path';
import { readC } from '../../../server/conformance/readC';
import { readCases } from '../../../server/conformance/kstateCase';
import type { CaseEntry, CaseField, KstateCase } from '../../../server/conformance/kstateCase';
import { Findings } from '../../../server/decode/findings';
import type { StreamEntry } from '../../../server/decode/streamFields';
import { readStreamFields } from '../../../server/decode/streamFields';
import { namedDescriptions, ownDescriptions } from '../../../server/decode/streamModel';
import { dialects } from '../../../server/engine/kstate/dialect';
import { decodeStream } from '../../../server/formats/kstateStream';

type Row = readonly [name: string, offset: number, lengthBytes: number];

const rowsOf = (entries: readonly CaseEntry[]): Row[] => entries.flatMap((entry) => entry.fields.flatMap((field: CaseField) => [[field.name, field.offset, field.len] as const, ...rowsOf(field.nested ?? [])]));

const foundRows = (entries: readonly (StreamEntry | undefined)[]): Row[] => entries.flatMap((entry) => (entry?.fields ?? []).flatMap((field) => [[field.plan.name, field.offsetBytes, field.lengthBytes] as const, ...foundRows(field.nested)]));

/** Whose own kernel cannot restore them (KSTATE facts, KS13): its deprecated field is written with no bytes, and restoring takes two; the real code read c from behind the entry. */
const unreadable: Readonly<Record<string, readonly string[]>> = {
  v3_deprecate_without_bump: ['w_state at +34: c should be 2 bytes, found 0 bytes up to the end of its entry'],
};

function streamOf(one: KstateCase): Uint8Array {
  return new Uint8Array(Buffer.from(one.stream_hex ?? '', 'hex'));
}

describe('fields of real streams', () => {
  const cases = readCases(path.resolve('test/fixtures/kstate-cases'));
  assert.ok(!('error' in cases));
  const saved = cases.filter((one) => (one.stream_hex ?? '') !== '' && (one.entries ?? []).length > 0 && one.old !== undefined && one.old !== null);

  it('there are enough of them', () => { assert.ok(saved.length > 60, String(saved.length)); });

  for (const one of saved) {
    it(one.name, () => {
      const bytes = streamOf(one);
      const dialect = dialects[one.dialect];
      const { model } = readC(one.old?.c ?? '', one.dialect);
      const all = [...namedDescriptions(model, 'driver.c', 'x86_64').all, ...ownDescriptions(one.dialect)];
      const { entries } = decodeStream(dialect.format, bytes);
      const findings = new Findings();
      const read = readStreamFields(bytes, dialect, 'little', entries, all, findings);
      const expected = unreadable[one.name];
      assert.deepStrictEqual(findings.list.map((finding) => finding.message), expected ?? []);
      if (expected === undefined) assert.deepStrictEqual(foundRows(read), rowsOf(one.entries ?? []));
    });
  }
});
