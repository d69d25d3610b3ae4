/** The image that the decode bench reads: one memfd with that many pages, scattered over a machine of 1 TiB, as 7.1 or 6.19 hands it over. */
import { addMemfdRecord, addLuo, memfdOwner } from '../../server/engine/kho/luoImage';
import { HandoverImage } from '../../server/engine/kho/handoverImage';
import { encodeElfCore, elfMachines } from '../../server/formats/elfCoreWrite';
import { generations } from '../../server/formats/generations';
import { scatteredPages } from './trackerPages';

const MACHINE_PAGES = 1 << 28;
/** Structures lie above the pages of the file. */
const STRUCTURES_AT = 1n << 41n;

export function coreWith(blocks: number, id: '6.19' | '7.1'): Uint8Array {
  const generation = generations.find((one) => one.id === id);
  if (generation === undefined) throw new Error(id);
  let next = STRUCTURES_AT;
  const image = new HandoverImage({ generation, order: 'little', pageShift: 12 }, (sizeBytes) => {
    const size = BigInt(sizeBytes);
    const phys = (next + size - 1n) / size * size;
    next = phys + size;
    return phys;
  });
  const pfns = distinct(blocks);
  image.markAll(pfns, 0, 'memfd folio');
  const token = 1n;
  const folios = { pfns: Float64Array.from(pfns), flags: new Uint16Array(blocks).fill(3), indexes: Float64Array.from(pfns, (_, i) => i) };
  const data = addMemfdRecord(image, { pos: 0n, size: BigInt(blocks) << 12n, seals: 0 }, folios, memfdOwner('vm', token));
  addLuo(image, { liveupdateNumber: 1n, flbs: [], sessions: [{ name: 'vm', files: [{ token, compatible: generation.memfd?.id ?? '', data }] }] });
  image.finish();
  return encodeElfCore({ order: 'little', machine: elfMachines.x86_64, memory: image.pages, vmcoreinfo: undefined });
}

/** That many different pages, page 0 left out, in the order of the sequence. */
function distinct(count: number): Uint32Array {
  const seen = new Uint8Array(MACHINE_PAGES / 8);
  const out = new Uint32Array(count);
  let used = 0;
  for (const pfn of scatteredPages(count + (count >> 4) + 1000, MACHINE_PAGES)) {
    const at = pfn >>> 3;
    const bit = 1 << (pfn & 7);
    if (used === count || pfn === 0 || ((seen[at] ?? 0) & bit) !== 0) continue;
    seen[at] = (seen[at] ?? 0) | bit;
    out[used++] = pfn;
  }
  if (used < count) throw new Error(`${String(used)} of ${String(count)} pages`);
  return out;
}
