/** Builds kernels by hand for tests: plans without C, objects with given bytes. */
import type { KstateDialect } from '../../../server/model/kstate';
import type { KernelCall, KernelObject, KernelOptions } from '../../../server/engine/kernel';
import { Kernel } from '../../../server/engine/kernel';
import type { AddressBases, Arch } from '../../../server/engine/memory/arch';
import { archOf } from '../../../server/engine/memory/arch';
import { dialects } from '../../../server/engine/kstate/dialect';
import type { DescriptionPlan, FieldPlan } from '../../../server/engine/kstate/plan';

export const x86: Arch = archOf('x86_64');

export const caseBases: { readonly old: AddressBases; readonly new: AddressBases } = {
  old: x86.bases,
  new: { ...x86.bases, pageOffset: 0xffff9c2140000000n, vmemmapStart: 0xfffff3ab00000000n },
};

type FieldSpec = Partial<FieldPlan> & { readonly name: string };

export function plan(variable: string, spec: {
  readonly id: number; readonly versionId?: number; readonly fields: readonly FieldSpec[]; readonly subsections?: readonly DescriptionPlan[];
  readonly terminated?: boolean; readonly subsectionsTerminated?: boolean; readonly objectBytes?: number;
}): DescriptionPlan {
  return {
    variable, name: variable.replace(/_state$/, ''), id: spec.id, versionId: spec.versionId ?? 1, terminated: spec.terminated ?? true,
    subsections: spec.subsections, subsectionsTerminated: spec.subsectionsTerminated ?? true, objectBytes: spec.objectBytes ?? 64, range: undefined,
    fields: spec.fields.map((field, index) => ({
      index, member: field.member ?? field.name, offsetBytes: 0, sizeBytes: 0, flags: 0, versionId: 0, addrType: 0, ksd: undefined,
      ksdName: field.ksd?.variable, save: undefined, restore: undefined, count: undefined, type: '', pointersAt: [], source: undefined, ...field,
    })),
  };
}

export const base = (name: string, offsetBytes: number, sizeBytes: number, versionId = 0): FieldSpec => ({ name, offsetBytes, sizeBytes, flags: 1, versionId });
export const pointer = (name: string, offsetBytes: number, sizeBytes: number): FieldSpec => ({ name, offsetBytes, sizeBytes, flags: 2 });
export const folio = (member: string, offsetBytes: number): FieldSpec =>
  ({ name: 'folio', member, offsetBytes, flags: 8, save: 'kstate_folio_save', restore: 'kstate_folio_restore' });
export const gone = (name: string, sizeBytes: number, versionId: number): FieldSpec => ({ name, sizeBytes, versionId, flags: 0x40 });
export const struct = (name: string, offsetBytes: number, sizeBytes: number, ksd: DescriptionPlan): FieldSpec => ({ name, offsetBytes, sizeBytes, flags: 4, ksd });

export function kernel(bases: AddressBases, options: Partial<KernelOptions> & { readonly name?: KstateDialect } = {}): Kernel {
  const { name, ...rest } = options;
  return new Kernel({ arch: x86, bases, dialect: dialects[name ?? 'v3'], ...rest });
}

export function object(k: Kernel, name: string, bytes: Uint8Array): KernelObject {
  const made = { name, address: k.allocStatic(bytes.length), sizeBytes: bytes.length };
  k.space.write(made.address, bytes);
  return made;
}

export const filled = (length: number, byte: number): Uint8Array => new Uint8Array(length).fill(byte);
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));

export function registerCall(description: DescriptionPlan, obj: KernelObject, instanceId: number | undefined): KernelCall {
  return { call: 'register', description, object: obj, instanceId, range: undefined };
}

export function restoreCall(description: DescriptionPlan, obj: KernelObject, instanceId: number | undefined): KernelCall {
  return { ...registerCall(description, obj, instanceId), call: 'restore' };
}
