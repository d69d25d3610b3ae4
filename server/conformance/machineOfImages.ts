/** The machine that the real handovers were made on, 1 GiB of x86_64 in two nodes of 512 MiB, and its kernels' command line. */
import type { GenerationId } from '../formats/generations';
import type { KernelSpec, RamRange } from '../model/scenario/scenario';

const MIB = 1n << 20n;

/** As that firmware tells of 1 GiB: a hole below 1 MiB, and tables on the top. */
const low: RamRange = { start: 0x1000n, sizeBytes: 0x9e000n, node: 0 };
const top = 0x3ffe0000n;
const half = 512n * MIB;

export const oneNode: readonly RamRange[] = [low, { start: MIB, sizeBytes: top - MIB, node: 0 }];
export const twoNodes: readonly RamRange[] = [low, { start: MIB, sizeBytes: half - MIB, node: 0 }, { start: half, sizeBytes: top - half, node: 1 }];

/** The kernel's image, initrd and early tables. */
export const kernelBytes = 40n * MIB;

export function kernelOfImages(generation: GenerationId, release: string, liveupdate: boolean, pressure = 0): KernelSpec {
  return {
    generation, release, kho: true, liveupdate, khoScratch: '32M,64M,32M', reserveMem: ['4M:4096:trace', '64K:4096:pstate'], debug: false, bootBytes: 64n * MIB, pressure, imageBytes: 24n * MIB, compatible: {},
    bitmapBytes: undefined, depthFix: undefined, without: [],
  };
}
