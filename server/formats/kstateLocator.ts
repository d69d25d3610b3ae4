/** Where the successor finds a KSTATE stream. KSTATE facts, per dialect. */
import type { ByteOrder } from './layoutTable';
import { decode, encodeInto, fieldOf, pointer, table, text, u64 } from './layoutTable';
import type { Result } from './problem';
import { bad, good } from './problem';

/** Of a node in a tree that is in one piece (v4, v5): where the page that names the stream is. No kernel writes it: it stands in for KSTATE there. */
export const STREAM_PROPERTY = 'stream';

/** The `kstate_out` page of v3: its first eight bytes, the rest zero. */
export const kstateOut = table('kstate_out', { stream: pointer('folio that holds the stream') });

export function encodeKstateOut(streamPhys: bigint, pageBytes: number, order: ByteOrder): Uint8Array {
  const out = new Uint8Array(pageBytes);
  encodeInto(kstateOut, { stream: streamPhys }, out, 0, order);
  return out;
}

export function decodeKstateOut(page: Uint8Array, order: ByteOrder): Result<bigint> {
  const value = decode(kstateOut, page, 0, order);
  if (!value.ok) return value;
  return value.value.stream === 0n ? bad({ structure: kstateOut.structure, offsetBytes: 0, field: 'stream', expected: 'the address of a folio', found: '0' }) : good(value.value.stream);
}

/** The object by which a v3 kernel's KHO root travels in the stream: description 2, instance 1. Nothing lies between its fields. */
export const kstateKhoLocator = table('KHO locator', { address: u64('root FDT', 'hex'), length: u64('bytes', 'bytes') });

export const KHO_LOCATOR = { id: 2, instance: 1, version: 1 } as const;

/** A region of `reserve_mem=` in the stream of v3: description 5, version 0. KSTATE facts 3.5. */
export const kstateReservedMem = table('KSTATE reserved memory', { name: text(16, 'name of the region'), start: u64('first byte', 'hex'), size: u64('bytes', 'bytes') });
export const RESERVED_MEM = { id: 5, version: 0 } as const;

/** Its instance: CRC-32 over the 16 bytes of the name, begun with ~0 and not inverted at the end; the C code takes the bits for an int. */
export function reservedMemInstance(name: string): number {
  const bytes = new Uint8Array(fieldOf(kstateReservedMem, 'name').sizeBytes);
  bytes.set(new TextEncoder().encode(name).slice(0, bytes.length - 1));
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  }
  return crc | 0;
}

export interface StreamPlace { readonly phys: bigint; readonly sizeBytes: bigint }

/** v1 and v2 name the stream on the command line: `migrate_stream=SIZE@ADDR`, `kstate_stream=ADDR@SIZE`. Undefined when neither can be read. */
export function streamOnCommandLine(commandLine: string): StreamPlace | undefined {
  const match = /(?:^|\s)(kstate|migrate)_stream=(0x[0-9a-f]+|\d+)@(0x[0-9a-f]+|\d+)(?=\s|$)/i.exec(commandLine);
  const [, which, first, second] = match ?? [];
  if (first === undefined || second === undefined) return undefined;
  const [a, b] = [BigInt(first), BigInt(second)];
  return which === 'kstate' ? { phys: a, sizeBytes: b } : { phys: b, sizeBytes: a };
}

export function commandLineFor(dialect: 'v1' | 'v2', { phys, sizeBytes }: StreamPlace): string {
  const hex = (value: bigint): string => `0x${value.toString(16)}`;
  return dialect === 'v2' ? `kstate_stream=${hex(phys)}@${hex(sizeBytes)}` : `migrate_stream=${hex(sizeBytes)}@${hex(phys)}`;
}
