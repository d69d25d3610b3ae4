import assert from 'node:assert/strict';
import { notesAbout } from '../../../server/model/notes';
import { checkUnit } from '../../../server/rules';
import { description, modelOf } from './readC';

const text = (fields: string, more = '', code = ''): string => `#include <linux/init.h>
#include <linux/kstate.h>
#include <linux/mm.h>
#include <linux/types.h>
struct part { u32 x; };
struct s { u32 a; u64 *p; u32 *adr; struct folio *folio; struct part part; u32 t[4]; u8 big[4090]; };
int some(void);
static int three(void) { return 3; }
static int good_save(struct kstate_stream *st, void *o, const struct kstate_field *f) { kstate_save_data(st, o, 4); return 0; }
static int bad_save(struct kstate_stream *st, void *o, const struct kstate_field *f) { return kstate_save_data(st, o, 4); }
static int load(struct kstate_stream *st, void *o, const struct kstate_field *f) { kstate_restore_data(st, o, 4); if (!o) return -EINVAL; return 0; }
static const struct kstate_description part_state = { .name = "part", .id = KSTATE_FOLIO_ID, .version_id = 1,
	.fields = (const struct kstate_field[]) { KSTATE_BASE_TYPE(x, struct part, u32), KSTATE_END_OF_LIST() } };
struct kstate_description d = { .name = "d", .id = KSTATE_TEST_ID, .version_id = 2, ${more}
	.fields = (const struct kstate_field[]) { ${fields} KSTATE_END_OF_LIST() } };
${code}`;
const notes = (source: string, of = 'd'): readonly string[] => {
  const model = modelOf(source);
  return notesAbout(model, description(model, of)).map((note) => note.code);
};
const use = 'static struct s obj;\nstatic int f(void) { return kstate_register_restore(&d, &obj); }';

describe('notes', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['nothing to note', 'KSTATE_BASE_TYPE(a, struct s, u32),', []],
    ['a pointer', 'KSTATE_POINTER(p, struct s),', ['note-pointer-null', 'note-pointer-target']],
    ['an address', 'KSTATE_ADDRESS(adr, struct s, KS_LINEAR_ADDR),', ['note-address-null', 'note-address-target']],
    ['a folio in front', 'KSTATE_FOLIO(folio, struct s), KSTATE_BASE_TYPE(a, struct s, u32),', ['note-folio-null']],
    ['a folio behind', 'KSTATE_BASE_TYPE(a, struct s, u32), KSTATE_FOLIO(folio, struct s),', ['note-folio-null', 'note-folio-order']],
    ['a fixed count', '{ .name = "t", .flags = KS_BASE_TYPE, .offset = offsetof(struct s, t), .size = 4, .count = three },', []],
    ['a count from elsewhere', '{ .name = "t", .flags = KS_BASE_TYPE, .offset = offsetof(struct s, t), .size = 4, .count = some },', ['note-count']],
    ['callbacks that cannot and can fail', '{ .name = "a", .flags = KS_CUSTOM, .save = good_save, .restore = load },', ['note-restore-error']],
    ['a save that can fail', '{ .name = "a", .flags = KS_CUSTOM, .save = bad_save, .restore = load },', ['note-restore-error', 'note-save-error']],
    ['a versioned field', 'KSTATE_BASE_TYPE_V(a, struct s, u32, 2),', ['note-version-warning']],
  ];
  for (const [name, fields, codes] of cases) it(`${name}`, () => { assert.deepEqual(notes(text(fields)), codes); });

  it('a minimum version', () => { assert.deepEqual(notes(text('KSTATE_BASE_TYPE(a, struct s, u32),', '.min_version_id = 1,')), ['note-min-version']); });
  it('a registered description, and one of more than a page', () => {
    assert.deepEqual(notes(text('KSTATE_BASE_TYPE(a, struct s, u32),', '', use)), ['note-snapshot']);
    assert.deepEqual(notes(text('KSTATE_BASE_TYPE(big, struct s, u8 [4090]),', '', use)), ['note-snapshot', 'note-growth']);
  });
  it('nested and subsection descriptions', () => {
    assert.deepEqual(notes(text('{ .name = "part", .flags = KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct s, part), .size = 4 },'), 'part_state'), ['note-nested-id']);
    assert.deepEqual(notes(text('KSTATE_BASE_TYPE(a, struct s, u32),', '.subsections = (const struct kstate_description *[]) { &part_state, NULL },'), 'part_state'), ['note-missing-subsection']);
  });
  it('an instance id from a hash', () => {
    const hashed = (expr: string): string => text('KSTATE_BASE_TYPE(a, struct s, u32),', '', `u32 crc32(u32 seed, const void *p, int n);\nstatic char label[16];\nstatic struct s obj;\nstatic int f(void) { return kstate_register(&d, &obj, ${expr}) || kstate_restore(&d, &obj, ${expr}); }`);
    assert.deepEqual(notes(hashed('crc32(~0, label, sizeof(label))')), ['note-snapshot', 'note-hashed-instance']);
    assert.deepEqual(notes(hashed('crc32(~0, label, strlen(label))')), ['note-snapshot']);
  });
  it('are no findings', () => { assert.deepEqual(checkUnit(modelOf(text('KSTATE_ADDRESS(adr, struct s, KS_LINEAR_ADDR), { .name = "part", .flags = KS_STRUCT, .ksd = &part_state, .offset = offsetof(struct s, part), .size = 4 },', '.min_version_id = 1,', use))), []); });
});
