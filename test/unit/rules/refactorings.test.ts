import assert from 'node:assert/strict';
import { builtinHeaders } from '../../../server/model/builtinHeaders';
import { checkUnit } from '../../../server/rules';
import type { Reread } from '../../../server/rules/refactoringCost';
import { editedText, editedTexts, priced } from '../../../server/rules/refactoringCost';
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
  return refactoringsAt(model, d, field).map((r) => ({ title: priced(model, 'lamp_state', r, 'x86_64', (texts) => modelOf(texts.get(model.unit.main.path) ?? '')), text: editedText(text, r.edits) }));
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
  it('add what nothing describes, at the end of the list', () => {
    const all = offered(source(), undefined).filter(({ title }) => title?.includes(', in version') === true);
    assert.deepEqual(all.map(({ title }) => title), ['Add colour safely, in version 4 (update warns, rollback warns)', 'Add note safely, in version 4 (update warns, rollback warns)']);
    assert.ok(all[1]?.text.includes('KSTATE_POINTER(cycles, struct lamp),\n\t\tKSTATE_BASE_TYPE_V(note, struct lamp, char[5], 4),\n\t\tKSTATE_END_OF_LIST()'));
    for (const { text } of all) assert.deepEqual(checkUnit(modelOf(text)), []);
  });
  it('add it in a subsection of its own, which needs no new version and loads both ways', () => {
    const all = offered(source(), undefined).filter(({ title }) => title?.includes('subsection') === true);
    assert.deepEqual(all.map(({ title }) => title), ['colour', 'note'].map((member) => `Add ${member} safely, in a subsection of its own (update loads, rollback loads; id 6 is yet to be given out in enum kstate_ids)`));
    const text = all[0]?.text ?? '';
    assert.ok(text.includes(`static struct kstate_description lamp_colour_state = {
	.name = "lamp_colour",
	.id = 6,
	.version_id = 1,
	.fields = (const struct kstate_field[]) {
		KSTATE_BASE_TYPE(colour, struct lamp, u8),
		KSTATE_END_OF_LIST()
	},
};

struct kstate_description lamp_state = {`), text);
    assert.ok(text.includes('\t.version_id = 3,\n') && text.includes('\n\t},\n\t.subsections = (const struct kstate_description *[]) {\n\t\t&lamp_colour_state,\n\t\tNULL\n\t},\n};'), text);
    assert.deepEqual(checkUnit(modelOf(text)).map(({ code }) => code), ['kstate-raw-id'], 'which says what its note says');
    // A second one goes behind the first; fields at the end would now cost the subsections of an older kernel (KS09).
    const twice = offered(text, undefined);
    assert.deepEqual(twice.map(({ title }) => title?.replace(/; id.*\)/, ')')), ['Add note safely, in version 4 (update warns, rollback loses)', 'Add note safely, in a subsection of its own (update loads, rollback loads)']);
    assert.ok(twice[1]?.text.includes('\t\t&lamp_colour_state,\n\t\t&lamp_note_state,\n\t\tNULL\n'));
    assert.deepEqual(checkUnit(modelOf(twice[1]?.text ?? '')).map(({ code }) => code), ['kstate-raw-id', 'kstate-raw-id']);
  });
  it('a subsection goes above the comment of its description, and is not offered for what is itself one', () => {
    const text = source().replace('struct kstate_description lamp_state', '/* A lamp.\n * What travels. */\nstruct kstate_description lamp_state');
    const added = offered(text, undefined).find(({ title }) => title?.includes('colour safely, in a subsection') === true);
    assert.ok(added?.text.includes('};\n\n/* A lamp.\n * What travels. */\nstruct kstate_description lamp_state'));
    const model = modelOf(added?.text ?? '');
    const inner = description(model, 'lamp_colour_state');
    assert.deepEqual(refactoringsAt(model, inner, undefined).filter(({ title }) => title.includes('subsection')), []);
  });
  it('a new id goes into enum kstate_ids where that is a file of the tree', () => {
    const files = new Map([['/inc/linux/kstate.h', builtinHeaders('v3').get('linux/kstate.h') ?? '']]);
    const options = { files, includePaths: ['/inc'] };
    const model = modelOf(source(), options);
    const [, way] = refactoringsAt(model, description(model, 'lamp_state'), undefined);
    assert.ok(way !== undefined);
    const reread: Reread = (texts) => modelOf(texts.get(model.unit.main.path) ?? '', { ...options, files: new Map([...files, ...texts]) });
    assert.equal(priced(model, 'lamp_state', way, 'x86_64', reread), 'Add colour safely, in a subsection of its own (update loads, rollback loads)');
    const texts = editedTexts(model, way.edits);
    assert.match(texts?.get('/inc/linux/kstate.h') ?? '', /KSTATE_RESERVED_MEM_ID = 5,\n\tKSTATE_LAMP_COLOUR_ID,\n\};/);
    assert.ok(texts !== undefined);
    const next = reread(texts);
    assert.deepEqual(checkUnit(next), []);
    assert.deepEqual(description(next, 'lamp_colour_state').id, { ...description(next, 'lamp_colour_state').id, known: true, value: 6 });
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
