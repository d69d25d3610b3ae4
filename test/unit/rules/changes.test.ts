/** What a change breaks, at its place in the new text; and fixes that, applied, let the update load. */
import assert from 'node:assert/strict';
import type { Reread } from '../../../server/rules/refactoringCost';
import type { Finding, TextEdit } from '../../../server/rules/rule';
import { checkUnit } from '../../../server/rules';
import { changeFindings } from '../../../server/rules/changes/changes';
import { changeCodes } from '../../../server/rules/changes/codes';
import { ignoreFix } from '../../../server/rules/ignoreFix';
import { compareModels, isFine } from '../../../server/compat/compareModels';
import { readC } from '../../golden/kstate/readC';
import { readFixture } from '../model/readC';

const fields = ['KSTATE_BASE_TYPE(rpm, struct fan, u32),', 'KSTATE_BASE_TYPE(mode, struct fan, u16),', 'KSTATE_BASE_TYPE(total, struct fan, u64),'];

function driver(list: readonly string[], version = 1, members = 'u32 rpm;\n\tu16 mode;\n\tu64 total;\n\tu32 added;\n\tvoid *at;'): string {
  return `#include <linux/kstate.h>
#include <linux/types.h>

struct fan {
	${members}
};

struct kstate_description fan_state = {
	.name = "fan",
	.id = KSTATE_TEST_ID,
	.version_id = ${String(version)},
	.fields = (const struct kstate_field[]) {
${[...list, 'KSTATE_END_OF_LIST()'].map((line) => `\t\t${line}`).join('\n')}
	},
};
`;
}

/** The only file that a fix edits. */
const reread: Reread = (texts) => readC([...texts.values()][0] ?? '', 'v3', 'fan.c').model;
const find = (old: string, next: string): readonly Finding[] => changeFindings(readC(next, 'v3', 'fan.c').model, { model: readC(old, 'v3', 'fan.c').model, label: 'v6.18' }, { target: 'x86_64', reread });
const brief = (findings: readonly Finding[], text: string): string[] => findings.map((one) => `${one.severity} ${one.code} ${text.slice(one.range.start, one.range.end)}`);
const apply = (text: string, edits: readonly TextEdit[]): string =>
  [...edits].sort((a, b) => b.range.start - a.range.start).reduce((t, edit) => t.slice(0, edit.range.start) + edit.newText + t.slice(edit.range.end), text);

