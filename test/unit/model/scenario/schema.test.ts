/** The schema in the package, and our validator beside ajv. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import fc from 'fast-check';
import { parseTree } from 'jsonc-parser';
import { ScenarioProblems } from '../../../../server/model/scenario/problems';
import { scenarioSchema } from '../../../../server/model/scenario/schema';
import { validate } from '../../../../server/model/scenario/validate';
import { FULL } from './samples';

/** Ours says nothing when ajv says yes, and something when it says no. */
function bothSay(value: unknown): { readonly ajv: boolean; readonly ours: readonly string[] } {
  const root = parseTree(JSON.stringify(value));
  assert.ok(root);
  const problems = new ScenarioProblems();
  validate(root, scenarioSchema, problems);
  return { ajv: byAjv(value), ours: problems.sorted().map((one) => `${one.where}: ${one.expected}, ${one.found}`) };
}

const ajv = new Ajv({ strict: false, allErrors: false });
const compiled = ajv.compile(scenarioSchema);
const byAjv = (value: unknown): boolean => compiled(value) === true;

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const value = fc.oneof(
  fc.constantFrom<Json>('7.1', '4M', '0x1001', 'none', 'all', 'kept', 'driver', 'session', 'add subtree', '50%', '', '04', 'STOP'), fc.integer({ min: -2, max: 5000 }), fc.boolean(), fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom<Json>([], {}, [1], { count: 2 }, ['a'], { alloc: 'a' }, { preserve: 'a', free: 'b' }, { kind: 'flb', name: 'x' }, { copy: 'a' }, { token: 1, size: 2, compatible: 'x' }),
);
const name = fc.constantFrom('kind', 'name', 'size', 'token', 'kernels', 'folios', 'order', 'count', 'retrieve', 'seals', 'folios', 'arrives', 'changed', 'vm-a/0x1001', 'states', 'RUNNING', 'blocks', '9', 'kept', 'alloc', 'unknown');

/** All places in a value, as steps. */
function places(at: Json, path: (string | number)[] = []): (string | number)[][] {
  const below = Array.isArray(at) ? at.flatMap((one, i) => places(one, [...path, i])) : at !== null && typeof at === 'object' ? Object.entries(at).flatMap(([key, one]) => places(one, [...path, key])) : [];
  return [path, ...below];
}

function changed(whole: Json, path: readonly (string | number)[], change: (old: Json) => Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return change(whole);
  if (Array.isArray(whole)) return whole.map((one, i) => (i === step ? changed(one, rest, change) : one));
  if (whole === null || typeof whole !== 'object') return whole;
  return Object.fromEntries(Object.entries(whole).map(([key, one]) => [key, key === step ? changed(one, rest, change) : one]));
}

const mutation = fc.tuple(fc.nat(), fc.oneof(
  fc.record({ put: value }), fc.record({ add: name, what: value }), fc.record({ drop: fc.nat() }),
));

function mutated(whole: Json, [where, how]: [number, { put: Json } | { add: string; what: Json } | { drop: number }]): Json {
  const all = places(whole);
  return changed(whole, all[where % all.length] ?? [], (old) => {
    if ('put' in how) return how.put;
    if (old === null || typeof old !== 'object') return old;
    if ('add' in how) return Array.isArray(old) ? [...old, how.what] : { ...old, [how.add]: how.what };
    if (Array.isArray(old)) return old.filter((_, i) => i !== how.drop % Math.max(old.length, 1));
    const keys = Object.keys(old);
    return Object.fromEntries(Object.entries(old).filter(([key]) => key !== keys[how.drop % Math.max(keys.length, 1)]));
  });
}

describe('scenario schema', () => {
  it('is what the package carries', () => {
    assert.equal(readFileSync('schemas/handover.schema.json', 'utf8'), `${JSON.stringify(scenarioSchema, null, 2)}\n`, 'run: node .build/schema.mjs --write');
  });

  it('is a draft-07 schema, and takes a scenario that uses all of it', () => {
    assert.equal(ajv.validateSchema(scenarioSchema), true, JSON.stringify(ajv.errors));
    assert.deepEqual(bothSay(FULL), { ajv: true, ours: [] });
  });

  it('describes every property, for completion and hover', () => {
    const bare: string[] = [];
    const look = (at: unknown, path: string): void => {
      if (at === null || typeof at !== 'object') return;
      for (const [key, one] of Object.entries(at)) {
        if (key === 'properties' && typeof one === 'object' && one !== null) {
          for (const [property, schema] of Object.entries(one)) {
            const own: unknown = schema;
            const told = typeof own === 'object' && own !== null && ('markdownDescription' in own || property === '$schema');
            if (!told && !/compatible|kept|lost|leaked|overwritten|refused/.test(`${path}.${property}`)) bare.push(`${path}.${property}`);
          }
        }
        look(one, `${path}.${key}`);
      }
    };
    look(scenarioSchema, '');
    assert.deepEqual(bare, []);
  });

  it('is checked by our validator as by ajv', () => {
    let refused = 0;
    fc.assert(fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
      const spoilt = changes.reduce<Json>((whole, change) => mutated(whole, change), FULL);
      const { ajv: yes, ours } = bothSay(spoilt);
      if (!yes) refused++;
      assert.equal(ours.length === 0, yes, `${JSON.stringify(spoilt)}\najv: ${JSON.stringify(ajv.errors)} ${JSON.stringify(compiled.errors)}\nours: ${ours.join('; ')}`);
    }), { numRuns: 400 });
    assert.ok(refused > 100, `only ${String(refused)} were refused`);
  });
});
