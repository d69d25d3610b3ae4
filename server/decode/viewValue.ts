/** The value of named bytes for people, as the layout tables say it reads best. */
import type { ByteOrder, Kind, NamedBytes } from '../formats/layoutTable';
import { viewOf } from '../formats/layoutTable';
import { decodeFolios } from '../formats/memfd';
import { hex } from '../formats/problem';
import { decodeText, hexBytes } from '../formats/text';

export interface ViewValue {
  /** As a person copies it: `0x3ba2000`, `4096`, `"memfd-v2"`, `00 01`; '' when its bytes are not in the image. */
  readonly value: string;
  /** What the count counts, when a size belongs beside it. */
  readonly unit?: 'bytes' | 'pages' | 'order';
  /** What a bit-field holds, in words. */
  readonly note?: string;
  /** The address that the value is. */
  readonly address?: bigint;
}

/** Bytes of a value that are looked at; longer ones are content. */
export const MOST_VALUE_BYTES = 256;
const MOST_SHOWN_BYTES = 32;

const scalarBytes: { readonly [kind in Kind]?: number } = { u8: 1, u16: 2, u32: 4, s32: 4, u64: 8, pointer: 8 };

/** @param bytes of the run, at most MOST_VALUE_BYTES; undefined: they are not in the image */
export function viewValue(run: NamedBytes, bytes: Uint8Array | undefined, order: ByteOrder): ViewValue {
  if (bytes === undefined || bytes.length < Math.min(run.lengthBytes, MOST_VALUE_BYTES)) return { value: '' };
  // A run that hostile bytes cut short holds no whole number.
  const wanted = scalarBytes[run.kind];
  if (wanted !== undefined && bytes.length !== wanted) return bytesValue(bytes, run.lengthBytes);
  const little = run.order === 'host' && order === 'little';
  const view = viewOf(bytes);
  switch (run.kind) {
    case 'u8': return number(BigInt(view.getUint8(0)), run);
    case 'u16': return number(BigInt(view.getUint16(0, little)), run);
    case 'u32': return number(BigInt(view.getUint32(0, little)), run);
    case 's32': return number(BigInt(view.getInt32(0, little)), run);
    case 'u64': return number(view.getBigUint64(0, little), run);
    case 'pointer': return run.show === 'pfn flags' ? pfnFlags(bytes, view.getBigUint64(0, little), order) : address(view.getBigUint64(0, little));
    case 'text': return { value: run.order === 'big' ? strings(bytes) : JSON.stringify(decodeText(bytes)) };
    case 'bytes': case 'struct': return bytesValue(bytes, run.lengthBytes);
  }
}

function number(value: bigint, { show }: NamedBytes): ViewValue {
  switch (show) {
    case 'hex': return address(value);
    case 'bytes': case 'pages': case 'order': return { value: String(value), unit: show };
    default: return { value: String(value) };
  }
}

/** Masks and checksums are asked, too, whether a structure lies there: mostly none does. */
function address(value: bigint): ViewValue {
  return value === 0n ? { value: '0' } : { value: hex(value), address: value };
}

const flagNames = ['dirty', 'up to date'] as const;

function pfnFlags(bytes: Uint8Array, whole: bigint, order: ByteOrder): ViewValue {
  const entry = new Uint8Array(16);
  entry.set(bytes);
  const { pfns, flags } = decodeFolios(entry, order);
  const bits = flags[0] ?? 0;
  const names = flagNames.filter((_, bit) => (bits >> bit & 1) === 1);
  const rest = bits >> flagNames.length << flagNames.length;
  return { value: whole === 0n ? '0' : hex(whole), note: `pfn ${hex(pfns[0] ?? 0)}${[...names, ...(rest === 0 ? [] : [`flags ${hex(rest)}`])].map((name) => `, ${name}`).join('')}` };
}

/** Every string of a list, as properties of trees have them. */
function strings(bytes: Uint8Array): string {
  const out: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const nul = bytes.indexOf(0, at);
    const end = nul < 0 ? bytes.length : nul;
    if (end > at) out.push(JSON.stringify(decodeText(bytes.subarray(at, end))));
    at = end + 1;
  }
  return out.length === 0 ? '""' : out.join(', ');
}

function bytesValue(bytes: Uint8Array, lengthBytes: number): ViewValue {
  return { value: `${hexBytes(bytes.subarray(0, MOST_SHOWN_BYTES), ' ')}${lengthBytes > MOST_SHOWN_BYTES ? ' …' : ''}` };
}
