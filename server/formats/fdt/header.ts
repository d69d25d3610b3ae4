/** The header of a flattened device tree: read, and checked as libfdt's fdt_check_header() does, with every fault named. */
import type { FormatProblem, Problems, Result } from '../problem';
import { bad, good, hex } from '../problem';
import { decode } from '../layoutTable';
import type { Values } from '../layoutTable';
import { FDT_MAGIC, FDT_OLDEST_VERSION, FDT_VERSION, fdtErrors, fdtHeader, headerBytesOf } from './layout';

export type FdtHeader = Values<typeof fdtHeader['specs']>;

const INT_MAX = 0x7fffffff;

/** Whether the bytes start as a tree does. */
export function looksLikeFdt(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[0] === 0xd0 && bytes[1] === 0x0d && bytes[2] === 0xfe && bytes[3] === 0xed;
}

/** The header; members that its version lacks are 0. A problem when the magic is not there or the bytes end inside it. */
export function readHeader(bytes: Uint8Array): Result<FdtHeader> {
  if (bytes.length >= 4 && !looksLikeFdt(bytes)) {
    const found = ((bytes[0] ?? 0) * 0x1000000) + ((bytes[1] ?? 0) << 16) + ((bytes[2] ?? 0) << 8) + (bytes[3] ?? 0);
    return bad({ structure: fdtHeader.structure, offsetBytes: 0, field: 'magic', expected: hex(FDT_MAGIC), found: hex(found) });
  }
  const whole = decode(fdtHeader, bytes, 0, 'big');
  if (whole.ok && whole.value.version >= 17) return whole;
  // Older trees may be smaller than today's header.
  const padded = new Uint8Array(fdtHeader.sizeBytes);
  padded.set(bytes.subarray(0, Math.min(bytes.length, 24)));
  const version = decode(fdtHeader, padded, 0, 'big');
  if (!version.ok) return version;
  const sizeBytes = headerBytesOf(version.value.version);
  if (bytes.length < sizeBytes) return whole.ok ? whole : bad({ ...whole.problem, expected: `${String(sizeBytes)} bytes` });
  padded.set(bytes.subarray(0, sizeBytes));
  const old = decode(fdtHeader, padded, 0, 'big');
  return old.ok ? good(old.value) : old;
}

/** Every way in which the kernel would refuse the header, and blocks that do not fit into the bytes that are there. */
export function checkHeader(header: FdtHeader, givenBytes: number, problems: Problems): void {
  const add = (field: keyof FdtHeader & string, expected: string, found: string): void => {
    const offsetBytes = fdtHeader.fields.find((one) => one.name === field)?.offsetBytes ?? 0;
    const problem: FormatProblem = { structure: fdtHeader.structure, offsetBytes, field, expected, found };
    problems.add(problem);
  };
  const { totalsize, version, last_comp_version: compatible } = header;
  const sizeBytes = headerBytesOf(version);
  if (version < FDT_OLDEST_VERSION) add('version', `at least ${String(FDT_OLDEST_VERSION)}`, String(version));
  if (compatible > FDT_VERSION) add('last_comp_version', `at most ${String(FDT_VERSION)}`, String(compatible));
  if (version < compatible) add('version', `at least last_comp_version, ${String(compatible)}`, String(version));
  if (totalsize < sizeBytes || totalsize > INT_MAX) add('totalsize', `${String(sizeBytes)} to ${String(INT_MAX)}`, String(totalsize));
  else if (totalsize > givenBytes) add('totalsize', `at most the ${String(givenBytes)} bytes that are there`, String(totalsize));
  if (header.off_mem_rsvmap % 8 !== 0) add('off_mem_rsvmap', 'a multiple of 8', String(header.off_mem_rsvmap));
  if (header.off_dt_struct % 4 !== 0) add('off_dt_struct', 'a multiple of 4', String(header.off_dt_struct));
  const within = (field: 'off_mem_rsvmap' | 'off_dt_struct' | 'off_dt_strings', blockBytes: number, sizeField: 'size_dt_struct' | 'size_dt_strings'): void => {
    const start = header[field];
    if (start < sizeBytes || start > totalsize) add(field, `${String(sizeBytes)} to totalsize, ${String(totalsize)}`, String(start));
    else if (start + blockBytes > totalsize) add(sizeField, `at most ${String(totalsize - start)}`, String(blockBytes));
  };
  within('off_mem_rsvmap', 0, 'size_dt_struct');
  within('off_dt_struct', version >= 17 ? header.size_dt_struct : 0, 'size_dt_struct');
  within('off_dt_strings', header.size_dt_strings, 'size_dt_strings');
}

/** What libfdt's fdt_check_header() returns for these bytes: 0, or its error. How many bytes are there it does not know. */
export function checkHeaderAsLibfdt(bytes: Uint8Array): number {
  const read = readHeader(bytes);
  if (!read.ok) return fdtErrors.BADMAGIC;
  const { totalsize, version, last_comp_version: compatible, off_mem_rsvmap, off_dt_struct, off_dt_strings, size_dt_struct, size_dt_strings } = read.value;
  if (version < FDT_OLDEST_VERSION || compatible > FDT_VERSION || version < compatible) return fdtErrors.BADVERSION;
  const sizeBytes = headerBytesOf(version);
  const inside = (start: number, blockBytes: number): boolean => start >= sizeBytes && start <= totalsize && start + blockBytes <= totalsize;
  const fits = totalsize >= sizeBytes && totalsize <= INT_MAX && inside(off_mem_rsvmap, 0) && inside(off_dt_struct, version >= 17 ? size_dt_struct : 0) && inside(off_dt_strings, size_dt_strings);
  return fits ? 0 : fdtErrors.TRUNCATED;
}
