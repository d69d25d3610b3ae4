/** What a save leaves: memory for the next kernel, and what was said on the way. */
import type { Kernel } from '../kernel';
import type { HandedOver } from '../memory/kho';
import type { Crash } from '../types';
import type { SaveRun } from './save';
import type { StreamWriter } from './streamWriter';

/** Physical address at which a stream travels that is copied as a kexec segment. */
const segmentPhys = 0x7f0000000n;

/** All of it, and where the successor begins. */
export function handOver(kernel: Kernel, outPhys: bigint | undefined, stream: StreamWriter, bytes: Uint8Array): HandedOver {
  const blocks = preservedBytes(kernel);
  if (stream.folio !== undefined) return { blocks, kstateOutPhys: outPhys, streamPhys: undefined };
  const page = kernel.arch.pageBytes;
  const segment = new Uint8Array(Math.ceil(bytes.length / page) * page);
  segment.set(bytes);
  return { blocks: [...blocks, { phys: segmentPhys, order: 0, bytes: segment }], kstateOutPhys: undefined, streamPhys: segmentPhys };
}

/** What stands in the memory that a kernel preserved. */
export function preservedBytes(kernel: Kernel): HandedOver['blocks'] {
  // Of a range only the pages are carried that hold something: it may be larger than what fits here.
  const ranges = kernel.kho.preserved.filter((block) => block.range === true)
    .flatMap((block) => kernel.memory.touched(block.phys, block.sizeBytes))
    .map((pfn) => BigInt(pfn) * BigInt(kernel.arch.pageBytes))
    .map((phys) => ({ phys, order: 0, bytes: kernel.memory.read(phys, kernel.arch.pageBytes) }));
  const folios = kernel.kho.preserved
    .filter((block) => block.range !== true && kernel.memory.online(kernel.folios.pfn(block.phys)))
    .map((block) => ({ phys: block.phys, order: block.order, bytes: kernel.memory.read(block.phys, block.sizeBytes) }));
  return [...ranges, ...folios];
}

/** What a kernel preserved and said while it saved. */
export function common(kernel: Kernel): Pick<SaveRun, 'preserved' | 'messages' | 'limits'> {
  const pages = kernel.preservedPages.map((page) => ({ phys: page.phys, order: page.order, what: 'preserved page' }));
  const blocks = kernel.kho.preserved.map((block) => ({
    phys: block.phys, order: block.order, what: block.what, ...(block.range === true ? { sizeBytes: block.sizeBytes } : {}), ...(block.of === undefined ? {} : { of: block.of }),
  }));
  return { preserved: [...blocks, ...pages], messages: [...kernel.messages], limits: [...kernel.limits] };
}

/** A save that came to nothing. */
export function failed(kernel: Kernel, rc: number, crash: Crash | undefined): SaveRun {
  return {
    rc, crash, stream: new Uint8Array(0), entries: [], spans: [], ...common(kernel), damage: [],
    handed: { blocks: [], kstateOutPhys: undefined, streamPhys: undefined },
  };
}
