/** What the jump itself adds for the successor: the boot record (KHO facts 4) and the array of scratch areas (KHO facts 3). */
import { encodeSetupData } from '../formats/bootRecord';
import type { PlacedPage } from '../formats/physicalMemory';
import { encodeScratch } from '../formats/scratch';
import type { TruthReader } from './replayTruth';

export interface NamedArea extends PlacedPage { readonly name: string }

/** Made of where they lay, and of the root's address and page; nothing when the truth does not tell of a successor. Throws BadTruth. */
export function bootAreas(truth: TruthReader, rootPhys: bigint, pageBytes: number): readonly NamedArea[] {
  const [record] = truth.at('setup_data_chain_kernel2').present ? truth.at('setup_data_chain_kernel2').list() : [];
  if (record === undefined) return [];
  const areas = truth.at('scratch').list().map((one) => ({ addr: one.at('phys').int(), size: one.at('size').int() }));
  const scratch = encodeScratch(areas, 'little');
  const scratchPhys = truth.at('kho_data').at('scratch_addr').int();
  const data = { fdt_addr: rootPhys, fdt_size: BigInt(pageBytes), scratch_addr: scratchPhys, scratch_size: BigInt(scratch.length) };
  return [
    { name: 'setup_data', phys: record.at('phys').int(), bytes: encodeSetupData(record.at('next').int(), data) },
    { name: 'scratch array', phys: scratchPhys, bytes: scratch },
  ];
}
