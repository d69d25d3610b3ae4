/** v2: the list of preserved pages is an object like any other, registered first at boot, hence last in the stream. Facts 4.4. */
import type { Kernel, KernelCall } from '../kernel';
import { preservedPagesRestore, preservedPagesSave } from './custom';
import { KS_BASE_TYPE, KS_CUSTOM } from './dialect';
import type { DescriptionPlan, FieldPlan } from './plan';

/** A field of a description that the kernel itself has. */
export const field = (index: number, name: string, over: Partial<FieldPlan>): FieldPlan => ({
  index, name, member: name, offsetBytes: 0, sizeBytes: 0, flags: 0, versionId: 0, addrType: 0, ksd: undefined, ksdName: undefined,
  save: undefined, restore: undefined, count: undefined, type: '', pointersAt: [], source: undefined, ...over,
});

export const description = (variable: string, id: number, fields: readonly FieldPlan[], objectBytes: number): DescriptionPlan => ({
  variable, name: variable, id, versionId: 0, fields, terminated: true, subsections: undefined, subsectionsTerminated: true, objectBytes,
  range: undefined,
});

export const preservedRange = description('preserved_range', 1, [
  field(0, 'nr_pages', { sizeBytes: 4, flags: KS_BASE_TYPE, type: 'u32' }),
  field(1, 'pages', { flags: KS_CUSTOM, save: preservedPagesSave, restore: preservedPagesRestore }),
], 4);

/** What KSTATE_PAGE nests: the counters of struct page (offsets of x86_64 and arm64). */
export const pageState = description('page_state', 2, [
  field(0, 'mapcount', { offsetBytes: 48, sizeBytes: 4, flags: KS_BASE_TYPE, type: 'int' }),
  field(1, 'refcount', { offsetBytes: 52, sizeBytes: 4, flags: KS_BASE_TYPE, type: 'int' }),
], 64);

/** The call that boot code makes; undefined where the dialect has no such list. */
export function preservedListCall(kernel: Kernel): KernelCall | undefined {
  if (!kernel.dialect.preservedList) return undefined;
  const object = { name: preservedRange.variable, address: kernel.allocStatic(preservedRange.objectBytes), sizeBytes: preservedRange.objectBytes };
  kernel.space.write(object.address, new Uint8Array(object.sizeBytes));
  kernel.preservedCountAddress = object.address;
  return { call: 'register', description: preservedRange, object, instanceId: undefined, range: undefined };
}
