/** Values of a stream's fields, for JSON and for the overlay of names. */
import type { FieldPlan, ShapeMember } from '../engine/kstate/plan';
import type { ByteOrder, Kind, NamedBytes } from '../formats/layoutTable';
import { viewOf } from '../formats/layoutTable';
import { decodeText, hexBytes } from '../formats/text';
import type { Json } from './exactJson';
import { integer } from './exactJson';
import type { StreamEntry, StreamField } from './streamFields';

/** Elements of one field whose values are listed; all of its bytes are there in hex up to as many bytes. */
const MOST_VALUES = 1024;
const MOST_HEX_BYTES = 65536;

type Row = { readonly [key: string]: Json };

export function fieldRow(field: StreamField, bytes: Uint8Array, order: ByteOrder): Row {
  const { plan, kind, offsetBytes, lengthBytes, elements, skipped } = field;
  const base = { name: plan.name, member: plan.member, kind, offset: offsetBytes, len: lengthBytes };
  if (skipped !== undefined) return { ...base, skipped };
  if (kind === 'nested') return { ...base, entries: field.nested.map((entry) => ({ description: entry.description.plan.variable, offset: entry.offsetBytes, version_id: entry.header.version_id, size: entry.header.size, fields: entry.fields.map((one) => fieldRow(one, bytes, order)) })) };
  const data = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
  return { ...base, hex: hexOf(data), ...values(plan, data, elements, order, kind === 'address' || kind === 'folio') };
}

export function hexOf(data: Uint8Array): string {
  return hexBytes(data.subarray(0, MOST_HEX_BYTES));
}

/** What the bytes say: text of a char array, members of a struct, or integers. Nothing where the type tells nothing. */
function values(plan: FieldPlan, data: Uint8Array, elements: number, order: ByteOrder, isAddress: boolean): Row {
  if (/\bchar ?\[/.test(plan.type) && data.length === plan.sizeBytes) return { text: decodeText(data) };
  if (plan.shape !== undefined && data.length === plan.sizeBytes) {
    return { members: Object.fromEntries(plan.shape.filter((one) => one.offsetBytes + one.sizeBytes <= data.length).map((one) => [one.path, shapeValue(one, data, order)])) };
  }
  const size = isAddress ? 8 : elements > 0 ? data.length / elements : 0;
  const signed = !isAddress && /\b(s8|s16|s32|s64|int|short|long|signed|ssize_t|loff_t)\b/.test(plan.type) && !/\bunsigned\b/.test(plan.type);
  if (![1, 2, 4, 8].includes(size) || /\[/.test(plan.type)) return {};
  const list = Array.from({ length: Math.min(elements, MOST_VALUES) }, (_, i) => integerAt(data, i * size, size, order, signed));
  return elements === 1 && list[0] !== undefined ? { value: list[0] } : { values: list };
}

function integerAt(data: Uint8Array, at: number, size: number, order: ByteOrder, signed: boolean): number | bigint {
  const view = viewOf(data);
  let value = 0n;
  for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(view.getUint8(at + (order === 'little' ? size - 1 - i : i)));
  return integer(signed ? BigInt.asIntN(size * 8, value) : value);
}

function shapeValue({ offsetBytes, sizeBytes, bits }: ShapeMember, data: Uint8Array, order: ByteOrder): Json {
  if (bits === undefined) return sizeBytes <= 8 ? integerAt(data, offsetBytes, sizeBytes, order, false) : hexOf(data.subarray(offsetBytes, offsetBytes + sizeBytes));
  // Bit-fields are counted from the low end on little-endian machines, from the high end on big-endian ones.
  const whole = BigInt(integerAt(data, offsetBytes, sizeBytes, order, false));
  const shift = order === 'little' ? bits.offset : sizeBytes * 8 - bits.offset - bits.width;
  return integer(BigInt.asUintN(bits.width, whole >> BigInt(shift)));
}

const KINDS: { readonly [sizeBytes: number]: Kind } = { 1: 'u8', 2: 'u16', 4: 'u32', 8: 'u64' };

/** The fields as named bytes, from the start of the entry. */
export function namedFields(entry: StreamEntry): readonly NamedBytes[] {
  return entry.fields.filter((field) => field.lengthBytes > 0).map((field): NamedBytes => {
    const { plan, kind, offsetBytes, lengthBytes } = field;
    return {
      structure: entry.description.plan.variable, field: plan.member, offsetBytes: offsetBytes - entry.offsetBytes, lengthBytes, order: 'host',
      kind: kind === 'nested' || kind === 'custom' || /\[/.test(plan.type) ? 'bytes' : KINDS[lengthBytes] ?? 'bytes', meaning: meaningOf(field),
    };
  });
}

function meaningOf({ plan, kind, elements }: StreamField): string {
  const type = plan.type === '' ? '' : `${plan.type}, `;
  const many = elements === 1 ? '' : `, ${String(elements)} elements`;
  const what = { copied: 'as it lies in memory', pointee: 'what it points to', address: 'an address, as an offset from its base', folio: 'the address of a folio', custom: 'what its callback wrote', deprecated: 'no longer used', nested: `entries of ${plan.ksd?.variable ?? 'another description'}`, none: '' }[kind];
  return `${type}${what}${many}`;
}
