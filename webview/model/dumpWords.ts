/** Sizes and places of a decoded file, for people. Addresses are `0x…` strings and never grouped: they get pasted. */
import type { OwnerSummary } from '../../server/decode/blockTable';
import type { ViewField, ViewNode } from '../../server/decode/view';
import type { CopyContext } from '../../server/shared/protocol';
import { counted, grouped, sizeText } from './bytes';

/** Of a field whose value counts something: the size in words. '' where it would say nothing new. */
export function sizeBeside(field: Pick<ViewField, 'unit' | 'value'>, pageBytes: number | undefined): string {
  const value = Number(field.value);
  if (field.unit === undefined || field.value === '' || !Number.isFinite(value)) return '';
  if (field.unit === 'bytes') return value < 1024 ? '' : sizeText(value);
  const pages = field.unit === 'pages' ? value : value < 52 ? 2 ** value : Infinity;
  if (!Number.isFinite(pages)) return '';
  const size = pageBytes === undefined ? '' : sizeText(pages * pageBytes);
  return field.unit === 'pages' ? (pages === 0 ? '' : size) : `${counted(pages, 'page')}${size === '' ? '' : `, ${size}`}`;
}

export function physOf(pfn: number, pageBytes: number): string {
  return `0x${(BigInt(pfn) * BigInt(pageBytes)).toString(16)}`;
}

/** Address of bytes of a node, in memory or in the file; '' for a node that lies nowhere. */
export function addressOf(node: Pick<ViewNode, 'phys' | 'fileOffset'>, offsetBytes = 0): string {
  if (node.phys !== undefined) return `0x${(BigInt(node.phys) + BigInt(offsetBytes)).toString(16)}`;
  return node.fileOffset === undefined ? '' : `0x${(node.fileOffset + offsetBytes).toString(16)}`;
}

/** `512 of order 0, 2 MiB`, one for each order. Where all have one order, count and size stand beside it: `order 0`. */
export function orderWords({ byOrder }: Pick<OwnerSummary, 'byOrder'>, pageBytes: number): readonly string[] {
  if (byOrder.length === 1) return byOrder.map(([order]) => `order ${String(order)}`);
  return byOrder.map(([order, blocks]) => `${grouped(blocks)} of order ${String(order)}, ${sizeText(blocks * 2 ** order * pageBytes)}`);
}

/** An address that a person typed: hex with or without `0x`, or `pfn` and a page frame number. Undefined: it is none. */
export function typedAddress(text: string, pageBytes: number): string | undefined {
  const [, pfn, digits = ''] = /^\s*(pfn\s*)?(?:0x)?([0-9a-f]{1,16})\s*$/i.exec(text) ?? [];
  if (digits === '') return undefined;
  const value = BigInt(`0x${digits}`);
  return `0x${(pfn === undefined ? value : value * BigInt(pageBytes)).toString(16)}`;
}

/** What of that can be copied. */
export function copyContext(value: string, bytes: string, address: string): CopyContext {
  return { ...(value === '' ? {} : { kexecHandoverValue: value }), ...(bytes === '' ? {} : { kexecHandoverBytes: bytes }), ...(address === '' ? {} : { kexecHandoverAddress: address }) };
}

/** Hex of a part of bytes that are shown from `fromBytes` on; '' when none of it is there. */
export function hexPart(hex: string, fromBytes: number, offsetBytes: number, sizeBytes: number): string {
  const start = Math.max(0, offsetBytes - fromBytes);
  return hex.slice(start * 2, Math.max(start, offsetBytes + sizeBytes - fromBytes) * 2);
}
