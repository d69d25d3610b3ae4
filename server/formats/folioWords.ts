/** Lists of folios as test_kho writes them: a u64 each, the address with the order in its low bits. KHO facts 7.4. */
import { littleMachine } from './bitLoops';
import { viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';

export interface FolioWords {
  /** Page frames, exact. */
  readonly pfns: Float64Array;
  readonly orders: Uint8Array;
}

export const FOLIO_WORD_BYTES = 8;

/** Groups of folios of one order, one after the other. */
export function encodeFolioWords(groups: readonly { readonly pfns: ArrayLike<number>; readonly order: number }[], pageShift: number, byteOrder: ByteOrder): Uint8Array {
  const out = new Uint8Array(groups.reduce((sum, group) => sum + group.pfns.length, 0) * FOLIO_WORD_BYTES);
  const page = 2 ** pageShift;
  const little = byteOrder === 'little';
  if (little && littleMachine) {
    const halves = new Uint32Array(out.buffer);
    const perHigh = 0x100000000 / page;
    let half = 0;
    for (const { pfns, order } of groups) {
      for (let i = 0; i < pfns.length; i++) {
        const pfn = pfns[i] ?? 0;
        const high = Math.floor(pfn / perHigh);
        halves[half++] = (pfn - high * perHigh) * page + order;
        halves[half++] = high;
      }
    }
    return out;
  }
  const view = viewOf(out);
  let at = 0;
  for (const { pfns, order } of groups) {
    for (let i = 0; i < pfns.length; i++, at += FOLIO_WORD_BYTES) {
      // Below 2^64, in halves: exact, and no bigint for each of millions.
      const pfn = pfns[i] ?? 0;
      const high = Math.floor(pfn / (0x100000000 / page));
      const low = (pfn - high * (0x100000000 / page)) * page + order;
      view.setUint32(little ? at : at + 4, low, little);
      view.setUint32(little ? at + 4 : at, high, little);
    }
  }
  return out;
}

/** The whole words of the bytes. */
export function decodeFolioWords(bytes: Uint8Array, pageShift: number, byteOrder: ByteOrder): FolioWords {
  const count = Math.floor(bytes.length / FOLIO_WORD_BYTES);
  const out = { pfns: new Float64Array(count), orders: new Uint8Array(count) };
  const little = byteOrder === 'little';
  const page = 2 ** pageShift;
  if (little && littleMachine && (bytes.byteOffset & 3) === 0) {
    split(new Uint32Array(bytes.buffer, bytes.byteOffset, count * 2), pageShift, out);
    return out;
  }
  const view = viewOf(bytes);
  for (let i = 0; i < count; i++) {
    const low = view.getUint32(i * 8 + (little ? 0 : 4), little);
    const high = view.getUint32(i * 8 + (little ? 4 : 0), little);
    out.orders[i] = low & (page - 1);
    out.pfns[i] = high * (0x100000000 / page) + (low >>> pageShift);
  }
  return out;
}

/** Words of the machine's own order. */
function split(halves: Uint32Array, pageShift: number, { pfns, orders }: FolioWords): void {
  const perHigh = 2 ** (32 - pageShift);
  const mask = 2 ** pageShift - 1;
  const { length } = pfns;
  for (let i = 0; i < length; i++) {
    const low = halves[2 * i] ?? 0;
    orders[i] = low & mask;
    pfns[i] = (halves[2 * i + 1] ?? 0) * perHigh + (low >>> pageShift);
  }
}
