import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import type { KstateModel } from '../../../server/model/kstate';
import type { Finding, TextEdit } from '../../../server/rules/rule';
import { checkUnit, rules } from '../../../server/rules';
import { fixture, lineOf, modelOf, readFixture } from '../model/readC';

/** What a file says it deserves: the lines with an `expect:` comment. */
function expectations(text: string): readonly { readonly code: string; readonly line: number }[] {
  return text.split('\n').flatMap((line, i) => [...line.matchAll(/\/\* expect: ([\w-]+) \*\//g)].map((m) => ({ code: m[1] ?? '', line: i + 1 })));
}

/** The first line may name the KSTATE that the example is written for. */
function read(text: string): KstateModel {
  const dialect = /^\/\* dialect: v2 \*\//.test(text) ? { dialect: 'v2' } as const : {};
  return modelOf(text, dialect);
}

/** Runs the rules one by one, so that an exception shows. */
function findings(model: KstateModel): readonly Finding[] {
  for (const rule of rules) rule.check({ model, others: [] });
  return checkUnit(model);
}

function apply(text: string, edits: readonly TextEdit[]): string {
  return [...edits].sort((a, b) => b.range.start - a.range.start)
    .reduce((t, edit) => t.slice(0, edit.range.start) + edit.newText + t.slice(edit.range.end), text);
}

describe('rules', () => {
  it('have unique kebab-case codes with the prefix kstate-', () => {
    const codes = rules.map((rule) => rule.code);
    assert.equal(new Set(codes).size, codes.length);
    for (const code of codes) assert.match(code, /^kstate(-[a-z]+)+$/);
  });

  it('have one anchor each in docs/diagnostics.md, in the same order, and a heading text', () => {
    const anchors = [...readFixture('../../docs/diagnostics.md').matchAll(/^## (\S+)$/gm)].map((m) => m[1]);
    assert.deepEqual([...anchors].sort(), rules.map((rule) => rule.code).sort());
  });

  it('have cause, consequence, fix, example and evidence in the documentation', () => {
    const sections = readFixture('../../docs/diagnostics.md').split(/^## /m).slice(1);
    for (const section of sections) {
      for (const part of ['**Cause**', '**At the handover**', '**Fix**', '```c', 'Evidence: ']) assert.ok(section.includes(part), `${section.split('\n')[0]}: ${part}`);
    }
    for (const rule of rules) {
      const section = sections.find((s) => s.startsWith(`${rule.code}\n`)) ?? '';
      const stated = /^\S+\n\n(Error|Warning|Information|Hint)/.exec(section)?.[1]?.toLowerCase();
      assert.equal(stated === 'information' ? 'info' : stated, rule.severity, rule.code);
    }
  });

  it('have a bad and a good example each, and no example is without its rule', () => {
    const folders = readdirSync(fixture('rules')).sort();
    assert.deepEqual(folders, rules.map((rule) => rule.code).sort());
    for (const folder of folders) for (const file of ['bad.c', 'good.c']) assert.ok(existsSync(fixture('rules', folder, file)), `${folder}/${file}`);
  });

  for (const rule of rules) {
    describe(rule.code, () => {
      const bad = readFixture('rules', rule.code, 'bad.c');
      const good = readFixture('rules', rule.code, 'good.c');

      it('finds exactly what the bad example marks', () => {
        const expected = expectations(bad);
        assert.ok(expected.length > 0, 'the example marks nothing');
        const found = findings(read(bad)).map((f) => ({ code: f.code, line: lineOf(bad, f.range) }));
        assert.deepEqual(found, expected);
      });

      it('finds nothing in the good example', () => {
        assert.deepEqual(findings(read(good)), []);
      });

      it('gives the rule\'s severity, one sentence, and a range inside the file', () => {
        for (const finding of findings(read(bad))) {
          assert.equal(finding.severity, rule.severity);
          assert.match(finding.message, /^[^\n!]+[^.\s!]$/);
          assert.equal(finding.range.path, '/src/driver.c');
          assert.ok(finding.range.start < finding.range.end && finding.range.end <= bad.length);
        }
      });

      it('has fixes after which the finding is gone and no other has come', () => {
        for (const finding of findings(read(bad))) {
          for (const fix of finding.fixes) {
            const fixed = apply(bad, fix.edits);
            // What else the example marks stays.
            const left = findings(read(bad)).length - 1;
            assert.deepEqual(findings(read(fixed)).map((f) => f.code), Array<string>(left).fill(rule.code), `${fix.title}:\n${fixed}`);
          }
        }
      });
    });
  }

  it('offer a fix where it is certain', () => {
    const fixable = rules.filter((rule) => findings(read(readFixture('rules', rule.code, 'bad.c'))).some((f) => f.fixes.length > 0)).map((rule) => rule.code);
    assert.deepEqual(fixable.sort(), ['kstate-address-kind', 'kstate-macro-arguments', 'kstate-missing-end', 'kstate-other-dialect', 'kstate-subsections-not-terminated', 'kstate-type-mismatch', 'kstate-unknown-member']);
  });
});
