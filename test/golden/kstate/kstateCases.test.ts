/**
 * The reference cases, from their C to the verdict. One cannot come out right from what a run may read, and is held to differ; and a truth in
 * which any one value is another must make its case fail.
 */
import assert from 'node:assert';
import path from 'node:path';
import { inputOf, readCases } from '../../../server/conformance/kstateCase';
import type { KstateCase } from '../../../server/conformance/kstateCase';
import { compareCase, differences } from '../../../server/conformance/kstateCompare';
import { runCase } from '../../../server/conformance/kstateRun';

const notFromInputs: Readonly<Record<string, string>> = {
  v2_page_order3: 'its page is registered by a call that stands in none of the inputs',
};

function allCases(): readonly KstateCase[] {
  const cases = readCases(path.resolve('test/fixtures/kstate-cases'));
  assert.ok(!('error' in cases));
  return cases;
}

describe('reference cases of the real KSTATE code', () => {
  const cases = allCases();

  it('are all there', () => {
    assert.equal(cases.length, 82);
    for (const name of Object.keys(notFromInputs)) assert.ok(cases.some((one) => one.name === name), name);
  });

  for (const one of cases) {
    const why = notFromInputs[one.name];
    if (why === undefined) it(one.name, () => { assert.deepEqual(compareCase(one), []); });
    else it(`${one.name} differs: ${why}`, () => { assert.notDeepEqual(compareCase(one), []); });
  }
});

describe('a truth that is altered', () => {
  const kinds = new Set<string>();

  for (const one of allCases().filter((candidate) => notFromInputs[candidate.name] === undefined)) {
    it(`fails ${one.name}, whichever key it is`, () => {
      const outcome = runCase(inputOf(one));
      for (const { key, altered } of alterations(one)) {
        kinds.add(key.replace(/^(old|new)\.sizeof\..*/, '$1.sizeof').replace(/^restore\.rc\..*/, 'restore.rc').replace(/^restore\.values\..*\.(\w+)$/, 'restore.values.$1').replace(/(\.nested\[\]\.fields\[\])+/g, '.nested[].fields[]'));
        assert.notDeepEqual(differences(altered, outcome), [], `${key} is another and is not noticed`);
      }
    });
  }

  it('covers every kind of key that is compared', () => {
    for (const key of [
      'stream_hex', 'save.rc', 'save.warnings[]', 'preserved[].phys', 'preserved[].order', 'preserved[].size', 'preserved[].what', 'entries[].offset', 'entries[].size', 'entries[].data_hex',
      'entries[].section_type', 'entries[].state_id', 'entries[].version_id', 'entries[].instance_id', 'entries[].desc', 'entries[].fields[].name', 'entries[].fields[].offset', 'entries[].fields[].len',
      'entries[].fields[].hex', 'entries[].fields[].nested[].offset', 'restore.rc', 'restore.values.hex', 'restore.values.le', 'restore.values.size', 'restore.values.phys', 'restore.warnings[]', 'restore.verdict', 'compile.ok', 'old.sizeof', 'old.descriptions[].id',
      'old.descriptions[].version_id', 'old.descriptions[].min_version_id', 'old.descriptions[].fields[].offset', 'old.descriptions[].fields[].size', 'old.descriptions[].fields[].flags', 'old.descriptions[].fields[].count',
      'old.descriptions[].subsections[]',
    ]) assert.ok(kinds.has(key), `${key} is not among ${[...kinds].sort().join(' ')}`);
  });
});

interface Alteration { readonly key: string; readonly altered: KstateCase }

const compared: readonly (readonly string[])[] = [
  ['stream_hex'], ['entries'], ['preserved'], ['save', 'rc'], ['save', 'warnings'], ['restore', 'rc'], ['restore', 'values'], ['restore', 'warnings'], ['restore', 'verdict'], ['compile', 'ok'],
  ['old', 'descriptions'], ['old', 'sizeof'], ['new', 'descriptions'], ['new', 'sizeof'],
];

/** For each kind of key that the case has, the case with the first and the last value of that kind another; and with each list one shorter. */
function alterations(one: KstateCase): readonly Alteration[] {
  const places = new Map<string, readonly (string | number)[][]>();
  const visit = (value: unknown, at: (string | number)[]): void => {
    if (Array.isArray(value)) value.forEach((inner, i) => { visit(inner, [...at, i]); });
    else if (typeof value === 'object' && value !== null) for (const [name, inner] of Object.entries(value)) visit(inner, [...at, name]);
    else {
      const kind = at.map((step) => (typeof step === 'number' ? '[]' : `.${step}`)).join('').slice(1);
      places.set(kind, [...(places.get(kind) ?? []), at]);
    }
  };
  const ran = one.restore.not_run !== true;
  for (const key of compared.filter((path) => ran || path.join('.') === 'restore.verdict' || path[0] === 'compile')) visit(valueAt(one, key), [...key]);
  return [...places].flatMap(([kind, all]) => [...new Set([all[0], all[all.length - 1]])].flatMap((place) => (place === undefined || valueAt(one, place) === undefined ? [] : [{ key: kind, altered: withOther(one, place) }])));
}

function valueAt(value: unknown, place: readonly (string | number)[]): unknown {
  return place.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), value);
}

function other(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'string') return /^(0x)?[0-9a-f]+$/.test(value) ? `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}` : `${value}x`;
  return 'something';
}

function withOther(one: KstateCase, place: readonly (string | number)[]): KstateCase {
  const copy = structuredClone(one);
  const holder = valueAt(copy, place.slice(0, -1));
  assert.ok(typeof holder === 'object' && holder !== null);
  Reflect.set(holder, place[place.length - 1] ?? '', other(valueAt(one, place)));
  return copy;
}
