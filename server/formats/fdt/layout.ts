/** The flattened device tree's tables: header, memory reservations, and the tags of the structure block. All big endian. */
import { be32, be64, table } from '../layoutTable';

export const FDT_MAGIC = 0xd00dfeed;

export const FDT_BEGIN_NODE = 1;
export const FDT_END_NODE = 2;
export const FDT_PROP = 3;
export const FDT_NOP = 4;
export const FDT_END = 9;

export const FDT_VERSION = 17;
export const FDT_LAST_COMP_VERSION = 16;
/** The oldest version that can be read. */
export const FDT_OLDEST_VERSION = 2;

export const fdtHeader = table('FDT header', {
  magic: be32('0xd00dfeed', 'hex'),
  totalsize: be32('bytes of the whole tree; of the buffer while it is open for changes', 'bytes'),
  off_dt_struct: be32('where the structure block starts', 'hex'),
  off_dt_strings: be32('where the strings block starts', 'hex'),
  off_mem_rsvmap: be32('where the memory reservations start: 48 as written in sequence, 40 once packed', 'hex'),
  version: be32('17'),
  last_comp_version: be32('oldest version this is compatible with: 16'),
  boot_cpuid_phys: be32('0 in handovers'),
  size_dt_strings: be32('bytes of the strings block', 'bytes'),
  size_dt_struct: be32('bytes of the structure block (version 17)', 'bytes'),
});

export const fdtReservation = table('FDT memory reservation', {
  address: be64('physical address; 0 with size 0 ends the list', 'hex'),
  size: be64('bytes', 'bytes'),
});

/** In front of a property's data. */
export const fdtPropertyHeader = table('FDT property', {
  tag: be32('3, FDT_PROP'),
  len: be32('bytes of data', 'bytes'),
  nameoff: be32('where the name starts in the strings block', 'hex'),
});

/** Bytes of the header by version: the last members came with 2, 3 and 17. */
export function headerBytesOf(version: number): number {
  if (version <= 1) return 28;
  if (version <= 2) return 32;
  if (version <= 16) return 36;
  return 40;
}

export const align = (value: number, to: number): number => Math.ceil(value / to) * to;
export const tagAlign = (value: number): number => (value + 3) & ~3;

/** libfdt's errors by name, with the numbers that the kernel's calls return (negative). */
export const fdtErrors = {
  NOTFOUND: -1, EXISTS: -2, NOSPACE: -3, BADOFFSET: -4, BADPATH: -5, BADPHANDLE: -6, BADSTATE: -7, TRUNCATED: -8, BADMAGIC: -9,
  BADVERSION: -10, BADSTRUCTURE: -11, BADLAYOUT: -12, INTERNAL: -13, BADNCELLS: -14, BADVALUE: -15, BADOVERLAY: -16, NOPHANDLES: -17,
  BADFLAGS: -18, ALIGNMENT: -19,
} as const;

export type FdtError = keyof typeof fdtErrors;

/** What a call gives: a value, or libfdt's error. */
export type FdtAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: FdtError };

export const done: FdtAnswer<undefined> = { ok: true, value: undefined };
export const failed = (error: FdtError): { readonly ok: false; readonly error: FdtError } => ({ ok: false, error });

/** First place of a string with its NUL in a part of some bytes, as an offset into the part: a suffix of a longer string counts. -1: none. */
export function findString(within: Uint8Array, name: Uint8Array): number {
  const last = within.length - name.length - 1;
  const first = name[0] ?? 0;
  for (let at = within.indexOf(first); at >= 0 && at <= last; at = within.indexOf(first, at + 1)) {
    if (within[at + name.length] !== 0) continue;
    let i = 1;
    while (i < name.length && within[at + i] === name[i]) i++;
    if (i >= name.length) return at;
  }
  return -1;
}
