/** Objects that a v3 kernel itself registers: where the root of KHO lies (id 2), and the regions of `reserve_mem=` (id 5). KSTATE facts 3.5. */
import { KHO_LOCATOR, RESERVED_MEM, kstateKhoLocator, kstateReservedMem, reservedMemInstance } from '../../formats/kstateLocator';
import { decode, encode } from '../../formats/layoutTable';
import type { Specs, Table, Values } from '../../formats/layoutTable';
import type { Kernel, KernelCall } from '../kernel';
import type { CustomRunner } from './custom';
import { KS_BASE_TYPE, KS_CUSTOM } from './dialect';
import type { DescriptionPlan, FieldPlan } from './plan';
import { description, field } from './preservedList';
import { register } from './save';

const fieldsOf = (of: Table<Specs>): readonly FieldPlan[] => of.fields.map(({ name, offsetBytes, sizeBytes }, i) => field(i, name, { offsetBytes, sizeBytes, flags: KS_BASE_TYPE }));

export const khoFdtState: DescriptionPlan = { ...description('kho_fdt_state', KHO_LOCATOR.id, fieldsOf(kstateKhoLocator), kstateKhoLocator.sizeBytes), versionId: KHO_LOCATOR.version };

const PRESERVE_PHYS = 'kstate_preserve_phys';
export const reserveMemState: DescriptionPlan = {
  ...description('kstate_reserve_mem', RESERVED_MEM.id, [...fieldsOf(kstateReservedMem), field(kstateReservedMem.fields.length, 'phys_range', { flags: KS_CUSTOM, save: PRESERVE_PHYS })], kstateReservedMem.sizeBytes),
  versionId: RESERVED_MEM.version,
};

/** Callbacks of such objects: the one that a region has writes nothing, and preserves the range. */
const ownCallbacks: CustomRunner = {
  save(name, { kernel, address, label }) {
    if (name !== PRESERVE_PHYS) return undefined;
    const read = decode(kstateReservedMem, kernel.space.read(address, kstateReservedMem.sizeBytes), 0, 'little');
    if (read.ok) kernel.kho.preserveRange(read.value.start, read.value.size, label);
    return { rc: 0 };
  },
  restore: () => undefined,
};

function place(kernel: Kernel, plan: DescriptionPlan, bytes: Uint8Array, instanceId: number, call: KernelCall['call']): KernelCall {
  const address = kernel.allocStatic(plan.objectBytes);
  kernel.space.write(address, bytes);
  return { call, description: plan, object: { name: plan.variable, address, sizeBytes: plan.objectBytes }, instanceId, range: undefined };
}

/** kho_init(): registered before any other object, so last in the stream. */
export function registerLocator(kernel: Kernel, root: Values<typeof kstateKhoLocator['specs']>): void {
  register(kernel, [place(kernel, khoFdtState, encode(kstateKhoLocator, root, 'little'), KHO_LOCATOR.instance, 'register')]);
}

/** reserve_mem_init(), a late initcall: behind the drivers', so before their objects in the stream. */
export function registerRegions(kernel: Kernel, regions: readonly Values<typeof kstateReservedMem['specs']>[]): void {
  kernel.callbacks = ownCallbacks;
  register(kernel, regions.map((region) => place(kernel, reserveMemState, encode(kstateReservedMem, region, 'little'), reservedMemInstance(region.name), 'register')));
}

/** An object to restore, all zeros before. */
export function toRestore(kernel: Kernel, plan: DescriptionPlan, instanceId: number): KernelCall {
  return place(kernel, plan, new Uint8Array(plan.objectBytes), instanceId, 'restore');
}
