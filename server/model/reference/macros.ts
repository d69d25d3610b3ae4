/** The field macros (KSTATE facts 2.5, 3.2, 3.3, 4.4). */
import { everyDialect, onlyV2, onlyV3, sinceV2, versioned } from './entry';
import type { ReferenceEntry } from './entry';

const memberPath = 'The member may be a path or an element: a.b, t[1]. A bit-field can not be named.';
const fieldVersion = 'The version is that of the description from which on the field exists: a stream with a lower one does not have it, and restore leaves the member alone.';
const fieldVersionTrap = 'A version above version_id is never saved, and each save logs a WARN_ON.';

export const macroEntries: readonly ReferenceEntry[] = [
  {
    name: 'KSTATE_SIMPLE', kind: 'macro', signature: 'KSTATE_SIMPLE(member, struct)', dialects: ['v1'], facts: ['2.5', '5'],
    summary: 'A member copied by value, in KSTATE v1.',
    details: ['Length in the stream: the size of the member.', 'No type is checked. KSTATE v2 has KSTATE_BASE_TYPE in its place.'],
  },
  {
    name: 'KSTATE_BASE_TYPE', kind: 'macro', signature: 'KSTATE_BASE_TYPE(member, struct, type)', dialects: sinceV2, facts: ['2.5', '3.2', 'KS34', 'KS35'],
    summary: 'A member copied by value: numbers, enums and arrays of them.',
    details: [
      'Length in the stream: sizeof(type), without padding around it.',
      'Does not compile unless type is exactly the member\'s type: u64 is not unsigned long, char[4] not u8[4], an enum not int.',
      'On a pointer it saves the address, which means nothing in the next kernel; on a struct its padding travels and its layout becomes the format.',
      memberPath,
    ],
  },
  {
    name: 'KSTATE_BASE_TYPE_V', kind: 'macro', signature: 'KSTATE_BASE_TYPE_V(member, struct, type, version)', dialects: versioned, facts: ['2.5', '3.2', 'KS08', 'KS23'],
    summary: 'A member copied by value that exists from a version on.',
    details: ['Length in the stream: sizeof(type).', fieldVersion, fieldVersionTrap, 'Put new fields at the end: an older kernel reads what it knows and ignores only what comes after it.'],
  },
  {
    name: 'KSTATE_BASE_TYPE_DEPRECATED', kind: 'macro', signature: 'KSTATE_BASE_TYPE_DEPRECATED(name, type, version)', dialects: versioned,
    facts: ['2.5', '3.2', '3.3', 'KS11', 'KS12', 'KS13', 'KS14', 'KS17'],
    summary: 'A field that is gone: version is the last one that had it, type what it was.',
    details: [
      'Length in the stream: 0 when saving. Restore skips sizeof(type) when the stream has exactly this version, and nothing otherwise.',
      'It must stay at the field\'s old place in the list, and version_id must be raised above the version given.',
      'A field that several versions had needs one entry for each of them: streams older than the version given are not skipped.',
      'Three arguments: name is a mere label and needs no member, and there is no struct.',
      'For a nested struct the bytes to skip include a 20 byte header; for a pointer they are the pointee\'s; for a folio or an address 8.',
    ],
  },
  {
    name: 'KSTATE_POINTER', kind: 'macro', signature: 'KSTATE_POINTER(member, struct)', dialects: everyDialect, facts: ['2.5', '3.2', 'KS30', 'KS31', 'KS32', 'KS33'],
    summary: 'What a pointer member points at, copied by value.',
    details: [
      'Length in the stream: the size of one pointee; for a char pointer that is one byte of the string.',
      'Save follows the pointer without a test: NULL is a crash at the handover.',
      'Restore writes through the new kernel\'s own pointer and allocates nothing: the pointee must be there before.',
      memberPath,
    ],
  },
  {
    name: 'KSTATE_POINTER_V', kind: 'macro', signature: 'KSTATE_POINTER_V(member, struct, version)', dialects: versioned, facts: ['2.5', '3.2', 'KS23', 'KS30'],
    summary: 'What a pointer member points at, from a version on.',
    details: ['Length in the stream: the size of one pointee.', fieldVersion, fieldVersionTrap, 'NULL at save is a crash; restore allocates nothing.'],
  },
  {
    name: 'KSTATE_ADDRESS', kind: 'macro', signature: 'KSTATE_ADDRESS(member, struct, KS_LINEAR_ADDR | KS_VMEMMAP_ADDR)', dialects: sinceV2,
    facts: ['2.5', '3.2', '3.3', 'KS36', 'KS37', 'KS40'],
    summary: 'A pointer kept as its distance from the base of the linear map or of vmemmap, so that KASLR does not break it.',
    details: [
      'Length in the stream: 8 bytes, whatever it points at.',
      'Only the address travels. The memory behind it must be preserved by other means, or the pointer leads into memory that is in use for something else.',
      'NULL does not stay NULL when the bases differ between the kernels.',
      'Addresses from vmalloc or of the kernel image come out wrong.',
    ],
  },
  {
    name: 'KSTATE_ADDRESS_V', kind: 'macro', signature: 'KSTATE_ADDRESS_V(member, struct, KS_LINEAR_ADDR | KS_VMEMMAP_ADDR, version)', dialects: versioned,
    facts: ['2.5', '3.2', 'KS23', 'KS36'],
    summary: 'A pointer kept as its distance from a base, from a version on.',
    details: ['Length in the stream: 8 bytes.', fieldVersion, fieldVersionTrap, 'Only the address travels; preserve the memory, too.'],
  },
  {
    name: 'KSTATE_FOLIO', kind: 'macro', signature: 'KSTATE_FOLIO(member, struct)', dialects: onlyV3, facts: ['2.5', '3.5', 'KS19', 'KS41', 'KS42'],
    summary: 'A struct folio pointer: the folio stays where it is, and the next kernel gets it back.',
    details: [
      'Length in the stream: 8 bytes, the folio\'s physical address. Save also preserves the folio with KHO.',
      'A NULL folio at save is a crash.',
      'When restore can\'t get the folio back, the member stays as it was and the error is dropped: test the member afterwards.',
      'A list that is read from the wrong place makes an unrelated page of it. Folio fields at the front of the list are safest.',
      'The field\'s name is always "folio". There is neither a form with a version nor a deprecated one, and the member\'s type is not checked.',
    ],
  },
  {
    name: 'KSTATE_PAGE', kind: 'macro', signature: 'KSTATE_PAGE(member, struct)', dialects: onlyV2, facts: ['2.5', '4.4', '4.5'],
    summary: 'A struct page pointer in KSTATE v2: three fields in a row that keep the page, its address and its counts.',
    details: [
      'Length in the stream: 32 bytes (8 for the address, 16 for a nested header, 8 for the counts).',
      'KSTATE v3 has KSTATE_FOLIO in its place, with 8 bytes; the two can not read each other\'s streams.',
      'Restore takes every order above 1 for 1.',
    ],
  },
  {
    name: 'KSTATE_END_OF_LIST', kind: 'macro', signature: 'KSTATE_END_OF_LIST()', dialects: everyDialect, facts: ['2.2', 'KS01'],
    summary: 'Ends a field list.',
    details: ['Nothing travels for it.', 'Without it save and restore run past the array. Entries behind it are never reached.'],
  },
];
