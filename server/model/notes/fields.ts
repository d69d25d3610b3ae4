/** Notes about fields. */
import type { CUnit } from '../../c/api';
import { countOf } from '../counts';
import { KS_ADDRESS, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT, hasFlag } from '../kstateFlags';
import { macroKind } from '../kstateMacros';
import { returnsOf } from '../walkCode';
import type { NoteKind } from './note';
import { nameOf } from './note';

const pointerMayBeNull: NoteKind = {
  code: 'note-pointer-null',
  title: 'A pointer that may be NULL when it is saved',
  facts: ['3.2', 'KS30'],
  ofField: (field) => (hasFlag(field, KS_POINTER) && !hasFlag(field, KS_DEPRECATED | KS_CUSTOM)
    ? `${nameOf(field)} must not be NULL when the handover is finalized: save reads through it and the kernel crashes` : undefined),
};

const pointerMustBeSet: NoteKind = {
  code: 'note-pointer-target',
  title: 'A pointer that has to be set before the restore',
  facts: ['3.3', 'KS31'],
  ofField: (field) => (hasFlag(field, KS_POINTER) && !hasFlag(field, KS_DEPRECATED | KS_CUSTOM)
    ? `${nameOf(field)} must point at memory before the restore: the saved value is written through it, and nothing is allocated` : undefined),
};

const addressMayBeNull: NoteKind = {
  code: 'note-address-null',
  title: 'An address that may be NULL',
  facts: ['3.2', 'KS36'],
  ofField: (field) => (isAddress(field) ? `a NULL in ${nameOf(field)} is no NULL in a kernel with other bases: it becomes the distance between the two` : undefined),
};

const addressTarget: NoteKind = {
  code: 'note-address-target',
  title: 'An address whose memory has to be preserved',
  facts: ['3.2', 'KS40'],
  ofField: (field) => (isAddress(field) ? `only the address in ${nameOf(field)} travels: unless the memory behind it is preserved by other means, the next kernel uses it for something else` : undefined),
};

const folioMayBeNull: NoteKind = {
  code: 'note-folio-null',
  title: 'A folio that may be NULL',
  facts: ['3.5', 'KS41'],
  ofField: (field) => (macroKind(field) === 'folio' || (field.save?.known === true && field.save.value === 'kstate_folio_save')
    ? `${nameOf(field)} must not be NULL when the handover is finalized: the kernel oopses` : undefined),
};

const folioMisread: NoteKind = {
  code: 'note-folio-order',
  title: 'A folio behind other fields',
  facts: ['3.5', 'KS42'],
  ofField: (field, { fields }) => (macroKind(field) === 'folio' && field.index > 0 && fields.some((other) => other.index < field.index && macroKind(other) !== 'folio')
    ? `if ever a field in front of ${nameOf(field)} changes its length, an unrelated page is handed to the driver and no error is returned; in front of the others it is safe` : undefined),
};

const countMayDiffer: NoteKind = {
  code: 'note-count',
  title: 'A count that each kernel asks anew',
  facts: ['3.3', 'KS46'],
  ofField: (field, { unit }) => (field.count?.known === true && !hasFlag(field, KS_DEPRECATED) && typeof countOf(unit, field.count.value) !== 'number'
    ? `${field.count.value}() is called by the old kernel and by the new one, and the number is not in the stream: when they differ, every field behind ${nameOf(field)} is read from the wrong place` : undefined),
};

const restoreError: NoteKind = {
  code: 'note-restore-error',
  title: 'An error of a custom restore',
  facts: ['3.3', 'KS49'],
  ofField: (field, { unit }) => (hasFlag(field, KS_CUSTOM) && field.restore?.known === true && mayFail(unit, field.restore.value)
    ? `what ${field.restore.value} returns is dropped: an error leaves no trace but what it has written into the object` : undefined),
};

const saveError: NoteKind = {
  code: 'note-save-error',
  title: 'An error of a custom save',
  facts: ['3.2', 'KS50'],
  ofField: (field, { unit }) => (hasFlag(field, KS_CUSTOM) && field.save?.known === true && mayFail(unit, field.save.value)
    ? `an error of ${field.save.value} refuses the handover of the whole machine` : undefined),
};

function isAddress(field: Parameters<NonNullable<NoteKind['ofField']>>[0]): boolean {
  return hasFlag(field, KS_ADDRESS) && !hasFlag(field, KS_BASE_TYPE | KS_POINTER | KS_STRUCT | KS_CUSTOM | KS_DEPRECATED);
}

/** The function returns something else than a constant 0. */
function mayFail(unit: CUnit, callback: string): boolean {
  const fn = unit.lookup(callback);
  const body = fn?.bodyTokens === undefined ? undefined : unit.body(fn);
  return body !== undefined && returnsOf(body).some((expr) => {
    const value = expr === undefined ? undefined : unit.evaluate(expr);
    return value?.kind !== 'int' || value.value !== 0n;
  });
}

export const fieldNotes: readonly NoteKind[] = [
  pointerMayBeNull, pointerMustBeSet, addressMayBeNull, addressTarget, folioMayBeNull, folioMisread, countMayDiffer, restoreError, saveError,
];
