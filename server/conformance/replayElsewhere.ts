/**
 * The same handover at other addresses: every block is mirrored inside the stretch of memory that one bitmap (or leaf) of order 0 covers. Then the tracker has as
 * many bitmaps, nodes and chunks as before, with as many bits, and everything that is no address must stay as it was.
 */
import { isList } from '../decode/exactJson';
import type { Json } from '../decode/exactJson';
import type { AllocatePage } from '../formats/physicalMemory';
import type { Replay } from './replayTruth';

/** An address of an area in the mirror; what is larger than a stretch stays where it is, since it covers whole ones. */
export type Mirror = (phys: bigint, sizeBytes: bigint) => bigint;

export function mirrorOf({ generation, pageShift }: Replay): Mirror {
  const bitmapBytes = generation.tracker.id === 'bitmaps of 512 bytes' ? 512 : 2 ** pageShift;
  const stretch = BigInt(bitmapBytes * 8) << BigInt(pageShift);
  return (phys, sizeBytes) => {
    const offset = phys % stretch;
    return offset + sizeBytes > stretch ? phys : phys - offset + (stretch - sizeBytes - offset);
  };
}

export function mirroredAllocator(mirror: Mirror, allocate: AllocatePage): AllocatePage {
  return (sizeBytes, what, place) => mirror(allocate(sizeBytes, what, place), BigInt(sizeBytes));
}

/** The participants with their memory in the mirror. */
export function mirrored(replay: Replay, mirror: Mirror): Replay {
  const { pageShift, testKho, luo } = replay;
  const shift = BigInt(pageShift);
  const folio = <T extends { readonly pfn: number; readonly order: number }>(one: T): T => (one.pfn === 0 ? one : { ...one, pfn: Number(mirror(BigInt(one.pfn) << shift, 1n << (shift + BigInt(one.order))) >> shift) });
  return {
    ...replay,
    regions: replay.regions.map((region) => ({ ...region, start: mirror(region.start, region.size) })),
    testKho: testKho === undefined ? undefined : { ...testKho, folios: testKho.folios.map(folio) },
    luo: luo === undefined ? undefined : {
      ...luo, sessions: luo.sessions.map((session) => ({
        ...session, files: session.files.map((file) => ('memfd' in file ? { ...file, memfd: { ...file.memfd, folios: file.memfd.folios.map(folio) } } : file)),
      })),
    },
  };
}

/** Members that are addresses: of them only whether there is one. */
const ADDRESSES = new Set(['fdt_phys', 'phys', 'header_phys', 'files_phys', 'bitmap_phys', 'preserved_data', 'fdt', 'preserved_memory_map', 'first', 'next', 'start']);

/** Lists of addresses, or of pairs and more that start with one. */
const LISTS_OF_ADDRESSES = new Set(['pages', 'folios', 'preserved_in_key_order', 'preserved_in_walk_order', 'preserved', 'preserved_as', 'unowned_preserved_blocks']);

/** A truth, or what was decoded, without its addresses. */
export function withoutAddresses(json: Json | undefined, key = '', path = ''): Json | undefined {
  if (json === undefined) return undefined;
  if (ADDRESSES.has(key) || `${path}` === '.radix.root' || (key === 'data' && path.includes('.files'))) return isZero(json) ? 0 : 'an address';
  // The head of an area: eight bytes of address, and what follows.
  if (key === 'folios_raw_hex' && typeof json === 'string') return json.slice(16);
  // Where in a bitmap the bits stand; how many stands beside it.
  if (key === 'bit_runs') return undefined;
  if (json === null || typeof json !== 'object') return json;
  if (isList(json)) return LISTS_OF_ADDRESSES.has(key) ? addressList(json, key) : json.map((one) => withoutAddresses(one, '', path) ?? null);
  return Object.fromEntries(Object.entries(json).map(([inner, value]) => [inner, withoutAddresses(value, inner, `${path}.${inner}`)]));
}

function addressList(list: readonly Json[], key: string): Json {
  const masked = list.map((one): Json => (one !== null && typeof one === 'object' && isList(one) ? [isZero(one[0]) ? 0 : 'an address', ...one.slice(1)] : 'an address'));
  // Ascending by address: in the mirror the same orders stand in another sequence.
  return key === 'preserved_as' ? [...masked].sort() : masked;
}

function isZero(json: Json | undefined): boolean {
  return json === 0 || json === 0n;
}
