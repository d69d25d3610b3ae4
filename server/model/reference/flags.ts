/** Flags of fields, kinds of addresses, ids (KSTATE facts 2.2, 2.4). */
import { everyDialect, onlyV3, sinceV2, versioned } from './entry';
import type { ReferenceEntry } from './entry';
import type { KstateDialect } from '../kstate';

function flag(name: string, value: string, dialects: readonly KstateDialect[], summary: string, details: readonly string[], facts: readonly string[]): ReferenceEntry {
  return { name, kind: 'flag', signature: `${name} = ${value}`, summary, details, dialects, facts: ['2.2', ...facts] };
}

export const flagEntries: readonly ReferenceEntry[] = [
  flag('KS_SIMPLE', '0x01', ['v1'], 'The member is copied by value; the name of KS_BASE_TYPE in KSTATE v1.', ['Length in the stream: size.'], ['5']),
  flag('KS_BASE_TYPE', '0x01', sinceV2, 'size bytes are copied by value.',
    ['Length in the stream: size, times count() when there is one.', 'Comes after STRUCT and CUSTOM: with one of those set it means nothing.'], ['3.2', 'KS45']),
  flag('KS_POINTER', '0x02', everyDialect, 'The member is a pointer, and what it points at is meant.',
    ['Alone it copies size bytes from there; with KS_STRUCT the pointee is a nested struct.', 'Followed without a test for NULL, in both directions.'], ['3.2', 'KS30', 'KS31']),
  flag('KS_STRUCT', '0x04', everyDialect, 'The member is a struct with a description of its own, given in ksd.',
    ['Length in the stream: a header (20 bytes in v3, 16 in v2) and the nested fields.', 'Nested instance ids are 0, nested ids are not compared, nested subsections are ignored.',
      'With count, size must be the size of one element.'], ['3.1', '3.2', 'KS26', 'KS27', 'KS47']),
  flag('KS_CUSTOM', '0x08', everyDialect, 'The callbacks save and restore move the field.',
    ['Length in the stream: whatever save writes; restore must read as much.', 'An error from save makes the whole handover fail; one from restore is dropped.'], ['3.2', '3.3', 'KS48', 'KS49', 'KS50']),
  flag('KS_ARRAY_OF_POINTER', '0x10', everyDialect, 'Each of the count() elements is a pointer that is followed first.',
    ['Needs another kind beside it (KS_STRUCT, KS_BASE_TYPE), or nothing travels.', 'size is the step from one pointer to the next: sizeof(void *). With KS_BASE_TYPE it is the length copied as well.'], ['3.2', 'KS43', 'KS44', 'KS45']),
  flag('KS_ADDRESS', '0x20', sinceV2, 'The pointer itself travels, as its distance from the base that addr_type names.',
    ['Length in the stream: 8 bytes.', 'Without addr_type the base is vmemmap.', 'With count, size must be 8: it is the step from one pointer to the next.'], ['3.2', 'KS36', 'KS38', 'KS39']),
  flag('KS_DEPRECATED', '0x40', versioned, 'The field is gone; version_id is the last version that had it.',
    ['Nothing is saved. Restore skips size bytes when the stream has exactly that version.', 'count is not looked at: size must be the total.'], ['3.2', '3.3', 'KS13', 'KS16']),
  flag('KS_END', '0x80000000', everyDialect, 'Ends the list, when it is the only flag.',
    ['Together with another flag it ends nothing.', 'The stream has an end marker of its own, which has nothing to do with it.'], ['KS01']),
];

export const addressKindEntries: readonly ReferenceEntry[] = [
  {
    name: 'KS_VMEMMAP_ADDR', kind: 'addressKind', signature: 'KS_VMEMMAP_ADDR = 0', dialects: sinceV2, facts: ['2.2', '3.2', 'KS38'],
    summary: 'The pointer is that of a struct page or struct folio: kept as its distance from the start of vmemmap.',
    details: ['Being 0 it is also what a hand-written field means that leaves addr_type out.'],
  },
  {
    name: 'KS_LINEAR_ADDR', kind: 'addressKind', signature: 'KS_LINEAR_ADDR = 1', dialects: sinceV2, facts: ['2.2', '3.2', 'KS37'],
    summary: 'The pointer is one into the linear map (kmalloc, alloc_pages): kept as its distance from PAGE_OFFSET.',
    details: ['Not for memory from vmalloc and not for variables of the kernel image.'],
  },
];

function id(name: string, values: string, dialects: readonly KstateDialect[], summary: string, details: readonly string[] = []): ReferenceEntry {
  return { name, kind: 'id', signature: `${name} = ${values}`, summary, details: [...details, 'Nothing checks that ids are unique.'], dialects, facts: ['2.4'] };
}

export const idEntries: readonly ReferenceEntry[] = [
  id('KSTATE_LAST_ID', '-1', everyDialect, 'Ends the stream in v1 and v2; has no use in v3.', ['A description with this id ends the stream of KSTATE v2.']),
  id('KSTATE_PAGE_ID', '0', ['v1'], 'Pages, in KSTATE v1.', ['Later dialects keep 0 for "broken stream".']),
  id('KSTATE_RSVD_MEM_ID', '1', ['v1', 'v2', 'dev'], 'The list of preserved pages.'),
  id('KSTATE_STRUCT_PAGE_ID', '2', ['v2', 'dev'], 'The counts of a struct page, nested in KSTATE_PAGE.'),
  id('KSTATE_TEST_ID', '3 (v1: 2)', everyDialect, 'The test module.'),
  id('KSTATE_TRACE_ID', '3', ['v1'], 'Tracing, in KSTATE v1.'),
  id('KSTATE_TRACE_BUFFER_ID', '4', ['v1'], 'A trace buffer, in KSTATE v1.'),
  id('KSTATE_TRACE_RING_BUFFER_ID', '5', ['v1'], 'A trace ring buffer, in KSTATE v1.'),
  id('KSTATE_TRACE_BUFFER_PAGE_ID', '6', ['v1'], 'A page of a trace buffer, in KSTATE v1.'),
  id('KSTATE_FOLIO_ID', '1', onlyV3, 'Set aside for folios; nothing uses it.'),
  id('KSTATE_KHO_FDT_ID', '2', onlyV3, 'Where KHO\'s own device tree lies.', ['It is the first thing that is restored; when that fails KHO is off as a whole.']),
  id('KSTATE_TEST_ID_V2', '4', onlyV3, 'The subsection of the test module.'),
  id('KSTATE_RESERVED_MEM_ID', '5', onlyV3, 'A region of reserved memory.', ['Its instance ids are checksums of the region\'s name.']),
];
