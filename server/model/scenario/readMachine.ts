/** The machine and the kernels of a scenario, with the defaults that the schema names. */
import type { Node } from 'jsonc-parser';
import { generationOf, generationWords } from './generationWords';
import type { Reading } from './reading';
import { MIB } from './reading';
import type { KernelSpec, MachineSpec, RamRange } from './scenario';
import { ARCHES, PAGE_SIZES } from './schemaScalars';
import { BOOT_MIB, COMPATIBLES, IMAGE_MIB, KERNEL_MIB } from './schema';
import { flagOf, integerOf, items, property, stringOf, stringsOf, wordOf } from './tree';

const pageSizeNames = Object.keys(PAGE_SIZES) as (keyof typeof PAGE_SIZES)[];
const GIB = MIB << 10n;

/** What is given for all kernels, and stands at the machine. */
export interface CommandLine { readonly khoScratch: string | undefined; readonly reserveMem: readonly string[] }

export function readMachine(reading: Reading, root: Node): { readonly machine: MachineSpec; readonly commandLine: CommandLine } {
  const node = property(root, 'machine');
  const arch = wordOf(property(node, 'arch'), ARCHES) ?? 'x86_64';
  const pageBytes = PAGE_SIZES[wordOf(property(node, 'pageSize'), pageSizeNames) ?? '4K'];
  const machine: MachineSpec = {
    arch, pageBytes, order: wordOf(property(node, 'byteOrder'), ['little', 'big']) ?? 'little', ram: readRam(reading, node, arch, pageBytes),
    kernelBytes: reading.size(property(node, 'kernelSize')) ?? KERNEL_MIB * MIB,
  };
  return {
    machine: reading.from(node ?? root, machine),
    commandLine: { khoScratch: stringOf(property(node, 'kho_scratch')), reserveMem: stringsOf(property(node, 'reserve_mem')) ?? [] },
  };
}

function readRam(reading: Reading, node: Node | undefined, arch: MachineSpec['arch'], pageBytes: number): readonly RamRange[] {
  const ram = property(node, 'ram');
  const memory = property(node, 'memory');
  if (ram !== undefined) {
    const clash = memory ?? property(node, 'nodes');
    if (clash !== undefined) reading.problems.add(clash, { code: 'memory-twice', expected: 'either `memory` with `nodes`, or `ram`', found: 'both' });
    return items(ram).flatMap((item): RamRange[] => {
      const start = reading.size(property(item, 'start'));
      const sizeBytes = reading.size(property(item, 'size'));
      if (start === undefined || sizeBytes === undefined) return [];
      return [reading.from(item, { start, sizeBytes, node: integerOf(property(item, 'node'), 0, 63) ?? 0 })];
    }).sort((a, b) => (a.start < b.start ? -1 : 1));
  }
  const sizeBytes = reading.size(memory);
  if (memory === undefined || sizeBytes === undefined) return [];
  return virtualMachine(arch, sizeBytes, integerOf(property(node, 'nodes'), 1, 64) ?? 1, BigInt(pageBytes)).map((range) => reading.from(memory, range));
}

/** x86_64: usable memory as a virtual PC's firmware tells of it. arm64: the `virt` machine's. */
function virtualMachine(arch: MachineSpec['arch'], sizeBytes: bigint, nodes: number, pageBytes: bigint): readonly RamRange[] {
  const spans = arch === 'arm64'
    ? [{ start: GIB, end: GIB + sizeBytes }]
    : sizeBytes <= 3n * GIB ? [{ start: 0n, end: sizeBytes }] : [{ start: 0n, end: 3n * GIB }, { start: 4n * GIB, end: GIB + sizeBytes }];
  const hole = arch === 'arm64' ? { start: 0n, end: 0n } : { start: 0x9f000n - (0x9f000n % pageBytes), end: 0x100000n };
  const share = (sizeBytes / BigInt(nodes) / pageBytes) * pageBytes;
  const ram: RamRange[] = [];
  let node = 0;
  let left = share;
  for (const span of spans) {
    for (let start = span.start; start < span.end;) {
      const end = node === nodes - 1 || start + left > span.end ? span.end : start + left;
      for (const part of [{ start, end: end < hole.start ? end : start < hole.start ? hole.start : start }, { start: start > hole.end ? start : hole.end, end }]) {
        if (part.end > part.start) ram.push({ start: part.start, sizeBytes: part.end - part.start, node });
      }
      left -= end - start;
      start = end;
      if (left <= 0n && node < nodes - 1) {
        node++;
        left = share;
      }
    }
  }
  return ram;
}

export function readKernels(reading: Reading, root: Node, commandLine: CommandLine): readonly KernelSpec[] {
  return items(property(root, 'kernels')).flatMap((node): KernelSpec[] => {
    const word = wordOf(property(node, 'generation') ?? node, generationWords.map((one) => one.word));
    const known = generationWords.find((one) => one.word === word);
    if (known === undefined) return [];
    const { generation, kstate } = known;
    return [reading.from(node, {
      generation, kstate,
      release: stringOf(property(node, 'release')) ?? known.release,
      kho: flagOf(property(node, 'kho')) ?? known.kho,
      liveupdate: flagOf(property(node, 'liveupdate')) ?? generationOf(generation).luo !== undefined,
      khoScratch: stringOf(property(node, 'kho_scratch')) ?? commandLine.khoScratch,
      reserveMem: stringsOf(property(node, 'reserve_mem')) ?? commandLine.reserveMem,
      debug: flagOf(property(node, 'debug')) ?? false,
      bootBytes: reading.size(property(node, 'bootMemory')) ?? BOOT_MIB * MIB,
      pressure: reading.share(property(node, 'pressure')) ?? 0,
      imageBytes: reading.size(property(node, 'imageSize')) ?? IMAGE_MIB * MIB,
      compatible: readCompatible(property(node, 'compatible')),
      bitmapBytes: integerOf(property(node, 'bitmapSize'), 1, 65536),
      depthFix: flagOf(property(node, 'depthFix')),
      without: stringsOf(property(node, 'without')) ?? [],
    })];
  });
}

function readCompatible(node: Node | undefined): KernelSpec['compatible'] {
  return Object.fromEntries(COMPATIBLES.flatMap((of) => {
    const value = stringOf(property(node, of));
    return value === undefined ? [] : [[of, value] as const];
  }));
}
