import assert from 'node:assert/strict';
import { checkUnit } from '../../../server/rules';
import { editedText, priced } from '../../../server/rules/refactoringCost';
import { refactoringsAt } from '../../../server/rules/refactorings';
import { description, modelOf } from '../model/readC';

const source = (version = '\t.version_id = 3,\n', fields = '', pointers = '\t\tKSTATE_POINTER(cycles, struct lamp),\n'): string => `#include <linux/kstate.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/types.h>
struct lamp {
	u32 hours;
	u16 watts;
	u8 colour;
	u64 *cycles;
	u64 *raw;
	struct folio *log;
	struct page *page;
	char note[5];
};
struct kstate_description lamp_state = {
	.name = "lamp",
	.id = KSTATE_TEST_ID,
${version}	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(hours, struct lamp, u32),
		KSTATE_BASE_TYPE_V(watts, struct lamp, u16, 2),
${pointers}${fields}		KSTATE_END_OF_LIST()
	},
};
static u64 cycles, raw;
static struct lamp lamp = { .cycles = &cycles, .raw = &raw };
static int __init lamp_init(void)
{
	int ret = kstate_register_restore(&lamp_state, &lamp);

	return ret == -ENOENT ? 0 : ret;
}
late_initcall(lamp_init);
`;

function offered(text: string, member: string | undefined): readonly { readonly title: string | undefined; readonly text: string }[] {
  const model = modelOf(text);
  const d = description(model, 'lamp_state');
  const field = member === undefined ? undefined : d.fields.find((f) => f.member?.path === member);
  assert.ok(member === undefined || field !== undefined);
  return refactoringsAt(model, d, field).map((r) => ({ title: priced(model, 'lamp_state', r, 'x86_64', (t) => modelOf(t)), text: editedText(text, r.edits) }));
}

describe('refactorings', () => {
  it('remove a field: one deprecated entry for each version that had it, in its place, and a new version', () => {
    const [remove] = offered(source(), 'watts');
    assert.match(remove?.title ?? '', /^Remove watts safely \(update warns, rollback corrupts\)$/);
    assert.ok(remove !== undefined && remove.text.includes('u32),\n\t\tKSTATE_BASE_TYPE_DEPRECATED(watts, u16, 2),\n\t\tKSTATE_BASE_TYPE_DEPRECATED(watts, u16, 3),\n\t\tKSTATE_POINTER'));
    assert.ok(remove.text.includes('.version_id = 4,'));
    assert.deepEqual(checkUnit(modelOf(remove.text)), []);
  });
  it('remove a pointer by the type of what it points at', () => {
    assert.ok(offered(source(), 'cycles')[0]?.text.includes('KSTATE_BASE_TYPE_DEPRECATED(cycles, u64, 1),\n\t\tKSTATE_BASE_TYPE_DEPRECATED(cycles, u64, 2),\n\t\tKSTATE_BASE_TYPE_DEPRECATED(cycles, u64, 3),\n'));
  });
  it('widen a field in the struct and in the list', () => {
    const widen = offered(source(), 'hours').find(({ title }) => title?.startsWith('Widen') === true);
    assert.match(widen?.title ?? '', /^Widen hours to u64 safely \(update \w+, rollback corrupts; the value of hours in older streams is dropped\)$/);
    assert.ok(widen !== undefined && widen.text.includes('\tu64 hours;\n'));
    assert.ok(widen.text.includes('KSTATE_BASE_TYPE_DEPRECATED(hours, u32, 3),\n\t\tKSTATE_BASE_TYPE_V(hours, struct lamp, u64, 4),'));
    assert.deepEqual(checkUnit(modelOf(widen.text)), []);
  });
  it('add what nothing describes, at the end', () => {
    const all = offered(source(), undefined);
    assert.deepEqual(all.map(({ title }) => title), ['Add colour safely (update warns, rollback warns)', 'Add note safely (update warns, rollback warns)']);
    assert.ok(all[1]?.text.includes('KSTATE_POINTER(cycles, struct lamp),\n\t\tKSTATE_BASE_TYPE_V(note, struct lamp, char[5], 4),\n\t\tKSTATE_END_OF_LIST()'));
    for (const { text } of all) assert.deepEqual(checkUnit(modelOf(text)), []);
  });
  it('give a description without a version its first one', () => {
    const text = source('', '', '').replace('KSTATE_BASE_TYPE_V(watts, struct lamp, u16, 2)', 'KSTATE_BASE_TYPE(watts, struct lamp, u16)');
    const [remove] = offered(text, 'watts');
    assert.ok(remove !== undefined && remove.text.includes('\t.version_id = 1,\n\t.fields'));
    assert.ok(remove.text.includes('KSTATE_BASE_TYPE_DEPRECATED(watts, u16, 0)'));
    assert.match(remove.title ?? '', /^Remove watts safely \(update warns, /);
  });
  it('replace a raw pointer by what it stands for', () => {
    const raw = (member: string, type: string): string => source(undefined, `\t\tKSTATE_BASE_TYPE(${member}, struct lamp, ${type}),\n`);
    const replace = (member: string, type: string): string => offered(raw(member, type), member).find(({ text }) => !text.includes(`Remove`) && text.includes('4)') || text.includes('.version_id = 4, .flags'))?.text ?? '';
    assert.ok(replace('raw', 'u64 *').includes('KSTATE_BASE_TYPE_DEPRECATED(raw, u64, 3),\n\t\tKSTATE_POINTER_V(raw, struct lamp, 4),'));
    assert.ok(replace('page', 'struct page *').includes('KSTATE_ADDRESS_V(page, struct lamp, KS_VMEMMAP_ADDR, 4),'));
    assert.ok(replace('log', 'struct folio *').includes('.version_id = 4, .flags = KS_CUSTOM, .offset = offsetof(struct lamp, log), .save = kstate_folio_save, .restore = kstate_folio_restore },'));
    const { title } = offered(raw('raw', 'u64 *'), 'raw').find((r) => r.title?.startsWith('Replace') === true) ?? {};
    assert.match(title ?? '', /^Replace the raw pointer raw by what it points at \(update \w+, rollback \w+; the address of raw in older streams is dropped\)$/);
  });
  it('are not offered where the version is no number, or the macro stands in a wrapper', () => {
    assert.deepEqual(offered(source('\t.version_id = LAMP_VERSION,\n').replace('struct lamp {', '#define LAMP_VERSION 3\nstruct lamp {'), 'watts'), []);
    assert.deepEqual(offered(source().replace('KSTATE_BASE_TYPE(hours, struct lamp, u32)', 'HOURS(hours)').replace('struct lamp {', '#define HOURS(m) KSTATE_BASE_TYPE(m, struct lamp, u32)\nstruct lamp {'), 'hours'), []);
  });
  it('are not offered for a folio: it would stay preserved for ever', () => {
    assert.deepEqual(offered(source(undefined, '\t\tKSTATE_FOLIO(log, struct lamp),\n'), 'log'), []);
  });
});
