/** The calls of the interface (KSTATE facts 3.4, 3.5, 4.2). */
import { everyDialect, onlyV3, sinceV2 } from './entry';
import type { ReferenceEntry } from './entry';
import type { KstateDialect } from '../kstate';

function call(name: string, signature: string, dialects: readonly KstateDialect[], summary: string, details: readonly string[], facts: readonly string[]): ReferenceEntry {
  return { name, kind: 'call', signature, summary, details, dialects, facts };
}

export const callEntries: readonly ReferenceEntry[] = [
  call('kstate_register', 'int kstate_register(struct kstate_description *desc, void *obj, int instance)', everyDialect,
    'Has the object saved at the next handover.',
    ['v3: it does not restore; that is kstate_restore.', 'v1 and v2 take no instance, number the object themselves, and restore at once.',
      'The object registered last comes first in the stream.', 'Objects are read when KHO is finalised: what changes afterwards is lost.',
      'Without CONFIG_KSTATE it is a macro of two arguments, so a v3 caller does not compile.'], ['3.1', '3.4', '3.5', '4.2', 'KS05', 'KS59']),
  call('kstate_restore', 'int kstate_restore(struct kstate_description *desc, void *obj, int instance)', onlyV3,
    'Fills the object from the stream that the previous kernel left.',
    ['Takes the first entry with the id and the instance. Needs no registration.', '-ENOENT: no handover took place, or the stream has no such entry; the object is untouched.',
      '0 does not mean that every field arrived: errors of callbacks are dropped.'], ['3.3', '3.4', 'KS49', 'KS56']),
  call('kstate_register_restore', 'int kstate_register_restore(struct kstate_description *desc, void *obj)', onlyV3,
    'Registers and restores, with the next number of the description\'s own counter as instance.',
    ['Numbers are 1, 2, … in the order of the calls: with several objects they swap state when the order differs in the next kernel.',
      'Returns what restore returns, so -ENOENT on a cold boot; an error of registering is ignored.'], ['3.4', 'KS54', 'KS56']),
  call('kstate_unregister', 'void kstate_unregister(struct kstate_description *desc, void *obj, int instance)', onlyV3,
    'Takes the object out of the next handover.',
    ['Removes the newest registration with this object and instance; the description is not compared.', 'When there is none it frees a pointer that is no registration.'], ['3.4', 'KS58']),
  call('kstate_save_data', 'int kstate_save_data(struct kstate_stream *stream, const void *data, size_t size)', sinceV2,
    'Writes bytes, for custom save callbacks.',
    ['0, or an error that the callback should return.', 'One large write can overflow the stream\'s folio in v3.'], ['3.4', '3.6', 'KS52']),
  call('kstate_restore_data', 'void kstate_restore_data(struct kstate_stream *stream, void *data, size_t size)', onlyV3,
    'Reads bytes, for custom restore callbacks.', ['Must read exactly as much as save wrote; nothing compares it with the entry\'s size.'], ['3.4', 'KS48']),
  call('kstate_get_byte', 'bool kstate_get_byte(struct kstate_stream *stream)', sinceV2,
    'Reads one byte, as a truth value.', ['Every byte but 0 becomes 1: for a number use kstate_restore_data.'], ['3.4', 'KS51']),
  call('kstate_get_ulong', 'unsigned long kstate_get_ulong(struct kstate_stream *stream)', sinceV2,
    'Reads eight bytes as a number.', ['In the byte order of the machine, at whatever address they lie.'], ['3.4']),
  call('kstate_folio_save', 'int kstate_folio_save(struct kstate_stream *stream, void *obj, const struct kstate_field *field)', onlyV3,
    'The save callback of KSTATE_FOLIO: writes the physical address and preserves the folio.', ['A NULL folio is a crash.'], ['2.5', '3.5', 'KS41']),
  call('kstate_folio_restore', 'int kstate_folio_restore(struct kstate_stream *stream, void *obj, const struct kstate_field *field)', onlyV3,
    'The restore callback of KSTATE_FOLIO: reads the address and gets the folio back from KHO.',
    ['-ENOENT when there is none; the caller drops it, and the member stays as it was.'], ['2.5', '3.5', 'KS42']),
  call('kstate_finalize', 'int kstate_finalize(void)', onlyV3, 'Builds the stream; KHO calls it when it is finalised.',
    ['An error of any object\'s save makes it fail, and the handover of the machine with it.'], ['3.2', '3.5', 'KS50']),
  call('kstate_abort', 'int kstate_abort(void)', onlyV3, 'Drops the stream again.', ['What the fields preserved stays preserved.'], ['3.5']),
];
