/** What the memfd file handler saves. KHO facts 7.2. */
import { inside, pointer, table, u32, u64, viewOf } from './layoutTable';
import type { ByteOrder } from './layoutTable';
import { khoVmalloc } from './vmalloc';

export const memfdV1 = table('memfd_luo_ser', {
  pos: u64('file position', 'bytes'),
  size: u64('bytes of the file', 'bytes'),
  nr_folios: u64('entries of the array'),
  folios: inside(khoVmalloc, 'the array of folios'),
});

export const memfdV2 = table('memfd_luo_ser', {
  pos: u64('file position', 'bytes'),
  size: u64('bytes of the file', 'bytes'),
  seals: u32('F_SEAL_* of the file', 'hex'),
  flags: u32('0', 'hex'),
  nr_folios: u64('entries of the array'),
  folios: inside(khoVmalloc, 'the array of folios'),
});

export const memfdFolio = table('memfd_luo_folio_ser', {
  pfn_flags: pointer('a bit-field: pfn 52 bits, flags 12 (1 dirty, 2 up to date); little endian has pfn in the low bits, big endian in the high ones', 'pfn flags'),
  index: u64('page offset in the file'),
});

/** F_SEAL_* by name, as uapi/linux/fcntl.h numbers them. */
export const sealBits = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 0x10, EXEC: 0x20 } as const;
export type SealName = keyof typeof sealBits;
export const SEAL_NAMES = Object.keys(sealBits) as readonly SealName[];

/** The bits of some seals. */
export const sealMask = (seals: readonly SealName[]): number => seals.reduce((mask, seal) => mask | sealBits[seal], 0);
/** The seals of some bits; bits that no seal has are passed over. */
export const sealsIn = (mask: number): readonly SealName[] => SEAL_NAMES.filter((seal) => (mask & sealBits[seal]) !== 0);
export const sealsText = (mask: number): string => sealsIn(mask).join(', ') || 'none';
export const ALL_SEALS = sealMask(SEAL_NAMES);

export interface MemfdFolios {
  /** Exact: below 2^52. 0 is an entry that is passed over. */
  readonly pfns: Float64Array;
  readonly flags: Uint16Array;
  /** Page offsets; exact below 2^53, and no file is larger. */
  readonly indexes: Float64Array;
}

/** The entries of the array that lie wholly in the bytes. */
export function decodeFolios(bytes: Uint8Array, order: ByteOrder): MemfdFolios {
  const count = Math.floor(bytes.length / memfdFolio.sizeBytes);
  const out = { pfns: new Float64Array(count), flags: new Uint16Array(count), indexes: new Float64Array(count) };
  const view = viewOf(bytes);
  const little = order === 'little';
  for (let i = 0; i < count; i++) {
    const at = i * memfdFolio.sizeBytes;
    const low = view.getUint32(little ? at : at + 4, little);
    const high = view.getUint32(little ? at + 4 : at, little);
    // The first bit-field of a struct takes the low bits of its unit on little endian, the high bits on big endian.
    out.pfns[i] = little ? (high & 0xfffff) * 0x100000000 + low : high * 0x100000 + (low >>> 12);
    out.flags[i] = little ? high >>> 20 : low & 0xfff;
    out.indexes[i] = view.getUint32(little ? at + 12 : at + 8, little) * 0x100000000 + view.getUint32(little ? at + 8 : at + 12, little);
  }
  return out;
}

export function encodeFolios({ pfns, flags, indexes }: MemfdFolios, order: ByteOrder): Uint8Array {
  const out = new Uint8Array(pfns.length * memfdFolio.sizeBytes);
  const view = viewOf(out);
  const little = order === 'little';
  for (let i = 0; i < pfns.length; i++) {
    // In halves: exact, and no bigint for each of millions.
    const pfn = pfns[i] ?? 0;
    const flag = flags[i] ?? 0;
    const index = indexes[i] ?? 0;
    const at = i * memfdFolio.sizeBytes;
    const high = little ? Math.floor(pfn / 0x100000000) + flag * 0x100000 : Math.floor(pfn / 0x100000);
    const low = little ? pfn % 0x100000000 : (pfn % 0x100000) * 0x1000 + flag;
    view.setUint32(little ? at : at + 4, low, little);
    view.setUint32(little ? at + 4 : at, high, little);
    view.setUint32(little ? at + 8 : at + 12, index % 0x100000000, little);
    view.setUint32(little ? at + 12 : at + 8, Math.floor(index / 0x100000000), little);
  }
  return out;
}
