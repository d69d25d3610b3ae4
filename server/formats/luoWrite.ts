/** Makes LUO's arrays and blocks. KHO facts 6.6. */
import { encodeInto } from './layoutTable';
import type { ByteOrder, Specs, Table, Values } from './layoutTable';
import { capacityOf, khoBlockHeader } from './luo';

/** A header and the entries behind it, in an area of that many bytes; entries that do not fit are a RangeError: the kernel refuses them with -ENOSPC before it gets here. */
export function encodeArray<H extends Specs, E extends Specs>(
  header: { readonly table: Table<H>; readonly values: Values<H> } | undefined, entry: Table<E>, entries: readonly Values<E>[], areaBytes: number, order: ByteOrder,
): Uint8Array {
  const start = header?.table.sizeBytes ?? 0;
  if (start + entries.length * entry.sizeBytes > areaBytes) throw new RangeError(`${String(entries.length)} of ${entry.structure} in ${String(areaBytes)} bytes`);
  const out = new Uint8Array(areaBytes);
  if (header !== undefined) encodeInto(header.table, header.values, out, 0, order);
  entries.forEach((one, i) => { encodeInto(entry, one, out, start + i * entry.sizeBytes, order); });
  return out;
}

/**
 * A chain of blocks, one page each, filled one after the other; no block when there are no entries.
 * @param place where a block goes, given its bytes: called for the last block first, since each names the next
 */
export function encodeBlocks<E extends Specs>(entry: Table<E>, entries: readonly Values<E>[], pageBytes: number, order: ByteOrder, place: (bytes: Uint8Array) => bigint): bigint {
  const capacity = capacityOf(khoBlockHeader, entry, pageBytes);
  let next = 0n;
  for (let block = Math.ceil(entries.length / capacity) - 1; block >= 0; block--) {
    const part = entries.slice(block * capacity, (block + 1) * capacity);
    next = place(encodeArray({ table: khoBlockHeader, values: { next, count: BigInt(part.length) } }, entry, part, pageBytes, order));
  }
  return next;
}