describe('what a change breaks', () => {
  const old = driver(fields);

  it('says nothing when nothing changed, or nothing breaks', () => {
    assert.deepEqual(find(old, old), []);
    assert.deepEqual(find(old, driver(fields, 2)), []);
  });

  it('a removed field: at what stands in its place, with both directions and a fix', () => {
    const next = driver([fields[0] ?? '', fields[2] ?? '']);
    const found = find(old, next);
    assert.deepEqual(brief(found, next), ['error kstate-field-removed KSTATE_BASE_TYPE(total, struct fan, u64)']);
    assert.equal(found[0]?.message, 'fan_state: update from v6.18 corrupts state: mode (u16, 2 bytes) is in the list of v6.18 and not in that of this file: nothing skips its bytes; total reads the wrong bytes; rollback to v6.18 corrupts state');
    const [fix] = found[0].fixes;
    assert.equal(fix?.title, 'Keep mode as a deprecated entry of version 1 and raise version_id to 2');
    const fixed = apply(next, fix.edits);
    assert.match(fixed, /\t\tKSTATE_BASE_TYPE_DEPRECATED\(mode, u16, 1\),\n\t\tKSTATE_BASE_TYPE\(total/);
    assert.match(fixed, /\.version_id = 2,/);
    assert.deepEqual(find(old, fixed), [], 'that the rollback breaks cannot be helped');
  });

  it('a removed pointer: deprecated with the type of what it points at, whose bytes are in the stream', () => {
    const before = driver([fields[0] ?? '', 'KSTATE_POINTER(at, struct fan),', fields[2] ?? ''], 1, 'u32 rpm;\n\tconst u16 *at;\n\tu64 total;');
    const next = driver([fields[0] ?? '', fields[2] ?? ''], 1, 'u32 rpm;\n\tu64 total;');
    const [found] = find(before, next);
    assert.equal(found?.code, 'kstate-field-removed');
    const fixed = apply(next, found.fixes[0]?.edits ?? []);
    assert.match(fixed, /DEPRECATED\(at, u16, 1\),\n\t\tKSTATE_BASE_TYPE\(total/);
    assert.deepEqual(find(before, fixed), []);
  });

  it('a field without version: its fix makes the update load', () => {
    for (const entry of ['KSTATE_BASE_TYPE(added, struct fan, u32),', 'KSTATE_ADDRESS(at, struct fan, KS_LINEAR_ADDR),']) {
      const next = driver([...fields, entry]);
      const [found] = find(old, next);
      assert.equal(found?.code, 'kstate-field-added');
      assert.equal(found.severity, 'error');
      const fixed = apply(next, found.fixes[0]?.edits ?? []);
      assert.match(fixed, /_V\(.*, 2\),/);
      const [item] = compareModels(readC(old, 'v3').model, readC(fixed, 'v3').model);
      assert.deepEqual([item?.forward.verdict, item?.backward.verdict], ['warns', 'warns']);
    }
  });

  it('every fix makes the update load, wherever the field stood', () => {
    for (let i = 0; i < fields.length; i++) {
      const next = driver(fields.filter((_, at) => at !== i));
      for (const [from, to] of [[old, next], [next, old]] as const) {
        for (const found of find(from, to)) {
          for (const fix of found.fixes) {
            const [item] = compareModels(readC(from, 'v3').model, readC(apply(to, fix.edits), 'v3').model);
            assert.ok(item !== undefined && isFine(item.forward.verdict), `${fix.title}: ${item?.forward.verdict ?? ''}`);
          }
        }
      }
    }
  });

  it('two neighbours removed: a finding and a fix for each, which may be applied in either order', () => {
    const next = driver([fields[2] ?? '']);
    const found = find(old, next);
    assert.deepEqual(found.map((one) => [one.code, one.fixes.map((fix) => fix.title)]), [
      ['kstate-field-removed', ['Keep rpm as a deprecated entry of version 1 and raise version_id to 2']],
      ['kstate-field-removed', ['Keep mode as a deprecated entry of version 1 and raise version_id to 2']],
    ]);
    for (const first of found) {
      const half = apply(next, first.fixes[0]?.edits ?? []);
      const [second, ...more] = find(old, half);
      assert.deepEqual(more, []);
      const whole = apply(half, second?.fixes[0]?.edits ?? []);
      assert.match(whole, /DEPRECATED\(rpm, u32, 1\),\n\t\tKSTATE_BASE_TYPE_DEPRECATED\(mode, u16, 1\),\n\t\tKSTATE_BASE_TYPE\(total/);
      assert.deepEqual(find(old, whole), []);
    }
  });

  it('offers no fix that, run, does not let the update load', () => {
    const next = driver([fields[0] ?? '', fields[2] ?? '']);
    const broken: Reread = () => readC(next, 'v3', 'fan.c').model; // as if the fix changed nothing
    assert.deepEqual(changeFindings(readC(next, 'v3', 'fan.c').model, { model: readC(old, 'v3', 'fan.c').model, label: 'v6.18' }, { target: 'x86_64', reread: broken }).flatMap((one) => one.fixes), []);
  });

  it('warns when only the rollback breaks: a versioned field that is not the last', () => {
    const next = driver([fields[0] ?? '', 'KSTATE_BASE_TYPE_V(added, struct fan, u32, 2),', ...fields.slice(1)], 2);
    assert.deepEqual(brief(find(old, next), next), ['warning kstate-field-added KSTATE_BASE_TYPE_V(added, struct fan, u32, 2)']);
  });

  it('warns of a folio that nobody restores any more, though the state arrives', () => {
    const members = 'u32 rpm;\n\tu16 mode;\n\tu64 total;\n\tstruct folio *log;';
    const before = driver([...fields, 'KSTATE_FOLIO(log, struct fan),'], 1, members);
    const after = driver([...fields, 'KSTATE_BASE_TYPE_DEPRECATED(log, u64, 1),'], 2, members);
    const found = find(before, after);
    assert.deepEqual(brief(found, after), ['warning kstate-folio-abandoned KSTATE_BASE_TYPE_DEPRECATED(log, u64, 1)']);
    assert.match(found[0]?.message ?? '', /^fan_state: update from v6\.18: The folio of log is preserved by v6\.18 and restored by nothing in this file/);
    const [item] = compareModels(readC(before, 'v3').model, readC(after, 'v3').model);
    assert.equal(item?.forward.verdict, 'warns', 'a member of one side changes no verdict');
    assert.deepEqual(find(after, before).filter(({ code }) => code === 'kstate-folio-abandoned'), []);
    assert.deepEqual(find(before, before), []);
  });

  it('a resized, a reordered and a retyped field', () => {
    const resized = driver(fields.map((line) => line.replace('u16', 'u32')), 1, 'u32 rpm;\n\tu32 mode;\n\tu64 total;');
    assert.deepEqual(brief(find(old, resized), resized), ['error kstate-field-resized KSTATE_BASE_TYPE(mode, struct fan, u32)']);
    const swapped = driver([fields[1] ?? '', fields[0] ?? '', fields[2] ?? '']);
    assert.deepEqual(find(old, swapped).map((one) => one.code), ['kstate-field-reordered']);
    const signed = driver(fields.map((line) => line.replace('u32', 's32')), 1, 's32 rpm;\n\tu16 mode;\n\tu64 total;');
    assert.deepEqual(find(old, signed), []);
  });

  it('is taken back by a comment with a reason, which is none too many where the base has nothing to tell', () => {
    const next = driver([fields[0] ?? '', fields[2] ?? '']);
    const [found] = find(old, next);
    assert.ok(found !== undefined);
    const without = apply(next, ignoreFix(next, found)?.edits ?? []);
    assert.match(without, /\t\t\/\* kexec-handover: ignore kstate-field-removed -- \*\/\n\t\tKSTATE_BASE_TYPE\(total/);
    assert.deepEqual(find(old, without).map(({ code }) => code), ['kstate-field-removed'], 'the reason is missing');
    const agreed = without.replace('-- */', '-- nobody runs the old one (until 2026-06-15) */');
    const on = (today: string): readonly string[] => changeFindings(readC(agreed, 'v3', 'fan.c').model, { model: readC(old, 'v3', 'fan.c').model, label: 'v6.18' }, { target: 'x86_64', today }).map(({ code }) => code);
    assert.deepEqual([on('2026-06-15'), on('2026-06-16')], [[], ['kstate-field-removed']]);
    const alone = (today: string): readonly string[] => checkUnit(readC(agreed, 'v3', 'fan.c').model, [], today).map(({ code }) => code).filter((code) => code === 'kstate-suppression');
    assert.deepEqual([alone('2026-06-15'), alone('2026-06-16')], [[], ['kstate-suppression']]);
  });

  it('has a place in docs/changes.md for each code, and no other', () => {
    const anchors = [...readFixture('../../docs/changes.md').matchAll(/^## (\S+)$/gm)].map((match) => match[1]);
    assert.deepEqual([...anchors].sort(), changeCodes.map((code) => `kstate-${code}`).sort());
  });
});
