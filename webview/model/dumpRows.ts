/** Bytes of a structure in rows of sixteen with their fields, as the eye reads them. */
import type { ViewField } from '../../server/decode/view';
import { asciiOf, bytesOf } from './bytes';

export const ROW_BYTES = 16;

/** Bytes of one row that belong to one field, or to none. */
export interface DumpRun {
  readonly bytes: readonly string[];
  readonly ascii: string;
  /** Index of the field; undefined: no field is known there. */
  readonly field: number | undefined;
  /** The field's first byte is here. */
  readonly starts: boolean;
}

export type DumpRow =
  | { readonly kind: 'bytes'; readonly offsetBytes: number; readonly runs: readonly DumpRun[] }
  /** Rows of zeros inside one field, or inside none. */
  | { readonly kind: 'zeros'; readonly offsetBytes: number; readonly rows: number };

/** Fewer rows of zeros than this are drawn. */
const leastFolded = 2;

/** `hex`: bytes of the structure from `offsetBytes`, a multiple of the row. Where fields overlap the later, inner one counts. */
export function dumpRows(hex: string, offsetBytes: number, fields: readonly Pick<ViewField, 'offsetBytes' | 'sizeBytes'>[]): readonly DumpRow[] {
  const bytes = bytesOf(hex);
  const owner = new Array<number | undefined>(bytes.length).fill(undefined);
  for (const [index, field] of fields.entries()) {
    const from = Math.max(0, field.offsetBytes - offsetBytes);
    owner.fill(index, from, Math.max(from, Math.min(bytes.length, field.offsetBytes + field.sizeBytes - offsetBytes)));
  }
  const out: DumpRow[] = [];
  for (let at = 0; at < bytes.length; at += ROW_BYTES) {
    const zeros = zeroRows(bytes, owner, at);
    if (zeros >= leastFolded) {
      out.push({ kind: 'zeros', offsetBytes: offsetBytes + at, rows: zeros });
      at += (zeros - 1) * ROW_BYTES;
    } else out.push({ kind: 'bytes', offsetBytes: offsetBytes + at, runs: runsOf(bytes, owner, at, offsetBytes, fields) });
  }
  return out;
}

function runsOf(bytes: readonly string[], owner: readonly (number | undefined)[], from: number, offsetBytes: number, fields: readonly Pick<ViewField, 'offsetBytes'>[]): readonly DumpRun[] {
  const runs: DumpRun[] = [];
  const end = Math.min(bytes.length, from + ROW_BYTES);
  for (let at = from; at < end;) {
    const field = owner[at];
    let to = at + 1;
    while (to < end && owner[to] === field) to++;
    const part = bytes.slice(at, to);
    runs.push({ bytes: part, ascii: asciiOf(part), field, starts: field !== undefined && fields[field]?.offsetBytes === offsetBytes + at });
    at = to;
  }
  return runs;
}

/** Whole rows of zeros of one owner from there on, in which nothing starts. */
function zeroRows(bytes: readonly string[], owner: readonly (number | undefined)[], from: number): number {
  const field = owner[from];
  if (from > 0 && owner[from - 1] !== field || from === 0 && field !== undefined) return 0;
  let at = from;
  while (at < bytes.length && bytes[at] === '00' && owner[at] === field) at++;
  return Math.floor((at - from) / ROW_BYTES);
}
