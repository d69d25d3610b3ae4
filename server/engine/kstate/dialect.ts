/** What differs between the KSTATE dialects, as data. KSTATE facts 2 to 6. */
import type { StreamFormat } from '../../formats/kstateStream';
import { streamFormats } from '../../formats/kstateStream';
import type { KstateDialect } from '../../model/kstate';

/** Flag values (facts 2.2). */
export const KS_BASE_TYPE = 0x01;
export const KS_POINTER = 0x02;
export const KS_STRUCT = 0x04;
export const KS_CUSTOM = 0x08;
export const KS_ARRAY_OF_POINTER = 0x10;
export const KS_ADDRESS = 0x20;
export const KS_DEPRECATED = 0x40;
export const KS_END = 0x80000000;

/** addr_type (facts 2.2). */
export const KS_VMEMMAP_ADDR = 0;
export const KS_LINEAR_ADDR = 1;

export const ENOENT = 2;
export const ENOMEM = 12;
export const EINVAL = 22;

export interface Dialect {
  readonly name: KstateDialect;
  readonly format: StreamFormat;
  /** What saving does with a field above the description's version: nothing special, skip it, skip it with a WARN_ON. */
  readonly saveAboveVersion: 'written' | 'skipped' | 'warned';
  /** Whether restoring looks at field versions and at KS_DEPRECATED. */
  readonly fieldVersions: boolean;
  /** The description declares min_version_id. */
  readonly minVersion: boolean;
  readonly addresses: boolean;
  readonly subsections: boolean;
  /** A first entry with id 0 makes every restore fail. */
  readonly idZeroFails: boolean;
  /** Which matching entries one restore uses. */
  readonly walk: 'first' | 'every';
  /** kstate_register restores at once, takes no instance, and reports nothing. */
  readonly registerRestores: boolean;
  /** How the stream grows (facts 3.6, 4.3). `folio-posted` omits storing the new folio. */
  readonly growth: 'folio' | 'folio-posted' | 'vmalloc';
  /** The list of preserved pages travels as an object of its own (facts 4.4). */
  readonly preservedList: boolean;
}

const v2: Dialect = {
  name: 'v2', format: streamFormats.v2, saveAboveVersion: 'written', fieldVersions: false, minVersion: false, addresses: true, subsections: false,
  idZeroFails: true, walk: 'every', registerRestores: true, growth: 'vmalloc', preservedList: true,
};
const v3: Dialect = {
  name: 'v3', format: streamFormats.v3, saveAboveVersion: 'warned', fieldVersions: true, minVersion: true, addresses: true, subsections: true,
  idZeroFails: true, walk: 'first', registerRestores: false, growth: 'folio', preservedList: false,
};

export const dialects: Readonly<Record<KstateDialect, Dialect>> = {
  v1: { ...v2, name: 'v1', format: streamFormats.v1, addresses: false, idZeroFails: false, preservedList: false },
  v2,
  dev: {
    ...v3, name: 'dev', format: streamFormats.dev, saveAboveVersion: 'skipped', minVersion: false, walk: 'every', registerRestores: true, growth: 'vmalloc',
  },
  v3,
  'v3-posted': { ...v3, name: 'v3-posted', growth: 'folio-posted' },
};

/** How a field travels: which branch of save and restore it takes. First match wins (facts 3.2). */
export type FieldKind = 'deprecated' | 'nested' | 'folio' | 'custom' | 'copied' | 'pointee' | 'address' | 'none';

export function fieldKind(dialect: Dialect, field: { readonly flags: number; readonly save: string | undefined; readonly restore: string | undefined }): FieldKind {
  const { flags } = field;
  if (dialect.fieldVersions && (flags & KS_DEPRECATED) !== 0) return 'deprecated';
  if ((flags & KS_STRUCT) !== 0) return 'nested';
  if ((flags & KS_CUSTOM) !== 0) return field.save === 'kstate_folio_save' || field.restore === 'kstate_folio_restore' ? 'folio' : 'custom';
  if ((flags & KS_POINTER) !== 0) return 'pointee';
  if ((flags & KS_BASE_TYPE) !== 0) return 'copied';
  if (dialect.addresses && (flags & KS_ADDRESS) !== 0) return 'address';
  return 'none';
}

/** Bytes that one element of a field takes where the list alone tells; undefined for what a callback, a nested description or nothing writes. */
export function elementBytes(kind: FieldKind, field: { readonly sizeBytes: number }): number | undefined {
  switch (kind) {
    case 'copied': case 'pointee': return Math.max(0, field.sizeBytes);
    case 'address': return 8;
    default: return undefined;
  }
}
