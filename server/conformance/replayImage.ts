/** The engine makes the handover that a ground truth tells of: at addresses of the truth, or at others. */
import type { AllocatePage } from '../formats/physicalMemory';
import { addKexecMetadata, addReserveMem, addTestKho } from '../engine/kho/consumers';
import { HandoverImage } from '../engine/kho/handoverImage';
import { addLuo } from '../engine/kho/luoImage';
import { register } from '../engine/kho/registration';
import type { Replay } from './replayTruth';

export interface Replayed { readonly image: HandoverImage; readonly rootPhys: bigint }

/** Throws RangeError when a tree does not fit into its page. */
export function replay({ generation, pageShift, metadata, testKho, luo, regions }: Replay, allocate: AllocatePage): Replayed {
  const image = new HandoverImage({ generation, order: 'little', pageShift }, allocate);
  register({
    ...(metadata === undefined ? {} : { 'kexec-metadata': () => { addKexecMetadata(image, metadata.previousRelease, metadata.kexecCount); } }),
    ...(testKho === undefined ? {} : { kho_test: () => { addTestKho(image, testKho.folios, testKho.csum); } }),
    ...(luo === undefined ? {} : { LUO: () => { addLuo(image, luo); } }),
    ...(regions.length === 0 ? {} : { memblock: () => { addReserveMem(image, regions); } }),
  });
  return { image, rootPhys: image.finish() };
}
