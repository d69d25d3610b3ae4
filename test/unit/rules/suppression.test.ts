import assert from 'node:assert/strict';
import { checkUnit } from '../../../server/rules';
import { ignoreFix } from '../../../server/rules/ignoreFix';
import { suppressionsIn } from '../../../server/rules/suppressionComments';
import { lineOf, modelOf } from '../model/readC';

const today = '2026-06-15';
const file = (above: string, behind = '', top = ''): string => `${top}#include <linux/kstate.h>
#include <linux/types.h>
struct s { u32 a; };
struct kstate_description d = {
	.name = "d",
${above}	.id = 40,${behind}
	.fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(a, struct s, u32), KSTATE_END_OF_LIST() },
};
`;
const found = (text: string): readonly string[] => checkUnit(modelOf(text), [], today).map((f) => `${lineOf(text, f.range)} ${f.code} ${f.severity}`);
const ignore = (rest: string): string => `\t/* kexec-handover: ignore ${rest} */\n`;

describe('suppression', () => {
  it('takes back what it names, on its line and on the next one', () => {
    assert.deepEqual(found(file('')), ['6 kstate-raw-id warning']);
    assert.deepEqual(found(file(ignore('kstate-raw-id -- agreed'))), []);
    assert.deepEqual(found(file('', ' // kexec-handover: ignore kstate-raw-id -- agreed')), []);
    assert.deepEqual(found(file('', ' /* kexec-handover: ignore kstate-raw-id -- agreed */')), []);
    assert.deepEqual(found(file(`${ignore('kstate-raw-id -- agreed')}\n\t/* the number */\n`)), []);
  });
  it('takes back nothing further down', () => {
    assert.deepEqual(found(file(`${ignore('kstate-raw-id -- agreed')}\t.version_id = 1,\n`)), ['6 kstate-suppression hint', '8 kstate-raw-id warning']);
  });
  it('of a whole file stands anywhere', () => {
    const whole = '/* kexec-handover: ignore-file kstate-raw-id, kstate-missing-id -- generated */\n';
    assert.deepEqual(found(file('', '', whole)), ['1 kstate-suppression hint']);
    assert.deepEqual(found(`${file('')}${whole.replace(', kstate-missing-id', '')}`), []);
  });
  it('needs a reason', () => {
    for (const rest of ['kstate-raw-id', 'kstate-raw-id --', 'kstate-raw-id -- (until 2027-01-01)']) {
      assert.deepEqual(found(file(ignore(rest))), ['6 kstate-suppression warning', '7 kstate-raw-id warning'], rest);
    }
  });
  it('needs a code that exists', () => {
    assert.deepEqual(found(file(ignore('kstate-rawid -- agreed'))), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
    assert.deepEqual(found(file(ignore('-- agreed'))), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
  });
  it('counts up to its date, that day included', () => {
    assert.deepEqual(found(file(ignore('kstate-raw-id -- agreed (until 2026-06-15)'))), []);
    assert.deepEqual(found(file(ignore('kstate-raw-id -- agreed (until 2026-06-14)'))), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
    assert.deepEqual(found(file(ignore('kstate-raw-id -- agreed (until 2026-02-30)'))), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
    assert.deepEqual(found(file(ignore('kstate-raw-id -- agreed (until summer)'))), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
  });
  it('is read from comments only', () => {
    assert.deepEqual(suppressionsIn('x', 'char *s = "/* kexec-handover: ignore kstate-raw-id -- x */";'), []);
    assert.deepEqual(suppressionsIn('x', '/* kexec-handover: nothing */ // ignore kstate-raw-id -- x'), []);
  });
  it('is put in by a fix that leaves the reason open', () => {
    const text = file('');
    const [first] = checkUnit(modelOf(text), [], today);
    assert.ok(first);
    const edit = ignoreFix(text, first)?.edits[0];
    assert.ok(edit);
    const fixed = text.slice(0, edit.range.start) + edit.newText + text.slice(edit.range.end);
    assert.deepEqual(found(fixed), ['6 kstate-suppression warning', '7 kstate-raw-id warning']);
    assert.deepEqual(found(fixed.replace('--', '-- agreed')), []);
    assert.deepEqual(ignoreFix('#define D \\\n\t.id = 40 \\\n', { ...first, range: { path: 'x', start: 12, end: 14 } }), undefined);
  });
});
