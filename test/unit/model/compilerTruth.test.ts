/** Our reading of C against what the compiler made of the same text (`descriptions` of the reference cases). */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { KstateModel, Read } from '../../../server/model/kstate';
import { fixture, modelOf, readFixture } from './readC';

interface TrueField {
  readonly name: string; readonly offset: number; readonly size: number; readonly flags: number; readonly addr_type: number;
  readonly version_id: number; readonly has_save: boolean; readonly has_restore: boolean; readonly ksd: string | null;
}
interface TrueDescription {
  readonly name: string; readonly id: number; readonly version_id: number; readonly min_version_id: number;
  readonly fields: readonly TrueField[]; readonly subsections: readonly string[];
}
interface Side { readonly c: string; readonly descriptions?: readonly TrueDescription[] | null; readonly sizeof?: Readonly<Record<string, number>> }
interface Case { readonly dialect: 'v2' | 'v3' | 'v3-posted'; readonly old: Side; readonly new: Side }

function value<T>(read: Read<T>): T {
  assert.ok(read.known, read.known ? '' : read.why);
  return read.value;
}

function read(model: KstateModel): ReadonlyMap<string, TrueDescription> {
  const nameOf = (variable: string | undefined): string => {
    const found = model.descriptions.find((d) => d.variable === variable);
    return found === undefined ? `<${variable}>` : value(found.name);
  };
  return new Map(model.descriptions.map((d) => [value(d.name), {
    name: value(d.name), id: value(d.id), version_id: value(d.versionId), min_version_id: value(d.minVersionId),
    fields: d.fields.map((f) => ({
      name: value(f.name), offset: value(f.offsetBytes), size: value(f.sizeBytes), flags: value(f.flags), addr_type: value(f.addrType),
      version_id: value(f.versionId), has_save: f.save !== undefined, has_restore: f.restore !== undefined,
      ksd: f.ksd === undefined ? null : nameOf(value(f.ksd)),
    })),
    subsections: (d.subsections ?? []).map((s) => nameOf(s.variable)),
  }]));
}

describe('the compiler\'s descriptions', () => {
  const files = readdirSync(fixture('kstate-cases')).filter((f) => f.endsWith('.json')).sort();
  it('are there', () => { assert.ok(files.length > 50); });
  for (const file of files) {
    const { dialect, old, new: next } = JSON.parse(readFixture('kstate-cases', file)) as Case; // the fixture's own format
    for (const [side, { c, descriptions }] of [['old', old], ['new', next]] as const) {
      if (descriptions === undefined || descriptions === null) continue;
      it(`${file.replace('.json', '')}, ${side}`, () => {
        const model = modelOf(c, { dialect });
        assert.equal(model.dialect, dialect === 'v2' ? 'v2' : 'v3');
        const ours = read(model);
        for (const truth of descriptions) {
          const { fields, ...rest } = truth;
          const found = ours.get(truth.name);
          assert.ok(found, truth.name);
          const { fields: ourFields, ...ourRest } = found;
          assert.deepEqual(ourRest, rest);
          assert.deepEqual(ourFields, fields.map(({ name, offset, size, flags, addr_type, version_id, has_save, has_restore, ksd }) =>
            ({ name, offset, size, flags, addr_type, version_id, has_save, has_restore, ksd })));
        }
      });
    }
  }
});
