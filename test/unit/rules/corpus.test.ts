import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { checkUnit, rules } from '../../../server/rules';
import { fixture, lineOf, modelOf, readFixture } from '../model/readC';
import type { ReadOptions } from '../model/readC';

/** Rules of the corpus and the code that answers to each. */
const ourCode: Readonly<Record<string, string>> = {
  'min-gt-version': 'kstate-min-version-above-version',
  'field-version-gt-version': 'kstate-field-version-above-version',
  'redundant-v': 'kstate-redundant-version',
  'deprecated-not-below-version': 'kstate-deprecated-version',
  'missing-end': 'kstate-missing-end',
  'subsections-no-null': 'kstate-subsections-not-terminated',
  'duplicate-id': 'kstate-duplicate-id',
  'raw-id': 'kstate-raw-id',
  'id-not-in-enum': 'kstate-raw-id',
  'base-type-mismatch': 'kstate-type-mismatch',
  'unknown-member': 'kstate-unknown-member',
  'wrong-struct': 'kstate-wrong-struct',
  'pointer-char': 'kstate-pointer-to-char',
  'base-type-pointer': 'kstate-raw-pointer',
  'base-struct-with-pointers': 'kstate-raw-pointer',
  'folio-non-folio': 'kstate-folio-type',
  'custom-no-restore': 'kstate-custom-one-sided',
  'custom-no-save': 'kstate-custom-one-sided',
  'register-no-restore': 'kstate-never-restored',
  'wrong-object': 'kstate-wrong-object',
  'subsection-id-equals-main': 'kstate-subsection-id',
  'deprecated-four-args': 'kstate-macro-arguments',
  'register-two-args': 'kstate-register-arguments',
  'deprecated-below-min': 'kstate-deprecated-below-min',
  'entry-after-end': 'kstate-entry-after-end',
  'duplicate-member': 'kstate-duplicate-member',
  'pointer-to-void': 'kstate-pointer-to-void',
  'pointer-incomplete': 'kstate-pointer-to-incomplete',
  'address-kind': 'kstate-address-kind',
  'struct-no-ksd': 'kstate-struct-without-ksd',
  'array-no-count': 'kstate-array-without-count',
  'base-count': 'kstate-count-overrun',
  'flags-conflict': 'kstate-flags-conflict',
  'restore-before-pointer': 'kstate-restore-before-pointer',
  'instance-reused': 'kstate-instance-reused',
  'stack-object': 'kstate-stack-object',
  'unregister-mismatch': 'kstate-unregister-mismatch',
  'description-unused': 'kstate-description-unused',
  'subsection-self': 'kstate-subsection-self',
  'subsection-cycle': 'kstate-subsection-cycle',
  'v2-macro': 'kstate-other-dialect',
  'v2-state-list': 'kstate-other-dialect',
};

interface Expectation {
  readonly rule: string;
  readonly line: number;
  readonly alt_lines?: readonly number[];
  readonly severity: string;
  readonly message_must_mention: readonly string[];
}

const corpus = 'corpora/kstate-lint';
const cases = readdirSync(fixture(corpus), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
const headers: readonly (readonly [string, ReadOptions])[] = [
  ['built-in headers', {}],
  ['headers of its own', { includePaths: [fixture('corpora/stubs'), fixture('corpora/stubs/include')] }],
];

describe('corpus kstate-lint', () => {
  it('names only rules that are known here, and codes that exist', () => {
    const named = [...(/^Rules: ([\w, -]+)\.$/m.exec(readFixture(corpus, 'README.md'))?.[1] ?? '').split(', ')];
    assert.ok(named.length > 30);
    assert.deepEqual([...named].sort(), Object.keys(ourCode).sort());
    const codes = new Set(rules.map((rule) => rule.code));
    assert.deepEqual(Object.values(ourCode).filter((code) => !codes.has(code)), []);
  });

  it('has an example only for rules that are implemented', () => {
    const withExample = cases.filter((name) => !name.startsWith('clean-'))
      .map((name) => (JSON.parse(readFixture(corpus, name, 'expect.json')) as Expectation).rule); // the fixture's own format
    assert.deepEqual(withExample.filter((rule) => !Object.hasOwn(ourCode, rule)), []);
  });

  for (const [title, options] of headers) {
    describe(title, () => {
      for (const name of cases) {
        it(`${name}: good.c has no finding`, () => {
          const model = modelOf(readFixture(corpus, name, 'good.c'), options);
          assert.ok(model.descriptions.length > 0);
          assert.deepEqual(checkUnit(model), []);
        });
        if (name.startsWith('clean-')) continue;

        it(`${name}: bad.c has the finding, at its line, with the words`, () => {
          const text = readFixture(corpus, name, 'bad.c');
          const expected = JSON.parse(readFixture(corpus, name, 'expect.json')) as Expectation; // the fixture's own format
          const all = checkUnit(modelOf(text, options));
          const found = all.filter((f) => f.code === ourCode[expected.rule]);
          assert.equal(found.length, 1, JSON.stringify(all.map((f) => f.message)));
          const [finding] = found;
          assert.ok(finding);
          assert.equal(finding.severity, expected.severity);
          assert.equal(lineOf(text, finding.range), expected.line);
          for (const word of expected.message_must_mention) {
            assert.ok(finding.message.toLowerCase().includes(word.toLowerCase()), `${word} in: ${finding.message}`);
          }
          assert.deepEqual(all.filter((f) => f !== finding && (f.severity === 'error' || f.severity === 'warning')).map((f) => f.message), []);
        });
      }
    });
  }
});
