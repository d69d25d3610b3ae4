/** The structs of the interface and their members (KSTATE facts 2.1, 2.3). */
import { everyDialect, onlyV3, sinceV2, versioned } from './entry';
import type { ReferenceEntry } from './entry';
import type { KstateDialect } from '../kstate';

export const structEntries: readonly ReferenceEntry[] = [
  {
    name: 'kstate_description', kind: 'struct', signature: 'struct kstate_description', dialects: everyDialect, facts: ['1', '2.3', 'KS61'],
    summary: 'How the state of one kind of object is saved and restored: an id, a version, a list of fields, and optional parts.',
    details: ['One description serves any number of objects, told apart by their instance ids.', 'Registering takes a description that is not const; subsections and nested ones may be const.'],
  },
  {
    name: 'kstate_field', kind: 'struct', signature: 'struct kstate_field', dialects: everyDialect, facts: ['1', '2.1'],
    summary: 'One entry of a description\'s list: how to move one member.',
    details: ['Entries and fields follow each other in the stream without padding; the stream holds neither names nor types nor field versions.'],
  },
  {
    name: 'kstate_stream', kind: 'struct', signature: 'struct kstate_stream', dialects: sinceV2, facts: ['3.1', '3.6', '4.1'],
    summary: 'The stream that is being written or read; pos is the next byte.',
    details: ['In v3 it begins with the magic 0x3b37778c, and grows by whole folios.'],
  },
];

function description(name: string, signature: string, dialects: readonly KstateDialect[], summary: string, details: readonly string[], facts: readonly string[]): ReferenceEntry {
  return { name, kind: 'descriptionMember', signature, summary, details, dialects, facts: ['2.3', ...facts] };
}

export const descriptionMemberEntries: readonly ReferenceEntry[] = [
  description('name', 'const char *name', everyDialect, 'A name for people.', ['It is not in the stream, and nothing compares it.'], []),
  description('id', 'enum kstate_ids id', everyDialect, 'The number by which the next kernel finds the entry.',
    ['Must be unique among all descriptions and subsections; nothing checks that.', '0 counts as a broken stream when it comes first.', 'A nested description\'s id is not compared.'], ['2.4', 'KS02', 'KS03', 'KS26']),
  description('instance_id', 'atomic_t instance_id', everyDialect, 'The counter that numbers objects when the caller does not.',
    ['Begins at 0, so the first object gets 1.', 'In v3 only kstate_register_restore uses it. Numbers follow the order of probing, which may differ in the next kernel.'], ['3.4', 'KS54']),
  description('version_id', 'int version_id', everyDialect, 'The version of the format, written into the header of each entry.',
    ['Raise it whenever the field list changes.', 'A stream of another version is still read, with one WARN_ONCE per boot for all objects together.',
      'Fields with a higher version than the stream\'s are left out.'], ['3.2', '3.3', 'KS07', 'KS57']),
  description('min_version_id', 'int min_version_id', onlyV3, 'The oldest version this description understands, by the documentation.',
    ['Today\'s kernel code never reads it: a stream of an older version is restored all the same, with the WARN_ONCE that any other version gets.',
      'To refuse old streams, test for it in a custom restore callback that leaves a mark in the object.'], ['3.3', '7', 'KS24']),
  description('state_list', 'struct list_head state_list', ['v1', 'v2', 'dev'], 'A list head that is initialised by convention and never used.',
    ['KSTATE v3 does not have it.'], []),
  description('fields', 'const struct kstate_field *fields', everyDialect, 'The list of fields, ended by KSTATE_END_OF_LIST().',
    ['Its order is the order of the bytes in the stream: moving, adding or removing an entry changes the format.'], ['3.2', 'KS01', 'KS06', 'KS10', 'KS20']),
  description('subsections', 'const struct kstate_description **subsections', versioned, 'Descriptions of optional parts of the same object, ended by NULL.',
    ['Each is an entry of its own behind the object\'s, with the object\'s instance id.', 'A kernel that does not know one steps over it; one that misses one leaves the members untouched.',
      'Only those of registered descriptions count: subsections of subsections and of nested descriptions are ignored.'], ['3.1', '3.3', 'KS27', 'KS28', 'KS29']),
];

function field(name: string, signature: string, dialects: readonly KstateDialect[], summary: string, details: readonly string[], facts: readonly string[]): ReferenceEntry {
  return { name, kind: 'fieldMember', signature, summary, details, dialects, facts: ['2.1', ...facts] };
}

export const fieldMemberEntries: readonly ReferenceEntry[] = [
  field('name', 'const char *name', everyDialect, 'A name for people.', ['No code uses it. KSTATE_FOLIO always gives "folio".'], []),
  field('offset', 'size_t offset', everyDialect, 'Where the member lies in the object.', ['Not in the stream: the member may move within the struct.'], ['3.2']),
  field('size', 'size_t size', everyDialect, 'Bytes of one element.', ['With count it is also the step from one element to the next.', 'KS_CUSTOM does not use it, KS_ADDRESS only as the step.'], ['3.2', 'KS39', 'KS44', 'KS47']),
  field('flags', 'enum kstate_flags flags', everyDialect, 'The kind of field.', ['Of several kinds the first wins: STRUCT, CUSTOM, BASE_TYPE or POINTER, ADDRESS.', 'With none of them nothing travels and a WARN_ON_ONCE is logged.'], ['2.2', '3.2']),
  field('ksd', 'const struct kstate_description *ksd', everyDialect, 'The description of a nested struct, for KS_STRUCT.', ['Its id is not compared and its subsections are ignored.'], ['3.3', 'KS26', 'KS27']),
  field('addr_type', 'enum kstate_addr_type addr_type', sinceV2, 'Which base a KS_ADDRESS is counted from.', ['Left out it is KS_VMEMMAP_ADDR.', 'Another value logs a WARN_ON each time and counts from 0.'], ['3.2', 'KS38']),
  field('version_id', 'int version_id', everyDialect, 'The first version with the field; for a deprecated one the last.', ['v1 and v2 have the member but read it nowhere.'], ['3.2', '3.3', 'KS23']),
  field('restore', 'int (*restore)(struct kstate_stream *stream, void *obj, const struct kstate_field *field)', everyDialect, 'Reads a KS_CUSTOM field.',
    ['What it returns is dropped.', 'In v1 it returns the number of bytes to advance.'], ['3.3', '5', 'KS48', 'KS49']),
  field('save', 'int (*save)(struct kstate_stream *stream, void *obj, const struct kstate_field *field)', everyDialect, 'Writes a KS_CUSTOM field.',
    ['An error makes the whole handover fail.', 'In v1 it returns the number of bytes to advance.'], ['3.2', '5', 'KS50']),
  field('count', 'int (*count)(void)', everyDialect, 'How many elements there are.',
    ['It gets no argument, so it can\'t ask the object.', 'Called in each kernel for itself: when the two differ, every later field is read from the wrong place.'], ['3.2', '3.3', 'KS46']),
];
