/** A successor booted into some memory, for tests: everything it does of its own, in the order of a boot, and the lines that it prints. */
import { gunzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import type { KhoData } from '../../../../server/formats/bootRecord';
import { readElfCore } from '../../../../server/formats/elfCore';
import type { GenerationId } from '../../../../server/formats/generations';
import type { PhysicalMemory } from '../../../../server/formats/physicalMemory';
import type { RamRange } from '../../../../server/model/scenario/scenario';
import { folioHandler } from '../../../../server/engine/handover/incoming/fileHandler';
import type { FileHandler } from '../../../../server/engine/handover/incoming/fileHandler';
import type { FlbSpec } from '../../../../server/engine/handover/incoming/flbs';
import { IncomingFlbs } from '../../../../server/engine/handover/incoming/flbs';
import { readPreviousKernel } from '../../../../server/engine/handover/incoming/kexecMetadata';
import type { PreviousKernel } from '../../../../server/engine/handover/incoming/kexecMetadata';
import type { LuoStart } from '../../../../server/engine/handover/incoming/luo';
import { startLuo } from '../../../../server/engine/handover/incoming/luo';
import { memfdHandler } from '../../../../server/engine/handover/incoming/memfd';
import type { ReviveAnswer, WantedRegion } from '../../../../server/engine/handover/incoming/reserveMem';
import { reviveReserveMem } from '../../../../server/engine/handover/incoming/reserveMem';
import { IncomingSessions } from '../../../../server/engine/handover/incoming/sessions';
import type { SuccessorSpec } from '../../../../server/engine/handover/incoming/successor';
import { Successor } from '../../../../server/engine/handover/incoming/successor';
import type { TestKhoRestore } from '../../../../server/engine/handover/incoming/testKho';
import { restoreTestKho } from '../../../../server/engine/handover/incoming/testKho';
import { generationOf } from '../../decode/randomHandover';

export interface BootOptions extends Partial<Omit<SuccessorSpec, 'generation'>> {
  readonly liveupdate?: boolean;
  readonly regions?: readonly WantedRegion[];
  readonly flbs?: readonly FlbSpec[];
  readonly handlers?: readonly FileHandler[];
  readonly intact?: (pfn: number) => boolean;
}

export interface Booted {
  readonly kernel: Successor;
  readonly lines: string[];
  readonly regions: readonly ReviveAnswer[];
  readonly luo: LuoStart;
  readonly previous: PreviousKernel | undefined;
  readonly test: TestKhoRestore;
  readonly flbs: IncomingFlbs;
  readonly sessions: IncomingSessions;
}

/** All of 2^56 bytes. */
const everywhere: readonly RamRange[] = [{ start: 0n, sizeBytes: 1n << 56n, node: 0 }];

export function successor(id: GenerationId, memory: PhysicalMemory, options: BootOptions = {}): { readonly kernel: Successor; readonly lines: string[] } {
  const lines: string[] = [];
  const spec: SuccessorSpec = { pageShift: 12, order: 'little', ram: everywhere, kho: true, ...options, generation: generationOf(id) };
  return { kernel: new Successor(spec, memory, (_level, text) => { lines.push(text); }), lines };
}

export function memfdOf(id: GenerationId): FileHandler[] {
  const { memfd } = generationOf(id);
  return memfd === undefined ? [] : [memfdHandler(memfd.id, memfd.id === 'memfd-v1' ? 'memfd-v1' : 'memfd-v2')];
}

export function boot(id: GenerationId, memory: PhysicalMemory, data: KhoData | undefined, options: BootOptions = {}): Booted {
  const { kernel, lines } = successor(id, memory, options);
  kernel.populate(data);
  const regions = reviveReserveMem(kernel, options.regions ?? []);
  kernel.memoryInit();
  const luo = startLuo(kernel, options.liveupdate ?? true);
  const previous = readPreviousKernel(kernel);
  const test = restoreTestKho(kernel, options.intact ?? (() => true));
  const incoming = luo.state === 'present' ? luo.luo : undefined;
  const flbs = new IncomingFlbs(kernel, incoming, options.flbs ?? []);
  const sessions = new IncomingSessions(kernel, incoming, options.handlers ?? [...memfdOf(id), folioHandler('file-v1')], flbs);
  return { kernel, lines, regions, luo, previous, test, flbs, sessions };
}

export function realImage(name: string): PhysicalMemory {
  const core = readElfCore(new Uint8Array(gunzipSync(readFileSync(`test/fixtures/images/${name}.elf.gz`))));
  if (!core.ok) throw new Error(core.problem.found);
  return core.value.memory;
}

export const recordOf = (fdt: bigint, pageBytes = 4096): KhoData => ({ fdt_addr: fdt, fdt_size: BigInt(pageBytes), scratch_addr: 0n, scratch_size: 0n });
