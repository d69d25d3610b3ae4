/** Hex text and counts, for people. Hex strings are lower-case without spaces, two digits a byte. */
import { sizeText as plainSizeText } from '../../server/formats/text';

/** Splits hex text into bytes; a lone last digit is dropped. */
export function bytesOf(hex: string): string[] {
  const bytes: string[] = [];
  for (let i = 0; i + 1 < hex.length; i += 2) bytes.push(hex.slice(i, i + 2));
  return bytes;
}

/** `0a0b` → `0a 0b`. */
export function spaced(hex: string): string {
  return bytesOf(hex).join(' ');
}

/** Printable ASCII, a dot for the rest. */
export function asciiOf(bytes: readonly string[]): string {
  return bytes.map((b) => { const n = parseInt(b, 16); return n >= 0x20 && n < 0x7f ? String.fromCharCode(n) : '.'; }).join('');
}

/** Thousands apart by a narrow space. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `1 byte`, `114 bytes`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** Size in binary units, with a space that does not break. */
export function sizeText(bytes: number): string {
  return plainSizeText(bytes).replace(' ', '\u00a0');
}

/** A run of bytes shown, or a gap left out. `from` counts bytes from the start of the whole. */
export type ByteRun =
  | { readonly kind: 'bytes'; readonly from: number; readonly bytes: readonly string[]; readonly marked: boolean }
  | { readonly kind: 'gap'; readonly from: number; readonly count: number };

export interface FoldLimits {
  /** Show everything up to this many bytes. */
  readonly whole: number;
  readonly head: number;
  readonly tail: number;
}

export const cellLimits: FoldLimits = { whole: 24, head: 12, tail: 4 };

/**
 * What to show of `hex`: all of it when short, else its head and tail; always the marked bytes (with up to two beside
 * them), even when they lie in the middle. Marked bytes are runs of their own.
 */
export function foldBytes(hex: string, limits: FoldLimits = cellLimits, mark?: { readonly from: number; readonly lengthBytes: number }): ByteRun[] {
  const bytes = bytesOf(hex);
  const n = bytes.length;
  const markFrom = mark === undefined ? n : Math.max(0, mark.from);
  const markTo = mark === undefined ? n : Math.min(n, mark.from + mark.lengthBytes);
  const shown = (i: number): boolean => n <= limits.whole || i < limits.head || i >= n - limits.tail
    || (i >= markFrom - 2 && i < Math.min(markTo, markFrom + limits.whole) + 2 && markFrom < n);
  const runs: ByteRun[] = [];
  let i = 0;
  while (i < n) {
    const from = i;
    if (!shown(i)) {
      while (i < n && !shown(i)) i++;
      runs.push({ kind: 'gap', from, count: i - from });
      continue;
    }
    const marked = i >= markFrom && i < markTo;
    while (i < n && shown(i) && (i >= markFrom && i < markTo) === marked) i++;
    runs.push({ kind: 'bytes', from, bytes: bytes.slice(from, i), marked });
  }
  return runs;
}

/** One line of text for `foldBytes`: `61 62 … 00`. */
export function foldText(hex: string, limits: FoldLimits = cellLimits): string {
  return foldBytes(hex, limits).map((r) => (r.kind === 'gap' ? `… ${grouped(r.count)} …` : r.bytes.join(' '))).join(' ');
}
