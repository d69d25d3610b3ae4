/** The array of scratch areas. KHO facts 3. Entry 0 is low memory, 1 the global one, then one per node; not sorted by address. */
import { decode, encodeInto, pointer, table, u64 } from './layoutTable';
import type { ByteOrder, Values } from './layoutTable';

export const khoScratch = table('kho_scratch', { addr: pointer('start of the area'), size: u64('bytes; 0 when `kho_scratch=` left nothing', 'bytes') });
export type KhoScratch = Values<typeof khoScratch['specs']>;

export function encodeScratch(areas: readonly KhoScratch[], order: ByteOrder): Uint8Array {
  const out = new Uint8Array(areas.length * khoScratch.sizeBytes);
  areas.forEach((area, i) => { encodeInto(khoScratch, area, out, i * khoScratch.sizeBytes, order); });
  return out;
}

/** The areas that fit into the bytes; a rest that is shorter than an entry is dropped, as the kernel's division does. */
export function decodeScratch(bytes: Uint8Array, order: ByteOrder): readonly KhoScratch[] {
  const out: KhoScratch[] = [];
  for (let at = 0; at + khoScratch.sizeBytes <= bytes.length; at += khoScratch.sizeBytes) {
    const area = decode(khoScratch, bytes, at, order);
    if (area.ok) out.push(area.value);
  }
  return out;
}
