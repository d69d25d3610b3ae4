import assert from 'node:assert/strict';
import { noteKinds } from '../../../server/model/notes';
import { rules } from '../../../server/rules';
import { readFixture } from '../model/readC';

/**
 * Every row of the KSTATE facts' trap list, and what answers to it: rules that find it in one revision, notes, or the comparison of two
 * revisions, which the verdict of a handover shows.
 */
const rows: Readonly<Record<string, { readonly rules?: readonly string[]; readonly notes?: readonly string[]; readonly twoRevisions?: true; readonly why?: string }>> = {
  KS01: { rules: ['kstate-missing-end', 'kstate-no-fields', 'kstate-entry-after-end'] },
  KS02: { rules: ['kstate-missing-id'] },
  KS03: { rules: ['kstate-duplicate-id', 'kstate-subsection-id', 'kstate-raw-id'] },
  KS04: { rules: ['kstate-end-id'] },
  KS05: { rules: ['kstate-instance-reused'] },
  KS06: { twoRevisions: true }, KS07: { twoRevisions: true }, KS08: { twoRevisions: true }, KS09: { twoRevisions: true }, KS10: { twoRevisions: true },
  KS11: { twoRevisions: true }, KS12: { twoRevisions: true },
  KS13: { rules: ['kstate-deprecated-version'] },
  KS14: { twoRevisions: true }, KS15: { twoRevisions: true },
  KS16: { rules: ['kstate-deprecated-count'] },
  KS17: { twoRevisions: true }, KS18: { twoRevisions: true }, KS19: { twoRevisions: true }, KS20: { twoRevisions: true }, KS21: { twoRevisions: true },
  KS22: { twoRevisions: true, why: 'what another type of the same size means is for the person to say' },
  KS23: { rules: ['kstate-field-version-above-version'] },
  KS24: { rules: ['kstate-deprecated-below-min', 'kstate-min-version-above-version'], notes: ['note-min-version'] },
  KS25: { twoRevisions: true },
  KS26: { notes: ['note-nested-id'] },
  KS27: { rules: ['kstate-subsections-ignored', 'kstate-subsection-self', 'kstate-subsection-cycle'] },
  KS28: { rules: ['kstate-subsections-not-terminated'] },
  KS29: { notes: ['note-missing-subsection'] },
  KS30: { notes: ['note-pointer-null'] },
  KS31: { rules: ['kstate-restore-before-pointer'], notes: ['note-pointer-target'] },
  KS32: { rules: ['kstate-pointer-to-char', 'kstate-pointer-to-void'] },
  KS33: { rules: ['kstate-not-a-pointer'] },
  KS34: { rules: ['kstate-raw-pointer'] },
  KS35: { rules: ['kstate-struct-padding'] },
  KS36: { notes: ['note-address-null'] },
  KS37: { rules: ['kstate-address-target', 'kstate-address-kind'] },
  KS38: { rules: ['kstate-address-kind'] },
  KS39: { rules: ['kstate-count-stride'] },
  KS40: { notes: ['note-address-target'] },
  KS41: { notes: ['note-folio-null'] },
  KS42: { notes: ['note-folio-order'], twoRevisions: true, why: 'a misalignment comes from a change, or from what another rule finds' },
  KS43: { rules: ['kstate-no-kind'] },
  KS44: { rules: ['kstate-count-stride'] },
  KS45: { rules: ['kstate-array-of-pointer-size'] },
  KS46: { rules: ['kstate-count-overrun'], notes: ['note-count'] },
  KS47: { rules: ['kstate-count-stride', 'kstate-array-without-count'] },
  KS48: { rules: ['kstate-custom-one-sided', 'kstate-custom-length'] },
  KS49: { notes: ['note-restore-error'] },
  KS50: { notes: ['note-save-error'] },
  KS51: { rules: ['kstate-get-byte'] },
  KS52: { rules: ['kstate-stream-growth'] },
  KS53: { rules: ['kstate-stream-growth'], notes: ['note-growth'] },
  KS54: { rules: ['kstate-probe-order'] },
  KS55: { notes: ['note-hashed-instance'] },
  KS56: { rules: ['kstate-restore-unchecked'] },
  KS57: { notes: ['note-version-warning'] },
  KS58: { rules: ['kstate-unregister-mismatch'] },
  KS59: { notes: ['note-snapshot'] },
  KS60: { rules: ['kstate-unknown-member', 'kstate-type-mismatch', 'kstate-bit-field', 'kstate-macro-arguments', 'kstate-other-dialect', 'kstate-pointer-to-incomplete'] },
  KS61: { rules: ['kstate-const-description'], notes: ['note-const'] },
};

describe('rows of the KSTATE facts', () => {
  it('are all here, each with an answer', () => {
    assert.deepEqual(Object.keys(rows), Array.from({ length: 61 }, (_, i) => `KS${String(i + 1).padStart(2, '0')}`));
    for (const [row, answer] of Object.entries(rows)) assert.ok(answer.rules !== undefined || answer.notes !== undefined || answer.twoRevisions === true, row);
  });
  it('are named by the rules and notes that answer them, and by no others', () => {
    const said = (kinds: readonly { readonly code: string; readonly facts: readonly string[] }[]): string[] => kinds.flatMap(({ code, facts }) => facts.filter((f) => f.startsWith('KS')).map((f) => `${f} ${code}`)).sort();
    const answered = (of: 'rules' | 'notes'): string[] => Object.entries(rows).flatMap(([row, answer]) => (answer[of] ?? []).map((code) => `${row} ${code}`)).sort();
    assert.deepEqual(said(rules), answered('rules'));
    assert.deepEqual(said(noteKinds), answered('notes'));
  });
  it('have their notes in the documentation, and no note is a rule', () => {
    const table = [...readFixture('../../docs/diagnostics.md').matchAll(/^\| (note-[\w-]+) \|/gm)].map((m) => m[1]);
    assert.deepEqual(table, noteKinds.map((kind) => kind.code));
    assert.deepEqual(noteKinds.filter((kind) => rules.some((rule) => rule.code === kind.code)), []);
  });
});
