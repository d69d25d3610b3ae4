/** What kexec_file_load() puts into scratch for the next kernel, and the boot record that leads to it. KHO facts 3, 4. */
import type { KhoData } from '../../formats/bootRecord';
import { bootParams, encodeChosen, encodeSetupData } from '../../formats/bootRecord';
import { writeTree } from '../../formats/khoRoot';
import { encodeScratch } from '../../formats/scratch';
import { viewOf } from '../../formats/layoutTable';
import type { KexecSegment, PlacedSegment, PlacingOutcome } from '../machine/scratch';
import { placeInScratch, scratchArraySegment } from '../machine/scratch';
import type { SimKernel } from './kernel';

const IMAGE = 'kernel and initrd';
const PARAMETERS = 'boot parameters';
const SCRATCH_ARRAY = 'scratch array';
const IMAGE_ALIGN = 1n << 21n;

/** Where the segments of an image go; EADDRNOTAVAIL when scratch has no room for one. */
export function loadImage(kernel: SimKernel, imageBytes: bigint): PlacingOutcome {
  const page = BigInt(kernel.pageBytes);
  const segments: readonly KexecSegment[] = [
    { name: IMAGE, sizeBytes: imageBytes, alignBytes: IMAGE_ALIGN > page ? IMAGE_ALIGN : page },
    { name: PARAMETERS, sizeBytes: page * 2n, alignBytes: page },
    { ...scratchArraySegment(kernel.scratch.length), name: SCRATCH_ARRAY },
  ];
  return placeInScratch(kernel.scratch, segments, kernel.pageBytes);
}

/** Writes the boot record into its segment; gives what the new kernel will find in it. */
export function writeBootRecord(kernel: SimKernel, segments: readonly PlacedSegment[], rootPhys: bigint): KhoData | undefined {
  const { world: { ram, machine }, pageBytes, scratch } = kernel;
  const array = segments.find((one) => one.name === SCRATCH_ARRAY);
  const parameters = segments.find((one) => one.name === PARAMETERS);
  if (array === undefined || parameters === undefined) return undefined;
  const bytes = encodeScratch(scratch, machine.order);
  const data: KhoData = { fdt_addr: rootPhys, fdt_size: BigInt(pageBytes), scratch_addr: array.phys, scratch_size: BigInt(bytes.length) };
  ram.place({ phys: array.phys, bytes: padded(bytes, pageBytes) });
  const page = new Uint8Array(pageBytes);
  if (machine.arch === 'arm64') {
    const tree = writeTree({ name: '', properties: [], nodes: [{ name: 'chosen', properties: encodeChosen(data), nodes: [] }] }, pageBytes);
    if (tree.ok) page.set(tree.value.blob);
  } else {
    // The setup header, and behind it the node that its list begins with.
    const node = parameters.phys + BigInt(pageBytes);
    const view = viewOf(page);
    view.setUint32(bootParams.magicAtBytes, bootParams.magic, true);
    view.setBigUint64(bootParams.setupDataAtBytes, node, true);
    ram.place({ phys: node, bytes: padded(encodeSetupData(0n, data), pageBytes) });
  }
  ram.place({ phys: parameters.phys, bytes: page });
  return data;
}

function padded(bytes: Uint8Array, pageBytes: number): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / pageBytes) * pageBytes);
  out.set(bytes);
  return out;
}
