/** A kernel of the KSTATE engine within a machine: its own image and heap lie above the machine's memory, the rest is the machine's. */
import type { Kernel, KernelOptions } from '../kernel';
import { Kernel as EngineKernel } from '../kernel';
import { dialects } from '../kstate/dialect';
import type { AddressBases, Arch } from '../memory/arch';
import { archOf } from '../memory/arch';
import type { MemoryBehind } from '../memory/physical';
import type { KstateVersion, MachineSpec } from '../../model/scenario/scenario';

/** Room for objects and pointees. */
const OWN_BYTES = 1n << 32n;

export interface MachineMemory { readonly arch: Arch; readonly bases: AddressBases; readonly kernel: Pick<KernelOptions, 'ownPhys' | 'ramBytes' | 'behind'> }

/** @param index of the kernel: the first has the bases of a kernel without KASLR, the others do not */
export function machineMemory(machine: MachineSpec, index: number, behind: MemoryBehind): MachineMemory {
  const arch = archOf(machine.arch);
  const end = machine.ram.reduce((most, range) => (range.start + range.sizeBytes > most ? range.start + range.sizeBytes : most), 0n);
  const ownPhys = ((end >> 30n) + 1n) << 30n;
  return { arch: { ...arch, pageBytes: machine.pageBytes }, bases: index === 0 ? arch.bases : arch.randomisedBases, kernel: { ownPhys, ramBytes: ownPhys + OWN_BYTES, behind } };
}

/** For objects that the kernel itself registers. */
export function ownKernel({ arch, bases, kernel }: MachineMemory, version: KstateVersion, place?: (order: number) => bigint | undefined): Kernel {
  return new EngineKernel({ arch, bases, dialect: dialects[version], ...kernel, ...(place === undefined ? {} : { place }) });
}
