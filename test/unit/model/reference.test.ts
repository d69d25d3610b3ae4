import assert from 'node:assert/strict';
import { kstateMacros } from '../../../server/model/kstateMacros';
import { reference, referenceFor } from '../../../server/model/reference';

/** Every name of the interface, as sections 2.2 to 2.5 and 3.4 of the KSTATE facts list them. */
const interfaceNames = {
  macro: ['KSTATE_SIMPLE', 'KSTATE_BASE_TYPE', 'KSTATE_BASE_TYPE_V', 'KSTATE_BASE_TYPE_DEPRECATED', 'KSTATE_POINTER', 'KSTATE_POINTER_V',
    'KSTATE_ADDRESS', 'KSTATE_ADDRESS_V', 'KSTATE_FOLIO', 'KSTATE_PAGE', 'KSTATE_END_OF_LIST'],
  flag: ['KS_SIMPLE', 'KS_BASE_TYPE', 'KS_POINTER', 'KS_STRUCT', 'KS_CUSTOM', 'KS_ARRAY_OF_POINTER', 'KS_ADDRESS', 'KS_DEPRECATED', 'KS_END'],
  addressKind: ['KS_VMEMMAP_ADDR', 'KS_LINEAR_ADDR'],
  descriptionMember: ['name', 'id', 'instance_id', 'version_id', 'min_version_id', 'state_list', 'fields', 'subsections'],
  fieldMember: ['name', 'offset', 'size', 'flags', 'ksd', 'addr_type', 'version_id', 'restore', 'save', 'count'],
  call: ['kstate_register', 'kstate_restore', 'kstate_register_restore', 'kstate_unregister', 'kstate_save_data', 'kstate_restore_data',
    'kstate_get_byte', 'kstate_get_ulong'],
  id: ['KSTATE_LAST_ID', 'KSTATE_PAGE_ID', 'KSTATE_RSVD_MEM_ID', 'KSTATE_STRUCT_PAGE_ID', 'KSTATE_TEST_ID', 'KSTATE_TRACE_ID', 'KSTATE_TRACE_BUFFER_ID',
    'KSTATE_TRACE_RING_BUFFER_ID', 'KSTATE_TRACE_BUFFER_PAGE_ID', 'KSTATE_FOLIO_ID', 'KSTATE_KHO_FDT_ID', 'KSTATE_TEST_ID_V2', 'KSTATE_RESERVED_MEM_ID'],
  struct: ['kstate_description', 'kstate_field'],
} as const;

describe('reference', () => {
  for (const kind of ['macro', 'flag', 'addressKind', 'descriptionMember', 'fieldMember', 'call', 'id', 'struct'] as const) {
    it(`has every ${kind} of the interface`, () => {
      const missing = interfaceNames[kind].filter((name) => referenceFor(name, kind) === undefined);
      assert.deepEqual(missing, []);
    });
  }

  it('has each entry once', () => {
    const keys = reference.map((entry) => `${entry.kind} ${entry.name}`);
    assert.deepEqual(keys.filter((key, i) => keys.indexOf(key) !== i), []);
  });

  it('says of every entry what it is, in sentences, with dialects and facts', () => {
    for (const entry of reference) {
      for (const sentence of [entry.summary, ...entry.details]) assert.match(sentence, /^[^!]+\.$/, `${entry.name}: ${sentence}`);
      assert.ok(entry.dialects.length > 0 && entry.facts.length > 0, entry.name);
      assert.ok(entry.signature.includes(entry.name), entry.name);
    }
  });

  it('agrees with the table that fields are read by: arguments and dialects', () => {
    for (const macro of kstateMacros) {
      const entry = referenceFor(macro.name, 'macro');
      assert.ok(entry, macro.name);
      const args = /\((.*)\)/.exec(entry.signature)?.[1] ?? '';
      assert.equal(args === '' ? 0 : args.split(',').length, macro.args.length, entry.signature);
      assert.deepEqual([...entry.dialects].sort(), [...macro.dialects].sort(), macro.name);
    }
  });

  it('says that the kernel code never reads min_version_id', () => {
    const entry = referenceFor('min_version_id', 'descriptionMember');
    assert.ok(entry?.details.some((detail) => detail.includes('never reads it')));
  });

  it('finds names as they stand in code, and members only by kind', () => {
    assert.equal(referenceFor('KSTATE_FOLIO')?.kind, 'macro');
    assert.equal(referenceFor('KS_END')?.kind, 'flag');
    assert.equal(referenceFor('version_id'), undefined);
    assert.notEqual(referenceFor('version_id', 'fieldMember'), referenceFor('version_id', 'descriptionMember'));
    assert.equal(referenceFor('toString'), undefined);
  });
});
